#!/usr/bin/env bash
# id        P17
# holds     operators
# attack    gives an entry an earlier time than the one before
# alone     ledger -> time-reversed @ target
# found-by  whoever verifies the ledger
# with      the chain
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$(pick 'ruled && i > 20')
forge <<END
time $target -864000000
rewrite $target
END
judge
