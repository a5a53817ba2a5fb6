#!/usr/bin/env bash
# Published files that change while they are read. The reader is stopped at a certain call on a certain
# file, the file is changed, the reader goes on: what was read once is judged as it was then, what is
# read again is found to be another, and nothing else happens.
# usage: program_published_changing.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
PATH=$bin:$PATH
work=$(realpath "$work")
golden=$root/fixtures/golden
map=(--map-size 67108864)

if ! strace -qq -o trace -P "$work/none" -e inject=read:signal=STOP:when=1 true 2>/dev/null; then
    ok 'not tested, programs cannot be traced here'
    exit 0
fi
cp -r "$golden/ledger" L
cp -r "$root/fixtures/golden-rules/ledger" R
chmod -R u+w L R
ledger-publish --no-lock L whole >/dev/null || fail 'the golden ledger is published'
ledger-publish --no-lock R ruled >/dev/null || fail 'the golden ledger with rules is published'
cp -r whole early
cp "$golden/checkpoints/257" early/checkpoint
ledger-import --policy "$golden/policy" "${map[@]}" early E >/dev/null || fail 'its first 257 entries are imported'
ledger-publish E first >/dev/null || fail 'and published'
bundle=tile/entries/000

# after CALLS FILE N CHANGE COMMAND...: runs the command, stops it after its N-th call of these on that
# file of P, makes the change in P, and lets it go on.
after() {
    local calls=$1 file=$2 n=$3 change=$4 tracer tries=0
    shift 4
    rm -f trace
    env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o trace -P "$work/P/$file" -e trace="$calls" \
        -e inject="$calls:signal=STOP:when=$n" "$@" >out 2>err </dev/null &
    tracer=$!
    until grep -q 'stopped by SIGSTOP' trace 2>/dev/null; do
        kill -0 "$tracer" 2>/dev/null || fail "it is stopped at $calls $n of $file"
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || fail "it is stopped at $calls $n of $file in time"
        sleep 0.05
    done
    (cd P && "$change" "$file")
    kill -CONT "$(sed -n 's/^\([0-9]*\) .*stopped by SIGSTOP.*/\1/p' trace | head -n 1)"
    status=0
    wait "$tracer" || status=$?
}

# --- changes ---

nothing() { :; }
cut_off() { truncate -s -1 "$1"; }
empty() { : >"$1"; }
make_longer() { printf x >>"$1"; }
make_huge() { truncate -s 1T "$1"; }
spoil() { printf '\377' | dd of="$1" bs=1 seek=300 conv=notrunc status=none; }
length_at() { # FILE OFFSET
    od -An -v -tu1 -j "$2" -N 2 "$1" | { read -r high low && echo $((256 * high + low)); }
}
sign_otherwise() { # a character in a signature of entry 1: it reads as before, but for that
    local at=$((2 + $(length_at "$1" 0)))
    at=$((at + 2 + $(length_at "$1" "$at") - 20))
    if [ "$(tail -c +$((at + 1)) "$1" | head -c 1)" = A ]; then printf B; else printf A; fi |
        dd of="$1" bs=1 seek="$at" conv=notrunc status=none
}
take_away() { rm "$1"; }
take_next() { rm tile/entries/001; }
put_another() { printf another >"$1.new" && mv "$1.new" "$1"; }
put_directory() { rm "$1" && mkdir "$1"; }
put_pipe() { rm "$1" && mkfifo "$1"; }
put_link() { mv "$1" ../moved && ln -s ../../moved "$1"; }
publish_more() { (cd .. && ledger-publish --no-lock L P >published); }

# verifies RULE FROM CALLS FILE N CHANGE POLICY WANTED: exit status, finding and entry
verifies() {
    local said
    rm -rf P moved
    cp -r "$2" P
    after "$3" "$4" "$5" "$6" ledger-verify --json --policy "$7" P
    said="$status $(jq -r '.verdict | "\(.finding) \(.entry // "-")"' out)"
    [ "$said" = "$8" ] || fail "$1: $said; expected $8"
    ok "$1"
}
# imports RULE FROM CALLS FILE N CHANGE WANTED: exit status; then what is said, or how many entries
imports() {
    rm -rf P I I.*
    cp -r "$2" P
    after "$3" "$4" "$5" "$6" ledger-import --policy "$golden/policy" "${map[@]}" P I
    if [ "$7" = 0 ]; then
        { [ "$status" -eq 0 ] && grep -q "	$8 entries$" out; } || fail "$1"
        ledger-verify --policy "$golden/policy" I >out || fail "$1: it holds"
    else
        { [ "$status" -eq "$7" ] && grep -q "$8" err && [ -z "$(find . -name 'I*')" ]; } || fail "$1"
    fi
    ok "$1"
}
opened=fstat,newfstatat # its size is asked when it is open, before it is read

of_golden() { # RULE CALLS FILE N CHANGE WANTED
    verifies "$1" whole "$2" "$3" "$4" "$5" "$golden/policy" "$6"
}
of_golden 'stopped and not changed: nothing is found' $opened $bundle 1 nothing '0 valid -'
of_golden 'a bundle that gets shorter before it is read' $opened $bundle 1 cut_off '1 store-damaged 0'
grep -q 'changed while it was read' out || fail 'which is said'
of_golden 'a bundle that gets empty' $opened $bundle 1 empty '1 store-damaged 0'
of_golden 'a bundle that gets longer' $opened $bundle 1 make_longer '1 store-damaged 0'
of_golden 'a bundle that gets huge' $opened $bundle 1 make_huge '1 store-damaged 0'
of_golden 'a bundle that gets another byte before it is read' $opened $bundle 1 spoil '1 bad-text 0'
of_golden 'a bundle that gets longer while it is read' read $bundle 1 make_longer '1 store-damaged 0'
of_golden 'a bundle that gets another byte when it was read' read $bundle 1 spoil '0 valid -'
of_golden 'a bundle that gets shorter when it was read to its end' read $bundle 2 cut_off '0 valid -'
of_golden 'a bundle whose name goes while it is open' $opened $bundle 1 take_away '0 valid -'
of_golden 'a bundle whose name gets another file while it is open' $opened $bundle 1 put_another '0 valid -'
of_golden 'a checkpoint that gets shorter before it is read' $opened checkpoint 1 cut_off '1 store-damaged -'
of_golden 'a checkpoint that gets longer while it is read' read checkpoint 1 make_longer '1 store-damaged -'
of_golden 'a checkpoint that gets another when it was read' read checkpoint 2 spoil '0 valid -'
of_golden 'a hash tile that gets shorter before it is read' $opened tile/0/001 1 cut_off '1 wrong-node 256'
of_golden 'a hash tile that gets another byte before it is read' $opened tile/0/001 1 spoil '1 wrong-node 265'
of_golden 'a hash tile that gets another byte when it was read' read tile/0/001 2 spoil '0 valid -'

# Rules ask for earlier entries, which are read again.
of_ruled() { # RULE CALLS N CHANGE WANTED
    verifies "$1" ruled "$2" tile/entries/000.p/191 "$3" "$4" "$root/fixtures/golden-rules/policy" "$5"
}
of_ruled 'stopped when it is opened again and not changed: nothing is found' $opened 2 nothing '0 valid -'
for change in empty take_away put_another put_directory put_pipe put_link; do
    of_ruled "when it was read, $change" read 2 "$change" '1 store-damaged 1'
done
grep -q 'entry 1 is not what it was' out || fail 'which is said'
of_ruled 'what is read again is empty' $opened 2 empty '1 store-damaged 1'
of_ruled 'what is read again is signed otherwise' $opened 2 sign_otherwise '1 store-damaged 1'
of_ruled 'what is read again was put in its place when the other was open' $opened 2 put_another '0 valid -'

# Who publishes puts full files in the place of partial ones, and takes those away.
verifies 'a publication that grows when the checkpoint was read' first read checkpoint 2 publish_more \
    "$golden/policy" '0 valid -'
[ "$(jq .ledger.entries out)" -eq 257 ] || fail 'as many entries as the checkpoint said hold'
grep -q '	600 entries$' published || fail 'meanwhile it grew'
[ ! -e P/tile/entries/001.p ] || fail 'and the partial bundle is gone'
ok 'as many entries as the checkpoint said hold'

# --- importing ---

imports 'an import of a publication that grows' first read checkpoint 2 publish_more 0 257
imports 'an import of a bundle whose name goes while it is open' whole $opened $bundle 1 take_away 0 600
imports 'an import of a bundle that gets shorter' whole $opened $bundle 1 cut_off 1 'at entry 0: store-damaged'
imports 'an import of a bundle that gets longer' whole read $bundle 1 make_longer 1 'at entry 0: store-damaged'
imports 'an import of a bundle that gets another byte' whole $opened $bundle 1 spoil 1 'at entry 0: bad-text'
imports 'an import of a checkpoint that gets another' whole $opened checkpoint 1 empty 1 'store-damaged'
imports 'an import whose next bundle goes' whole read $bundle 2 take_next 1 'at entry 256: entry-missing'

# --- looking for a file, which is a search and then an audit ---

document=$golden/鉴定意见书.txt
checks() { # RULE FROM FILE N CHANGE STATUS PATTERN: of the first line
    rm -rf P
    cp -r "$2" P
    after read "$3" "$4" "$5" ledger-check --policy "$golden/policy" P "$document"
    { [ "$status" -eq "$6" ] && head -n 1 out | grep -q "$7"; } || fail "$1"
    ok "$1"
}
checks 'stopped and not changed: the file is found' first checkpoint 2 nothing 0 '^RECORDED: entry 3 .*as of entry 256'
checks 'what has grown since the search is judged as it is now' first checkpoint 2 publish_more 0 \
    '^RECORDED: entry 3 .*as of entry 599'
checks 'what was changed since the search is found' whole $bundle 2 spoil 2 '^CANNOT BE JUDGED'
checks 'what is gone since the search is found' whole $bundle 2 take_away 2 '^CANNOT BE JUDGED'
