#!/usr/bin/env bash
# id        S03
# holds     lin
# attack    signs as an appraiser what only a notary may
# alone     admission fake.record -> role-missing
# found-by  the operator, at admission
# with      the rule
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
record fake.record
    flow fake notarisation （2026）粤样证字第0999号
    fake accept @lin category=will document=application-fake prov
END
judge
