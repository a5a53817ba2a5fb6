#!/usr/bin/env bash
# id        P04
# holds     operators
# attack    files an old record a second time
# alone     ledger -> repeated-record @ size
# found-by  whoever verifies the ledger
# with      the rule that a record stands once
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
repeat $(at single book) $size
rewrite $size
END
judge
