#include "ledger/store/engine.h"

#include <errno.h>
#include <lmdb.h>
#include <stdlib.h>

#include "ledger/store/file_system.h"

#define ROOM (UINT64_C(1) << 20) /* bytes: with less a disk is full */

struct ledger_engine {
    MDB_env *env;
    MDB_dbi tables[LEDGER_ENGINE_TABLES_MAX];
    const char *const *names;
    unsigned name_count;
    unsigned table_count;  /* of those that are there */
    uint64_t table_commit; /* in which they were looked for */
    bool writable;
};

struct ledger_engine_txn {
    MDB_txn *txn;
    struct ledger_engine *engine;
    unsigned made; /* tables that this transaction made */
};

struct ledger_engine_cursor {
    MDB_cursor *cursor;
    struct ledger_engine *engine;
    unsigned table;
};

static enum ledger_status status_of(int code)
{
    switch (code) {
    case MDB_SUCCESS:
        return LEDGER_OK;
    case MDB_NOTFOUND:
        return LEDGER_NOT_FOUND;
    case MDB_KEYEXIST:
        return LEDGER_EXISTS;
    case MDB_MAP_FULL:
        return LEDGER_MAP_FULL;
    case MDB_READERS_FULL:
        return LEDGER_BUSY;
    case MDB_VERSION_MISMATCH:
        return LEDGER_NEWER_FORMAT;
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_INCOMPATIBLE:
    case MDB_CURSOR_FULL:
    case MDB_PAGE_FULL:
    case MDB_PANIC:
    case MDB_BAD_DBI:
    case MDB_BAD_TXN:
    case MDB_BAD_VALSIZE:
        return LEDGER_DAMAGED;
    default:
        return code > 0 ? ledger_status_of_errno(code) : LEDGER_IO;
    }
}

static enum ledger_status fail(struct ledger_error *error, int code, const char *what)
{
    return ledger_error_set(error, status_of(code), 0, "%s: %s", what, mdb_strerror(code));
}

static enum ledger_status fail_at(struct ledger_error *error, int code,
                                  const struct ledger_engine *engine, unsigned table,
                                  const char *what)
{
    return ledger_error_set(error, status_of(code), 0, "%s in table '%s': %s", what,
                            engine->names[table], mdb_strerror(code));
}

static MDB_val val_of(struct ledger_span span)
{
    /* liblmdb takes keys and values through pointers that are not const, and does not write. */
    union {
        const uint8_t *in;
        void *out;
    } pointer = {.in = span.data};
    MDB_val val = {span.size, pointer.out};
    return val;
}

static struct ledger_span span_of(const MDB_val *val)
{
    struct ledger_span span = {val->mv_data, val->mv_size};
    return span;
}

/* The tables beyond those that are needed may be missing, from the last. */
static int open_table(struct ledger_engine *engine, MDB_txn *txn, unsigned table, bool create,
                      unsigned needed)
{
    int code =
        mdb_dbi_open(txn, engine->names[table], create ? MDB_CREATE : 0, &engine->tables[table]);
    if (code == 0 && engine->table_count == table) {
        engine->table_count++;
    }
    if (code == MDB_NOTFOUND) {
        /* A table that is gone is damage, not absence. */
        return table < needed ? MDB_CORRUPTED : 0;
    }
    return code;
}

static int open_tables(struct ledger_engine *engine, bool create, unsigned needed)
{
    MDB_txn *txn;
    int code = mdb_txn_begin(engine->env, NULL, create ? 0 : MDB_RDONLY, &txn);
    if (code == 0) {
        engine->table_commit = mdb_txn_id(txn);
    }
    for (unsigned i = 0; code == 0 && i < engine->name_count; i++) {
        code = open_table(engine, txn, i, create, needed);
        if (code != 0) {
            mdb_txn_abort(txn);
            return code;
        }
    }
    return code == 0 ? mdb_txn_commit(txn) : code;
}

static unsigned flags_of(enum ledger_engine_mode mode)
{
    switch (mode) {
    case LEDGER_ENGINE_READ:
        return MDB_RDONLY | MDB_NOTLS;
    case LEDGER_ENGINE_READ_UNLOCKED:
        return MDB_RDONLY | MDB_NOTLS | MDB_NOLOCK;
    case LEDGER_ENGINE_WRITE:
    case LEDGER_ENGINE_CREATE:
    default:
        return MDB_NOTLS;
    }
}

static int open_env(struct ledger_engine *engine, const char *directory,
                    const struct ledger_engine_options *options)
{
    int code = mdb_env_create(&engine->env);
    if (code == 0) {
        code = mdb_env_set_maxdbs(engine->env, LEDGER_ENGINE_TABLES_MAX);
    }
    if (code == 0 && options->map_size != 0) {
        code = mdb_env_set_mapsize(engine->env, options->map_size);
    }
    if (code == 0) {
        code = mdb_env_open(engine->env, directory, flags_of(options->mode), 0644);
    }
    return code;
}

/* Readers that died leave slots that would keep old pages alive. And what an earlier process wrote
 * but could not make durable must be durable before anything is built on it (D4). */
static int settle(struct ledger_engine *engine)
{
    const unsigned forbidden = MDB_WRITEMAP | MDB_NOSYNC | MDB_NOMETASYNC | MDB_MAPASYNC |
                               MDB_NOLOCK | MDB_FIXEDMAP | MDB_NOMEMINIT;
    unsigned flags = 0;
    int dead;
    int code = mdb_env_get_flags(engine->env, &flags);
    if (code == 0) {
        LEDGER_ASSERT((flags & forbidden) == 0);
        code = mdb_reader_check(engine->env, &dead);
    }
    return code == 0 ? mdb_env_sync(engine->env, 1) : code;
}

enum ledger_status ledger_engine_open(struct ledger_engine **out, const char *directory,
                                      const struct ledger_engine_options *options,
                                      struct ledger_error *error)
{
    *out = NULL;
    LEDGER_ASSERT(options->table_count <= LEDGER_ENGINE_TABLES_MAX);
    struct ledger_engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot open '%s'", directory);
    }
    engine->names = options->tables;
    engine->name_count = options->table_count;
    engine->writable =
        options->mode == LEDGER_ENGINE_WRITE || options->mode == LEDGER_ENGINE_CREATE;
    int code = open_env(engine, directory, options);
    if (code == 0 && engine->writable) {
        code = settle(engine);
    }
    if (code == 0) {
        code = open_tables(engine, options->mode == LEDGER_ENGINE_CREATE, options->tables_needed);
    }
    if (code != 0) {
        ledger_engine_close(&engine);
        return ledger_error_set(error, status_of(code), 0, "cannot open the store in '%s': %s",
                                directory, mdb_strerror(code));
    }
    *out = engine;
    return LEDGER_OK;
}

void ledger_engine_close(struct ledger_engine **engine)
{
    if (*engine != NULL) {
        if ((*engine)->env != NULL) {
            mdb_env_close((*engine)->env);
        }
        free(*engine);
        *engine = NULL;
    }
}

unsigned ledger_engine_tables(const struct ledger_engine *engine)
{
    return engine->table_count;
}

uint64_t ledger_engine_commit_seen(const struct ledger_engine_txn *txn)
{
    return mdb_txn_id(txn->txn);
}

uint64_t ledger_engine_tables_commit(const struct ledger_engine *engine)
{
    return engine->table_commit;
}

static enum ledger_status begin(struct ledger_engine_txn **out, struct ledger_engine *engine,
                                unsigned flags, bool resize, struct ledger_error *error)
{
    *out = NULL;
    struct ledger_engine_txn *txn = calloc(1, sizeof *txn);
    if (txn == NULL) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot begin a transaction");
    }
    txn->engine = engine;
    int code = mdb_txn_begin(engine->env, NULL, flags, &txn->txn);
    if (code == MDB_MAP_RESIZED && resize) {
        /* Another process gave the store more room; take over its size. */
        code = mdb_env_set_mapsize(engine->env, 0);
        if (code == 0) {
            code = mdb_txn_begin(engine->env, NULL, flags, &txn->txn);
        }
    }
    if (code != 0) {
        free(txn);
        return fail(error, code, "cannot begin a transaction");
    }
    *out = txn;
    return LEDGER_OK;
}

enum ledger_status ledger_engine_begin(struct ledger_engine_txn **txn, struct ledger_engine *engine,
                                       bool write, struct ledger_error *error)
{
    LEDGER_ASSERT(!write || engine->writable);
    return begin(txn, engine, write ? 0 : MDB_RDONLY, true, error);
}

/* Resized, the map might be elsewhere, and what `of` reads with it. */
enum ledger_status ledger_engine_begin_beside(struct ledger_engine_txn **txn,
                                              const struct ledger_engine_txn *of,
                                              struct ledger_error *error)
{
    enum ledger_status status = begin(txn, of->engine, MDB_RDONLY, false, error);
    if (status == LEDGER_OK && mdb_txn_id((*txn)->txn) != mdb_txn_id(of->txn)) {
        ledger_engine_abort(txn);
        status = ledger_error_set(error, LEDGER_BUSY, 0, "somebody wrote meanwhile");
    }
    return status;
}

static bool is_full(const struct ledger_engine *engine)
{
    const char *path;
    return mdb_env_get_path(engine->env, &path) == 0 &&
           ledger_file_system_has(path, ROOM, NULL) == LEDGER_DISK_FULL;
}

enum ledger_status ledger_engine_commit(struct ledger_engine_txn **txn, struct ledger_error *error)
{
    int code = mdb_txn_commit((*txn)->txn);
    /* When only a part of a page could be written, liblmdb calls a full disk an I/O error. */
    if (code == EIO && is_full((*txn)->engine)) {
        code = ENOSPC;
    }
    if (code == 0) {
        (*txn)->engine->table_count += (*txn)->made;
    }
    free(*txn);
    *txn = NULL;
    if (code == 0) {
        return LEDGER_OK;
    }
    return code > 0 ? ledger_error_set(error, LEDGER_UNKNOWN, code, "the commit returned an error")
                    : ledger_error_set(error, LEDGER_UNKNOWN, 0, "the commit returned an error: %s",
                                       mdb_strerror(code));
}

void ledger_engine_abort(struct ledger_engine_txn **txn)
{
    if (*txn != NULL) {
        mdb_txn_abort((*txn)->txn);
        free(*txn);
        *txn = NULL;
    }
}

enum ledger_status ledger_engine_get(struct ledger_engine_txn *txn, struct ledger_span *value,
                                     unsigned table, struct ledger_span key,
                                     struct ledger_error *error)
{
    MDB_val k = val_of(key);
    MDB_val v;
    int code = mdb_get(txn->txn, txn->engine->tables[table], &k, &v);
    if (code == MDB_NOTFOUND) {
        return LEDGER_NOT_FOUND;
    }
    if (code != 0) {
        return fail_at(error, code, txn->engine, table, "cannot read");
    }
    *value = span_of(&v);
    return LEDGER_OK;
}

enum ledger_status ledger_engine_make_table(struct ledger_engine_txn *txn,
                                            struct ledger_error *error)
{
    struct ledger_engine *engine = txn->engine;
    unsigned table = engine->table_count + txn->made;
    LEDGER_ASSERT(table < engine->name_count);
    int code = mdb_dbi_open(txn->txn, engine->names[table], MDB_CREATE, &engine->tables[table]);
    if (code != 0) {
        return fail(error, code, "cannot make a table");
    }
    txn->made++;
    return LEDGER_OK;
}

static enum ledger_status put(struct ledger_engine_txn *txn, unsigned table, struct ledger_span key,
                              struct ledger_span value, unsigned flags, struct ledger_error *error)
{
    MDB_val k = val_of(key);
    MDB_val v = val_of(value);
    int code = mdb_put(txn->txn, txn->engine->tables[table], &k, &v, flags);
    return code == 0 ? LEDGER_OK : fail_at(error, code, txn->engine, table, "cannot write");
}

enum ledger_status ledger_engine_put(struct ledger_engine_txn *txn, unsigned table,
                                     struct ledger_span key, struct ledger_span value,
                                     struct ledger_error *error)
{
    return put(txn, table, key, value, MDB_NOOVERWRITE, error);
}

enum ledger_status ledger_engine_replace(struct ledger_engine_txn *txn, unsigned table,
                                         struct ledger_span key, struct ledger_span value,
                                         struct ledger_error *error)
{
    return put(txn, table, key, value, 0, error);
}

enum ledger_status ledger_engine_append(struct ledger_engine_txn *txn, unsigned table,
                                        struct ledger_span key, struct ledger_span value,
                                        struct ledger_error *error)
{
    return put(txn, table, key, value, MDB_APPEND | MDB_NOOVERWRITE, error);
}

enum ledger_status ledger_engine_count(struct ledger_engine_txn *txn, uint64_t *count,
                                       unsigned table, struct ledger_error *error)
{
    MDB_stat stat;
    int code = mdb_stat(txn->txn, txn->engine->tables[table], &stat);
    if (code != 0) {
        return fail_at(error, code, txn->engine, table, "cannot count");
    }
    *count = stat.ms_entries;
    return LEDGER_OK;
}

enum ledger_status ledger_engine_cursor_open(struct ledger_engine_cursor **out,
                                             struct ledger_engine_txn *txn, unsigned table,
                                             struct ledger_error *error)
{
    *out = NULL;
    struct ledger_engine_cursor *cursor = calloc(1, sizeof *cursor);
    if (cursor == NULL) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot open a cursor");
    }
    cursor->engine = txn->engine;
    cursor->table = table;
    int code = mdb_cursor_open(txn->txn, txn->engine->tables[table], &cursor->cursor);
    if (code != 0) {
        free(cursor);
        return fail_at(error, code, txn->engine, table, "cannot open a cursor");
    }
    *out = cursor;
    return LEDGER_OK;
}

void ledger_engine_cursor_close(struct ledger_engine_cursor **cursor)
{
    if (*cursor != NULL) {
        mdb_cursor_close((*cursor)->cursor);
        free(*cursor);
        *cursor = NULL;
    }
}

static enum ledger_status move(struct ledger_engine_cursor *cursor, struct ledger_span *key,
                               struct ledger_span *value, MDB_val k, MDB_cursor_op operation,
                               struct ledger_error *error)
{
    MDB_val v;
    int code = mdb_cursor_get(cursor->cursor, &k, &v, operation);
    if (code == MDB_NOTFOUND) {
        return LEDGER_NOT_FOUND;
    }
    if (code != 0) {
        return fail_at(error, code, cursor->engine, cursor->table, "cannot read");
    }
    *key = span_of(&k);
    *value = span_of(&v);
    return LEDGER_OK;
}

enum ledger_status ledger_engine_cursor_seek(struct ledger_engine_cursor *cursor,
                                             struct ledger_span *key, struct ledger_span *value,
                                             struct ledger_span from, struct ledger_error *error)
{
    return move(cursor, key, value, val_of(from), MDB_SET_RANGE, error);
}

enum ledger_status ledger_engine_cursor_before(struct ledger_engine_cursor *cursor,
                                               struct ledger_span *key, struct ledger_span *value,
                                               struct ledger_span bound, struct ledger_error *error)
{
    MDB_val none = {0, NULL};
    enum ledger_status status = ledger_engine_cursor_seek(cursor, key, value, bound, error);
    if (status != LEDGER_OK && status != LEDGER_NOT_FOUND) {
        return status;
    }
    return move(cursor, key, value, none, status == LEDGER_OK ? MDB_PREV : MDB_LAST, error);
}

enum ledger_status ledger_engine_cursor_next(struct ledger_engine_cursor *cursor,
                                             struct ledger_span *key, struct ledger_span *value,
                                             struct ledger_error *error)
{
    MDB_val none = {0, NULL};
    return move(cursor, key, value, none, MDB_NEXT, error);
}

enum ledger_status ledger_engine_cursor_last(struct ledger_engine_cursor *cursor,
                                             struct ledger_span *key, struct ledger_span *value,
                                             struct ledger_error *error)
{
    MDB_val none = {0, NULL};
    return move(cursor, key, value, none, MDB_LAST, error);
}
