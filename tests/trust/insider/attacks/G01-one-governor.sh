#!/usr/bin/env bash
# id        G01
# holds     gov-li,evil-notary
# attack    enrols an accomplice with the key of one governor
# alone     admission fake.record -> too-few-governors
# found-by  the operator, at admission
# with      the threshold
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
record fake.record
    governors @gov-li
    set key {evil-notary} notary.gz.test.example notary/will
END
judge
