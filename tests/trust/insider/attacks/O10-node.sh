#!/usr/bin/env bash
# id        O10
# holds     -
# attack    adds a node to the stored tree
# alone     ledger -> wrong-node
# found-by  whoever verifies the ledger
# with      the tree, which is made anew
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<<node
judge
