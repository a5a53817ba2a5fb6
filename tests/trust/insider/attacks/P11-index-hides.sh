#!/usr/bin/env bash
# id        P11
# holds     operators
# attack    makes an index of matters that leaves a revocation out
# alone     ledger -> index-root @ target
# then      since size -> index-root @ target
# found-by  whoever verifies the ledger
# with      the index, which is made anew from the entries
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$(last_of index)
forge <<END
renew $target $(at voided revoke)
reindex
resign $target
END
judge
