#!/usr/bin/env bash
# id        P03
# holds     operators
# attack    lets a deed stand that lacks the seal
# alone     ledger -> role-missing @ target
# found-by  whoever verifies the ledger
# with      the rule
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$(at effective issue)
forge <<END
strip $target notary.gz.test.example/seal-n
rewrite $target
END
judge
