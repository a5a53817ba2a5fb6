#!/usr/bin/env bash
# id        S09
# holds     su
# attack    signs with a stolen key until the governors declare it compromised
# alone     notices doubtful -> doubtful @ size
# found-by  whoever verifies the ledger, after the declaration
# with      the declared compromise
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
record fake.record
    flow fake notarisation （2026）粤样证字第0999号
    fake accept @su category=will document=application-fake prov
END
[ -n "${INSIDER_HONEST:-}" ] || append fake.record
honest gov-li,gov-chen <<END
record declared.record
    governors @gov-li,gov-chen
    unset key {su}
    set compromise {su} $size
END
append declared.record
judge
