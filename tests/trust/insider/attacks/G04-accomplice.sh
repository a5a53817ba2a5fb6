#!/usr/bin/env bash
# id        G04
# holds     reg-n
# attack    enrols an accomplice in the own institution
# alone     admission fake.record -> admitted
# then      ledger -> valid
# then      history notary.gz.test.example/accomplice -> listed
# found-by  nobody by verification; the institution, which looks at its keys
# with      the history of the authority
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
record fake.record
    registrar @reg-n
    set key {evil-notary} notary.gz.test.example notary/will
END
judge
