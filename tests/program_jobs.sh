#!/bin/bash
# --jobs: whatever the number of threads, the programs say the same. (Of tampered ledgers
# program_tampered.sh shows it, of published ones program_publish_tampered.sh.)
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
    "$bin/ledger-publish" --no-lock "$golden/ledger" "$golden/files" >/dev/null || exit 1
    for form in --json --explain; do
        alike "$golden, published, is verified alike, $form" 0 \
            "$bin/ledger-verify" "${policy[@]}" "$form" "$golden/files"
    done
    alike "$golden, published, is counted alike" 0 \
        "$bin/ledger-stats" "${policy[@]}" --csv "$golden/files"
    alike "a file is looked for in $golden, published, alike" 3 \
        "$bin/ledger-check" "${policy[@]}" "$golden/files" "$root/README.md"
    for threads in 1 2 64; do
        run "$bin/ledger-import" "${policy[@]}" --map-size 67108864 --jobs "$threads" \
            "$golden/files" "$golden/imported-$threads"
        [ "$status" -eq 0 ] || fail "$golden is imported with $threads threads"
        "$bin/ledger-publish" "$golden/imported-$threads" "$golden/again-$threads" >/dev/null || exit 1
        diff -r "$golden/files" "$golden/again-$threads" || fail "$golden is imported alike"
    done
    ok "$golden is imported alike"
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
