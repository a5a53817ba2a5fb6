#!/usr/bin/env bash
# run.sh - each rule of durability taken out of the code, and the test that must notice: rules.txt says how,
# and RULES.md is what has been tried (README.md). The full tier takes all of them away, the short one two.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"

here=$root/tests/trust/rules
build=$(dirname "$bin")

run diff <(python3 "$here/rules.py" --table) <(sed -n '/^| rule /,/^$/p' "$root/tests/trust/RULES.md" | sed '/^$/d')
[ "$status" -eq 0 ] || fail 'the table of RULES.md is that of rules.txt (rules.py --table)'
ok 'the table of RULES.md is that of rules.txt'

if nm -D "$bin/ledger-append" | grep -q __asan_init; then
    echo 'skipped: what the rules are tried with is not built with sanitizers'
    exit 0
fi

chosen=()
[ "$tier" = full ] || chosen=(--rule D4)
run python3 "$here/rules.py" "$build" "${chosen[@]}"
[ "$status" -eq 0 ] || fail 'of each rule that is taken away a test notices'
ok "of each rule that is taken away a test notices"
grep ^figure out

# kept TEST PROGRAM...: a rule that is not taken away at all, which the test must not notice
kept() {
    {
        printf '%s\n' 'rule D0 nothing changes' 'file ledger/store/guard.c' \
            '- if (fsync(guard->fd) != 0) {' '+ if (fsync(guard->fd) == -1) {' "test $1"
        [ $# -eq 1 ] || echo "programs ${*:2}"
    } >nothing.txt
    control "a change that takes nothing away, which '$1' does not notice" \
        python3 "$here/rules.py" "$build" --rules nothing.txt --unmeasured
}

kept 'suite durability'
if [ "$tier" = full ]; then # with programs that are linked anew, too
    kept 'program append' ledger-append
    kept 'trust keys' ledger-append ledger-key
    kept 'trust sandbox' ledger-append
    kept 'trust bit_flips BIT_FLIPS_PERCENT=20' ledger-append
    kept 'check symbols' ledger-append
fi
