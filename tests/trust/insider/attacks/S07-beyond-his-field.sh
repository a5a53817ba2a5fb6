#!/usr/bin/env bash
# id        S07
# holds     su
# attack    a notary for wills and contracts accepts an inheritance
# alone     admission fake.record -> role-missing
# found-by  the operator, at admission
# with      the categories of a role
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
record fake.record
    flow fake notarisation （2026）粤样证字第0999号
    fake accept @su category=inheritance document=application-fake prov
END
judge
