#!/usr/bin/env bash
# id        O06
# holds     -
# attack    cuts off the last entries and leaves the checkpoints
# alone     ledger -> checkpoint-beyond
# then      start -> rolled-back
# found-by  whoever verifies the ledger
# with      a checkpoint of more entries
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
cut $(covered_before $((size - 1)))
reindex
END
judge
