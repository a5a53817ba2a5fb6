#!/usr/bin/env bash
# id        C04
# holds     operators
# attack    an older copy is restored together with its guard and goes on otherwise
# alone     ledger -> valid
# then      start -> started
# then      since size -> fork
# found-by  whoever kept a later checkpoint; nobody else
# with      a checkpoint seen before; witnesses
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
old=$(covered_before $((size - 1)))
forge <<END
restore $old
insert $old
    index @matters-operator-next
rewrite $old
END
[ -n "${INSIDER_HONEST:-}" ] || "$bin/ledger-log" --no-lock --checkpoint ledger $((old + 1)) >ledger.guard
judge
