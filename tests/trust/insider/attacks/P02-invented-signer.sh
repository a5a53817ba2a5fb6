#!/usr/bin/env bash
# id        P02
# holds     operators,evil-notary
# attack    adds the record of a notary whom nobody enrolled
# alone     ledger -> not-enrolled @ size
# found-by  whoever verifies the ledger
# with      the authority
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
insert $size
    flow fake notarisation （2026）粤样证字第0999号
    fake accept @evil-notary category=will document=application-fake prov
rewrite $size
END
judge
