#!/usr/bin/env bash
# id        P10
# holds     operators
# attack    takes back the last entries and puts others in their place
# alone     ledger -> valid
# then      since receipt.checkpoint -> fork
# found-by  whoever has a receipt
# with      the checkpoint in the proof; witnesses
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
prove_honestly receipt.proof $((size - 1))
checkpoint_of receipt.proof >receipt.checkpoint
forge <<END
swap $((size - 3))
rewrite $((size - 3))
END
judge
