#!/bin/bash
# --jobs: whatever the number of threads, the programs say the same. (Of tampered ledgers
# program_tampered.sh shows it.)
# usage: program_jobs.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

# alike NAME STATUS COMMAND...: with 1, 2, 3 and 64 threads it says what it says without the option.
alike() {
    local name=$1 expected=$2 threads
    shift 2
    run "$@"
    [ "$status" -eq "$expected" ] || fail "$name"
    mv out out.default
    mv err err.default
    for threads in 1 2 3 64; do
        run "$@" --jobs "$threads"
        [ "$status" -eq "$expected" ] || fail "$name: with $threads threads, too"
        { cmp out out.default && cmp err err.default; } || fail "$name: the same with $threads threads"
    done
    ok "$name"
}

for golden in golden golden-rules golden-batch; do
    cp -r "$root/fixtures/$golden" .
    chmod -R u+w "$golden"
    policy=(--policy "$golden/policy")
    for form in --json --explain; do
        alike "$golden is verified alike, $form" 0 \
            "$bin/ledger-verify" "${policy[@]}" --no-lock "$form" "$golden/ledger"
    done
    alike "$golden is counted alike" 0 \
        "$bin/ledger-stats" "${policy[@]}" --no-lock --csv "$golden/ledger"
    alike "a file is looked for in $golden alike" 3 \
        "$bin/ledger-check" "${policy[@]}" --no-lock "$golden/ledger" "$root/README.md"
done

wrong() { # VALUE: --jobs does not take it
    run "$bin/ledger-verify" "${policy[@]}" --no-lock "$golden/ledger" --jobs "$1"
    { [ "$status" -eq 2 ] && [ ! -s out ] && grep -q -e "'--jobs'" err; } ||
        fail "--jobs $1 is wrong usage"
    ok "--jobs $1 is wrong usage"
}
for value in 0 65 -1 2x ''; do
    wrong "$value"
done
proofs=("$golden"/proofs/*.proof)
run "$bin/ledger-verify" "${policy[@]}" --jobs 2 "${proofs[0]}"
{ [ "$status" -eq 2 ] && grep -q "'--jobs' goes with a ledger" err; } || fail 'a proof needs no threads'
ok 'a proof needs no threads'
