#!/usr/bin/env bash
# id        P16
# holds     operators
# attack    publishes another history than the ledger has
# alone     published -> valid
# then      published-since seen -> fork
# then      publish -> forked
# found-by  whoever kept a checkpoint; whoever publishes the ledger honestly
# with      a checkpoint seen before; the honest program
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
cp -r ledger other
seen=$(covering "$(at voided revoke)")
forge other <<END
drop $(at voided announce-revocation)
drop $(at voided revoke)
rewrite $(at voided revoke)
END
[ -n "${INSIDER_HONEST:-}" ] || publish other
judge
