#!/usr/bin/env bash
# id        O08
# holds     -
# attack    files an old record again, after the last checkpoint
# alone     ledger -> repeated-record @ size
# then      start -> damaged
# found-by  whoever verifies the ledger, and the operator at the next start
# with      the rule that a record stands once
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
repeat $(at single book) $size
relink $size
reindex
END
judge
