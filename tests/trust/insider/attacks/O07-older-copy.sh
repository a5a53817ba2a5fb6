#!/usr/bin/env bash
# id        O07
# holds     -
# attack    puts an older copy of the ledger in place, with its checkpoints
# alone     ledger -> valid
# then      start -> rolled-back
# then      since size -> older-than-seen
# then      remember -> older-than-seen
# found-by  the operator at the next start; an auditor who was there before
# with      the guard; a checkpoint seen before
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<<"restore $(covered_before $((size - 1)))"
judge
