#!/usr/bin/env bash
# id        P09
# holds     operators
# attack    takes back the last entries, for which receipts were given
# alone     ledger -> valid
# then      since receipt.checkpoint -> older-than-seen
# then      proof receipt.proof -> valid
# found-by  whoever has a receipt
# with      the checkpoint in the proof
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
prove_honestly receipt.proof $((size - 1))
checkpoint_of receipt.proof >receipt.checkpoint
forge <<<"restore $(covered_before $((size - 1)))"
judge
