#!/usr/bin/env bash
# run.sh - tests of programs that try, in the daily run, one of several like cases (tests/turns.sh): what
# the checks by hand must refuse, publications that a stranger changed, publishing and importing on disks
# that fail and killed at every call. The full tier tries all of each; the short one a few that the daily
# run does not, chosen by the seed.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"

every=$(by_tier 120 1)
if [ "$tier" = full ]; then
    tests=("$root"/tests/program_by_hand*.sh
        "$root"/tests/program_{publish,publish_faults,publish_tampered,published_hostile}.sh)
else
    tests=("$root/tests/program_by_hand_batch.sh")
fi
passed=0
for test in "${tests[@]}"; do
    LEDGER_EVERY=$every LEDGER_TURN=$((seed % every)) run bash "$test" "$bin"
    [ "$status" -eq 0 ] || fail "$(basename "$test" .sh): everything is answered as it must be"
    passed=$((passed + $(grep -c '^ok' out)))
done
ok "${#tests[@]} tests of programs, with one case in $every"
figure "$passed" 'answers of tests whose cases take turns in the daily run'

cat >believes.sh <<'END'
echo 'VALID: whatever it is'
END
control 'a check by hand that believes everything' \
    env BY_HAND="$work/believes.sh" LEDGER_EVERY=1 bash "$root/tests/program_by_hand_genesis.sh" "$bin"
