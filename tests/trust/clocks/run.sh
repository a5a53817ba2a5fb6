#!/usr/bin/env bash
# run.sh - clocks that are wrong: years off, stopped, stepping back at each look. The ledger's time
# never decreases, an entry has the time of a look at the clock or that of the entry before, and beyond
# the tolerance (5 seconds behind, 31 days ahead unless '--rested') nothing is appended.
#
# clocks.py chooses the clocks, and knows nothing of the library.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/trust/small_ledger.sh
. "$root/tests/trust/small_ledger.sh"

shim=$bin/../lib/libwrong_clock.so
if nm -D "$bin/ledger-append" | grep -q __asan_init; then
    echo 'skipped: the shim cannot stand before the sanitizers'
    exit 0
fi
make_keys
make_ledger L 2
printf 'log %s\nquorum none\n' "$log" >policy

run python3 "$root/tests/trust/clocks/clocks.py" "$bin" "$shim" "$(by_tier 200 20000)" "$seed" SPEC
[ "$status" -eq 0 ] || fail 'the rules for clocks hold'
ok "the rules for clocks hold: $(tail -n 1 out)"
figure "$(tail -n 1 out | cut -d ' ' -f 1)" 'appends with a wrong clock; entries of a time that may not be: 0'
must 'the ledger verifies' ledger-verify --policy policy L
ok 'the ledger verifies'

# What was committed and not signed: a guard of before shows it so. A time that has not come yet must
# not be signed, or nothing could be appended until then.
make_ledger M 2
cp M.guard before.guard
now=$(date +%s%3N)
records 1 >one.jsonl
# shellcheck disable=SC2046 # words
must 'a clock that is ahead is believed for a month' env LD_PRELOAD="$shim" \
    CLOCK_START=$((now + 1728000000)) ledger-append $(signing M) --jsonl one.jsonl
cp before.guard M.guard
# shellcheck disable=SC2046 # words
run env LD_PRELOAD="$shim" CLOCK_START="$now" ledger-append $(signing M) --jsonl one.jsonl
cmp -s before.guard M.guard || fail 'an unsigned entry from the future is not signed'
expect 'an unsigned entry from the future is not signed' 2 'behind entry 2, which was never signed'

# The same, judged as if the raw clock were the ledger's time.
control 'the raw clock' python3 "$root/tests/trust/clocks/clocks.py" "$bin" "$shim" 60 "$seed" RAW
