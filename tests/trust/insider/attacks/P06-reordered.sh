#!/usr/bin/env bash
# id        P06
# holds     operators
# attack    lets two entries of different matters change places and signs everything anew
# alone     ledger -> valid
# then      since size -> fork
# found-by  whoever kept a checkpoint or a proof
# with      a checkpoint seen before; witnesses
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$(pick 'ruled && next_ruled && !same_next && i > 3')
forge <<END
swap $target
rewrite $target
END
judge
