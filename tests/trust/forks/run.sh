#!/usr/bin/env bash
# run.sh - ledgers that are copied, put back, taken up with wrong guards and keys and by two at once:
# no two checkpoints of one size and different roots, none smaller after a larger (forks.py has what
# is promised, and where one machine alone cannot know).
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/trust/small_ledger.sh
. "$root/tests/trust/small_ledger.sh"

# Somebody else's ledger of the same name, with a guard of its own.
mkdir stranger
cd stranger || exit 2
make_keys
make_ledger S 2
cd .. || exit 2
make_keys

interleave() { # SEED INTERLEAVINGS PLACE [OPTION]...
    python3 "$root/tests/trust/forks/forks.py" --seed "$1" --interleavings "$2" --keys "$work" \
        --other-keys "$work/stranger" "${@:4}" "$bin" "$3"
}

interleavings=$(by_tier 20 2000)
half=$((interleavings / 2))
interleave $((2 * seed)) "$half" first >first.out 2>first.err &
first=$!
run interleave $((2 * seed + 1)) "$half" second
wait "$first" || status=$?
[ "$status" -eq 0 ] || {
    cat first.out first.err
    fail 'no two histories are signed while ledger or guard is the newest'
}
cat first.out out
ok 'no two histories are signed while ledger or guard is the newest'
ok 'two machines with the same key, ledger and guard: neither notices, whoever remembers a checkpoint finds the fork'
figure "$interleavings" 'interleavings of copies, backups, guards and keys; violations: 0'

control 'a guard that is ignored' interleave "$seed" 10 unguarded --unguarded
