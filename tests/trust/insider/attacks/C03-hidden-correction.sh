#!/usr/bin/env bash
# id        C03
# holds     operators
# attack    the operator hides a correction from the status proof that a party asks for
# alone     requires effective status.proof -> valid
# then      ledger -> index-root @ target
# then      since size -> index-root @ target
# found-by  whoever verifies the ledger; who has only the status proof is deceived
# with      the index, which is made anew from the entries; witnesses who verify
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$(last_of index)
hidden=$(at corrected correct)
forge <<END
renew $target $hidden
unindex $hidden
resign $target
END
prove status.proof --status --matter "$(matter_of corrected)"
forge <<<reindex
judge
