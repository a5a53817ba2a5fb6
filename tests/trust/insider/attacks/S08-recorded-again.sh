#!/usr/bin/env bash
# id        S08
# holds     -
# attack    a party shows a file that was altered after it was recorded
# alone     document altered.txt status.proof -> differs
# then      document genuine.txt status.proof -> recorded
# found-by  whoever holds the status proof of the matter
# with      the digest in the record
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
cp "$base/documents/遗嘱公证书.txt" genuine.txt
cp genuine.txt altered.txt
[ -n "${INSIDER_HONEST:-}" ] || echo 又及 >>altered.txt
prove status.proof --status --matter "$(matter_of effective)"
judge
