#!/usr/bin/env bash
# id        O12
# holds     -
# attack    moves the time of an entry by a minute and makes all fit
# alone     ledger -> checkpoint-root @ ended - 1
# found-by  whoever verifies the ledger
# with      the tree
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$((size - 1))
ended=$size
forge <<END
time $target 60000
reindex
END
judge
