#!/usr/bin/env bash
# run.sh - data.mdb files that were made to do harm (craft.py): each is refused by every program that
# reads, with its exit status and a message, in time, without a signal, and without a byte of the
# process's memory in what it writes.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/trust/small_ledger.sh
. "$root/tests/trust/small_ledger.sh"

# In the memory of every process below, beside its environment; no output may have it.
export LEDGER_CANARY=canary-of-the-process-7f3a9c51

make_keys
make_ledger small 40
printf 'log %s\nquorum none\n' "$(cat op.vkey)" >policy
for ((i = 0; i < 4; i++)); do # long values, and pages that were freed
    printf '{"kind":"forensic-appraisal","event":"note","matter":"long","institution":"smu.gz.example","data":{"text":"%06000d"}}\n' "$i" >long.jsonl
    # shellcheck disable=SC2046 # words
    must 'a long record is appended' ledger-append $(signing small) --jsonl long.jsonl
done
must 'the ledger is valid' ledger-verify --policy policy small
must 'cases are made' python3 "$root/tests/trust/hostile/craft.py" small/data.mdb cases

# refused CASE STATUS COMMAND...
refused() {
    local hostile=$1 expected=$2
    shift 2
    run timeout -s KILL 10 "$@"
    [ "$status" -ne 137 ] || fail "$hostile: $1 comes back"
    [ "$status" -eq "$expected" ] || fail "$hostile: $1 refuses it"
    [ -s out ] || [ -s err ] || fail "$hostile: $1 says so"
    ! grep -qaF "$LEDGER_CANARY" out err || fail "$hostile: $1 tells nothing of its memory"
    ! grep -q 'the process that read it' err || fail "$hostile: $1 finds it before liblmdb does"
}

cases=0
for directory in cases/*/; do
    name=$(basename "$directory")
    refused "$name" 1 ledger-verify --policy policy --no-lock "$directory"
    grep -q '^NOT VALID: store-damaged: ' out || fail "$name: it is named"
    refused "$name" 2 ledger-log --json "$directory"
    if [ "$tier" = full ]; then
        refused "$name" 1 ledger-verify --policy policy --json "$directory"
        refused "$name" 2 ledger-prove "$directory" 3
        refused "$name" 2 ledger-authority "$directory"
        refused "$name" 2 ledger-check --policy policy "$directory" lines
        refused "$name" 1 ledger-stats --policy policy "$directory"
        cp -r "$directory" append
        cp small.guard append.guard
        # shellcheck disable=SC2046 # words
        refused "$name" 2 ledger-append $(signing append) --jsonl long.jsonl
        cmp -s "$directory/data.mdb" append/data.mdb || fail "$name: nothing is written to it"
        rm -rf append append.guard
    fi
    cases=$((cases + 1))
done
[ "$cases" -ge 80 ] || fail 'there are cases'
figure "$cases" 'crafted stores, each refused by all that reads, in time and without a signal'
ok "$cases crafted stores are refused"

harmed=0
for directory in cases/*/; do
    run timeout -s KILL 10 trust_unchecked "$directory"
    [ "$status" -lt 3 ] || harmed=$((harmed + 1))
done 2>/dev/null
[ "$harmed" -ge 10 ] || fail 'control: liblmdb alone comes to harm'
ok "control: liblmdb alone dies of, loops in, or reads too much from $harmed of them"
