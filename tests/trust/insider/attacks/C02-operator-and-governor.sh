#!/usr/bin/env bash
# id        C02
# holds     operators,gov-li,evil-notary
# attack    the operator and one governor enrol an accomplice
# alone     ledger -> too-few-governors @ size
# found-by  whoever verifies the ledger
# with      the threshold
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
insert $size
    governors @gov-li
    set key {evil-notary} notary.gz.test.example notary/will
rewrite $size
END
judge
