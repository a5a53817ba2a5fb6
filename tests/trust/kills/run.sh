#!/usr/bin/env bash
# run.sh - programs are killed at any moment, and asked again with the same bytes: nothing that was
# answered is lost, no record stands twice (kills.py has the rules). Two ledgers at a time.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/trust/small_ledger.sh
. "$root/tests/trust/small_ledger.sh"

make_keys

kill_programs() { # SEED KILLS PLACE [OPTION]...
    python3 "$root/tests/trust/kills/kills.py" --seed "$1" --kills "$2" --keys "$work" "${@:4}" "$bin" "$3"
}

half=$(($(by_tier 500 20000) / 2))
kill_programs $((2 * seed)) "$half" first >first.out 2>first.err &
first=$!
run kill_programs $((2 * seed + 1)) "$half" second
wait "$first" || status=$?
[ "$status" -eq 0 ] || {
    cat first.out first.err
    fail 'whoever asks again with the same bytes loses nothing and records nothing twice'
}
cat first.out out
ok 'whoever asks again with the same bytes loses nothing and records nothing twice'
figure $(($(cut -d ' ' -f 1 first.out) + $(cut -d ' ' -f 1 out))) 'programs killed; violations: 0'

control 'a user who signs anew each time' kill_programs "$seed" 60 careless --careless
control 'a ledger that is put back with its guard' kill_programs "$seed" 60 forgetful --forgetful
