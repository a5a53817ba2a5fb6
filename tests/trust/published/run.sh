#!/usr/bin/env bash
# Changes a publication byte by byte: README.md.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"
golden=$root/fixtures/golden-batch

cp -r "$golden/ledger" ledger
chmod -R u+w ledger
run "$bin/ledger-publish" --no-lock ledger files
[ "$status" -eq 0 ] || fail 'the golden ledger with batch signatures is published'
mapfile -t names < <(cd files && find . -type f -printf '%P\n' | sort)
cp files/tile/0/000.p/60 files/tile/0/000.p/59 # which nobody asks for

# change HOW STEP FIRST IMPORT FILE...
change() {
    "$bin/trust_published" "$1" "$2" "$3" "$golden/policy" files "$4" "${@:5}"
}
control 'a change that nobody can find' change flip 500 0 - tile/0/000.p/59

for how in flip cut drop add; do
    step=$(by_tier 331 1)
    [ "$how" != flip ] || step=$(by_tier 997 1)
    run change "$how" "$step" $((seed % step)) imported "${names[@]}"
    cp out "$how"
    [ "$status" -eq 0 ] || fail "whatever is changed ($how) is found"
    tried=$(sed -n 's/^tried\t//p' out)
    [ "$tried" -gt "$(by_tier 100 10000)" ] || fail "much is tried ($how: $tried)"
    ok "whatever is changed ($how) is found"
    figure "$tried" "files changed ($how), all found"
    figure "$(sed -n 's/^imports\t//p' out)" "of them imported"
done
run change flip "$(by_tier 3 1)" 0 - checkpoint
[ "$status" -eq 0 ] || fail 'whatever is changed in a checkpoint is found'
ok 'whatever is changed in a checkpoint is found'
