#!/usr/bin/env bash
# id        O02
# holds     -
# attack    takes one of two signatures off a record, and makes chain, tree and rows fit
# alone     ledger -> role-missing @ target
# found-by  whoever verifies the ledger
# with      the rule
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$(at appraisal issue)
forge <<END
strip $target forensics.gz.test.example/zhao
relink $((target + 1))
reindex
END
judge
