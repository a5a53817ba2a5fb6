#include "ledger/ops/search.h"

#include <stdlib.h>

#include "ledger/base/encoding.h"
#include "ledger/ops/reader.h"

enum ledger_status ledger_reader_renew(struct ledger_reader *reader, struct ledger_error *error)
{
    enum ledger_status status = ledger_store_begin(reader->store, error);
    return status == LEDGER_OK ? ledger_store_size(reader->store, &reader->size, error) : status;
}

static enum ledger_status open_reader(struct ledger_reader *reader, const char *path, bool unlocked,
                                      struct ledger_error *error)
{
    enum ledger_store_mode mode = unlocked ? LEDGER_STORE_READ_UNLOCKED : LEDGER_STORE_READ;
    enum ledger_status status = ledger_store_open(&reader->store, path, mode, 0, error);
    if (status == LEDGER_OK && ledger_hasher_new(&reader->hasher) != LEDGER_OK) {
        status = ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot open ledger '%s'", path);
    }
    return status == LEDGER_OK ? ledger_reader_renew(reader, error) : status;
}

enum ledger_status ledger_reader_open(struct ledger_reader **out, const char *path, bool unlocked,
                                      struct ledger_error *error)
{
    *out = NULL;
    struct ledger_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot open ledger '%s'", path);
    }
    enum ledger_status status = open_reader(reader, path, unlocked, error);
    if (status != LEDGER_OK) {
        ledger_reader_close(&reader);
        return status;
    }
    *out = reader;
    return LEDGER_OK;
}

void ledger_reader_close(struct ledger_reader **reader)
{
    if (*reader != NULL) {
        ledger_store_close(&(*reader)->store);
        ledger_hasher_free(&(*reader)->hasher);
        free(*reader);
        *reader = NULL;
    }
}

uint64_t ledger_reader_size(const struct ledger_reader *reader)
{
    return reader->size;
}

enum ledger_status ledger_reader_entry(struct ledger_reader *reader, struct ledger_span *entry,
                                       uint64_t index, struct ledger_error *error)
{
    return ledger_store_entry(reader->store, entry, index, error);
}

enum ledger_status ledger_reader_checkpoint(struct ledger_reader *reader, struct ledger_span *note,
                                            uint64_t size, struct ledger_error *error)
{
    uint64_t last;
    enum ledger_status status =
        size == 0 ? ledger_store_last_checkpoint(reader->store, &last, note, error)
                  : ledger_store_checkpoint(reader->store, note, size, error);
    if (status != LEDGER_NOT_FOUND) {
        return status;
    }
    return size == 0 ? ledger_error_set(error, status, 0, "the ledger has no checkpoint")
                     : ledger_error_set(error, status, 0, "no checkpoint of size %llu was signed",
                                        (unsigned long long)size);
}

static bool has_signer(const struct ledger_record *record, struct ledger_span name)
{
    struct ledger_span rest = record->note.signatures;
    struct ledger_signature signature;
    while (ledger_note_next(&rest, &signature)) {
        if (ledger_span_equal(signature.name, name)) {
            return true;
        }
    }
    return false;
}

static bool has_document(const struct ledger_record *record, const struct ledger_hash *digest)
{
    struct ledger_lines documents = record->documents;
    struct ledger_document document;
    while (ledger_record_next_document(&documents, &document)) {
        if (ledger_hash_equal(&document.digest, digest)) {
            return true;
        }
    }
    return false;
}

static bool is_or_any(struct ledger_span value, struct ledger_span wanted)
{
    return wanted.size == 0 || ledger_span_equal(value, wanted);
}

bool ledger_query_matches(const struct ledger_query *query, const struct ledger_entry *entry)
{
    const struct ledger_record *record = &entry->record;
    return entry->index >= query->from && is_or_any(record->matter, query->matter) &&
           is_or_any(record->kind, query->kind) &&
           is_or_any(record->institution, query->institution) &&
           (query->signer.size == 0 || has_signer(record, query->signer)) &&
           (query->document == NULL || has_document(record, query->document));
}

static enum ledger_status look_at(struct ledger_reader *reader, const struct ledger_query *query,
                                  uint64_t index, ledger_found *found, void *context,
                                  struct ledger_error *error)
{
    struct ledger_span bytes;
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    enum ledger_status status = ledger_store_entry(reader->store, &bytes, index, error);
    if (status != LEDGER_OK) {
        return status == LEDGER_NOT_FOUND
                   ? ledger_error_set(error, LEDGER_DAMAGED, 0, "entry %llu is missing",
                                      (unsigned long long)index)
                   : status;
    }
    if (!ledger_entry_parse(&entry, &verdict, bytes)) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0, "entry %llu is damaged: %s",
                                (unsigned long long)index, verdict.detail);
    }
    return ledger_query_matches(query, &entry) ? found(context, &entry, bytes) : LEDGER_OK;
}

static enum ledger_status search_rows(struct ledger_reader *reader,
                                      const struct ledger_query *query, enum ledger_table table,
                                      const struct ledger_hash *hash, ledger_found *found,
                                      void *context, struct ledger_error *error)
{
    uint8_t first[LEDGER_ROW_KEY_SIZE];
    struct ledger_scan scan;
    struct ledger_span key;
    struct ledger_span value;
    ledger_key_row(first, hash, query->from);
    enum ledger_status status = ledger_scan_open(
        &scan, reader->store, table, (struct ledger_span){hash->bytes, sizeof hash->bytes}, error);
    while (status == LEDGER_OK) {
        status =
            ledger_scan_next(&scan, &key, &value, (struct ledger_span){first, sizeof first}, error);
        if (status == LEDGER_OK && key.size != LEDGER_ROW_KEY_SIZE) {
            status = ledger_error_set(error, LEDGER_DAMAGED, 0, "an index row has a wrong size");
        }
        if (status == LEDGER_OK) {
            status = look_at(reader, query, ledger_get_be64(key.data + LEDGER_HASH_SIZE), found,
                             context, error);
        }
    }
    ledger_scan_close(&scan);
    return status;
}

enum ledger_status ledger_search(struct ledger_reader *reader, const struct ledger_query *query,
                                 ledger_found *found, void *context, struct ledger_error *error)
{
    struct ledger_hash matter;
    enum ledger_status status = LEDGER_OK;
    if (query->document != NULL) {
        status = search_rows(reader, query, LEDGER_TABLE_DOCUMENTS, query->document, found, context,
                             error);
    } else if (query->matter.size != 0) {
        ledger_hash_bytes(reader->hasher, &matter, query->matter);
        status = search_rows(reader, query, LEDGER_TABLE_MATTERS, &matter, found, context, error);
    } else {
        for (uint64_t i = query->from; status == LEDGER_OK && i < reader->size; i++) {
            status = look_at(reader, query, i, found, context, error);
        }
    }
    return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
}
