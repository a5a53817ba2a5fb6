#!/usr/bin/env bash
# id        O16
# holds     evil-notary
# attack    appends an entry of a stranger, after the last checkpoint
# alone     ledger -> not-enrolled @ size
# then      start -> damaged
# found-by  whoever verifies the ledger, and the operator at the next start
# with      the authority
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
insert $size
    flow fake notarisation （2026）粤样证字第0999号
    fake accept @evil-notary category=will document=application-fake prov
relink $size
recompose $size
reindex
END
judge
