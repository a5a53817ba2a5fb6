#!/usr/bin/env bash
# run.sh - system calls that fail: each call of each program that changes something, with EIO, ENOSPC,
# EDQUOT, EINTR and half of its bytes, once or from there on; two in one run; and one in the run that
# takes up what the first left. The program is done or tells of trouble; after a store that failed
# nobody is given a checkpoint, proof or receipt; the ledger verifies; the same can be asked for again
# and is there once.
#
# fail_calls.c makes them fail; explore.py chooses and judges, in_trouble.py has the rules.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/trust/small_ledger.sh
. "$root/tests/trust/small_ledger.sh"
# shellcheck source=tests/trust/in_trouble.sh
. "$root/tests/trust/in_trouble.sh"

if [ ! -e "$bin/../lib/libfail_calls.so" ]; then
    echo 'skipped: calls are made to fail on x86-64 only'
    exit 0
fi
run env FAIL_LOG="$work/calls" LD_PRELOAD="$bin/../lib/libfail_calls.so" true
if [ "$status" -ne 0 ]; then
    echo 'skipped: the kernel does not hand over calls here (seccomp)'
    exit 0
fi

explore() { # WHAT OPTION...
    local what=$1
    shift
    python3 "$root/tests/trust/io_faults/explore.py" "$what" --seed "$seed" "$@" \
        "$bin" "$bin/../lib" worlds "$memory" "$log"
}

faults=0
tried() { # RULE WHAT OPTION...
    local rule=$1
    shift
    run explore "$@"
    [ "$status" -eq 0 ] || fail "$rule"
    ok "$rule: $(tail -n 1 out)"
    grep ': ' out | grep -v '^violation' | sed '$d; s/^/  /'
    faults=$((faults + $(tail -n 1 out | cut -d ' ' -f 1)))
}

make_worlds

read -r -a some <<<"$(by_tier '--most 60' '')"
tried 'a call fails, or all from it on' singles "${some[@]}"
read -r -a some <<<"$(by_tier '--most 25 --states 6 --only finished' '')"
tried 'a call fails, and one of the run that takes it up' restarts "${some[@]}"
[ "$tier" = short ] || tried 'two calls of a run fail' pairs
figure "$faults" 'faults of system calls, none of which broke a rule'

control 'an error that is swallowed at one call' explore lost --only finished
control 'an error of the commit that is ignored' explore singles --most 40 --only finished --as append_careless
