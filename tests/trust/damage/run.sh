#!/usr/bin/env bash
# run.sh - damaged ledgers: a store and a publication with one bit changed, cut off, or put together
# from two. What means something is refused wherever it is damaged; of the rest (free pages, the room
# between rows) the answer stays the same to the byte; nothing dies, nothing hangs.
#
# trust_damage.c audits through the library, in a process of its own; a sample goes through the
# program ledger-verify.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/trust/small_ledger.sh
. "$root/tests/trust/small_ledger.sh"

tries=0
# damaged KIND TRIES WHAT LEDGER...: no violation among so many, or all there are
damaged() {
    local kind=$1 wanted=$2 what=$3
    shift 3
    run trust_damage "$kind" "$wanted" "$seed" policy "$@"
    [ "$status" -eq 0 ] || fail "$what, $kind: no violation"
    ok "$what, $kind: $(tail -n 1 out)"
    tries=$((tries + $(tail -n 1 out | cut -d ' ' -f 1)))
}

make_keys
make_ledger other 24
rm ./*.key # that of another operator: all of it in the place of this one is refused, too
make_keys
make_ledger small 24
copy_ledger small indexed
must 'a ledger is indexed' ledger-index indexed --operator op.key
printf 'log %s\nquorum none\n' "$(cat op.vkey)" >policy
for ledger in small other; do
    must 'a publication is made' ledger-publish "$ledger" "$ledger.files"
done

damaged flips "$(by_tier 10000 400000)" 'a store' small
damaged heads "$(by_tier 2500 50000)" 'a store' small
damaged cuts "$(by_tier 1000 50000)" 'a store' small
damaged pages "$(by_tier 500 10000)" 'a store' small other
damaged splices "$(by_tier 500 10000)" 'a store' small other
damaged flips "$(by_tier 1000 100000)" 'a store with an index of matters' indexed
damaged flips "$(by_tier 4000 10000000)" 'a publication' small.files
damaged cuts "$(by_tier 500 10000000)" 'a publication' small.files
damaged splices "$(by_tier 500 10000)" 'a publication' small.files other.files
figure "$tries" 'damaged ledgers, each refused or of the same answer; signals and hangs: 0'

# flipped FILE NUMBER: FILE with a bit of it changed, which is told
flipped() {
    python3 - "$1" "$seed$2" <<'PYTHON'
import random, sys
path, choice = sys.argv[1], random.Random(sys.argv[2])
with open(path, "r+b") as file:
    data = bytearray(file.read())
    at = choice.randrange(len(data) * 8)
    data[at // 8] ^= 1 << at % 8
    file.seek(0)
    file.write(data)
PYTHON
}

programs=$(by_tier 60 2000)
refused=0
run ledger-verify --policy policy small
[ "$status" -eq 0 ] || fail 'the ledger is valid before it is damaged'
mv out sound
for ((i = 0; i < programs; i++)); do
    rm -rf hurt
    cp -r small hurt
    flipped hurt/data.mdb "$i"
    run ledger-verify --policy policy hurt
    case $status in
    0) sed 's/hurt/small/g' out | cmp -s - sound || fail "damage $i: accepted with another report" ;;
    1 | 2)
        [ -s out ] || [ -s err ] || fail "damage $i is refused with a word"
        refused=$((refused + 1))
        ;;
    *) fail "damage $i: the program ends by itself" ;;
    esac
done
[ "$refused" -gt 0 ] || fail 'some damage is refused by the program'
ok "ledger-verify refuses $refused of $programs damaged stores, and says the same of the others"

control 'liblmdb reading with nothing before it' env LEDGER_DAMAGE_CONTROL=unchecked \
    trust_damage heads 3000 "$seed" policy small
control 'bytes of no meaning taken for covered ones' env LEDGER_DAMAGE_CONTROL=classes \
    trust_damage flips 500 "$seed" policy small
