#!/usr/bin/env bash
# id        O05
# holds     -
# attack    removes the row of an entry
# alone     ledger -> entry-missing @ target
# found-by  whoever verifies the ledger
# with      the chain: the entries are counted
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$(pick 'ruled')
forge <<<"lose $target"
judge
