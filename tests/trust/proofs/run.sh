#!/usr/bin/env bash
# run.sh - all inclusion and consistency proofs of small trees, the paths of small prefix trees, and
# their mutants: the library and a verifier written from the RFC alone say the same of each.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"

judge() { # INCLUSION CONSISTENCY BITS PREFIX [OPTION]...
    "$bin/trust_proofs" "$1" "$2" "$3" "$4" "$seed" | python3 "$root/tests/trust/proofs/verify.py" "${@:5}"
}

read -r inclusion consistency bits prefix <<<"$(by_tier '72 48 4 32' '2048 1024 64 600')"
run judge "$inclusion" "$consistency" "$bits" "$prefix"
grep ^figure out
[ "$status" -eq 0 ] || fail "both verifiers say the same of every proof and every mutant"
ok "both verifiers say the same of every proof and every mutant"

for check in length root unique other; do
    control "a verifier without the check of '$check'" judge 24 8 2 12 --without "$check"
done
