#!/usr/bin/env bash
# Changes publications byte by byte: README.md.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"

# publish GOLDEN: into files; names are those of its files
publish() {
    rm -rf ledger files
    golden=$root/fixtures/$1
    cp -r "$golden/ledger" ledger
    chmod -R u+w ledger
    run "$bin/ledger-publish" --no-lock ledger files
    [ "$status" -eq 0 ] || fail "$1 is published"
    mapfile -t names < <(cd files && find . -type f -printf '%P\n' | sort)
}
# change HOW STEP FIRST IMPORT FILE...
change() {
    "$bin/trust_published" "$1" "$2" "$3" "$golden/policy" files "$4" "${@:5}"
}
# all_found WHAT HOW STEP LEAST FILE...: whatever is changed, and so much is tried
all_found() {
    local tried
    run change "$2" "$3" $((seed % $3)) imported "${@:5}"
    [ "$status" -eq 0 ] || fail "$1, whatever is changed ($2) is found"
    tried=$(sed -n 's/^tried\t//p' out)
    [ "$tried" -ge "$4" ] || fail "$1, much is tried ($2: $tried)"
    ok "$1, whatever is changed ($2) is found"
    figure "$tried" "times $1 was changed ($2), all found"
    figure "$(sed -n 's/^imports\t//p' out)" "of them imported"
}

publish golden-batch
cp files/tile/0/000.p/60 files/tile/0/000.p/59 # which nobody asks for
control 'a change that nobody can find' change flip 500 0 - tile/0/000.p/59

all_found 'a checkpoint' flip "$(by_tier 3 1)" 500 checkpoint
all_found 'a publication with batches' flip "$(by_tier 997 1)" "$(by_tier 300 386112)" "${names[@]}"
for how in cut drop add; do
    all_found 'a publication with batches' "$how" "$(by_tier 331 1)" "$(by_tier 100 48264)" "${names[@]}"
done
# Here earlier entries are read again.
publish golden-matters
all_found 'a publication with indexes' flip "$(by_tier 4999 41)" "$(by_tier 160 20000)" "${names[@]}"
publish golden-rules
all_found 'a publication with rules' flip "$(by_tier 14999 79)" "$(by_tier 80 18000)" "${names[@]}"
