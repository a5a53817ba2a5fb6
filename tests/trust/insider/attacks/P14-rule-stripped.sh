#!/usr/bin/env bash
# id        P14
# holds     operators
# attack    takes a rule out of the founding record
# alone     ledger -> bad-signature @ 0
# found-by  whoever verifies the ledger
# with      the signatures of the governors
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
line 0 not-by=review => not-by=draft
rewrite 0
END
judge
