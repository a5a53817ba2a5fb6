#!/usr/bin/env bash
# ledger-publish, and ledger-verify of what it wrote: what is written when, refusals, interruptions.
# usage: program_publish.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/publish_lib.sh
. "$(dirname "$0")/publish_lib.sh"
# shellcheck source=tests/turns.sh
. "$root/tests/turns.sh" || exit 2

# --- what is written ---

run ledger-publish L P
expect 'a ledger is published' 0 ''
grep -Eq '^published	P	3 entries$' out || fail 'the number of entries is told'
[ "$(find P -type f | sort | paste -sd ' ')" = \
    'P/checkpoint P/tile/0/000.p/3 P/tile/entries/000.p/3' ] || fail 'these are the files'
ok 'a small ledger has a tile, a bundle and a checkpoint'
same 'the checkpoint is that of the ledger' P/checkpoint seen3
ledger-log --raw 0 L >entry0
{ tail -c +3 P/tile/entries/000.p/3 | head -c "$(wc -c <entry0)"; } >first
same 'a bundle has the entries behind their lengths' entry0 first
[ "$({ printf '\0' && cat entry0; } | sha256sum | cut -c 1-64)" = \
    "$(head -c 32 P/tile/0/000.p/3 | od -An -v -tx1 | tr -d ' \n')" ] || fail 'leaf hashes'
ok 'a tile has the leaf hashes'
run ledger-publish --json L P
says 'again there is nothing to write' '"before":3,"size":3,.*"written":0,"kept":3,"removed":0'

size=3
for next in 200 255 256 257 512 700; do
    grow L "$size" "$next"
    size=$next
    run ledger-publish L P
    [ "$status" -eq 0 ] || fail "published at $next"
    holds P "$next" || fail "what is published of $next entries holds"
done
ok 'what is published step by step holds at every step'
run ledger-publish L once
beside once P || fail 'publishing step by step gives what publishing at once does'
ok 'publishing step by step gives what publishing at once does'
[ -z "$(find P/tile/0 P/tile/entries -path '*00[01].p*')" ] || fail 'partial tiles beside full ones are removed'
ok 'partial tiles beside full ones are removed'

# --- verifying ---

run ledger-verify --log "$log" --json L
jq -S '.ledger | del(.nodes, .rows, .checkpoints)' out >ledger.json
run ledger-verify --log "$log" --json P
jq -S '.ledger | del(.nodes, .rows, .checkpoints)' out >files.json
same 'ledger and publication get the same report' ledger.json files.json
says 'the JSON report says which of them it is' '"published":true'
run ledger-verify --log "$log" P
says 'the report says what was checked' '^  entries +700 of 700' '^  checkpoints +1, the one that' \
    '^  hashes in tiles +702$'
run ledger-verify --log "$log" --since seen2 P
verdict 'what was seen before is compared' 0 'VALID: published ledger '
run ledger-verify --log "$log" --remember mind P
verdict 'what was found good is remembered' 0 'VALID: '
same 'and is the checkpoint' mind P/checkpoint
run ledger-verify --log "$log" --remember mind L
verdict 'ledger and publication remember the same' 0 'VALID: '
run ledger-publish fork F
run ledger-verify --log "$log" --since mind F
verdict 'a fork is found' 1 'NOT VALID: older-than-seen'
run ledger-verify --log "$log" --since seen3 F
verdict 'also of the same size' 1 'NOT VALID: fork at entry 2'
run ledger-verify --log "$(cat li.vkey)" P
verdict 'another log key is not trusted' 1 'NOT VALID: log-untrusted'
run ledger-verify --log "$log" --no-lock P
refused 'no lock is taken of a publication' 2 'published'
cp -r P changed
sed -i 's/第1234号/第1235号/' changed/tile/entries/000
run ledger-verify --log "$log" changed
verdict 'a changed entry is found' 1 'NOT VALID: bad-signature at entry 1: '
says 'and shown' '^  matter +粤南医鉴〔2026〕病鉴字第1235号'
rm -r changed
cp -r P changed
printf 'x%.0s' {1..32} | dd of=changed/tile/0/001 bs=1 seek=96 conv=notrunc status=none # a hash
run ledger-verify --log "$log" changed
verdict 'a tile that lies is found by name' 1 'NOT VALID: wrong-node at entry 259: .*tile/0/001'
says 'with what puts it right' 'ledger-publish --again'
run ledger-publish --again L changed
holds changed 700 || fail 'publishing again puts it right'
ok 'publishing again puts it right'
cmp P/checkpoint changed/checkpoint || fail 'with the same checkpoint'
touch changed/data.mdb
run ledger-verify --log "$log" changed
refused 'a publication beside a ledger is not taken for it' 2 'files of a ledger and of a published'
cp -r L both
cp -r P/. both
run ledger-verify --log "$log" both
refused 'nor a ledger beside a publication' 2 'files of a ledger and of a published'
run ledger-publish L L
refused 'nothing is published into a ledger' 2 "'L' is a ledger"
rm changed/data.mdb changed/checkpoint
run ledger-verify --log "$log" changed
refused 'without a checkpoint it is no publication' 2 'changed'

# --- refusals ---

run ledger-publish before P
refused 'an older copy is not published over a newer one' 2 'nothing is published'
same 'and nothing is changed' P/checkpoint mind
run ledger-publish fork P
refused 'nor a fork' 2 'nothing is published'
run ledger-publish L P/checkpoint
refused 'a file is no directory' 2 'checkpoint'
run ledger-publish L no/where/at/all
refused 'its parent must be there' 2 'no/where'
run ledger-publish missing P
refused 'the ledger must be there' 2 'missing'
cp -r L damaged
sed -i 's/第1234号/第1235号/' damaged/data.mdb
run ledger-publish damaged D
refused 'what was not signed is not published' 2 'not what its last checkpoint signed'
[ ! -e D/tile ] || fail 'and nothing of it is written'
ok 'and nothing of it is written'
mkfifo pipe
cp -r P piped
rm piped/tile/0/001
mv pipe piped/tile/0/001
run timeout 20 ledger-verify --log "$log" piped
verdict 'nobody waits for a pipe' 1 'NOT VALID: wrong-node'

# --- interruptions ---

if ! can_trace; then
    ok 'interruptions: not tested, programs cannot be traced here'
    exit 0
fi
killed_at 1 mkdirat ledger-publish L K || fail 'it is killed right after it made the directory'
[ -d K ] || fail 'the directory is there'
run strace -qq -y -o trace -e trace=fsync,renameat env ASAN_OPTIONS=detect_leaks=0 ledger-publish L K
sed -n "/fsync([0-9]*<${work//\//\\/}>)/=" trace >parent
sed -n '/"checkpoint"/=' trace >checkpoint
{ [ -s parent ] && [ "$(<parent)" -lt "$(<checkpoint)" ]; } ||
    fail 'the name of a directory that a killed run made is durable before the checkpoint is there'
ok 'the name of a directory that a killed run made is durable before the checkpoint is there'
kills=0
for start in nothing before; do
    for call in write fsync renameat mkdirat mkdir unlinkat; do
        next_row
        for ((n = first; ; n += cases_every)); do
            rm -rf K
            [ "$start" = nothing ] || ledger-publish before K >/dev/null
            killed_at "$n" "$call" ledger-publish L K || break
            kills=$((kills + 1))
            at="killed at $call $n"
            if [ -e K/checkpoint ]; then
                holds K 700 || holds K 2 || fail "$at, what is there holds"
            elif [ "$start" = before ]; then
                fail "$at, the checkpoint stays"
            fi
            run ledger-publish L K
            [ "$status" -eq 0 ] || fail "$at, it goes on"
            beside once K || fail "$at, what is missing is made good"
            holds K 700 || fail "$at, it holds in the end"
        done
        [ "$status" -eq 0 ] || fail "without being killed at $call it is done"
    done
done
enough "$kills" 60 || fail "killed at every call ($kills)"
ok "killed at any of $kills calls that change something: what is there holds, and is made good"
