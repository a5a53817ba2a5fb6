#include "ledger/ops/matter_history.h"

#include <string.h>

static enum ledger_status lies(struct ledger_matter_history *h, uint64_t row)
{
    h->lied = true;
    h->row = row;
    return ledger_error_set(&h->error, LEDGER_DAMAGED, 0,
                            "the index 'matters' leads to entry %llu, which is not of that "
                            "matter; the indexes can be rebuilt from the entries",
                            (unsigned long long)row);
}

/* The entry that a row names, if it is there, says so itself and is of `matter`. */
static enum ledger_status read_entry(struct ledger_matter_history *h, struct ledger_entry *entry,
                                     struct ledger_span *bytes, struct ledger_span matter,
                                     uint64_t row)
{
    struct ledger_verdict ignored;
    ledger_verdict_clear(&ignored);
    enum ledger_status status = ledger_store_entry(h->store, bytes, row, &h->error);
    if (status != LEDGER_OK && status != LEDGER_NOT_FOUND) {
        return status;
    }
    if (status == LEDGER_NOT_FOUND || !ledger_entry_parse(entry, &ignored, *bytes) ||
        entry->index != row || !ledger_span_equal(entry->record.matter, matter)) {
        return lies(h, row);
    }
    return LEDGER_OK;
}

static enum ledger_status first(void *context, struct ledger_entry *entry,
                                struct ledger_span *bytes, struct ledger_span matter)
{
    struct ledger_matter_history *h = context;
    struct ledger_hash hash;
    uint64_t row;
    ledger_hash_bytes(h->hasher, &hash, matter);
    enum ledger_status status =
        ledger_store_first_row(h->store, &row, LEDGER_TABLE_MATTERS, &hash, &h->error);
    return status == LEDGER_OK ? read_entry(h, entry, bytes, matter, row) : status;
}

static enum ledger_status find_before(struct ledger_matter_history *h, uint64_t *row,
                                      struct ledger_span matter, uint64_t before)
{
    struct ledger_hash hash;
    if (h->foreseen != NULL && h->foreseen->index == before &&
        ledger_span_equal(h->foreseen->record.matter, matter)) {
        *row = h->before;
        return h->before == LEDGER_NO_ENTRY ? LEDGER_NOT_FOUND : LEDGER_OK;
    }
    ledger_hash_bytes(h->hasher, &hash, matter);
    return ledger_store_row_before(h->store, row, LEDGER_TABLE_MATTERS, &hash, before, &h->error);
}

static enum ledger_status latest(void *context, struct ledger_entry *entry,
                                 struct ledger_span *bytes, struct ledger_span matter,
                                 uint64_t before)
{
    struct ledger_matter_history *h = context;
    uint64_t row;
    enum ledger_status status = find_before(h, &row, matter, before);
    return status == LEDGER_OK ? read_entry(h, entry, bytes, matter, row) : status;
}

void ledger_matter_history_start(struct ledger_matter_history *history, struct ledger_store *store,
                                 struct ledger_hasher *hasher)
{
    memset(history, 0, sizeof *history);
    history->history = (struct ledger_history){history, first, latest};
    history->store = store;
    history->hasher = hasher;
}

void ledger_matter_history_foresee(struct ledger_matter_history *history,
                                   const struct ledger_foreseen_entry *entry,
                                   const struct ledger_foreseen_rows *rows)
{
    bool known = entry != NULL && rows != NULL && rows->agree;
    history->foreseen = known ? &entry->entry : NULL;
    history->before = known ? rows->before : LEDGER_NO_ENTRY;
}

enum ledger_status ledger_matter_history_failed(const struct ledger_matter_history *history,
                                                enum ledger_status status, uint64_t index,
                                                struct ledger_error *error)
{
    bool told = history->error.status == status;
    return ledger_error_set(error, status, 0, "cannot judge entry %llu%s%s",
                            (unsigned long long)index, told ? ": " : "",
                            told ? history->error.what : "");
}
