#!/usr/bin/env bash
# Every tampered ledger and proof gets the verdict that the tables of fixtures/tampered say.
# usage: program_tampered.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/tampered_lib.sh
. "$(dirname "$0")/tampered_lib.sh"

make_ledger() {
    "$bin/tamper" "$1" ledger "$work/tampered"
}

make_proof() {
    "$bin/tamper_proof" "$1" . "$work/tampered"
}

make_ledger_with_rules() {
    "$bin/tamper_rules" "$1" . "$work/tampered"
}

make_proof_with_rules() {
    "$bin/tamper_rules_proof" "$1" . "$work/tampered"
}

make_ledger_with_batches() {
    "$bin/tamper_batch" "$1" ledger "$work/tampered"
}

make_proof_with_batches() {
    "$bin/tamper_batch_proof" "$1" . "$work/tampered"
}

cd "$fixtures/golden" || exit 2
all_listed tamper ../tampered/cases.txt
all_listed tamper_proof ../tampered/proofs.txt
run_table ../tampered/cases.txt ledger 60
run_table ../tampered/proofs.txt proof 25

cd "$fixtures/golden-rules" || exit 2
all_listed tamper_rules ../tampered/cases-rules.txt
all_listed tamper_rules_proof ../tampered/proofs-rules.txt
run_table ../tampered/cases-rules.txt ledger_with_rules 125
run_table ../tampered/proofs-rules.txt proof_with_rules 40

cd "$fixtures/golden-batch" || exit 2
all_listed tamper_batch ../tampered/cases-batch.txt
all_listed tamper_batch_proof ../tampered/proofs-batch.txt
run_table ../tampered/cases-batch.txt ledger_with_batches 24
run_table ../tampered/proofs-batch.txt proof_with_batches 40

sum_up
