#!/usr/bin/env bash
# id        P08
# holds     operators
# attack    shows one history to the court and another to a party
# alone     other shown -> valid
# then      since court.checkpoint shown -> fork
# found-by  the two, when they compare checkpoints
# with      comparison of checkpoints; witnesses
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
cp "$base/seen/$(covering "$(at voided revoke)")" court.checkpoint
cp -r ledger shown
forge shown <<END
drop $(at voided announce-revocation)
drop $(at voided revoke)
rewrite $(at voided revoke)
END
judge
