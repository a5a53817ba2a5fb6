#!/bin/bash
# ledger-index, and ledger-append --index: an index of matters is appended if anything changed.
# usage: program_index.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/append_lib.sh
. "$(dirname "$0")/append_lib.sh"

index() { # OPTION...
    run "$bin/ledger-index" L --operator op "$@"
}
size=67108864
init L lines li chen
[ "$status" -eq 0 ] || fail 'ledger-init makes a ledger'

run "$bin/ledger-index" --help
expect 'ledger-index has a help' 0 ''
run "$bin/ledger-index" L
expect 'an index needs the key of the operator' 2 "'--operator' is missing"
run "$bin/ledger-index" L --operator op2
expect 'another key of the same name is refused' 1 'not-enrolled'
run "$bin/ledger-index" L --operator zhang
expect 'and so is the key of a notary' 1 'not-enrolled'

index
grep -Eq '^entry 1: index of the matters of 1 entries, root [A-Za-z0-9+/]{43}=$' out ||
    fail 'the index of a ledger without records is entry 1'
expect 'the index of a ledger without records is entry 1' 0 ''
index
grep -q '^nothing changed since index entry 1$' out || fail 'a second index is not needed'
expect 'a second index is not needed' 0 ''
index --json
grep -q '^{"index":1,"existing":true}$' out || fail 'nor in JSON'
expect 'nor in JSON' 0 ''

one
indexes_are 2 || fail 'a record after an index'
index --json
grep -Eq '^\{"index":3,"existing":false,"leaf":"[0-9a-f]{64}","size":3,"root":"[^"]{44}"\}$' out ||
    fail 'an index in JSON'
expect 'an index in JSON' 0 ''

# --- with ledger-append ---

one --index
indexes_are 4 5 || fail 'an index comes after the record'
expect 'an index comes after the record' 0 ''
for i in 1 2 3; do
    printf '{"kind":"notarisation","event":"issue","matter":"第%d号","institution":"%s"}\n' \
        "$i" "$notary"
done >many.jsonl
append --key zhang --jsonl many.jsonl --index
indexes_are 6 7 8 9 || fail 'one index comes after many records'
expect 'one index comes after many records' 0 ''
cat many.jsonl >bad.jsonl
echo '{"kind":"notarisation"}' >>bad.jsonl
append --key zhang --jsonl bad.jsonl --index
expect 'no index comes after a refused line' 1 'line 4'
sign --new record --ledger "$ledger" --key zhang "${fields[@]}"
[ "$status" -eq 0 ] || fail 'a record is signed'
append record --index
indexes_are 10 11 || fail 'an index comes after a file'
append record --index
indexes_are 10 || fail 'a record that is there needs no index'
expect 'a record that is there needs no index' 0 'nothing changed since that in entry 11'

run "$bin/ledger-verify" L --log "$(cat op.vkey)"
[ "$status" -eq 0 ] || fail 'the ledger verifies'
ok 'the ledger verifies'

# --- without memory, from a commit on ---

cat >starve.c <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
static int commits; /* each ends with a write of less than a page, in place */
static int starved(void)
{
    const char *from = getenv("STARVE_FROM");
    errno = ENOMEM;
    return from != NULL && commits >= atoi(from);
}
void *malloc(size_t size) { return starved() ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return starved() ? NULL : __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { return starved() ? NULL : __libc_realloc(old, size); }
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at)
{
    ssize_t (*real)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
    ssize_t written = real(fd, bytes, size, at);
    commits += size < 4096;
    return written;
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
    return pwrite64(fd, bytes, size, at);
}
END
starving() { # COMMIT COMMAND...: all is well until that commit is done
    status=0
    STARVE_FROM=$1 LD_PRELOAD=$work/starve.so "${@:2}" >out 2>err || status=$?
}
if cc -shared -fPIC -o starve.so starve.c 2>err && LD_PRELOAD=$work/starve.so true 2>err &&
    ! nm "$bin/ledger-index" | grep -q __asan_init; then
    one
    starving 1 "$bin/ledger-index" L --operator op
    expect 'without memory after its commit an index is in doubt' 2 \
        '^ledger-index: whether this batch is in the ledger cannot be said$'
    index
    expect 'and the next time it is found' 0 '^ledger-index: recovered: '
    one
    starving 2 "$bin/ledger-index" L --operator op --json
    grep -q '"existing":false' out || fail 'without memory after its checkpoint it is told'
    expect 'without memory after its checkpoint it is told' 0 ''
    starving 2 "$bin/ledger-append" L --operator op --key zhang "${fields[@]}" --json
    grep -q '"existing":false' out || fail 'and so are the receipts of records'
    expect 'and so are the receipts of records' 0 ''
else
    ok 'what is said without memory (not tried: it cannot be taken away here)'
fi
one
status=0
"$bin/ledger-index" L --operator op >/dev/full 2>err || status=$?
: >out
expect 'an index whose line cannot be written is told' 2 'the index of matters is in the ledger'

# --- a ledger of the time before the index ---

for fixture in golden golden-rules; do
    cp -r "$root/fixtures/$fixture/ledger" "old-$fixture"
    run "$bin/ledger-log" "old-$fixture"
    [ "$status" -eq 0 ] || fail "the store of $fixture is read"
    holds "the store of $fixture is not changed by reading" \
        cmp -s "$root/fixtures/$fixture/ledger/data.mdb" "old-$fixture/data.mdb"
done

# --- and is written to: what was appended and indexed verifies with all that was there ---

cp "$root/fixtures/golden/ledger.guard" old-golden.guard
cp "$root/fixtures/keys/operator-next.test-key" old.key
chmod -R u+w old-golden old-golden.guard
run "$bin/ledger-log" old-golden
entries=$(wc -l <out)
run "$bin/ledger-index" old-golden --operator old.key --rested --map-size "$size" --json
grep -q "^{\"index\":$entries,.*\"size\":$entries," out || fail 'an older store gets an index'
grep -qa 'store/v2' old-golden/data.mdb || fail 'an older store gets the newer format'
run "$bin/ledger-verify" old-golden --policy "$root/fixtures/golden/policy"
[ "$status" -eq 0 ] || fail 'an older store verifies with its index'
ok 'an older store gets the newer format and an index, and verifies'
