#!/usr/bin/env bash
# id        S05
# holds     su
# attack    opens a matter that is open, to have two versions of it
# alone     admission fake.record -> already-open
# found-by  the operator, at admission
# with      the rule
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
record fake.record
    effective accept @su category=will document=application-9 prov
END
judge
