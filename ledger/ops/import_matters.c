#include "ledger/ops/import_matters.h"

#include <string.h>

#include "ledger/law/operator_record.h"
#include "ledger/store/store_write.h"

enum ledger_status ledger_import_matters_start(struct ledger_import_matters *matters,
                                               struct ledger_hasher *hasher,
                                               struct ledger_error *error)
{
    memset(matters->changed, 0, sizeof matters->changed);
    return ledger_audit_matters_start_all(&matters->judged, hasher, error);
}

void ledger_import_matters_free(struct ledger_import_matters *matters)
{
    ledger_audit_matters_free(&matters->judged);
}

/* The parts are as of before the index entry. */
static enum ledger_status keep_parts(struct ledger_import_matters *matters,
                                     struct ledger_store *store)
{
    enum ledger_status status = LEDGER_OK;
    for (uint32_t bucket = 0; status == LEDGER_OK && bucket < LEDGER_BUCKETS; bucket++) {
        struct ledger_prefix_part part;
        if ((matters->changed[bucket / CHAR_BIT] >> bucket % CHAR_BIT & 1) == 0) {
            continue;
        }
        ledger_matter_tree_part(matters->judged.tree, &part, (uint16_t)bucket);
        status = ledger_store_set_part(store, (uint16_t)bucket, &part, matters->judged.error);
    }
    memset(matters->changed, 0, sizeof matters->changed);
    return status;
}

enum ledger_status ledger_import_matters_of(struct ledger_import_matters *matters,
                                            struct ledger_verdict *verdict,
                                            struct ledger_store *store,
                                            const struct ledger_entry *entry,
                                            const struct ledger_step *step)
{
    struct ledger_hash matter;
    enum ledger_status status = LEDGER_OK;
    if (ledger_record_is_index(&entry->record)) {
        status = keep_parts(matters, store);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    ledger_hash_bytes(matters->judged.hasher, &matter, entry->record.matter);
    uint16_t bucket = ledger_bucket_of(&matter);
    matters->changed[bucket / CHAR_BIT] |= (uint8_t)(1u << bucket % CHAR_BIT);
    return ledger_audit_matters_of(&matters->judged, verdict, entry, step, &matter);
}
