#!/usr/bin/env bash
# id        O03
# holds     -
# attack    takes an entry out and makes numbers, chain, tree and rows fit
# alone     ledger -> checkpoint-root @ ended - 1
# found-by  whoever verifies the ledger
# with      the tree: no checkpoint can be signed anew
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$(at single book)
ended=$(covering "$target")
forge <<END
drop $target
renumber $target
recompose $target
reindex
END
judge
