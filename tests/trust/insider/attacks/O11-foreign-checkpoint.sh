#!/usr/bin/env bash
# id        O11
# holds     evil-operator
# attack    signs a checkpoint of the ledger with a key of the same name
# alone     ledger -> checkpoint-unsigned @ target - 1
# found-by  whoever verifies the ledger
# with      the signature
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$((size - 1))
forge <<<"checkpoint $target evil-operator"
judge
