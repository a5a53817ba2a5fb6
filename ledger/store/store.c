#include "ledger/store/store.h"

#include <string.h>

#include "ledger/base/encoding.h"

const char *const ledger_table_names[LEDGER_TABLE_COUNT] = {"meta",        "entries",   "nodes",
                                                            "checkpoints", "records",   "matters",
                                                            "documents",   "authority", "parts"};

void ledger_key_row(uint8_t key[LEDGER_ROW_KEY_SIZE], const struct ledger_hash *hash,
                    uint64_t index)
{
    memcpy(key, hash->bytes, LEDGER_HASH_SIZE);
    ledger_put_be64(key + LEDGER_HASH_SIZE, index);
}

void ledger_key_node(uint8_t key[LEDGER_NODE_KEY_SIZE], struct ledger_node node)
{
    key[0] = (uint8_t)node.level;
    ledger_put_be64(key + 1, node.index);
}

void ledger_key_part(uint8_t key[LEDGER_PART_KEY_SIZE], uint16_t bucket)
{
    key[0] = (uint8_t)(bucket >> 8);
    key[1] = (uint8_t)bucket;
}

static struct ledger_span index_key(uint8_t key[8], uint64_t index)
{
    ledger_put_be64(key, index);
    return (struct ledger_span){key, 8};
}

static enum ledger_status get(struct ledger_store *store, struct ledger_span *value,
                              enum ledger_table table, struct ledger_span key,
                              struct ledger_error *error)
{
    LEDGER_ASSERT(store->txn != NULL);
    return ledger_engine_get(store->txn, value, table, key, error);
}

/* A handle that knows no parts must not read a store that has them. */
static enum ledger_status check_still_old(struct ledger_store *store, struct ledger_error *error)
{
    struct ledger_span format;
    enum ledger_status status =
        get(store, &format, LEDGER_TABLE_META, ledger_span_of("format"), error);
    if (status == LEDGER_OK && !ledger_span_is(format, LEDGER_STORE_FORMAT_1)) {
        status = ledger_error_set(error, LEDGER_BUSY, 0,
                                  "a writer gave the store a newer format just now: try again");
    }
    if (status != LEDGER_OK) {
        ledger_store_end(store);
    }
    return status == LEDGER_NOT_FOUND
               ? ledger_error_set(error, LEDGER_DAMAGED, 0, "the store does not say its format")
               : status;
}

enum ledger_status ledger_store_begin(struct ledger_store *store, struct ledger_error *error)
{
    ledger_store_end(store);
    enum ledger_status status = ledger_engine_begin(&store->txn, store->engine, false, error);
    if (status == LEDGER_OK && store->tables < LEDGER_TABLE_COUNT) {
        status = check_still_old(store, error);
    }
    return status;
}

enum ledger_status ledger_store_begin_beside(struct ledger_store *beside,
                                             const struct ledger_store *store,
                                             struct ledger_error *error)
{
    LEDGER_ASSERT(store->txn != NULL);
    *beside = *store;
    return ledger_engine_begin_beside(&beside->txn, store->txn, error);
}

void ledger_store_end(struct ledger_store *store)
{
    ledger_engine_abort(&store->txn);
}

static enum ledger_status last_key(struct ledger_store *store, uint64_t *number,
                                   struct ledger_span *value, enum ledger_table table,
                                   struct ledger_error *error)
{
    struct ledger_engine_cursor *cursor;
    struct ledger_span key;
    LEDGER_ASSERT(store->txn != NULL);
    enum ledger_status status = ledger_engine_cursor_open(&cursor, store->txn, table, error);
    if (status != LEDGER_OK) {
        return status;
    }
    status = ledger_engine_cursor_last(cursor, &key, value, error);
    ledger_engine_cursor_close(&cursor);
    if (status != LEDGER_OK) {
        return status;
    }
    if (key.size != 8) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0, "table '%s' has a key of %zu bytes",
                                ledger_table_names[table], key.size);
    }
    *number = ledger_get_be64(key.data);
    return LEDGER_OK;
}

enum ledger_status ledger_store_size(struct ledger_store *store, uint64_t *size,
                                     struct ledger_error *error)
{
    struct ledger_span value;
    uint64_t last = 0;
    enum ledger_status status = last_key(store, &last, &value, LEDGER_TABLE_ENTRIES, error);
    if (status == LEDGER_NOT_FOUND) {
        *size = 0;
        return LEDGER_OK;
    }
    if (status == LEDGER_OK && last >= LEDGER_TREE_SIZE_MAX) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0, "an entry has the impossible index %llu",
                                (unsigned long long)last);
    }
    if (status == LEDGER_OK) {
        *size = last + 1;
    }
    return status;
}

enum ledger_status ledger_store_entry(struct ledger_store *store, struct ledger_span *entry,
                                      uint64_t index, struct ledger_error *error)
{
    uint8_t key[8];
    enum ledger_status status =
        get(store, entry, LEDGER_TABLE_ENTRIES, index_key(key, index), error);
    if (status == LEDGER_NOT_FOUND) {
        return ledger_error_set(error, status, 0, "entry %llu is not in the ledger",
                                (unsigned long long)index);
    }
    return status;
}

enum ledger_status ledger_store_known_entry(struct ledger_store *store, struct ledger_span *entry,
                                            uint64_t index, struct ledger_error *error)
{
    enum ledger_status status = ledger_store_entry(store, entry, index, error);
    return status == LEDGER_NOT_FOUND
               ? ledger_error_set(error, LEDGER_DAMAGED, 0, "entry %llu is missing",
                                  (unsigned long long)index)
               : status;
}

enum ledger_status ledger_store_node(struct ledger_store *store, struct ledger_hash *hash,
                                     struct ledger_node node, struct ledger_error *error)
{
    uint8_t key[LEDGER_NODE_KEY_SIZE];
    struct ledger_span value;
    ledger_key_node(key, node);
    enum ledger_status status =
        get(store, &value, LEDGER_TABLE_NODES, (struct ledger_span){key, sizeof key}, error);
    if (status == LEDGER_NOT_FOUND || (status == LEDGER_OK && value.size != LEDGER_HASH_SIZE)) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0, "tree node (%u, %llu) is missing",
                                node.level, (unsigned long long)node.index);
    }
    if (status == LEDGER_OK) {
        memcpy(hash->bytes, value.data, LEDGER_HASH_SIZE);
    }
    return status;
}

enum ledger_status ledger_store_checkpoint(struct ledger_store *store, struct ledger_span *note,
                                           uint64_t size, struct ledger_error *error)
{
    uint8_t key[8];
    return get(store, note, LEDGER_TABLE_CHECKPOINTS, index_key(key, size), error);
}

enum ledger_status ledger_store_last_checkpoint(struct ledger_store *store, uint64_t *size,
                                                struct ledger_span *note,
                                                struct ledger_error *error)
{
    return last_key(store, size, note, LEDGER_TABLE_CHECKPOINTS, error);
}

enum ledger_status ledger_store_find_record(struct ledger_store *store, uint64_t *index,
                                            const struct ledger_hash *text,
                                            struct ledger_error *error)
{
    struct ledger_span value;
    struct ledger_span key = {text->bytes, sizeof text->bytes};
    enum ledger_status status = get(store, &value, LEDGER_TABLE_RECORDS, key, error);
    if (status == LEDGER_OK && value.size != 8) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0,
                                "table 'records' has a value of %zu bytes", value.size);
    }
    if (status == LEDGER_OK) {
        *index = ledger_get_be64(value.data);
    }
    return status;
}

enum ledger_status ledger_store_has_row(struct ledger_store *store, bool *present,
                                        enum ledger_table table, const struct ledger_hash *hash,
                                        uint64_t index, struct ledger_error *error)
{
    uint8_t key[LEDGER_ROW_KEY_SIZE];
    struct ledger_span value;
    ledger_key_row(key, hash, index);
    enum ledger_status status =
        get(store, &value, table, (struct ledger_span){key, sizeof key}, error);
    *present = status == LEDGER_OK && value.size == 0;
    return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
}

/* The index in a key that was found, if it is a row of `hash`. */
static enum ledger_status take_row(uint64_t *index, struct ledger_span key, enum ledger_table table,
                                   const struct ledger_hash *hash, struct ledger_error *error)
{
    if (key.size < LEDGER_HASH_SIZE || memcmp(key.data, hash->bytes, LEDGER_HASH_SIZE) != 0) {
        return LEDGER_NOT_FOUND;
    }
    if (key.size != LEDGER_ROW_KEY_SIZE) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0, "table '%s' has a key of %zu bytes",
                                ledger_table_names[table], key.size);
    }
    *index = ledger_get_be64(key.data + LEDGER_HASH_SIZE);
    return LEDGER_OK;
}

typedef enum ledger_status find_key(struct ledger_engine_cursor *cursor, struct ledger_span *key,
                                    struct ledger_span *value, struct ledger_span bound,
                                    struct ledger_error *error);

/* The row of `hash` that `find` finds from the key (hash, bound). */
static enum ledger_status find_row(struct ledger_store *store, uint64_t *index,
                                   enum ledger_table table, const struct ledger_hash *hash,
                                   uint64_t bound, find_key *find, struct ledger_error *error)
{
    struct ledger_engine_cursor *cursor;
    uint8_t memory[LEDGER_ROW_KEY_SIZE];
    struct ledger_span key;
    struct ledger_span value;
    LEDGER_ASSERT(store->txn != NULL);
    enum ledger_status status = ledger_engine_cursor_open(&cursor, store->txn, table, error);
    if (status != LEDGER_OK) {
        return status;
    }
    ledger_key_row(memory, hash, bound);
    status = find(cursor, &key, &value, (struct ledger_span){memory, sizeof memory}, error);
    ledger_engine_cursor_close(&cursor);
    return status == LEDGER_OK ? take_row(index, key, table, hash, error) : status;
}

enum ledger_status ledger_store_first_row(struct ledger_store *store, uint64_t *index,
                                          enum ledger_table table, const struct ledger_hash *hash,
                                          struct ledger_error *error)
{
    return find_row(store, index, table, hash, 0, ledger_engine_cursor_seek, error);
}

enum ledger_status ledger_store_row_before(struct ledger_store *store, uint64_t *index,
                                           enum ledger_table table, const struct ledger_hash *hash,
                                           uint64_t before, struct ledger_error *error)
{
    return find_row(store, index, table, hash, before, ledger_engine_cursor_before, error);
}

enum ledger_status ledger_store_has_authority(struct ledger_store *store, bool *present,
                                              uint64_t index, struct ledger_error *error)
{
    uint8_t key[8];
    struct ledger_span value;
    enum ledger_status status =
        get(store, &value, LEDGER_TABLE_AUTHORITY, index_key(key, index), error);
    *present = status == LEDGER_OK && value.size == 0;
    return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
}

enum ledger_status ledger_store_read_part(struct ledger_prefix_part *part, struct ledger_span value,
                                          struct ledger_error *error)
{
    if (value.size != LEDGER_PART_VALUE_SIZE ||
        (value.data[0] != LEDGER_PREFIX_ONE && value.data[0] != LEDGER_PREFIX_MORE)) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0,
                                "table 'parts' has a row of another form: verify the ledger");
    }
    part->size = (enum ledger_prefix_size)value.data[0];
    memcpy(part->hash.bytes, value.data + 1, LEDGER_HASH_SIZE);
    return LEDGER_OK;
}

enum ledger_status ledger_store_part(struct ledger_store *store, struct ledger_prefix_part *part,
                                     uint16_t bucket, struct ledger_error *error)
{
    uint8_t key[LEDGER_PART_KEY_SIZE];
    struct ledger_span value;
    *part = (struct ledger_prefix_part){.size = LEDGER_PREFIX_NONE};
    if (store->tables <= LEDGER_TABLE_PARTS) {
        return LEDGER_OK;
    }
    ledger_key_part(key, bucket);
    enum ledger_status status =
        get(store, &value, LEDGER_TABLE_PARTS, (struct ledger_span){key, sizeof key}, error);
    if (status == LEDGER_OK) {
        status = ledger_store_read_part(part, value, error);
    }
    return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
}

enum ledger_status ledger_store_origin(struct ledger_store *store, struct ledger_span *origin,
                                       struct ledger_error *error)
{
    enum ledger_status status =
        get(store, origin, LEDGER_TABLE_META, ledger_span_of("origin"), error);
    return status == LEDGER_NOT_FOUND
               ? ledger_error_set(error, LEDGER_DAMAGED, 0, "the store does not name its ledger")
               : status;
}

enum ledger_status ledger_store_count(struct ledger_store *store, uint64_t *count,
                                      enum ledger_table table, struct ledger_error *error)
{
    LEDGER_ASSERT(store->txn != NULL);
    *count = 0;
    return (unsigned)table < store->tables ? ledger_engine_count(store->txn, count, table, error)
                                           : LEDGER_OK;
}

enum ledger_status ledger_scan_open(struct ledger_scan *scan, struct ledger_store *store,
                                    enum ledger_table table, struct ledger_span prefix,
                                    struct ledger_error *error)
{
    LEDGER_ASSERT(store->txn != NULL);
    *scan = (struct ledger_scan){store, NULL, prefix, false};
    if ((unsigned)table >= store->tables) {
        return LEDGER_OK;
    }
    return ledger_engine_cursor_open(&scan->cursor, store->txn, table, error);
}

enum ledger_status ledger_scan_next(struct ledger_scan *scan, struct ledger_span *key,
                                    struct ledger_span *value, struct ledger_span from,
                                    struct ledger_error *error)
{
    enum ledger_status status;
    if (scan->cursor == NULL) {
        return LEDGER_NOT_FOUND; /* a table that the store's format does not have */
    }
    if (scan->started) {
        status = ledger_engine_cursor_next(scan->cursor, key, value, error);
    } else {
        /* liblmdb refuses to seek an empty key; a single zero byte sorts before all of ours. */
        static const uint8_t lowest[1] = {0};
        struct ledger_span start = from.size != 0 ? from : scan->prefix;
        if (start.size == 0) {
            start = (struct ledger_span){lowest, 1};
        }
        scan->started = true;
        status = ledger_engine_cursor_seek(scan->cursor, key, value, start, error);
    }
    if (status == LEDGER_OK && (key->size < scan->prefix.size ||
                                (scan->prefix.size != 0 &&
                                 memcmp(key->data, scan->prefix.data, scan->prefix.size) != 0))) {
        return LEDGER_NOT_FOUND;
    }
    return status;
}

void ledger_scan_close(struct ledger_scan *scan)
{
    ledger_engine_cursor_close(&scan->cursor);
}
