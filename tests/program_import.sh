#!/usr/bin/env bash
# ledger-import: from publication to ledger and on; refusals, restoring, interruptions; golden ledgers.
# usage: program_import.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/publish_lib.sh
. "$(dirname "$0")/publish_lib.sh"
map=(--map-size 67108864)

grow L 3 300
ledger-publish L P >/dev/null
run ledger-import --log "$log" "${map[@]}" P I
expect 'a publication is imported' 0 ''
same 'the guard is its checkpoint' I.guard P/checkpoint
holds I 300 || fail 'the ledger holds'
ok 'the ledger holds'
ledger-verify --log "$log" --json L | jq -S '.ledger | del(.checkpoints)' >one
ledger-verify --log "$log" --json I | jq -S '.ledger | del(.checkpoints)' >other
same 'it is the same ledger, but for the earlier checkpoints' one other
ledger-prove L 7 -o 7.one
ledger-prove I 7 -o 7.other
same 'it gives the same proofs' 7.one 7.other
append I amend
holds I 301 || fail 'the operator appends to it'
ok 'the operator appends to it'
ledger-publish I P >/dev/null
holds P 301 || fail 'and publishes it in the same directory'
ok 'and publishes it in the same directory'
ledger-publish L P >/dev/null 2>&1 && fail 'the old ledger is behind'
ok 'where the old ledger is behind'
run ledger-import --log "$log" P I
expect 'no ledger is replaced' 2 "'I': it exists"
run ledger-import --log "$log" --json "${map[@]}" P J
says 'the JSON answer' '^\{"ledger":"J","origin":"'"$origin"'","size":301,"root":"[0-9A-Za-z+/]{43}="' \
    '"guard":"J.guard","guard_was_there":false\}'

# --- refusals ---

run ledger-import P K
expect 'somebody must be trusted' 2 "'--policy FILE' or '--log VKEY'"
run ledger-import --log "$(cat li.vkey)" P K
expect 'another log key is not trusted' 1 "refused 'P': log-untrusted"
cp -r P changed
sed -i 's/第1234号/第1235号/' changed/tile/entries/000
run ledger-import --log "$log" "${map[@]}" changed K
expect 'a changed entry is refused' 1 "refused 'changed' at entry 1: bad-signature"
rm changed/tile/entries/001.p/45
run ledger-import --log "$log" "${map[@]}" changed K
expect 'it is the first that decides' 1 "refused 'changed' at entry 1: bad-signature"
cp P/tile/entries/000 changed/tile/entries/000
run ledger-import --log "$log" "${map[@]}" changed K
expect 'a missing bundle is refused' 1 "refused 'changed' at entry 256: entry-missing"
run ledger-import --log "$log" L K
expect 'a ledger is no publication' 2 "no file 'checkpoint'"
[ -z "$(find . -maxdepth 1 -name 'K*')" ] || fail 'nothing is left behind'
ok 'nothing is left behind'

for i in 1 2 3 4 5 6; do
    { ledger-import --log "$log" "${map[@]}" P K >"K-said.$i" 2>&1 && echo made >>K-made; } &
done
wait
[ "$(cat K-made)" = made ] || fail 'of several imports at once one makes the ledger'
holds K 301 || fail 'of several imports at once one makes the ledger'
cmp K.guard P/checkpoint || fail 'and its guard'
[ "$(find . -maxdepth 1 -name 'K*' ! -name 'K-*' | wc -l)" -eq 2 ] || fail 'the others leave nothing behind'
ok 'of several imports at once one makes the ledger, the others leave nothing behind'

# --- a lost ledger whose guard is still there ---

rm -r I
cp I.guard guard
ledger-publish J P >/dev/null
run ledger-import --log "$log" "${map[@]}" P I
expect 'a lost ledger is put back' 0 ''
grep -q 'was there' out || fail 'its guard was there'
same 'under its guard' I.guard guard
append I void
holds I 302 || fail 'and goes on'
ok 'and goes on'
rm -r I
run ledger-import --log "$log" "${map[@]}" P I
expect 'a publication that lacks what was signed is not put back' 2 'look for a newer one'
[ ! -e I ] || fail 'then there is no ledger'
ledger-publish fork F >/dev/null
cp fork.guard I.guard
run ledger-import --log "$log" "${map[@]}" P I
expect 'nor one that contradicts the guard' 2 'two histories'
[ ! -e I ] || fail 'then there is no ledger'

# --- golden ledgers ---

golden_count=0
for golden in "$root"/fixtures/golden*/; do
    golden=${golden%/}
    name=${golden##*/}
    golden_count=$((golden_count + 1))
    cp -r "$golden/ledger" "$name"
    chmod -R u+w "$name"
    ledger-publish "$name" "$name.published" >/dev/null || fail "$name is published"
    wanted=$(sed -n 's/^root //p' "$golden/expected.txt" | sed 's/[+]/[+]/g')
    run ledger-import --policy "$golden/policy" "${map[@]}" --json "$name.published" "$name.imported"
    says "$name: is imported with its root" "\"root\":\"$wanted\""
    for form in "$name.published" "$name.imported"; do
        run ledger-verify --policy "$golden/policy" --json "$form"
        says "$form: is valid, with its root" '"finding":"valid"' "\"root\":\"$wanted\""
        jq -S '[.notices, .compromised, .ledger.signatures, .ledger.late, .ledger.doubtful]' \
            out >"$form.notices"
        for seen in "$golden"/checkpoints/*; do
            ledger-verify --policy "$golden/policy" --since "$seen" "$form" >out ||
                fail "$form extends ${seen##*/}"
        done
        ok "$form: extends all earlier checkpoints"
    done
    run ledger-verify --policy "$golden/policy" --json "$name"
    jq -S '[.notices, .compromised, .ledger.signatures, .ledger.late, .ledger.doubtful]' out >whole
    same "$name: what gives cause to look at is the same in the files" whole "$name.published.notices"
    same "$name: and in the import" whole "$name.imported.notices"
done

[ "$golden_count" -ge 3 ] || fail 'all golden ledgers are imported'
run ledger-verify --policy "$root/fixtures/golden-batch/policy" --json golden-batch.published
[ "$(jq .ledger.signatures out)" -gt "$(jq .ledger.entries out)" ] || fail 'batch signatures are counted'
cp -r golden-batch.published batch
# The signature of a batch is that of each of its records: one that is changed is found.
LC_ALL=C sed -i '0,/^— notary/s/^\(— notary[^ ]* .\{90\}\)./\1_/' batch/tile/entries/000.p/*
cmp -s batch/tile/entries/000.p/60 golden-batch.published/tile/entries/000.p/60 && fail 'something is changed'
run ledger-import --policy "$root/fixtures/golden-batch/policy" "${map[@]}" batch B
[ "$status" -eq 1 ] || fail 'a batch signature that was changed is refused'
run ledger-verify --policy "$root/fixtures/golden-batch/policy" batch
[ "$status" -eq 1 ] || fail 'a batch signature that was changed is found'
ok 'a batch signature that was changed is found and refused'

# --- an index of matters, figures, records signed in a batch ---

copy() { # FROM TO
    rm -rf files
    ledger-publish "$1" files >/dev/null || fail "$1 is published"
    run ledger-import --log "$log" "${map[@]}" files "$2"
    [ "$status" -eq 0 ] || fail "$1 is imported"
}
cp -r J N
cp J.guard N.guard
ledger-index N --operator op.key >out || fail 'an index is appended'
grow N 302 320
ledger-index N --operator op.key --statistics figures.csv >out || fail 'figures are appended'
ledger-index N --operator op.key >out || fail 'another index is appended'
for ((i = 0; i < 40; i++)); do
    printf '{"kind":"forensic-appraisal","event":"note","matter":"b%d","institution":"smu.gz.example"}\n' "$i"
done >lines.jsonl
ledger-append N --operator op.key --key zhang.key --batch --jsonl lines.jsonl >out || fail 'a batch is appended'
copy N O
for form in N files O; do
    ledger-verify --log "$log" --json "$form" | jq -S '.verdict, .ledger.root, .ledger.signatures' >"$form.said"
done
same 'indexes, figures and batches are the same in a publication' N.said files.said
same 'and in an import' N.said O.said
ledger-prove N --status --matter m1 -o N.status >out || fail 'a status proof is made'
ledger-prove O --status --matter m1 -o O.status >out || fail 'a status proof is made of an import'
same 'an import gives the same status proofs' N.status O.status
append O amend
ledger-index O --operator op.key --json >out || fail 'the operator goes on with an index'
says 'the operator goes on with an index' '"existing":false'
holds O 364 || fail 'the ledger holds'
run ledger-verify --log "$log" --since N.guard O
verdict 'the ledger holds, and goes on from where it was' 0 'VALID: '

# --- interruptions ---

if ! can_trace; then
    ok 'interruptions: not tested, programs cannot be traced here'
    exit 0
fi
# An import that is stopped when its guard is there, and another that finds it.
for call in link flock; do
    rm -rf Q Q.* trace
    env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o trace -e trace="$call" \
        -e inject="$call:signal=STOP:when=1" ledger-import --log "$log" "${map[@]}" P Q >Q.out 2>Q.err &
    tracer=$!
    for ((tries = 0; tries < 600; tries++)); do
        grep -q 'stopped by SIGSTOP' trace 2>/dev/null && break
        sleep 0.05
    done
    [ -e Q.guard ] || fail 'it is stopped when its guard is there'
    run ledger-import --log "$log" "${map[@]}" P Q
    other=$status
    kill -CONT "$(sed -n 's/^\([0-9]*\) .*stopped by SIGSTOP.*/\1/p' trace | head -n 1)"
    wait "$tracer" && stopped=0 || stopped=$?
    case $call in
    link) [ "$other $stopped" = '0 2' ] || fail 'who found the guard made the ledger' ;;
    flock) [ "$other $stopped" = '2 0' ] || fail 'who locked the guard made the ledger' ;;
    esac
    cmp Q.guard P/checkpoint || fail "the ledger keeps its guard ($call)"
    holds Q 301 || fail "the ledger holds ($call)"
    [ -z "$(find . -maxdepth 1 -name 'Q.*.tmp')" ] || fail "nothing else is left ($call)"
    append Q amend
done
ok 'of two imports with one guard one makes the ledger, which keeps its guard'
kills=0
finished=0
for call in write pwrite64 pwritev fsync fdatasync msync ftruncate mkdir rename renameat2 link unlink; do
    for ((n = 1; ; n++)); do
        rm -rf Q Q.*
        killed_at "$n" "$call" ledger-import --log "$log" "${map[@]}" P Q || break
        kills=$((kills + 1))
        if [ -e Q ]; then
            finished=$((finished + 1))
            cmp Q.guard P/checkpoint || fail "killed at $call $n, there is a guard"
        else
            run ledger-import --log "$log" "${map[@]}" P Q
            [ "$status" -eq 0 ] || fail "killed at $call $n, it is done again"
        fi
        holds Q 301 || fail "killed at $call $n, what is there holds"
    done
    [ "$status" -eq 0 ] || fail "without being killed at $call it is done"
done
[ "$kills" -gt 15 ] || fail "killed at every call ($kills)"
append Q amend
ok "killed at any of $kills calls that change something, there is no ledger or, $finished times, a whole one"
