#!/usr/bin/env bash
# The memory of ledger-verify is what man/ledger-verify.1 says, whatever the number of entries.
# usage: program_memory.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/publish_lib.sh
. "$(dirname "$0")/publish_lib.sh"

# The most that was allocated at one time, in bytes, written to the file PEAK at the end.
cat >meter.c <<'END'
#define _GNU_SOURCE
#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);
static _Atomic long now, peak;
static void *count(void *made)
{
    long before = peak, sum = now += (long)malloc_usable_size(made);
    while (sum > before && !atomic_compare_exchange_weak(&peak, &before, sum)) {
    }
    return made;
}
void *malloc(size_t size) { return count(__libc_malloc(size)); }
void *calloc(size_t many, size_t size) { return count(__libc_calloc(many, size)); }
void *memalign(size_t to, size_t size) { return count(__libc_memalign(to, size)); }
void *aligned_alloc(size_t to, size_t size) { return memalign(to, size); }
int posix_memalign(void **out, size_t to, size_t size) { return (*out = memalign(to, size)) == NULL; }
void free(void *old)
{
    now -= (long)malloc_usable_size(old);
    __libc_free(old);
}
void *realloc(void *old, size_t size)
{
    long before = (long)malloc_usable_size(old);
    void *made = __libc_realloc(old, size);
    if (made != NULL) {
        now -= before;
        count(made);
    }
    return made;
}
__attribute__((destructor)) static void tell(void)
{
    FILE *file = getenv("PEAK") == NULL ? NULL : fopen(getenv("PEAK"), "w");
    if (file != NULL) {
        fprintf(file, "%ld\n", peak);
        fclose(file);
    }
}
END
if ! { cc -shared -fPIC -o meter.so meter.c 2>err && LD_PRELOAD=$work/meter.so true 2>err; } ||
    nm "$bin/ledger-verify" | grep -Eq '__[at]san_init'; then
    ok 'how much memory is taken (not tried: it cannot be measured here)'
    exit 0
fi

few=1000
many=4000
more=$((many - few))

# fill LEDGER ENTRIES: ordinary records, each of a matter of its own
fill() {
    local i
    for ((i = 3; i < $2; i++)); do
        printf '{"kind":"forensic-appraisal","event":"note","matter":"matter %d","institution":"%s"}\n' \
            "$i" smu.gz.example
    done >lines.jsonl
    run ledger-append "$1" --operator op.key --key zhang.key --jsonl lines.jsonl
    [ "$status" -eq 0 ] || fail "$1 is filled"
}

# peak JOBS LEDGER|DIRECTORY: bytes. In the sandbox the meter could write no file.
peak() {
    run env LEDGER_SANDBOX=off PEAK="$work/peak" LD_PRELOAD="$work/meter.so" ledger-verify --log "$log" --jobs "$1" "$2"
    { [ "$status" -eq 0 ] && grep -q 'all of it holds$' out; } || fail "$2 is verified"
    cat peak
}

# within RULE LEAST MOST BYTES
within() {
    { [ "$4" -ge "$2" ] && [ "$4" -le "$3" ]; } || fail "$1: $4 bytes, expected $2 to $3"
    ok "$1: $4 bytes, at most $3"
}

for ledger in few many; do
    copy_ledger L "$ledger"
    fill "$ledger" "${!ledger}"
    ledger-publish "$ledger" "$ledger.files" >/dev/null || fail "$ledger is published"
    copy_ledger "$ledger" "$ledger.indexed"
    run ledger-index "$ledger.indexed" --operator op.key
    [ "$status" -eq 0 ] || fail "$ledger has an index"
done

# --- a ledger ---

mib=1048576
one=$(peak 1 few)
within 'one thread needs little' 100000 $mib "$one"
eight=$(peak 8 few)
within 'each thread takes about 2 MiB' $((7 * 2 * mib)) $((8 * (2 * mib + 40960))) $((eight - one))
for jobs in 1 8; do
    within "four times the entries need no more ($jobs threads)" -4096 4096 \
        $(($(peak "$jobs" many) - $(peak "$jobs" few)))
    # A growth that must be seen: else nothing was measured.
    within "but with an index of matters what it needs for each ($jobs threads)" \
        $((50 * more)) $((95 * more + 4096)) $(($(peak "$jobs" many.indexed) - $(peak "$jobs" few.indexed)))
done

# --- a published one: here every entry is a matter, too ---

bundle=$(stat -c %s few.files/tile/entries/001)
kept=$((4 * mib)) # of entries: seals, chains and tags, whatever their number
for jobs in 1 8; do
    within "four times the matters published need what is kept of each ($jobs threads)" \
        $((70 * more)) $((225 * more + 65536)) \
        $(($(peak "$jobs" many.files) - $(peak "$jobs" few.files)))
    within "beside that they need no more than the ledger, a bundle and 4 MiB ($jobs threads)" \
        0 $((225 * few + 2 * bundle + kept)) $(($(peak "$jobs" few.files) - $(peak "$jobs" few)))
done

# Entries of a few matters, more than fit into memory: what is kept of them needs a file.
few=15000
many=60000
more=$((many - few))
copy_ledger L long
had=3
for size in $few $many; do
    awk -v n=$((size - had)) 'BEGIN { for (i = 0; i < n; i++) {
        printf "{\"kind\":\"forensic-appraisal\",\"event\":\"note\",\"matter\":\"m%d\",", i % 7
        print "\"institution\":\"smu.gz.example\"}" } }' >lines.jsonl
    run ledger-append long --operator op.key --key zhang.key --batch --map-size $((1024 * mib)) \
        --jsonl lines.jsonl
    [ "$status" -eq 0 ] || fail "there are $size entries"
    ledger-publish long "long.$size" >/dev/null || fail "$size entries are published"
    had=$size
done
for jobs in 1 8; do
    within "$more more entries of the same matters need no more than the first mebibyte of tags ($jobs threads)" \
        0 $((mib + 65536)) $(($(peak "$jobs" "long.$many") - $(peak "$jobs" "long.$few")))
done

# --- in the sandbox, where no file can be made ---

for jobs in 1 8; do
    run ledger-verify --log "$log" --jobs "$jobs" "long.$many"
    { [ "$status" -eq 0 ] && grep -q 'all of it holds$' out; } ||
        fail "a publication that needs a file is verified in the sandbox ($jobs threads)"
done
run ledger-stats --log "$log" "long.$many"
[ "$status" -eq 0 ] || fail 'and counted'
printf 'a file of a matter\n' >document
run ledger-check --log "$log" --matter m3 "long.$many" document
grep -q "temporary file" err && fail 'and asked about a document'
ok 'a publication that needs files is read in the sandbox, too'
find "$work" -name 'ledger.??????' | grep -q . && fail 'and nothing is left behind'

# --- where that file cannot be ---

# told RULE WHY COMMAND...: trouble, and no verdict
told() {
    local rule=$1 why=$2
    shift 2
    run "$@"
    { [ "$status" -eq 2 ] && [ ! -s out ] && grep -q "temporary file in '$TMPDIR' .*: $why\$" err; } || fail "$rule"
    ok "$rule"
}

export TMPDIR=$work/nowhere
told 'a directory for temporary files that is not there is told, and is no verdict' \
    'No such file or directory' ledger-verify --log "$log" "long.$many"
run ledger-verify --log "$log" "long.$few"
[ "$status" -eq 0 ] || fail 'few entries need no temporary file'
ok 'few entries need no temporary file'
export TMPDIR=$work
told 'a file that may not grow is told, and is no verdict' \
    'File too large' prlimit --fsize=$mib ledger-verify --log "$log" "long.$many"
[ -z "$(find "$work" -name 'ledger.??????')" ] || fail 'nothing is left behind'
mkdir full
if mount -t tmpfs -o size=1m tmpfs full 2>err; then
    TMPDIR=$work/full
    told 'a full disk is told, and is no verdict' 'No space left on device' \
        ledger-verify --log "$log" "long.$many"
    umount full
else
    ok 'a full disk is told (not tried: nothing can be mounted here)'
fi
