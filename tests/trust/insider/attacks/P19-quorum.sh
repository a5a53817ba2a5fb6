#!/usr/bin/env bash
# id        P19
# holds     operators
# attack    rewrites history for a verifier whose policy asks for two of three witnesses
# alone     published -> valid
# then      witnessed -> quorum-missing
# found-by  whoever asks for witnesses
# with      the policy
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
drop $(at voided announce-revocation)
drop $(at voided revoke)
rewrite $(at voided revoke)
END
[ -n "${INSIDER_HONEST:-}" ] || publish
judge
