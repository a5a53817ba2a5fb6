#!/usr/bin/env bash
# run.sh - small mistakes in the library, one at a time: is there a test that notices each?
# The full tier tries all of the verifier, and a sample of everything else in the library. It needs
# half a day. mutants.py does one part by hand.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"

here=$root/tests/trust/mutants
mutants=$here/mutants.py
verifier=(--files "ledger/tree/*" --files "ledger/law/proof_check.c" --files "ledger/law/status_check.c"
          --files "ledger/law/signature_check.c")
build=$(dirname "$bin")

if [ "$tier" = short ]; then
    # Of what has quick suites of its own; a mutant that survives those runs all others.
    run python3 "$mutants" "$build" --files "ledger/tree/tree*.c" --files "ledger/format/checkpoint.c" \
        --sample 8 --seed "$seed" --jobs 1 --scratch "$work/scratch"
    [ "$status" -eq 0 ] || fail "a test notices every mistake tried"
    ok "a test notices every mistake tried"
    grep ^figure out
else
    covered=$work/covered
    run cmake -S "$root" -B "$covered" -G Ninja -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Debug \
        -DCMAKE_C_FLAGS="-O1 -fprofile-instr-generate -fcoverage-mapping"
    [ "$status" -eq 0 ] && run ninja -C "$covered" ledger-tests
    [ "$status" -eq 0 ] || fail "a build for coverage"
    run python3 "$mutants" "$build" --covered "$covered" "${verifier[@]}" --scratch "$work/scratch"
    [ "$status" -eq 0 ] || fail "a test notices every mistake in the verifier"
    ok "a test notices every mistake in the verifier"
    grep ^figure out
    run python3 "$mutants" "$build" --covered "$covered" --files "ledger/base/*" --files "ledger/format/*" \
        --files "ledger/law/*" --files "ledger/ops/audit*" --sample 2000 --seed "$seed" --allow 0.05 \
        --scratch "$work/scratch"
    [ "$status" -eq 0 ] || fail "tests notice 95 of 100 mistakes in the core"
    ok "tests notice 95 of 100 mistakes in the core"
    grep ^figure out
fi

control "a mistake that no test notices" python3 "$mutants" "$build" --suite timestamp \
    --files "ledger/tree/tree.c" --sample 1 --seed "$seed" --jobs 1 --scratch "$work/scratch"
