#!/usr/bin/env bash
# id        P12
# holds     operators
# attack    records statistics that the entries do not give
# alone     ledger -> other-figures @ target
# found-by  whoever verifies the ledger
# with      the statistics, which are made anew from the entries
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$(last_of statistics)
forge <<END
replace $target
    statistics @matters-operator-next figures=other
recompose $target
reindex
resign $target
END
judge
