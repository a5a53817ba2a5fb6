#include "tests/trust/bit_flips/left.h"

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/format/checkpoint.h"
#include "ledger/format/vkey.h"

static struct ledger_vkey operator_key;

void left_die(const char *what)
{
    (void)fprintf(stderr, "trust_flips: %s: %s\n", what, strerror(errno));
    exit(2);
}

bool left_start(const char *vkey)
{
    struct ledger_hasher *hasher;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    return ledger_hasher_new(&hasher) == LEDGER_OK &&
           ledger_vkey_parse(hasher, &operator_key, &verdict, ledger_span_of(vkey));
}

bool left_same(const struct left_entry *a, const struct left_entry *b)
{
    return memcmp(a->leaf, b->leaf, sizeof a->leaf) == 0;
}

/* --- the tree, by libsodium and by the words of RFC 6962 --- */

static void leaf_of(uint8_t leaf[32], const MDB_val *entry)
{
    static const uint8_t prefix = 0x00;
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, &prefix, 1);
    crypto_hash_sha256_update(&state, entry->mv_data, entry->mv_size);
    crypto_hash_sha256_final(&state, leaf);
}

static void root_of(uint8_t root[32], const struct left_entry *entries, uint64_t count)
{
    uint8_t message[65] = {0x01};
    uint64_t left = 1;
    if (count == 1) {
        memcpy(root, entries->leaf, 32);
        return;
    }
    while (2 * left < count) {
        left *= 2;
    }
    root_of(message + 1, entries, left);
    root_of(message + 33, entries + left, count - left);
    crypto_hash_sha256(root, message, sizeof message);
}

/* --- checkpoints --- */

/* NULL or what is wrong. What is not signed well says nothing: *size stays. */
static const char *look_at(const struct left *left, uint64_t *size, struct ledger_span note)
{
    struct ledger_checkpoint checkpoint;
    struct ledger_verdict verdict;
    uint8_t root[32];
    ledger_verdict_clear(&verdict);
    if (!ledger_checkpoint_parse(&checkpoint, &verdict, note) ||
        ledger_note_signed_by(&checkpoint.note, &operator_key, NULL) != LEDGER_SIGNED_WELL) {
        return NULL;
    }
    if (checkpoint.size > left->size) {
        return "a checkpoint was signed of more entries than there are";
    }
    root_of(root, left->entries, checkpoint.size);
    if (memcmp(root, checkpoint.root.bytes, sizeof root) != 0) {
        return "a checkpoint was signed with another root than that of the entries";
    }
    *size = checkpoint.size > *size ? checkpoint.size : *size;
    return NULL;
}

static ssize_t read_note(uint8_t *bytes, size_t size, const char *path)
{
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t got = fd >= 0 ? read(fd, bytes, size) : 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    return got;
}

/* An import that gave up may leave a guard: the checkpoint of the publication, which it did not sign. */
static bool is_published(const uint8_t *note, ssize_t size)
{
    uint8_t published[65536];
    return read_note(published, sizeof published, getenv("LEFT_PUBLISHED")) == size &&
           memcmp(published, note, (size_t)size) == 0;
}

static const char *look_at_guard(struct left *left)
{
    uint8_t bytes[65536];
    ssize_t got = read_note(bytes, sizeof bytes, "L.guard");
    if (got > 0 && left->size == 0 && is_published(bytes, got)) {
        return NULL;
    }
    const char *wrong =
        got > 0 ? look_at(left, &left->guard_size, (struct ledger_span){bytes, (size_t)got}) : NULL;
    left->signed_size = left->guard_size > left->signed_size ? left->guard_size : left->signed_size;
    return wrong;
}

/* --- the store --- */

typedef const char *row_reader(struct left *left, const MDB_val *value);

static const char *take_entry(struct left *left, const MDB_val *value)
{
    if (left->size == LEFT_ENTRIES_MAX) {
        left_die("too many entries");
    }
    leaf_of(left->entries[left->size++].leaf, value);
    return NULL;
}

static const char *take_checkpoint(struct left *left, const MDB_val *value)
{
    return look_at(left, &left->signed_size, (struct ledger_span){value->mv_data, value->mv_size});
}

static const char *each_row(struct left *left, MDB_txn *txn, const char *table, row_reader *take)
{
    MDB_dbi dbi;
    MDB_cursor *cursor;
    MDB_val key;
    MDB_val value;
    const char *wrong = NULL;
    if (mdb_dbi_open(txn, table, 0, &dbi) != 0 || mdb_cursor_open(txn, dbi, &cursor) != 0) {
        left_die(table);
    }
    while (wrong == NULL && mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
        wrong = take(left, &value);
    }
    mdb_cursor_close(cursor);
    return wrong;
}

static const char *read_store(struct left *left)
{
    MDB_env *env;
    MDB_txn *txn;
    if (mdb_env_create(&env) != 0 || mdb_env_set_maxdbs(env, 16) != 0 ||
        mdb_env_open(env, "L", MDB_RDONLY | MDB_NOLOCK, 0600) != 0 ||
        mdb_txn_begin(env, NULL, MDB_RDONLY, &txn) != 0) {
        left_die("L");
    }
    const char *wrong = each_row(left, txn, "entries", take_entry);
    if (wrong == NULL) {
        wrong = each_row(left, txn, "checkpoints", take_checkpoint);
    }
    mdb_txn_abort(txn);
    mdb_env_close(env);
    return wrong;
}

const char *left_read(struct left *left)
{
    *left = (struct left){0};
    const char *wrong = access("L/data.mdb", R_OK) == 0 ? read_store(left) : NULL;
    return wrong == NULL ? look_at_guard(left) : wrong;
}
