#!/bin/bash
# The tour of README.md, pasted in its order into an empty directory: every command does what is said
# of it. Keys are made unsealed, as nobody is there to type.
# usage: program_tour.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
umask 077
export PATH=$bin:$PATH

# The blocks of commands from the tour's beginning to the developer's part, without the PATH.
awk '/^## A tour/ { inside = 1 } /^### A developer/ { exit }
    inside && /^```/ { block = $0 == "```sh"; next }
    inside && block' "$root/README.md" |
    sed -e '/^PATH=/d' -e 's/^ledger-key generate /&--unsealed /' >tour
grep -q '^ledger-key generate --unsealed .*operator-2.key' tour || fail 'the tour has the rotation'
echo 'set -e' | cat - tour >commands
run bash commands
[ "$status" -eq 0 ] || fail 'no command of the tour fails'
ok 'no command of the tour fails'

[ "$(grep -c '^VALID' out)" -eq 9 ] || fail 'what the tour verifies is valid'
ok 'what the tour verifies is valid'
grep -q '^RECORDED' out || fail 'what the tour checks is recorded'
ok 'what the tour checks is recorded'
ledger-authority ledger >shown
grep -qF "$(cat operator-2.vkey)" shown || fail 'the key of the operator is replaced'
ok 'the key of the operator is replaced'
printf 'log %s\nquorum none\n' "$(cat operator-2.vkey)" >new-only
run ledger-verify deed.tlog-proof --policy new-only --document 公证书.txt
grep -q '^NOT VALID: log-untrusted' out || fail 'without the old key its proofs are not trusted'
ok 'without the old key its proofs are not trusted'
run ledger-append ledger --operator operator.key --key zhao-liu.key --kind notarization --event issue \
    --matter 9 --institution notary.example --document 公证书.txt
expect 'the old key appends nothing any more' 2 "if the operator's key was replaced, the NEW one"
