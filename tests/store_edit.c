#include "tests/store_edit.h"

#include <CUnit/CUnit.h>
#include <lmdb.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/encoding.h"

struct store_edit {
    MDB_env *env;
    MDB_txn *txn;
};

static MDB_val val_of(struct ledger_span span)
{
    union {
        const uint8_t *in;
        void *out;
    } pointer = {.in = span.data};
    return (MDB_val){span.size, pointer.out};
}

struct store_edit *store_edit_open(const char *path)
{
    struct store_edit *edit = calloc(1, sizeof *edit);
    CU_ASSERT_PTR_NOT_NULL_FATAL(edit);
    CU_ASSERT_EQUAL_FATAL(mdb_env_create(&edit->env), 0);
    CU_ASSERT_EQUAL_FATAL(mdb_env_set_maxdbs(edit->env, 16), 0);
    CU_ASSERT_EQUAL_FATAL(mdb_env_open(edit->env, path, MDB_NOSYNC, 0644), 0);
    CU_ASSERT_EQUAL_FATAL(mdb_txn_begin(edit->env, NULL, 0, &edit->txn), 0);
    return edit;
}

void store_edit_close(struct store_edit **edit)
{
    CU_ASSERT_EQUAL(mdb_txn_commit((*edit)->txn), 0);
    mdb_env_close((*edit)->env);
    free(*edit);
    *edit = NULL;
}

static MDB_dbi table_of(struct store_edit *edit, const char *table)
{
    MDB_dbi dbi = 0;
    CU_ASSERT_EQUAL_FATAL(mdb_dbi_open(edit->txn, table, MDB_CREATE, &dbi), 0);
    return dbi;
}

void store_edit_put(struct store_edit *edit, const char *table, struct ledger_span key,
                    struct ledger_span value)
{
    MDB_val k = val_of(key);
    MDB_val v = val_of(value);
    CU_ASSERT_EQUAL_FATAL(mdb_put(edit->txn, table_of(edit, table), &k, &v, 0), 0);
}

void store_edit_delete(struct store_edit *edit, const char *table, struct ledger_span key)
{
    MDB_val k = val_of(key);
    CU_ASSERT_EQUAL_FATAL(mdb_del(edit->txn, table_of(edit, table), &k, NULL), 0);
}

struct ledger_span store_edit_get(struct store_edit *edit, const char *table,
                                  struct ledger_span key)
{
    MDB_val k = val_of(key);
    MDB_val v = {0, NULL};
    CU_ASSERT_EQUAL_FATAL(mdb_get(edit->txn, table_of(edit, table), &k, &v), 0);
    return (struct ledger_span){v.mv_data, v.mv_size};
}

struct ledger_span store_edit_first(struct store_edit *edit, const char *table)
{
    MDB_cursor *cursor = NULL;
    MDB_val k = {0, NULL};
    MDB_val v = {0, NULL};
    CU_ASSERT_EQUAL_FATAL(mdb_cursor_open(edit->txn, table_of(edit, table), &cursor), 0);
    CU_ASSERT_EQUAL_FATAL(mdb_cursor_get(cursor, &k, &v, MDB_FIRST), 0);
    mdb_cursor_close(cursor);
    return (struct ledger_span){k.mv_data, k.mv_size};
}

size_t store_edit_count(struct store_edit *edit, const char *table)
{
    MDB_stat stat;
    CU_ASSERT_EQUAL_FATAL(mdb_stat(edit->txn, table_of(edit, table), &stat), 0);
    return stat.ms_entries;
}

void store_edit_drop(struct store_edit *edit, const char *table)
{
    CU_ASSERT_EQUAL_FATAL(mdb_drop(edit->txn, table_of(edit, table), 1), 0);
}

void store_edit_put_at(struct store_edit *edit, const char *table, uint64_t key,
                       struct ledger_span value)
{
    uint8_t bytes[8];
    ledger_put_be64(bytes, key);
    store_edit_put(edit, table, (struct ledger_span){bytes, sizeof bytes}, value);
}

void store_edit_delete_at(struct store_edit *edit, const char *table, uint64_t key)
{
    uint8_t bytes[8];
    ledger_put_be64(bytes, key);
    store_edit_delete(edit, table, (struct ledger_span){bytes, sizeof bytes});
}

struct ledger_span store_edit_get_at(struct store_edit *edit, const char *table, uint64_t key)
{
    uint8_t bytes[8];
    ledger_put_be64(bytes, key);
    return store_edit_get(edit, table, (struct ledger_span){bytes, sizeof bytes});
}
