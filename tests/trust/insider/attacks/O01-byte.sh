#!/usr/bin/env bash
# id        O01
# holds     -
# attack    changes a word in a record that is signed, and nothing else
# alone     ledger -> bad-signature @ target
# found-by  whoever verifies the ledger
# with      the signature
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$(pick 'ruled')
forge <<END
line $target event  => event x
END
judge
