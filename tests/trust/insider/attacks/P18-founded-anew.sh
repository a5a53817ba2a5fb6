#!/usr/bin/env bash
# id        P18
# holds     operators,evil-li,evil-chen
# attack    founds a ledger of the same name with governors of his own
# alone     ledger -> valid
# then      since size -> older-than-seen
# then      remember -> older-than-seen
# found-by  whoever kept a checkpoint or a proof
# with      a checkpoint seen before; on first use nobody alone
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
cut 1
found {gov-li} => {evil-li}
found {gov-chen} => {evil-chen}
replace 0
    genesis @evil-li,evil-chen
rewrite 0
END
operator_key
judge
