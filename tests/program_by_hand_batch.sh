#!/bin/bash
# What tests/by_hand.sh answers of records signed in batches: those of the golden ledger, and whatever
# fixtures/tampered says must be refused of them. ledger-verify judges each proof alike.
# usage: program_by_hand_batch.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/by_hand_lib.sh
. "$(dirname "$0")/by_hand_lib.sh"

golden=$root/fixtures/golden-batch
log=$(sed -n 's/^log //p' "$golden/policy")

for proof in "$golden"/proofs/*.proof; do
    valid "$(basename "$proof") is valid" "$proof"
done
valid 'a record in two batches is valid' "$golden/proofs/two-batches.proof"
answers 'it says in which' 0 'li-si.*as record 2 of a batch of 3' "$golden/proofs/two-batches.proof" \
    --log "$log"
answers 'and in which other' 0 'wang-wu.*as record 1 of a batch of 2' \
    "$golden/proofs/two-batches.proof" --log "$log"

# What is said of a finding.
words_of() {
    case $1 in
    bad-signature) echo 'signature of .*(has |verify|too|of the authority)' ;;
    evidence-missing) echo 'line in force' ;;
    repeated-signer) echo 'signed twice' ;;
    not-included) echo 'inclusion path' ;;
    *) echo "no such finding: $1" ;;
    esac
}

cases=0
while IFS='|' read -r name what _ code finding _; do
    [[ $name == \#* ]] && continue
    read -r name <<<"$name"
    rm -f mutant
    must tamper_batch_proof "$name" "$golden" mutant
    if [ "$((code))" -eq 0 ]; then
        valid "valid:$what" mutant
    else
        refused "refused:$what" "$(words_of "${finding// /}")" mutant
    fi
    cases=$((cases + 1))
done <"$root/fixtures/tampered/proofs-batch.txt"
[ "$cases" -ge 40 ] || fail 'all cases were tried'
ok 'all cases were tried'
