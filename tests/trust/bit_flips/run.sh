#!/usr/bin/env bash
# run.sh - bits flipped in memory, between reading, hashing, storing and signing, while a ledger is
# written: no checkpoint is signed whose root is not that of the entries stored and given, and nothing
# is answered for altered bytes. README.md says where a bit is flipped, and what nobody can notice.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/trust/small_ledger.sh
. "$root/tests/trust/small_ledger.sh"

shim=$bin/../lib/libflip_bits.so
if nm -D "$bin/ledger-append" | grep -q __asan_init; then
    echo 'skipped: the shim cannot stand before the sanitizers'
    exit 0
fi
flips=0

scale=${BIT_FLIPS_PERCENT:-100} # of the flips of the tier: for trying the test itself

# flipped WHAT FLIPS BASE INPUT PROGRAM ARGUMENT...
flipped() {
    local what=$1 wanted=$(($2 * scale / 100)) base=$3 input=$4
    shift 4
    mkdir tries
    cd tries || fail "$what"
    run trust_flips "$shim" "$work/$base" "$log" "$wanted" "$seed" "$input" -1 -- "$@"
    cd ..
    cp tries/out tries/err .
    rm -rf tries
    [ "$status" -eq 0 ] || fail "$what: no violation"
    ok "$what: $(tail -n 1 out)"
    flips=$((flips + wanted))
}

make_keys
mkdir few none
make_ledger few/L 6
printf 'log %s\nquorum none\n' "$log" >policy
mkdir notes
for ((i = 10; i < 44; i++)); do
    must 'a record is signed' ledger-sign --new "notes/$i" --ledger "$origin" --key zhang.key \
        --kind forensic-appraisal --event note --matter "n$i" --institution smu.gz.example
done
must 'a publication is made' ledger-publish few/L published
records 3 >few.jsonl
records 40 >many.jsonl

append=("$bin/ledger-append" L --operator "$work/op.key")
flipped 'signed records appended' "$(by_tier 400 40000)" few signed "${append[@]}" "$work"/notes/1[0-2]
flipped 'signed records appended with two threads' "$(by_tier 300 30000)" few signed \
    "${append[@]}" "$work"/notes/* --jobs 2
flipped 'records made and appended' "$(by_tier 200 20000)" few unsigned "${append[@]}" \
    --key "$work/zhang.key" --jsonl "$work/few.jsonl"
flipped 'a batch made and appended with two threads' "$(by_tier 400 40000)" few unsigned \
    "${append[@]}" --key "$work/zhang.key" --jsonl "$work/many.jsonl" --batch --jobs 2
flipped 'an index of matters appended' "$(by_tier 200 20000)" few unsigned \
    "$bin/ledger-index" L --operator "$work/op.key"
LEFT_PUBLISHED=$work/published/checkpoint flipped 'a publication imported' "$(by_tier 300 30000)" none signed \
    "$bin/ledger-import" --policy "$work/policy" "$work/published" L
flipped 'a ledger founded' "$(by_tier 200 20000)" none unsigned "$bin/ledger-init" L --origin "$origin" \
    --operator "$work/op.key" --authority "$work/lines" --sign "$work/li.key" --sign "$work/chen.key" \
    --map-size 16777216
figure "$flips" 'bits flipped between input and signature; checkpoints of altered entries: 0'

# Both paths see the same wrong digest, as if there were one: the read-back finds nothing. The harness
# must. Class 0 is the digests (flip.h); about one in twenty of them is of an entry's place in the tree, so
# that none in 200 is no chance.
mkdir tries
cd tries || exit 1
control 'a digest that is wrong whenever it is made' env FLIP_STUCK=1 trust_flips "$shim" "$work/few" \
    "$log" 200 "$seed" signed 0 -- "${append[@]}" "$work"/notes/1[0-2]
cd ..
rm -rf tries
mkdir tries
cd tries || exit 1
# Of unsigned input, a bit that flips in the text before it is signed (class 10) is signed: README.md.
control 'a bit flipped in a record before it is signed' trust_flips "$shim" "$work/few" "$log" 30 \
    "$seed" signed 10 -- "${append[@]}" --key "$work/zhang.key" --jsonl "$work/few.jsonl"
