#!/usr/bin/env bash
# run.sh - the insider's catalogue: attacks on a whole ledger, each carried out, with what is found, by
# whom and with what. The full tier carries each out at many places. README.md has the table;
# `table.sh` writes it.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"

here=$root/tests/trust/insider
# shellcheck source=tests/trust/insider/base_lib.sh
. "$here/base_lib.sh"

make_base "$here/bases/small.txt" base || fail 'the ledger that is attacked is made'
second=$root/tests/oracle/verify.py
if [ -e "$second" ]; then
    INSIDER_SECOND=$(python3 -c 'import sys; print(sys.executable)') # itself, not what finds it
    export INSIDER_SECOND
    unset PYTHONDONTWRITEBYTECODE
    export PYTHONPYCACHEPREFIX=$work/pycache # it is asked often
    ok 'the second verifier is asked, too'
else
    echo 'the second verifier is not there'
fi

run "$bin/ledger-verify" --policy base/policy --no-lock base/ledger
[ "$status" -eq 0 ] || fail 'the ledger is valid before it is attacked'
ok 'the ledger is valid before it is attacked'

attacks=("$here"/attacks/*.sh)
[ "${#attacks[@]}" -ge 30 ] || fail 'there are thirty attacks'
rounds=$(by_tier 1 30)
for ((round = 0; round < rounds; round++)); do
    for attack in "${attacks[@]}"; do
        run bash "$attack" --seed $((seed + round)) "$bin" base
        [ "$status" -eq 0 ] || fail "$(basename "$attack" .sh), seed $((seed + round)): what is expected comes true"
    done
done
ok "${#attacks[@]} attacks: what is expected of each comes true"
figure $((${#attacks[@]} * rounds)) "attacks carried out, of ${#attacks[@]} kinds; what was expected came true"

for attack in O01-byte P05-revocation-dropped S01-in-his-name; do
    control "$attack, not carried out" env INSIDER_HONEST=1 bash "$here/attacks/$attack.sh" "$bin" base
done

run diff <(bash "$here/table.sh") <(sed -n '/^| id /,/^$/p' "$here/README.md" | sed '/^$/d')
[ "$status" -eq 0 ] || fail 'the table of README.md is that of the attacks (table.sh)'
ok 'the table of README.md is that of the attacks'
