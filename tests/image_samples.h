/*
 * image_samples.h - data files, written with liblmdb, that the tests of ledger/store/image_*.c
 * share.
 */
#ifndef LEDGER_TESTS_IMAGE_SAMPLES_H
#define LEDGER_TESTS_IMAGE_SAMPLES_H

#include <CUnit/CUnit.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/base/encoding.h"

#define SEED UINT64_C(20261123)
#define LONG_VALUE 65535u
#define PAGE 4096u

static inline uint64_t next_random(uint64_t *state)
{
    *state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static inline uint64_t below(uint64_t *state, uint64_t limit)
{
    return next_random(state) % limit;
}

/* --- files --- */

struct folder {
    char path[64];
    char file[80];
};

struct bytes {
    uint8_t *data;
    size_t size;
};

static inline struct folder make_folder(void)
{
    struct folder folder = {.path = "/tmp/ledger-test-image-XXXXXX"};
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder.path));
    (void)snprintf(folder.file, sizeof folder.file, "%s/data.mdb", folder.path);
    return folder;
}

static inline void remove_folder(const struct folder *folder)
{
    (void)unlink(folder->file);
    CU_ASSERT_EQUAL(rmdir(folder->path), 0);
}

static inline void put_file(const char *path, const uint8_t *data, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    CU_ASSERT_FATAL(fd >= 0);
    CU_ASSERT_EQUAL_FATAL(write(fd, data, size), (ssize_t)size);
    CU_ASSERT_EQUAL_FATAL(ftruncate(fd, (off_t)size), 0);
    CU_ASSERT_EQUAL(close(fd), 0);
}

static inline struct bytes get_file(const char *path)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    CU_ASSERT_FATAL(fd >= 0 && fstat(fd, &info) == 0);
    struct bytes bytes = {malloc((size_t)info.st_size), (size_t)info.st_size};
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes.data);
    CU_ASSERT_EQUAL_FATAL(read(fd, bytes.data, bytes.size), (ssize_t)bytes.size);
    CU_ASSERT_EQUAL(close(fd), 0);
    return bytes;
}

/* --- databases, written with liblmdb --- */

struct database {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi entries; /* by number: 8 bytes, appended */
    MDB_dbi hashes;  /* by hash: 32 random bytes */
};

static inline MDB_env *open_env(const char *path, unsigned flags)
{
    MDB_env *env;
    CU_ASSERT_EQUAL_FATAL(mdb_env_create(&env), 0);
    CU_ASSERT_EQUAL_FATAL(mdb_env_set_maxdbs(env, 8), 0);
    CU_ASSERT_EQUAL_FATAL(mdb_env_set_mapsize(env, (size_t)1 << 28), 0);
    CU_ASSERT_EQUAL_FATAL(
        mdb_env_open(env, path, flags | MDB_NOSUBDIR | MDB_NOSYNC | MDB_NOLOCK, 0600), 0);
    return env;
}

static inline void begin(struct database *db)
{
    CU_ASSERT_EQUAL_FATAL(mdb_txn_begin(db->env, NULL, 0, &db->txn), 0);
    CU_ASSERT_EQUAL_FATAL(mdb_dbi_open(db->txn, "entries", MDB_CREATE, &db->entries), 0);
    CU_ASSERT_EQUAL_FATAL(mdb_dbi_open(db->txn, "hashes", MDB_CREATE, &db->hashes), 0);
}

static inline void commit(struct database *db)
{
    CU_ASSERT_EQUAL_FATAL(mdb_txn_commit(db->txn), 0);
}

static inline struct database open_database(const char *path)
{
    struct database db = {.env = open_env(path, 0)};
    return db;
}

static inline void close_database(struct database *db)
{
    mdb_env_close(db->env);
}

static inline size_t value_size(uint64_t number, uint64_t *state)
{
    return number % 50 == 7 ? LONG_VALUE - below(state, 60000) : below(state, 500);
}

/* The same number always has the same hash, so that it can be deleted again. */
static inline void hash_of(uint8_t hash[32], uint64_t number)
{
    uint64_t state = number;
    for (unsigned i = 0; i < 32; i += 8) {
        ledger_put_be64(hash + i, next_random(&state));
    }
}

static inline void put_number(struct database *db, uint64_t number, uint64_t *state)
{
    static uint8_t value[LONG_VALUE];
    uint8_t key[8];
    uint8_t hash[32];
    ledger_put_be64(key, number);
    hash_of(hash, number);
    memset(value, (int)(number & 0xFF), sizeof value);
    MDB_val k = {sizeof key, key};
    MDB_val h = {sizeof hash, hash};
    MDB_val v = {value_size(number, state), value};
    CU_ASSERT_EQUAL_FATAL(mdb_put(db->txn, db->entries, &k, &v, MDB_APPEND), 0);
    CU_ASSERT_EQUAL_FATAL(mdb_put(db->txn, db->hashes, &h, &k, MDB_NOOVERWRITE), 0);
}

static inline void delete_number(struct database *db, uint64_t number)
{
    uint8_t key[8];
    uint8_t hash[32];
    ledger_put_be64(key, number);
    hash_of(hash, number);
    MDB_val k = {sizeof key, key};
    MDB_val h = {sizeof hash, hash};
    CU_ASSERT_EQUAL_FATAL(mdb_del(db->txn, db->entries, &k, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(mdb_del(db->txn, db->hashes, &h, NULL), 0);
}

static inline void put_range(struct database *db, uint64_t from, uint64_t to, uint64_t *state)
{
    begin(db);
    for (uint64_t i = from; i < to; i++) {
        put_number(db, i, state);
    }
    commit(db);
}

static inline void delete_range(struct database *db, uint64_t from, uint64_t to)
{
    begin(db);
    for (uint64_t i = from; i < to; i++) {
        delete_number(db, i);
    }
    commit(db);
}

/* Branches, leaves, long values and lists of free pages; ends with pages that are in use. */
static inline struct bytes make_sample(const struct folder *folder)
{
    uint64_t state = SEED;
    struct database db = open_database(folder->file);
    put_range(&db, 0, 200, &state);
    delete_range(&db, 20, 50);
    put_range(&db, 200, 290, &state);
    close_database(&db);
    return get_file(folder->file);
}

/* --- changing bytes --- */

/* Places in a meta page and in the record of a tree. */
enum { META_FREE = 40, META_MAIN = 88, TREE_FLAGS = 4, TREE_DEPTH = 6, TREE_ENTRIES = 32 };
enum { TREE_ROOT = 40, META_LAST = 136, META_TRANSACTION = 144, META_MAP = 32 };

static inline uint64_t get(const uint8_t *bytes, unsigned size)
{
    uint64_t value = 0;
    for (unsigned i = size; i > 0; i--) {
        value = value << 8 | bytes[i - 1];
    }
    return value;
}

static inline void put(uint8_t *bytes, unsigned size, uint64_t value)
{
    for (unsigned i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(value >> (8 * i));
    }
}

static inline void swap(uint8_t *a, uint8_t *b, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t c = a[i];
        a[i] = b[i];
        b[i] = c;
    }
}

#endif
