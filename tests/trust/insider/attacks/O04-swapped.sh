#!/usr/bin/env bash
# id        O04
# holds     -
# attack    lets two entries of different matters change places, and makes all fit
# alone     ledger -> checkpoint-root @ ended - 1
# found-by  whoever verifies the ledger
# with      the tree
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$(pick 'ruled && next_ruled && !same_next && !ends && i > 1')
ended=$(covering "$target")
forge <<END
swap $target
renumber $target
recompose $target
reindex
END
judge
