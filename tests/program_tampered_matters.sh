#!/usr/bin/env bash
# Every tampered ledger with indexes of matters and every tampered status proof gets the verdict that
# the tables of fixtures/tampered say.
# usage: program_tampered_matters.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/tampered_lib.sh
. "$(dirname "$0")/tampered_lib.sh"

make_ledger_with_matters() {
    "$bin/tamper_matters" "$1" . "$work/tampered"
}

make_status() {
    "$bin/tamper_status" "$1" . "$work/tampered"
}

cd "$fixtures/golden-matters" || exit 2
all_listed tamper_matters ../tampered/cases-matters.txt
all_listed tamper_status ../tampered/status.txt
run_table ../tampered/cases-matters.txt ledger_with_matters 90
run_table ../tampered/status.txt status 110

# Of a status proof that does not hold nothing is said about a file, whatever is required.
for name in left-out-revocation index-newer checkpoint-by-stranger; do
    rm -rf "$work/tampered"
    "$bin/tamper_status" "$name" . "$work/tampered"
    verify --policy policy --require effective,void --document documents/委托公证书.txt \
        "$work/tampered"
    if [ "$exit_code" -eq 1 ] && ! grep -q '"answer"' "$work/out"; then
        passed=$((passed + 1))
    else
        fail "'$name' answers for a file: $exit_code"
    fi
done

# What the operator's index leaves out, the prover does not: it finds that rows and index differ.
# And of a ledger that does not hold nothing is said about a file.
for name in root-without-revocation/void revocation-row-missing/void \
    parts-before-revocation/corrected; do
    matter=$(sed -n 's/^matter //p;2q' "status/${name#*/}.status")
    name=${name%/*}
    rm -rf "$work/tampered" "$work/made"
    "$bin/tamper_matters" "$name" . "$work/tampered"
    code=0
    "$bin/ledger-prove" "$work/tampered" --status --matter "$matter" -o "$work/made" \
        >"$work/out" 2>"$work/err" </dev/null || code=$?
    if [ "$code" -ne 0 ] && [ ! -e "$work/made" ] && grep -q 'verify the ledger' "$work/err"; then
        passed=$((passed + 1))
    else
        fail "'$name' is proved all the same: $code"
        cat "$work/err"
    fi
    code=0
    "$bin/ledger-check" "$work/tampered" documents/委托公证书.txt --policy policy \
        >"$work/out" 2>"$work/err" </dev/null || code=$?
    if [ "$code" -eq 2 ] && grep -q '^CANNOT BE JUDGED' "$work/out"; then
        passed=$((passed + 1))
    else
        fail "'$name' is checked all the same: $code"
        cat "$work/out" "$work/err"
    fi
done

sum_up
