#include "ledger/ops/foreseen_rows.h"

static bool named_before(struct ledger_lines documents, const struct ledger_document *document,
                         const struct ledger_lines *rest)
{
    struct ledger_document earlier;
    while (documents.count > rest->count + 1 && ledger_record_next_document(&documents, &earlier)) {
        if (ledger_hash_equal(&earlier.digest, &document->digest)) {
            return true;
        }
    }
    return false;
}

bool ledger_next_document_row(struct ledger_lines *rest, struct ledger_document *document,
                              const struct ledger_record *record)
{
    while (ledger_record_next_document(rest, document)) {
        if (!named_before(record->documents, document, rest)) {
            return true;
        }
    }
    return false;
}

/* That a row cannot be read is told in its turn. */

static bool finds_record(struct ledger_store *store, const struct ledger_hash *text, uint64_t index)
{
    struct ledger_error ignored;
    uint64_t found;
    return ledger_store_find_record(store, &found, text, &ignored) == LEDGER_OK && found == index;
}

static bool has_row(struct ledger_store *store, enum ledger_table table,
                    const struct ledger_hash *hash, uint64_t index)
{
    struct ledger_error ignored;
    bool present = false;
    return ledger_store_has_row(store, &present, table, hash, index, &ignored) == LEDGER_OK &&
           present;
}

static bool find_before(struct ledger_store *store, uint64_t *before,
                        const struct ledger_hash *matter, uint64_t index)
{
    struct ledger_error ignored;
    *before = LEDGER_NO_ENTRY;
    enum ledger_status status =
        ledger_store_row_before(store, before, LEDGER_TABLE_MATTERS, matter, index, &ignored);
    return status == LEDGER_OK || status == LEDGER_NOT_FOUND;
}

static bool has_documents(struct ledger_store *store, unsigned *count,
                          const struct ledger_entry *entry)
{
    struct ledger_lines rest = entry->record.documents;
    struct ledger_document document;
    *count = 0;
    while (ledger_next_document_row(&rest, &document, &entry->record)) {
        if (!has_row(store, LEDGER_TABLE_DOCUMENTS, &document.digest, entry->index)) {
            return false;
        }
        ++*count;
    }
    return true;
}

/* Changes of the authority have one more row, and are few. */
void ledger_foresee_rows(struct ledger_foreseen_rows *rows, struct ledger_store *store,
                         const struct ledger_foreseen_entry *foreseen)
{
    const struct ledger_entry *entry = &foreseen->entry;
    const struct ledger_hash *matter = &foreseen->record.matter;
    rows->agree = !ledger_record_is_authority(&entry->record) &&
                  finds_record(store, &foreseen->record.text, entry->index) &&
                  has_row(store, LEDGER_TABLE_MATTERS, matter, entry->index) &&
                  find_before(store, &rows->before, matter, entry->index) &&
                  has_documents(store, &rows->documents, entry);
}
