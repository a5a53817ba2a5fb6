/*
 * bench_append - durable appends one by one, against what the storage alone can do.
 *
 * usage: bench_append DIRECTORY
 */
#include <lmdb.h>

#include "tests/bench/sodium_rate.h"

#define REPEATS 9
#define APPENDS 60 /* a repetition */
#define CHECKPOINT_SIZE 230

/* The store's flags (engine_lmdb.c), one table, keys of eight bytes in order. */
struct bare {
    char path[PATH_MAX];
    MDB_env *env;
    MDB_dbi table;
    uint64_t next;
};

static void lmdb_ok(int code)
{
    if (code != MDB_SUCCESS) {
        bench_die("lmdb: %s", mdb_strerror(code));
    }
}

static void bare_open(struct bare *bare, const char *directory, const char *name)
{
    MDB_txn *txn;
    *bare = (struct bare){0};
    bench_path(bare->path, directory, name);
    if (mkdir(bare->path, 0700) != 0) {
        bench_die("cannot make '%s'", bare->path);
    }
    lmdb_ok(mdb_env_create(&bare->env));
    lmdb_ok(mdb_env_set_mapsize(bare->env, (size_t)1 << 32));
    lmdb_ok(mdb_env_open(bare->env, bare->path, MDB_NOTLS, 0644));
    lmdb_ok(mdb_txn_begin(bare->env, NULL, 0, &txn));
    lmdb_ok(mdb_dbi_open(txn, NULL, 0, &bare->table));
    lmdb_ok(mdb_txn_commit(txn));
}

static void bare_put(struct bare *bare, const uint8_t *bytes, size_t size)
{
    static uint8_t copy[WORLD_NOTE_MAX];
    uint8_t key[8];
    MDB_txn *txn;
    memcpy(copy, bytes, size);
    for (unsigned i = 0; i < 8; i++) {
        key[i] = (uint8_t)(bare->next >> (56 - 8 * i));
    }
    bare->next++;
    MDB_val k = {sizeof key, key};
    MDB_val v = {size, copy};
    lmdb_ok(mdb_txn_begin(bare->env, NULL, 0, &txn));
    lmdb_ok(mdb_put(txn, bare->table, &k, &v, MDB_NOOVERWRITE));
    lmdb_ok(mdb_txn_commit(txn));
}

static void bare_close(struct bare *bare)
{
    mdb_env_close(bare->env);
    world_remove(bare->path);
}

/* What the guard does: write beside, fsync, rename, fsync the directory. */
static void replace_file(const char *directory, const uint8_t *bytes, size_t size)
{
    char path[PATH_MAX];
    char temporary[PATH_MAX];
    bench_path(path, directory, "bare.guard");
    bench_path(temporary, directory, "bare.guard.new");
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    int folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || folder < 0 || write(fd, bytes, size) != (ssize_t)size || fsync(fd) != 0 ||
        close(fd) != 0 || rename(temporary, path) != 0 || fsync(folder) != 0 ||
        close(folder) != 0) {
        bench_die("cannot replace '%s'", path);
    }
}

struct runs {
    struct world world;
    struct world_notes notes;
    struct ledger_appender *appender;
    struct bare one;    /* one commit an entry */
    struct bare likely; /* the storage calls of an append, without the ledger */
    struct bench_times append_times;
    struct bench_times one_times;
    struct bench_times likely_times;
};

/* An entry is its record and six lines around it. */
static size_t entry_size(const struct ledger_span *note)
{
    return note->size + 210;
}

static void run_once(struct runs *r, size_t first)
{
    const struct ledger_span *notes = r->notes.notes + first;
    double start = bench_now();
    for (size_t i = 0; i < APPENDS; i++) {
        bare_put(&r->one, notes[i].data, entry_size(&notes[i]));
    }
    bench_since(&r->one_times, start);
    start = bench_now();
    world_append(r->appender, &r->notes, first, first + APPENDS, 1);
    bench_since(&r->append_times, start);
    start = bench_now();
    for (size_t i = 0; i < APPENDS; i++) {
        bare_put(&r->likely, notes[i].data, entry_size(&notes[i]));
        replace_file(r->world.directory, notes[i].data, CHECKPOINT_SIZE);
        bare_put(&r->likely, notes[i].data, CHECKPOINT_SIZE);
    }
    bench_since(&r->likely_times, start);
}

static void report(struct runs *r)
{
    double append = APPENDS / bench_median(&r->append_times);
    double one = APPENDS / bench_median(&r->one_times);
    double likely = APPENDS / bench_median(&r->likely_times);
    bench_row("durable appends, one by one", append, "/s",
              "**%.3f** of bare LMDB commits of the same size (%.0f /s)", append / one, one);
    bench_row("durable appends, explained", append, "/s",
              "**%.3f** of its storage calls alone: two commits and a small file replaced with two "
              "fsyncs (%.0f /s)",
              append / likely, likely);
    bench_row("time of one append", 1e3 / append, "ms",
              "of it %.2f ms storage calls, %.2f ms the rest", 1e3 / likely,
              1e3 / append - 1e3 / likely);
}

int main(int argc, char **argv)
{
    static struct runs r;
    char path[PATH_MAX];
    if (argc != 2) {
        bench_die("usage: bench_append DIRECTORY");
    }
    world_open(&r.world, argv[1]);
    /* One to spare: bare values reach a little past their note. */
    world_notes_reserve(&r.notes, (REPEATS + 1) * APPENDS + 1);
    world_notes_make(&r.world, &r.notes, (REPEATS + 1) * APPENDS + 1);
    world_found(&r.world, path, "append");
    world_appender(&r.world, &r.appender, path);
    bare_open(&r.one, argv[1], "bare-one");
    bare_open(&r.likely, argv[1], "bare-likely");
    run_once(&r, 0); /* to warm up */
    r.append_times.count = r.one_times.count = r.likely_times.count = 0;
    for (size_t i = 1; i <= REPEATS; i++) {
        run_once(&r, i * APPENDS);
    }
    report(&r);
    ledger_appender_close(&r.appender);
    bare_close(&r.one);
    bare_close(&r.likely);
    world_remove(path);
    world_notes_free(&r.notes);
    world_close(&r.world);
    return 0;
}
