#!/usr/bin/env bash
# id        G02
# holds     reg-n
# attack    enrols, as registrar of the notaries, somebody at the court
# alone     admission fake.record -> beyond-reach
# found-by  the operator, at admission
# with      the reach of a registrar
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
record fake.record
    registrar @reg-n
    set key {evil-judge} court.gz.test.example judge
END
judge
