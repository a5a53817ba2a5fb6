#!/usr/bin/env bash
# id        O14
# holds     -
# attack    puts the publication of last month in place of the newest
# alone     published -> valid
# then      published-since size -> older-than-seen
# found-by  an auditor who was there before
# with      a checkpoint seen before
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
cp -r ledger older
[ -n "${INSIDER_HONEST:-}" ] || rm -rf public
forge older <<<"restore $(covered_before $((size - 1)))"
[ -n "${INSIDER_HONEST:-}" ] || publish older
judge
