/* The check that stands before liblmdb: a file that it accepts is walked by liblmdb to its end,
 * hands out nothing but bytes of the file, and has as many entries as the check counted.
 *
 * The input is a list of changes of a small file that liblmdb wrote, five bytes each: page, offset
 * within it (two bytes), what to do, value. */
#include <errno.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ledger/store/image_check.h"
#include "tests/trust/fuzzing/fuzz.h"

#define PAGE 4096u
#define BASE_MAX (32u * PAGE)
#define HEAD 160u /* bytes at the front of a page where most is to be found */
#define EDIT_SIZE 5u
#define EDITS_MAX 64u

static struct {
    uint8_t bytes[BASE_MAX];
    size_t size;
    int fd; /* of the file that is checked */
    char path[64];
} file;

static void must(int code)
{
    if (code != 0) {
        (void)fprintf(stderr, "cannot make a file: %s\n", mdb_strerror(code));
        abort();
    }
}

/* --- The file before it is changed --- */

static void put_some(MDB_txn *txn, MDB_dbi table, unsigned from, unsigned to, size_t value_size)
{
    static uint8_t value[3 * PAGE];
    for (unsigned i = from; i < to; i++) {
        uint8_t bytes[8] = {0, 0, 0, 0, 0, 0, (uint8_t)(i >> 8), (uint8_t)i};
        MDB_val k = {sizeof bytes, bytes};
        MDB_val v = {i % 40 == 39 ? sizeof value : value_size, value};
        memset(value, (int)i, sizeof value);
        must(mdb_put(txn, table, &k, &v, 0));
    }
}

static void write_base(MDB_env *env)
{
    MDB_txn *txn;
    MDB_dbi large;
    MDB_dbi small;
    must(mdb_txn_begin(env, NULL, 0, &txn));
    must(mdb_dbi_open(txn, "large", MDB_CREATE, &large));
    must(mdb_dbi_open(txn, "small", MDB_CREATE, &small));
    put_some(txn, large, 0, 90, 150);
    put_some(txn, small, 0, 12, 20);
    must(mdb_txn_commit(txn));
    must(mdb_txn_begin(env, NULL, 0, &txn));
    must(mdb_drop(txn, small, 0));
    put_some(txn, small, 20, 30, 12);
    must(mdb_txn_commit(txn));
}

static void make_base(void)
{
    char path[] = "/dev/shm/ledger-fuzz-XXXXXX";
    MDB_env *env;
    int fd = mkstemp(path);
    FUZZ_CHECK(fd >= 0);
    must(mdb_env_create(&env));
    must(mdb_env_set_maxdbs(env, 4));
    must(mdb_env_set_mapsize(env, 1u << 22));
    must(mdb_env_open(env, path, MDB_NOSUBDIR | MDB_NOLOCK | MDB_NOSYNC, 0600));
    write_base(env);
    mdb_env_close(env);
    ssize_t size = pread(fd, file.bytes, sizeof file.bytes, 0);
    FUZZ_CHECK(size > 0 && (size_t)size < sizeof file.bytes);
    (void)close(fd);
    (void)unlink(path);
    file.size = (size_t)size;
    file.fd = memfd_create("image", MFD_CLOEXEC);
    FUZZ_CHECK(file.fd >= 0);
    (void)snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.fd);
}

/* --- Changing it --- */

enum { SET = 0, ADD, SMALL, HUGE, COPY, CUT, OPERATIONS };

static void put64(uint8_t *at, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++) {
        at[i] = (uint8_t)(value >> 8 * i);
    }
}

static void change(uint8_t *bytes, size_t *size, const uint8_t *edit)
{
    size_t pages = file.size / PAGE;
    size_t page = edit[0] % pages;
    size_t offset = edit[1] | (size_t)edit[2] << 8;
    uint8_t *at = bytes + page * PAGE + offset % (edit[3] >= 128 ? HEAD : PAGE - 8);
    switch (edit[3] % OPERATIONS) {
    case SET:
        *at = edit[4];
        break;
    case ADD:
        *at = (uint8_t)(*at + edit[4]);
        break;
    case SMALL:
        put64(at, edit[4]);
        break;
    case HUGE:
        put64(at, ~(uint64_t)edit[4] >> edit[4] % 64);
        break;
    case COPY:
        memmove(bytes + page * PAGE, bytes + edit[4] % pages * PAGE, PAGE);
        break;
    default:
        *size = page * PAGE + offset % PAGE;
        break;
    }
}

static void write_changed(struct ledger_span input)
{
    static uint8_t bytes[BASE_MAX];
    size_t size = file.size;
    memcpy(bytes, file.bytes, file.size);
    for (unsigned i = 0; i < EDITS_MAX && (i + 1) * EDIT_SIZE <= input.size; i++) {
        uint8_t edit[EDIT_SIZE];
        memcpy(edit, input.data + i * EDIT_SIZE, sizeof edit);
        change(bytes, &size, edit);
    }
    FUZZ_CHECK(ftruncate(file.fd, (off_t)size) == 0);
    FUZZ_CHECK(pwrite(file.fd, bytes, size, 0) == (ssize_t)size);
}

/* --- Reading what was accepted --- */

static void check_inside(const MDB_val *val, size_t size)
{
    static volatile uint8_t sink;
    const uint8_t *data = val->mv_data;
    for (size_t i = 0; i < val->mv_size; i++) {
        sink = (uint8_t)(sink ^ data[i]); /* must be there */
    }
    FUZZ_CHECK(val->mv_size <= size);
}

/* Entries of a table and of the tables below it; those that cannot be asked for, since their name
 * has a NUL, are not counted and noted in `hidden`. */
static uint64_t walk(MDB_txn *txn, MDB_dbi table, size_t size, bool *hidden)
{
    MDB_cursor *cursor;
    MDB_val key;
    MDB_val value;
    uint64_t count = 0;
    int code;
    must(mdb_cursor_open(txn, table, &cursor));
    while ((code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
        char name[512];
        MDB_dbi below;
        check_inside(&key, size);
        check_inside(&value, size);
        FUZZ_CHECK(++count < 100000 && key.mv_size < sizeof name);
        if (hidden == NULL) {
            continue;
        }
        memcpy(name, key.mv_data, key.mv_size);
        name[key.mv_size] = '\0';
        *hidden = *hidden || strlen(name) != key.mv_size;
        if (mdb_dbi_open(txn, name, 0, &below) == 0) {
            count += walk(txn, below, size, NULL) - 1;
        }
    }
    FUZZ_CHECK(code == MDB_NOTFOUND);
    mdb_cursor_close(cursor);
    return count;
}

static void read_all(const struct ledger_image_report *report, struct ledger_span input)
{
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi names;
    bool hidden = false;
    must(mdb_env_create(&env));
    must(mdb_env_set_maxdbs(env, 130));
    int code = mdb_env_open(env, file.path, MDB_NOSUBDIR | MDB_NOLOCK | MDB_RDONLY, 0);
    if (code == ENOMEM) { /* the map may be larger than what there is of addresses */
        mdb_env_close(env);
        return;
    }
    must(code);
    must(mdb_txn_begin(env, NULL, MDB_RDONLY, &txn));
    must(mdb_dbi_open(txn, NULL, 0, &names));
    size_t size = (size_t)(report->last_page + 1) * report->page_size;
    uint64_t count = walk(txn, names, size, &hidden);
    fuzz_agree(input, hidden || count == report->entries, true);
    mdb_txn_abort(txn);
    mdb_env_close(env);
}

bool fuzz_target(struct ledger_span input)
{
    struct ledger_image_report report;
    struct ledger_error error;
    if (file.size == 0) {
        make_base();
    }
    write_changed(input);
    enum ledger_status status = ledger_image_check_open(&report, file.fd, "file", &error);
    FUZZ_CHECK(status == LEDGER_OK || status == LEDGER_DAMAGED);
    if (fuzz_is_planted("unchecked")) {
        report.last_page = 1u << 20;
        report.page_size = PAGE;
    } else if (status != LEDGER_OK) {
        return false;
    }
    read_all(&report, input);
    return true;
}
