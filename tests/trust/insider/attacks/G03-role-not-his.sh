#!/usr/bin/env bash
# id        G03
# holds     reg-n
# attack    hands out a role that the institution may not hand out
# alone     admission fake.record -> bad-change
# found-by  the operator, at admission
# with      the reach of a registrar
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
record fake.record
    registrar @reg-n
    set key {evil-notary} notary.gz.test.example judge
END
judge
