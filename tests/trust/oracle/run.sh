#!/usr/bin/env bash
# run.sh - the two verifiers judge the same: ledger-verify and tests/oracle, which was written from SPEC.md
# alone. Every fixture, changed proofs and publications, and forged ledgers; README.md of tests/oracle.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"

here=$root/tests/trust/oracle
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX=$work/pycache # the tree stays clean all the same
compare() { # WHAT COUNT [TABLE]... (0: all)
    python3 "$here/compare.py" "$bin" "$work/bench" "$seed" "$@"
}

# agree RULE WHAT COUNT [TABLE]...: the two say the same
agree() {
    run compare "${@:2}"
    [ "$status" -eq 0 ] || fail "$1"
    ok "$1: $(sed -n 's/^figure //p' out)"
    figure "$(sed -n 's/^figure \([0-9]*\) .*/\1/p' out)" "$1: judged by both, who say the same"
}

run python3 "$root/tests/oracle/test_parts.py"
[ "$status" -eq 0 ] || fail 'the parts of the second verifier do what others published'
ok 'the parts of the second verifier do what others published, and what SPEC.md has as examples'

agree 'golden ledgers, published or not, and golden proofs' golden "$(by_tier 15 0)"
if [ "$tier" = full ]; then
    agree 'tampered ledgers, publications and proofs' tables 0
else
    agree 'tampered ledgers' tables 10 cases cases-rules cases-batch cases-matters
    agree 'tampered publications' tables 6 published
    agree 'tampered proofs' tables 40 proofs proofs-rules proofs-batch status
fi
agree 'tampered ledgers, published' published "$(by_tier 8 0)"
agree 'changed proofs' proofs "$(by_tier 250 100000)"
agree 'changed publications' directories "$(by_tier 25 20000)"
agree 'ledgers rightly signed, in which one thing is otherwise' forged "$(by_tier 30 20000)"
agree 'documents against proofs' documents "$(by_tier 40 0)"

# The second verifier with a check removed is found to differ, of every check that has a case.
mapfile -t checks < <(python3 "$here/compare.py" --checks | sort -R --random-source=<(yes "$seed"))
for check in "${checks[@]:0:$(by_tier 4 100)}"; do
    control "a second verifier without '$check'" compare --without "$check" tables "$(by_tier 8 0)"
done
run compare speed 0
cat out
[ "$status" -eq 0 ] || fail 'the golden ledgers are verified from nothing'
