#!/usr/bin/env bash
# id        C01
# holds     operators,su
# attack    the operator and the thief of a notary's key insert an old record between others
# alone     ledger -> valid
# then      since size -> fork
# then      proof before.proof -> valid
# found-by  whoever kept a checkpoint or a proof
# with      a checkpoint seen before; witnesses
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$(pick 'ruled && i > 22')
prove_honestly before.proof "$target"
forge <<END
insert $target
    flow fake notarisation （2026）粤样证字第0999号
    fake accept @su category=will document=application-fake prov
rewrite $target
END
judge
