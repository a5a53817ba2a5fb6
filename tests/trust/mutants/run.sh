#!/usr/bin/env bash
# run.sh - small mistakes in the library, one at a time: is there a test that notices each?
# The full tier tries all of the verifier, and a sample of everything else of the core: an hour or
# two. mutants.py does one part by hand.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"

mutants=$root/tests/trust/mutants/mutants.py
build=$(dirname "$bin")

# What decides whether a proof, a status proof, an entry, a checkpoint, a signature or a rule holds.
verifier=()
for module in tree/* format/{note,checkpoint,proof,status_proof,batch,entry,record,vkey,policy*,tile}.c law/*; do
    verifier+=(--files "ledger/$module")
done

mutate() { # RULE ARGUMENT...
    run python3 "$mutants" "$build" --seed "$seed" --scratch "$work/scratch" "${@:2}"
    [ "$status" -eq 0 ] || fail "$1"
    ok "$1"
    grep ^figure out
}

if [ "$tier" = short ]; then
    # Of what has quick suites of its own, by those.
    mutate "a test notices every mistake tried" --sample 24 \
        --files "ledger/tree/tree*.c" --files "ledger/format/checkpoint.c" --files "ledger/format/vkey.c" \
        --suite tree --suite tree_proof --suite checkpoint --suite vkey --suite policy
else
    mutate "a test notices every mistake in the verifier" "${verifier[@]}"
    mutate "tests notice 95 of 100 mistakes in the core" --sample 2000 --allow 0.05 \
        --files "ledger/base/*" --files "ledger/tree/*" --files "ledger/format/*" --files "ledger/law/*" \
        --files "ledger/ops/audit*"
fi

control "a mistake that no test notices" python3 "$mutants" "$build" --suite timestamp \
    --files "ledger/tree/tree.c" --sample 1 --seed "$seed" --scratch "$work/scratch"
