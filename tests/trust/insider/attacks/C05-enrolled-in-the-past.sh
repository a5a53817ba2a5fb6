#!/usr/bin/env bash
# id        C05
# holds     operators,reg-n,evil-notary
# attack    the operator and the registrar make an accomplice a notary in the past
# alone     ledger -> valid
# then      since size -> fork
# found-by  whoever kept a checkpoint or a proof
# with      a checkpoint seen before; witnesses
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$(pick 'prev_ends && ruled && i > 22')
forge <<END
insert $target
    registrar @reg-n
    set key {evil-notary} notary.gz.test.example notary/will
rewrite $target
END
judge
