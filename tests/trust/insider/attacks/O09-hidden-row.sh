#!/usr/bin/env bash
# id        O09
# holds     -
# attack    removes the row of a revocation from the index of matters on the disk
# alone     ledger -> wrong-index-row @ target
# found-by  whoever verifies the ledger
# with      the rows, which are made anew from the entries
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$(at voided revoke)
forge <<<"unrow $target"
judge
