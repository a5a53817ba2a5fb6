#!/usr/bin/env bash
# id        O13
# holds     -
# attack    changes a byte of the published entries
# alone     published -> bad-signature
# then      publish -> published
# then      published -> valid
# found-by  whoever verifies the publication
# with      the signature; publishing again mends it
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
if [ -z "${INSIDER_HONEST:-}" ]; then
    bundle=$(find public/tile/entries -type f | sort | tail -n 1)
    LC_ALL=C sed -i '0,/event book/s//event bonk/' "$bundle"
fi
judge
