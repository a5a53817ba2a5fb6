#!/usr/bin/env bash
# id        P05
# holds     operators
# attack    takes the revocation of a deed out of the history and signs everything anew
# alone     ledger -> valid
# then      since seen -> fork
# then      remember -> older-than-seen
# then      proof revoked.proof -> valid
# found-by  whoever kept a checkpoint or a proof; the party who has the proof of the revocation
# with      a checkpoint seen before; witnesses
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
seen=$(covering "$(at voided revoke)")
prove_honestly revoked.proof "$(at voided revoke)"
forge <<END
drop $(at voided announce-revocation)
drop $(at voided revoke)
rewrite $(at voided revoke)
END
judge
