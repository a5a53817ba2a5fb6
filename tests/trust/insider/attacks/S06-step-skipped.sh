#!/usr/bin/env bash
# id        S06
# holds     su,seal-n
# attack    revokes a deed that was never issued
# alone     admission fake.record -> wrong-order
# found-by  the operator, at admission
# with      the rule
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
record fake.record
    l0 revoke @su,seal-n category=will document=x ground=untrue
END
judge
