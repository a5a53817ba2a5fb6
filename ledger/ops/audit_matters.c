#include "ledger/ops/audit_matters.h"

#include <string.h>

#include "ledger/law/operator_record.h"
#include "ledger/ops/audit_rows.h"

static enum ledger_status no_memory(const struct ledger_audit_matters *m)
{
    return ledger_error_set(m->error, LEDGER_NO_MEMORY, 0, "cannot keep what the entries give");
}

/* What the state asks of an index entry. */
static enum ledger_status give_root(void *context, struct ledger_hash *root, uint64_t before)
{
    struct ledger_audit_matters *m = context;
    if (m->tree == NULL) {
        m->unforeseen = true;
        return LEDGER_DAMAGED;
    }
    LEDGER_ASSERT(ledger_matter_tree_size(m->tree) == before);
    ledger_matter_tree_root(m->tree, root);
    return LEDGER_OK;
}

/* The last row of an operator's matter, which is called like its kind; LEDGER_NO_ENTRY for none. */
static enum ledger_status last_of(const struct ledger_audit_matters *m, uint64_t *last,
                                  const char *kind, uint64_t size)
{
    struct ledger_hash matter;
    ledger_hash_bytes(m->hasher, &matter, ledger_span_of(kind));
    *last = LEDGER_NO_ENTRY;
    enum ledger_status status =
        ledger_store_row_before(m->store, last, LEDGER_TABLE_MATTERS, &matter, size, m->error);
    return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
}

static void start(struct ledger_audit_matters *m, struct ledger_store *store,
                  struct ledger_hasher *hasher, struct ledger_error *error)
{
    memset(m, 0, sizeof *m);
    m->matters = (struct ledger_matters){.context = m, .root = give_root};
    m->store = store;
    m->hasher = hasher;
    m->error = error;
    m->last = LEDGER_NO_ENTRY;
    ledger_verdict_clear(&m->lie);
}

enum ledger_status ledger_audit_matters_start(struct ledger_audit_matters *m,
                                              struct ledger_store *store,
                                              struct ledger_hasher *hasher, uint64_t size,
                                              struct ledger_error *error)
{
    uint64_t figures = LEDGER_NO_ENTRY;
    start(m, store, hasher, error);
    enum ledger_status status = last_of(m, &m->last, LEDGER_KIND_INDEX, size);
    if (status == LEDGER_OK) {
        status = last_of(m, &figures, LEDGER_KIND_STATISTICS, size);
    }
    if (status == LEDGER_OK && m->last != LEDGER_NO_ENTRY &&
        ledger_matter_tree_new(&m->tree, hasher) != LEDGER_OK) {
        status = no_memory(m);
    }
    if (status == LEDGER_OK && figures != LEDGER_NO_ENTRY &&
        ledger_statistics_new(&m->statistics) != LEDGER_OK) {
        status = no_memory(m);
    }
    return status;
}

enum ledger_status ledger_audit_matters_start_all(struct ledger_audit_matters *m,
                                                  struct ledger_hasher *hasher,
                                                  struct ledger_error *error)
{
    start(m, NULL, hasher, error);
    return ledger_matter_tree_new(&m->tree, hasher) == LEDGER_OK &&
                   ledger_statistics_new(&m->statistics) == LEDGER_OK
               ? LEDGER_OK
               : no_memory(m);
}

void ledger_audit_matters_free(struct ledger_audit_matters *m)
{
    ledger_matter_tree_free(&m->tree);
    ledger_statistics_free(&m->statistics);
}

static enum ledger_status compare_part(struct ledger_audit_matters *m, uint16_t bucket)
{
    struct ledger_prefix_part part;
    struct ledger_prefix_part stored = {.size = LEDGER_PREFIX_NONE};
    struct ledger_error why;
    ledger_matter_tree_part(m->tree, &part, bucket);
    if (part.size == LEDGER_PREFIX_NONE) {
        return LEDGER_OK;
    }
    m->parts++;
    enum ledger_status status = ledger_store_part(m->store, &stored, bucket, &why);
    if (status != LEDGER_OK && status != LEDGER_DAMAGED) {
        return ledger_error_set(m->error, status, 0, "cannot read a part: %s", why.what);
    }
    if ((stored.size != part.size || !ledger_hash_equal(&stored.hash, &part.hash)) &&
        m->lie.finding == LEDGER_NOT_CHECKED) {
        m->lie.entry = m->last;
        ledger_verdict_set(&m->lie, LEDGER_WRONG_INDEX_ROW,
                           "in table 'parts' bucket %04x is not what the entries before index "
                           "entry %llu give; it can be rebuilt from the entries",
                           (unsigned)bucket, (unsigned long long)m->last);
    }
    return LEDGER_OK;
}

static enum ledger_status compare_parts(struct ledger_audit_matters *m)
{
    enum ledger_status status = LEDGER_OK;
    for (uint32_t bucket = 0; status == LEDGER_OK && bucket < LEDGER_BUCKETS; bucket++) {
        status = compare_part(m, (uint16_t)bucket);
    }
    return status;
}

static enum ledger_status check_figures(const struct ledger_audit_matters *m,
                                        struct ledger_verdict *verdict,
                                        const struct ledger_entry *entry)
{
    struct ledger_document claimed;
    struct ledger_document given;
    if (m->statistics == NULL) {
        ledger_audit_row_lies(verdict, LEDGER_TABLE_MATTERS, entry->index);
        return LEDGER_OK;
    }
    ledger_statistics_digest(&given, m->hasher, m->statistics);
    ledger_statistics_claim(&claimed, &entry->record);
    if (claimed.size != given.size || !ledger_hash_equal(&claimed.digest, &given.digest)) {
        ledger_verdict_set(verdict, LEDGER_OTHER_FIGURES,
                           "the first %llu entries give other figures than it says",
                           (unsigned long long)entry->index);
    }
    return LEDGER_OK;
}

/* Each record speaks of the entries before it, so it is judged before it counts. */
enum ledger_status ledger_audit_matters_of(struct ledger_audit_matters *m,
                                           struct ledger_verdict *verdict,
                                           const struct ledger_entry *entry,
                                           const struct ledger_step *step,
                                           const struct ledger_hash *matter)
{
    enum ledger_status status = LEDGER_OK;
    if (ledger_record_is_statistics(&entry->record)) {
        status = check_figures(m, verdict, entry);
    } else if (ledger_record_is_index(&entry->record) && entry->index == m->last) {
        status = compare_parts(m);
    }
    if (status == LEDGER_OK && m->tree != NULL &&
        ledger_matter_tree_add(m->tree, matter) != LEDGER_OK) {
        status = no_memory(m);
    }
    if (status == LEDGER_OK && m->statistics != NULL &&
        ledger_statistics_add(m->statistics, entry, step) != LEDGER_OK) {
        status = no_memory(m);
    }
    return status;
}

enum ledger_status ledger_audit_matters_end(struct ledger_audit_matters *m,
                                            struct ledger_verdict *verdict)
{
    uint64_t count = 0;
    if (m->lie.finding != LEDGER_NOT_CHECKED) {
        *verdict = m->lie;
        return LEDGER_OK;
    }
    enum ledger_status status = ledger_store_count(m->store, &count, LEDGER_TABLE_PARTS, m->error);
    if (status == LEDGER_OK && count != m->parts) {
        verdict->entry = LEDGER_NO_ENTRY;
        ledger_verdict_set(verdict, LEDGER_WRONG_INDEX_ROW,
                           "table 'parts' has %llu rows, the entries give %llu; it can be rebuilt "
                           "from them",
                           (unsigned long long)count, (unsigned long long)m->parts);
    }
    return status;
}

uint64_t ledger_audit_matters_count(const struct ledger_audit_matters *m)
{
    return m->tree == NULL ? 0 : ledger_matter_tree_count(m->tree);
}
