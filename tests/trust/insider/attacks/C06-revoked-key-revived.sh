#!/usr/bin/env bash
# id        C06
# holds     operators,newcomer-n
# attack    the operator and the holder of a withdrawn key take the withdrawal out and file with the key
# alone     ledger -> valid
# then      since size -> fork
# found-by  whoever kept a checkpoint or a proof
# with      a checkpoint seen before; witnesses
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$(last_of authority change)
forge <<END
drop $target
insert $((size - 1))
    flow fake notarisation （2026）粤样证字第0999号
    fake accept @newcomer-n category=will document=application-fake prov
rewrite $target
END
judge
