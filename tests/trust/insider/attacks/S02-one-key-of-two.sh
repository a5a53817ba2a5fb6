#!/usr/bin/env bash
# id        S02
# holds     gao
# attack    issues a deed with the key of the notary alone
# alone     admission fake.record -> role-missing
# found-by  the operator, at admission
# with      the rule
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
record fake.record
    l2 issue @gao category=contract document=other
END
judge
