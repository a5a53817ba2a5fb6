#!/usr/bin/env bash
# id        S04
# holds     newcomer-n
# attack    signs with a key that was withdrawn
# alone     admission fake.record -> not-enrolled
# found-by  the operator, at admission
# with      the authority
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
record fake.record
    flow fake notarisation （2026）粤样证字第0999号
    fake accept @newcomer-n category=will document=application-fake prov
END
judge
