#!/usr/bin/env bash
# id        P15
# holds     operators
# attack    puts another root of the authority into an entry
# alone     ledger -> wrong-authority @ target
# found-by  whoever verifies the ledger
# with      the tree of the authority, which is made anew
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
target=$(pick 'ruled && i > 12')
roots=$(find public/tile/entries -type f | sort | xargs sed -n 's/^authority //p')
root=$(sed -n "$((target + 1))p" <<<"$roots")
other=$(sed -n 2p <<<"$roots")
forge <<END
line $target authority $root => authority $other
relink $((target + 1))
reindex
resign $target
END
judge
