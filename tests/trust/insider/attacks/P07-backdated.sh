#!/usr/bin/env bash
# id        P07
# holds     operators
# attack    moves the time of entries back and signs everything anew
# alone     ledger -> valid
# then      since size -> fork
# found-by  whoever kept a checkpoint or a proof
# with      a checkpoint seen before; witnesses
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$(pick 'prev_ends && ruled && i > 3')
forge <<END
time $target -3600000
rewrite $target
END
judge
