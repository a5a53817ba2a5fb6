#!/usr/bin/env bash
# id        C07
# holds     operators,su,gao,seal-n,reg-n
# attack    the operator and a whole notary's office issue a deed of their own invention
# alone     ledger -> valid
# then      search effective -> found
# found-by  nobody by verification: that what is recorded is true is their word
# with      nothing that one party has alone
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
insert $size
    flow fake notarisation （2026）粤样证字第0999号
    fake accept @su category=will document=application-fake prov
rewrite $size
END
judge
