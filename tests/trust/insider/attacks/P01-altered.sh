#!/usr/bin/env bash
# id        P01
# holds     operators
# attack    alters what a notary signed, and signs everything of his own anew
# alone     ledger -> bad-signature @ target
# found-by  whoever verifies the ledger
# with      the signature of the notary
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$(at effective issue)
forge <<END
line $target category will => category contract
rewrite $target
END
judge
