#!/usr/bin/env bash
# run.sh - programs that run out of memory: each allocation fails, once or with all after it. The exit
# status is 2 with a message, or the work is done: no signal, no report that is cut short, no other
# verdict on what is valid or tampered with, nothing changed beyond what was told.
#
# Known: libcrypto crashes in its own beginning, before a store is opened; that is counted apart.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/trust/small_ledger.sh
. "$root/tests/trust/small_ledger.sh"
# shellcheck source=tests/trust/in_trouble.sh
. "$root/tests/trust/in_trouble.sh"

explore() { # OPTION...
    python3 "$root/tests/trust/allocations/explore.py" --seed "$seed" "$@" \
        "$bin" "$bin/../lib" worlds "$memory" "$log"
}

make_worlds
make_things_to_read

read -r -a some <<<"$(by_tier '--most 20' '')"
run explore "${some[@]}"
[ "$status" -eq 0 ] || fail 'memory that runs out is trouble, told, and nothing else'
ok 'memory that runs out is trouble, told, and nothing else'
sed 's/^/  /' out
figure "$(tail -n 1 out | cut -d ' ' -f 1)" 'allocations that failed, none of which broke a rule'

control 'an allocation that is used unchecked' explore --only 'unchecked crash'
control 'an answer that is cut short for want of memory' explore --only 'unchecked short'
