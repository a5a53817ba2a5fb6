#!/usr/bin/env bash
# id        P20
# holds     operators
# attack    takes the withdrawal of a key out of the history
# alone     ledger -> valid
# then      since seen -> fork
# then      history newcomer -> listed
# found-by  whoever kept a checkpoint or a proof
# with      a checkpoint seen before; witnesses
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$(last_of authority change)
seen=$(covering "$target")
forge <<END
drop $target
rewrite $target
END
judge
