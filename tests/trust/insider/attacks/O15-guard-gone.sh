#!/usr/bin/env bash
# id        O15
# holds     -
# attack    deletes the guard, so that the operator would sign without knowing what was signed
# alone     ledger -> valid
# then      start -> no-guard
# found-by  the operator at the next start
# with      the guard
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
[ -n "${INSIDER_HONEST:-}" ] || rm ledger.guard
judge
