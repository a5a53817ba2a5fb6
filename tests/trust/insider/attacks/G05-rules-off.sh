#!/usr/bin/env bash
# id        G05
# holds     reg-n
# attack    takes a rule away with the key of a registrar
# alone     admission fake.record -> beyond-reach
# found-by  the operator, at admission
# with      the reach of a registrar
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
record fake.record
    registrar @reg-n
    unset rule notarisation revoke
END
judge
