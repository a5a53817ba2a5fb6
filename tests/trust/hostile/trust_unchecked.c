/*
 * trust_unchecked.c - reads all of a data.mdb with liblmdb, with nothing before it: what the structure
 * check of ledger/store/image_check.h spares its users.
 *
 *     trust_unchecked DIRECTORY     exit status 3 if more is read than there can be
 */
#include <lmdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define ROWS_MAX 1000000u

static uint64_t rows;
static unsigned sum;

/* Every byte of every value, as whoever hashes it reads it. */
static void read_table(MDB_txn *txn, MDB_dbi dbi)
{
    MDB_cursor *cursor;
    MDB_val key;
    MDB_val value;
    if (mdb_cursor_open(txn, dbi, &cursor) != 0) {
        return;
    }
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
        const uint8_t *bytes = value.mv_data;
        for (size_t i = 0; i < value.mv_size; i++) {
            sum += bytes[i];
        }
        if (++rows > ROWS_MAX || value.mv_size > 65535u) {
            exit(3);
        }
    }
    mdb_cursor_close(cursor);
}

int main(int argc, char **argv)
{
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi dbi;
    static const char *const names[] = {NULL, "entries", "nodes"};
    if (argc != 2 || mdb_env_create(&env) != 0 || mdb_env_set_maxdbs(env, 16) != 0 ||
        mdb_env_open(env, argv[1], MDB_RDONLY | MDB_NOLOCK, 0) != 0 ||
        mdb_txn_begin(env, NULL, MDB_RDONLY, &txn) != 0) {
        return 1;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (mdb_dbi_open(txn, names[i], 0, &dbi) == 0) {
            read_table(txn, dbi);
        }
    }
    (void)printf("%u\n", sum);
    return 0;
}
