#!/usr/bin/env bash
# id        G06
# holds     gov-li,gov-chen
# attack    two stolen keys of governors, which are as many as are needed
# alone     admission fake.record -> admitted
# then      ledger -> valid
# then      history notary.gz.test.example/accomplice -> listed
# found-by  nobody by verification; the other governor, who looks at the authority
# with      the history of the authority
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
record fake.record
    governors @gov-li,gov-chen
    set key {evil-notary} notary.gz.test.example notary/will
END
judge
