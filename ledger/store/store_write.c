#include "ledger/store/store_write.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/base/encoding.h"

static const struct ledger_span nothing = {NULL, 0};

static enum ledger_status write_meta(struct ledger_store *store, struct ledger_span origin,
                                     struct ledger_error *error)
{
    enum ledger_status status = ledger_store_begin_write(store, error);
    if (status == LEDGER_OK) {
        status = ledger_engine_put(store->txn, LEDGER_TABLE_META, ledger_span_of("format"),
                                   ledger_span_of(LEDGER_STORE_FORMAT), error);
    }
    if (status == LEDGER_OK) {
        status = ledger_engine_put(store->txn, LEDGER_TABLE_META, ledger_span_of("origin"), origin,
                                   error);
    }
    return status == LEDGER_OK ? ledger_store_commit(store, error) : status;
}

enum ledger_status ledger_store_create(struct ledger_store **out, const char *path,
                                       struct ledger_span origin, uint64_t map_size,
                                       struct ledger_error *error)
{
    struct ledger_engine_options options = {
        LEDGER_ENGINE_CREATE, map_size != 0 ? map_size : LEDGER_STORE_MAP_SIZE, ledger_table_names,
        LEDGER_TABLE_COUNT, LEDGER_TABLE_COUNT};
    *out = NULL;
    struct ledger_store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot create '%s'", path);
    }
    enum ledger_status status = ledger_engine_open(&store->engine, path, &options, error);
    store->tables = LEDGER_TABLE_COUNT;
    if (status == LEDGER_OK) {
        status = write_meta(store, origin, error);
    }
    if (status != LEDGER_OK) {
        ledger_store_close(&store);
        return status;
    }
    *out = store;
    return LEDGER_OK;
}

/* Makes format 2 of format 1, in one transaction. */
static enum ledger_status upgrade(struct ledger_store *store, struct ledger_error *error)
{
    enum ledger_status status = ledger_engine_begin(&store->txn, store->engine, true, error);
    if (status == LEDGER_OK) {
        status = ledger_engine_make_table(store->txn, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_engine_replace(store->txn, LEDGER_TABLE_META, ledger_span_of("format"),
                                       ledger_span_of(LEDGER_STORE_FORMAT), error);
    }
    if (status == LEDGER_OK) {
        status = ledger_engine_commit(&store->txn, error);
    }
    if (status == LEDGER_OK) {
        store->tables = LEDGER_TABLE_COUNT;
    }
    return status;
}

enum ledger_status ledger_store_begin_write(struct ledger_store *store, struct ledger_error *error)
{
    ledger_store_end(store);
    if (store->tables < LEDGER_TABLE_COUNT) {
        enum ledger_status status = upgrade(store, error);
        ledger_store_end(store);
        if (status != LEDGER_OK) {
            return status;
        }
    }
    return ledger_engine_begin(&store->txn, store->engine, true, error);
}

static enum ledger_status add_row(struct ledger_store *store, enum ledger_table table,
                                  const struct ledger_hash *hash, uint64_t index,
                                  struct ledger_error *error)
{
    uint8_t key[LEDGER_ROW_KEY_SIZE];
    ledger_key_row(key, hash, index);
    return ledger_engine_put(store->txn, table, (struct ledger_span){key, sizeof key}, nothing,
                             error);
}

static enum ledger_status add_documents(struct ledger_store *store,
                                        const struct ledger_entry *entry,
                                        struct ledger_error *error)
{
    struct ledger_lines documents = entry->record.documents;
    struct ledger_document document;
    enum ledger_status status = LEDGER_OK;
    while (status == LEDGER_OK && ledger_record_next_document(&documents, &document)) {
        status = add_row(store, LEDGER_TABLE_DOCUMENTS, &document.digest, entry->index, error);
        /* A record may name one digest twice, under two file names. */
        status = status == LEDGER_EXISTS ? LEDGER_OK : status;
    }
    return status;
}

static enum ledger_status add_rows(struct ledger_store *store, struct ledger_hasher *hasher,
                                   const struct ledger_entry *entry, struct ledger_span index,
                                   struct ledger_error *error)
{
    struct ledger_hash hash;
    ledger_hash_bytes(hasher, &hash, entry->record.note.text);
    enum ledger_status status =
        ledger_engine_put(store->txn, LEDGER_TABLE_RECORDS,
                          (struct ledger_span){hash.bytes, sizeof hash.bytes}, index, error);
    if (status == LEDGER_OK) {
        ledger_hash_bytes(hasher, &hash, entry->record.matter);
        status = add_row(store, LEDGER_TABLE_MATTERS, &hash, entry->index, error);
    }
    if (status == LEDGER_OK && ledger_record_is_authority(&entry->record)) {
        status = ledger_engine_append(store->txn, LEDGER_TABLE_AUTHORITY, index, nothing, error);
    }
    return status == LEDGER_OK ? add_documents(store, entry, error) : status;
}

enum ledger_status ledger_store_add_entry(struct ledger_store *store, struct ledger_hasher *hasher,
                                          const struct ledger_entry *entry,
                                          struct ledger_span bytes, struct ledger_error *error)
{
    uint8_t key[8];
    LEDGER_ASSERT(store->txn != NULL);
    ledger_put_be64(key, entry->index);
    struct ledger_span index = {key, sizeof key};
    enum ledger_status status =
        ledger_engine_append(store->txn, LEDGER_TABLE_ENTRIES, index, bytes, error);
    return status == LEDGER_OK ? add_rows(store, hasher, entry, index, error) : status;
}

enum ledger_status ledger_store_add_node(struct ledger_store *store, struct ledger_node node,
                                         const struct ledger_hash *hash, struct ledger_error *error)
{
    uint8_t key[LEDGER_NODE_KEY_SIZE];
    if (node.level < LEDGER_BLOCK_LEVEL) {
        return LEDGER_OK;
    }
    ledger_key_node(key, node);
    return ledger_engine_put(store->txn, LEDGER_TABLE_NODES, (struct ledger_span){key, sizeof key},
                             (struct ledger_span){hash->bytes, sizeof hash->bytes}, error);
}

enum ledger_status ledger_store_add_checkpoint(struct ledger_store *store, uint64_t size,
                                               struct ledger_span note, struct ledger_error *error)
{
    uint8_t key[8];
    ledger_put_be64(key, size);
    return ledger_engine_put(store->txn, LEDGER_TABLE_CHECKPOINTS,
                             (struct ledger_span){key, sizeof key}, note, error);
}

enum ledger_status ledger_store_set_part(struct ledger_store *store, uint16_t bucket,
                                         const struct ledger_prefix_part *part,
                                         struct ledger_error *error)
{
    uint8_t key[LEDGER_PART_KEY_SIZE];
    uint8_t value[LEDGER_PART_VALUE_SIZE] = {(uint8_t)part->size};
    LEDGER_ASSERT(part->size != LEDGER_PREFIX_NONE);
    ledger_key_part(key, bucket);
    memcpy(value + 1, part->hash.bytes, LEDGER_HASH_SIZE);
    return ledger_engine_replace(store->txn, LEDGER_TABLE_PARTS,
                                 (struct ledger_span){key, sizeof key},
                                 (struct ledger_span){value, sizeof value}, error);
}

enum ledger_status ledger_store_commit(struct ledger_store *store, struct ledger_error *error)
{
    LEDGER_ASSERT(store->txn != NULL);
    return ledger_engine_commit(&store->txn, error);
}
