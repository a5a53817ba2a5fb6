#!/bin/bash
# What is given to the programs for status proofs: numbers that are none, the number that is meant,
# pipes, files that are too long, a ledger that is written to, too little memory.
# usage: program_status_input.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/verify_lib.sh
. "$(dirname "$0")/verify_lib.sh"

run ledger-index L --operator op.key
[ "$status" -eq 0 ] || fail 'an index is appended'
run ledger-prove L --status --matter "$matter" -o s
[ "$status" -eq 0 ] || fail 'a status proof is made'

# --- numbers that are none ---

long=$(head -c 16500 /dev/zero | tr '\0' m)
longest=${long:0:255}
# is_none NUMBER CAUSE: all programs that need the number of a matter say so
is_none() {
    local shown=${1:0:20}
    shown=${shown//[^ a-z0-9]/?}
    run ledger-prove L --status --matter "$1"
    refused "ledger-prove: $shown: $2" 2 "$2"
    run ledger-verify --log "$log" s --matter "$1"
    refused "ledger-verify: $shown: $2" 2 "$2"
    run ledger-check --log "$log" L renamed.pdf --matter "$1"
    refused "ledger-check: $shown: $2" 2 "$2"
}
is_none 'm1 ' "'m1 ' cannot be the number of a matter: it begins or ends with a space"
is_none ' m1' 'it begins or ends with a space'
is_none 'm1  x' 'it has two spaces side by side'
is_none $'m1\x01' 'it has something else than clean text'
is_none $'m1\nx' 'it has more than one line'
is_none "$long" 'a text of 16500 bytes cannot be the number of a matter, which has at most 255'
is_none "${longest}m" 'a text of 256 bytes cannot be the number of a matter'
run ledger-verify --log "$log" s --matter ''
refused 'an empty number is none' 2 'it is empty'
run ledger-prove L --status --matter "$longest" -o longest
[ "$status" -eq 0 ] || fail 'the longest number is one'
run ledger-verify --log "$log" longest --matter "$longest"
verdict 'the longest number is one' 0 'VALID: .*: no entries, '

# --- the number that is meant ---

run ledger-verify --log "$log" s --matter "$matter"
verdict 'a proof of the matter that is meant is valid' 0 "VALID: the matter '$matter'"
run ledger-verify --log "$log" s --matter another
verdict 'a proof of another matter is not' 1 "NOT VALID: other-entry.*'$matter', not of the one asked for"
run ledger-verify --log "$log" s --matter another --document renamed.pdf
verdict 'whatever the file' 1 'NOT VALID: other-entry'
grep -q 'renamed.pdf\|RECORDED' out && fail 'of which nothing is said'
ok 'of which nothing is said'
run ledger-verify --log "$log" s --matter "$matter" --document renamed.pdf
verdict 'a file in the matter that is meant is recorded' 0 'RECORDED: entry 1 \(forensic-appraisal, issue, by smu.gz.example\) '
run ledger-verify --log "$log" s --matter another --json
says 'the JSON report says so' '"finding":"other-entry"' '"line":2' '"holds":false'
ledger-prove L 1 -o one >out
run ledger-verify --log "$log" one --matter "$matter"
refused '--matter does not go with the proof of an entry' 2 "'--matter' goes with a status proof"
run ledger-verify --log "$log" L --matter "$matter"
refused '--matter does not go with a ledger' 2 "'--matter' goes with a status proof"

# --- pipes and files that are too long ---

run ledger-verify --log "$log" <(cat s)
verdict 'a status proof comes through a pipe' 0 "VALID: the matter '$matter'"
run ledger-verify --log "$log" <(cat one) --document renamed.pdf
verdict 'so does the proof of an entry' 0 'VALID: entry 1 '
mkfifo slow
{
    head -c 10 s
    sleep 0.2
    tail -c +11 s
} >slow &
run ledger-verify --log "$log" slow
verdict 'even one that comes in pieces' 0 "VALID: the matter '$matter'"
wait
run ledger-verify --log "$log" <(:)
verdict 'an empty pipe has no proof' 1 'NOT VALID: bad-proof'
run ledger-verify --log "$log" <(head -c 20 s)
verdict 'nor has one with half a first line' 1 'NOT VALID: bad-proof'
cp s huge
truncate -s 1073741825 huge
run ledger-verify --log "$log" huge
verdict 'a status proof may be longer than that of an entry' 1 \
    'NOT VALID: too-long.*a status proof has at most 1073741824 bytes'
run ledger-verify --log "$log" huge --json
says 'the JSON report says what it is' '"what":"status-proof".*"finding":"too-long"'
cp one big
truncate -s 4194305 big
run ledger-verify --log "$log" big
verdict 'the proof of an entry may not' 1 'NOT VALID: too-long.*a proof has at most 4194304 bytes'
run ledger-verify --log "$log" <(cat big)
verdict 'nor through a pipe' 1 'NOT VALID: too-long.*a proof has at most 4194304 bytes'
for entries in 1 3; do
    sed "s/^entries 2/entries $entries/" s >count
    run ledger-verify --log "$log" count
    verdict 'a wrong number of proofs is a hint' 1 "NOT VALID: bad-.*; or 'entries', $entries, is not the number"
done

# --- a ledger that is written to ---

# Stops a program before its second commit: behind that of its entries, before their checkpoint.
cat >between.c <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>
int mdb_txn_commit(void *txn)
{
    static int commits;
    int (*commit)(void *) = (int (*)(void *))dlsym(RTLD_NEXT, "mdb_txn_commit");
    const char *before = getenv("COMMIT");
    if (before != NULL && ++commits == atoi(before)) {
        (void)!write(9, "\n", 1);
        if (getenv("BREAK") != NULL) {
            _exit(99);
        }
        usleep(1000000);
    }
    return commit(txn);
}
END
# unfinished LEDGER COMMIT: an index is in it, and no checkpoint covers it
unfinished() {
    LD_PRELOAD=$work/between.so BREAK=1 COMMIT=$2 ledger-index "$1" --operator op.key 9>/dev/null
    run ledger-verify --no-lock --log "$log" "$1"
    head -n 1 out | grep -q 'NOT VALID: entry-unsigned\|NOT VALID: .*under no checkpoint'
}
if cc -shared -fPIC -o between.so between.c -ldl 2>err && LD_PRELOAD=$work/between.so true 2>err &&
    ! nm "$bin/ledger-index" | grep -q __asan_init; then
    append L amend
    commit=0
    for try in 1 2 3 4 5 6; do
        rm -rf B B.guard
        copy_ledger L B
        if unfinished B "$try"; then
            commit=$try
            break
        fi
    done
    [ "$commit" -gt 0 ] || fail 'an index without a checkpoint is made'
    run ledger-prove B --status --matter "$matter"
    refused 'an index without a checkpoint is waited for, and then it is trouble' 2 \
        'another program is writing to this ledger'
    mkfifo here
    LD_PRELOAD=$work/between.so COMMIT=$commit ledger-index L --operator op.key >appended 9>here &
    read -r _ <here
    run ledger-prove L --status --matter "$matter" -o live
    expect 'in a live ledger it comes soon' 0 ''
    wait
    run ledger-verify --log "$log" live
    verdict 'and the proof is as of it' 0 'VALID: .*, as of entry 5, '
else
    ok 'an index without a checkpoint is waited for (not tried: no library can be preloaded here)'
fi

# --- too little memory ---

within() { # KILOBYTES COMMAND...
    (
        ulimit -v "$1" || exit 1
        shift
        exec "$@"
    )
}
# truth RULE COMMAND...: with whatever memory, the program says all of it or nothing
truth() {
    local rule=$1 low=1000 high=2000000 middle
    shift
    run "$@"
    cp out whole
    run within $high "$@"
    { [ "$status" -eq 0 ] && cmp -s out whole; } || fail "$rule"
    while [ $((high - low)) -gt 16 ]; do
        middle=$(((low + high) / 2))
        run within $middle "$@"
        if [ "$status" -eq 0 ]; then
            cmp -s out whole || fail "$rule"
            high=$middle
        else
            [ ! -s out ] || fail "$rule"
            low=$middle
        fi
    done
    # Below it some of what is wanted last is missing.
    for middle in $(seq $((low - 640)) 64 "$low"); do
        run within "$middle" "$@"
        { [ "$status" -ne 0 ] && [ ! -s out ]; } || fail "$rule"
    done
    run within "$low" "$@"
    { [ "$status" -eq 2 ] && grep -q 'memory' err; } || fail "$rule"
    ok "$rule"
}
if within 2000000 ledger-verify --version >out 2>err; then
    for _ in $(seq 1500); do
        printf '{"kind":"forensic-appraisal","event":"note","matter":"many","institution":"smu.gz.example"}\n'
    done >many.jsonl
    run ledger-append L --operator op.key --key zhang.key --jsonl many.jsonl --index
    [ "$status" -eq 0 ] || fail 'many entries are appended'
    run ledger-prove L --status --matter many -o many
    [ "$status" -eq 0 ] || fail 'they are proved'
    truth 'with too little memory nothing is reported' ledger-verify --log "$log" many
    truth 'nor as JSON' ledger-verify --log "$log" --json many
else
    ok 'with too little memory nothing is reported (not tried: the programs need it all)'
fi
