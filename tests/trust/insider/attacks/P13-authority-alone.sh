#!/usr/bin/env bash
# id        P13
# holds     operators,evil-li,evil-chen
# attack    changes the authority with two governors whom nobody made governors
# alone     ledger -> not-enrolled @ size
# found-by  whoever verifies the ledger
# with      the authority
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
insert $size
    governors @evil-li,evil-chen
    set key {evil-notary} notary.gz.test.example notary/will
rewrite $size
END
judge
