#!/usr/bin/env bash
# run.sh - tests/by_hand.sh and tests/by_hand_status.sh, which anybody can use without these programs, refuse
# everything that they must refuse. The short tier tries one refusal in forty, chosen by the seed, of three
# of the six tests (tests/program_by_hand*.sh); the full tier all.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"

every=$(by_tier 40 1)
if [ "$tier" = full ]; then
    tests=("$root"/tests/program_by_hand*.sh)
else
    tests=("$root"/tests/program_by_hand{,_genesis,_batch}.sh)
fi
refused=0
for test in "${tests[@]}"; do
    BY_HAND_EVERY=$every BY_HAND_TURN=$((seed % every)) run bash "$test" "$bin"
    [ "$status" -eq 0 ] || fail "$(basename "$test" .sh): everything is answered as it must be"
    refused=$((refused + $(grep -c '^ok' out)))
done
ok "${#tests[@]} tests of what is checked by hand"
figure "$refused" 'answers of the checks by hand, each that of ledger-verify'

cat >believes.sh <<'END'
echo 'VALID: whatever it is'
END
control 'a check by hand that believes everything' \
    env BY_HAND="$work/believes.sh" BY_HAND_EVERY=1 bash "$root/tests/program_by_hand_genesis.sh" "$bin"
