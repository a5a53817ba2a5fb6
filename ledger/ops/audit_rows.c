#include "ledger/ops/audit_rows.h"

#include <string.h>

void ledger_audit_rows_start(struct ledger_audit_rows *rows, struct ledger_store *store,
                             struct ledger_hasher *hasher, struct ledger_error *error)
{
    memset(rows, 0, sizeof *rows);
    rows->store = store;
    rows->hasher = hasher;
    rows->error = error;
    ledger_verdict_clear(&rows->first);
    ledger_verdict_clear(&rows->matters);
}

static struct ledger_verdict *first_lie(struct ledger_audit_rows *rows, uint64_t entry)
{
    if (rows->first.finding != LEDGER_NOT_CHECKED) {
        return NULL;
    }
    rows->first.entry = entry;
    return &rows->first;
}

static void compare_node(struct ledger_audit_rows *rows, struct ledger_node node,
                         const struct ledger_hash *hash)
{
    struct ledger_hash stored;
    struct ledger_error ignored;
    enum ledger_status status = ledger_store_node(rows->store, &stored, node, &ignored);
    bool missing = status == LEDGER_DAMAGED;
    if (status != LEDGER_OK && !missing) {
        rows->status =
            ledger_error_set(rows->error, status, 0, "cannot read a tree node: %s", ignored.what);
    } else if (missing || !ledger_hash_equal(&stored, hash)) {
        struct ledger_verdict *lie = first_lie(rows, ((node.index + 1) << node.level) - 1);
        if (lie != NULL) {
            ledger_verdict_set(lie, LEDGER_WRONG_NODE, "the stored node (%u, %llu) %s", node.level,
                               (unsigned long long)node.index, missing ? "is missing" : "differs");
        }
    } else {
        rows->nodes++;
    }
}

void ledger_audit_rows_node(void *context, struct ledger_node node, const struct ledger_hash *hash)
{
    struct ledger_audit_rows *rows = context;
    if (node.level >= LEDGER_BLOCK_LEVEL && rows->status == LEDGER_OK) {
        rows->expected[LEDGER_TABLE_NODES]++;
        compare_node(rows, node, hash);
    }
}

void ledger_audit_row_lies(struct ledger_verdict *lie, enum ledger_table table, uint64_t entry)
{
    lie->entry = entry;
    ledger_verdict_set(lie, LEDGER_WRONG_INDEX_ROW,
                       "the index '%s' does not lead to entry %llu; the indexes can be rebuilt "
                       "from the entries",
                       ledger_table_names[table], (unsigned long long)entry);
}

static void keep_row(struct ledger_audit_rows *rows, bool agrees, enum ledger_table table,
                     uint64_t entry)
{
    rows->expected[table]++;
    if (agrees) {
        rows->rows++;
        return;
    }
    struct ledger_verdict *lie = first_lie(rows, entry);
    if (lie != NULL) {
        ledger_audit_row_lies(lie, table, entry);
    }
    if (table == LEDGER_TABLE_MATTERS && rows->matters.finding == LEDGER_NOT_CHECKED) {
        ledger_audit_row_lies(&rows->matters, table, entry);
    }
}

/* Whether the entry that the index names for a record text really has that text. */
static enum ledger_status has_text(struct ledger_audit_rows *rows, bool *same, uint64_t index,
                                   struct ledger_span text)
{
    struct ledger_span bytes;
    struct ledger_entry other;
    struct ledger_verdict ignored;
    ledger_verdict_clear(&ignored);
    enum ledger_status status = ledger_store_entry(rows->store, &bytes, index, rows->error);
    *same = status == LEDGER_OK && ledger_entry_parse(&other, &ignored, bytes) &&
            ledger_span_equal(other.record.note.text, text);
    return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
}

/* The row of a record leads to its entry. If it leads to another entry with the same text, the
 * record stands in the ledger twice: whichever of the two is read first finds the other. */
static enum ledger_status check_record(struct ledger_audit_rows *rows,
                                       struct ledger_verdict *verdict,
                                       const struct ledger_entry *entry,
                                       const struct ledger_hash *text)
{
    uint64_t index = LEDGER_NO_ENTRY;
    bool same = false;
    enum ledger_status status = ledger_store_find_record(rows->store, &index, text, rows->error);
    if (status == LEDGER_OK && index != entry->index) {
        status = has_text(rows, &same, index, entry->record.note.text);
    }
    if (same) {
        uint64_t second = index > entry->index ? index : entry->index;
        uint64_t first = index > entry->index ? entry->index : index;
        verdict->entry = second;
        ledger_verdict_set(verdict, LEDGER_REPEATED_RECORD,
                           "entry %llu has the record of entry %llu again",
                           (unsigned long long)second, (unsigned long long)first);
        return LEDGER_OK;
    }
    if (status == LEDGER_OK || status == LEDGER_NOT_FOUND) {
        keep_row(rows, index == entry->index, LEDGER_TABLE_RECORDS, entry->index);
        status = LEDGER_OK;
    }
    return status;
}

static enum ledger_status check_row(struct ledger_audit_rows *rows, enum ledger_table table,
                                    const struct ledger_hash *hash, uint64_t index)
{
    bool present = false;
    enum ledger_status status =
        ledger_store_has_row(rows->store, &present, table, hash, index, rows->error);
    if (status == LEDGER_OK) {
        keep_row(rows, present, table, index);
    }
    return status;
}

static enum ledger_status check_documents(struct ledger_audit_rows *rows,
                                          const struct ledger_entry *entry)
{
    struct ledger_lines rest = entry->record.documents;
    struct ledger_document document;
    enum ledger_status status = LEDGER_OK;
    while (status == LEDGER_OK && ledger_next_document_row(&rest, &document, &entry->record)) {
        status = check_row(rows, LEDGER_TABLE_DOCUMENTS, &document.digest, entry->index);
    }
    return status;
}

static void count_rows(struct ledger_audit_rows *rows, const struct ledger_foreseen_rows *agreed)
{
    rows->expected[LEDGER_TABLE_RECORDS]++;
    rows->expected[LEDGER_TABLE_MATTERS]++;
    rows->expected[LEDGER_TABLE_DOCUMENTS] += agreed->documents;
    rows->rows += 2 + (uint64_t)agreed->documents;
}

enum ledger_status ledger_audit_rows_of(struct ledger_audit_rows *rows,
                                        struct ledger_verdict *verdict,
                                        const struct ledger_entry *entry,
                                        const struct ledger_foreseen_record *foreseen,
                                        const struct ledger_foreseen_rows *looked_up)
{
    struct ledger_hash text;
    bool present = false;
    enum ledger_status status = rows->status;
    ledger_foreseen_hashes(foreseen, &text, &rows->matter, rows->hasher, &entry->record);
    if (status == LEDGER_OK && looked_up != NULL && looked_up->agree) {
        count_rows(rows, looked_up);
        return LEDGER_OK;
    }
    if (status == LEDGER_OK) {
        status = check_record(rows, verdict, entry, &text);
    }
    if (status == LEDGER_OK) {
        status = check_row(rows, LEDGER_TABLE_MATTERS, &rows->matter, entry->index);
    }
    if (status == LEDGER_OK && ledger_record_is_authority(&entry->record)) {
        status = ledger_store_has_authority(rows->store, &present, entry->index, rows->error);
        if (status == LEDGER_OK) {
            keep_row(rows, present, LEDGER_TABLE_AUTHORITY, entry->index);
        }
    }
    return status == LEDGER_OK ? check_documents(rows, entry) : status;
}

static enum ledger_status compare_count(struct ledger_audit_rows *rows,
                                        struct ledger_verdict *verdict, enum ledger_table table)
{
    uint64_t count = 0;
    enum ledger_status status = ledger_store_count(rows->store, &count, table, rows->error);
    if (status == LEDGER_OK && count != rows->expected[table]) {
        ledger_verdict_set(
            verdict, table == LEDGER_TABLE_NODES ? LEDGER_WRONG_NODE : LEDGER_WRONG_INDEX_ROW,
            "table '%s' has %llu rows, the entries give %llu", ledger_table_names[table],
            (unsigned long long)count, (unsigned long long)rows->expected[table]);
    }
    return status;
}

/* `format`, without which the store was not opened, and `origin`; nothing else. */
static enum ledger_status check_meta(struct ledger_audit_rows *rows, struct ledger_verdict *verdict,
                                     struct ledger_span origin)
{
    struct ledger_span stored;
    uint64_t count = 0;
    enum ledger_status status = ledger_store_origin(rows->store, &stored, rows->error);
    if (status == LEDGER_OK && !ledger_span_equal(stored, origin)) {
        ledger_verdict_set(verdict, LEDGER_STORE_DAMAGED, "the store says it is of another ledger");
        return status;
    }
    if (status == LEDGER_OK) {
        status = ledger_store_count(rows->store, &count, LEDGER_TABLE_META, rows->error);
    }
    if (status == LEDGER_OK && count != 2) {
        ledger_verdict_set(verdict, LEDGER_STORE_DAMAGED, "table 'meta' has %llu rows, not 2",
                           (unsigned long long)count);
    }
    return status;
}

enum ledger_status ledger_audit_rows_end(struct ledger_audit_rows *rows,
                                         struct ledger_verdict *verdict, struct ledger_span origin)
{
    static const enum ledger_table tables[] = {LEDGER_TABLE_NODES, LEDGER_TABLE_RECORDS,
                                               LEDGER_TABLE_MATTERS, LEDGER_TABLE_DOCUMENTS,
                                               LEDGER_TABLE_AUTHORITY};
    enum ledger_status status = rows->status;
    verdict->entry = LEDGER_NO_ENTRY;
    if (rows->first.finding != LEDGER_NOT_CHECKED) {
        *verdict = rows->first;
        return status;
    }
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        if (status == LEDGER_OK && verdict->finding == LEDGER_NOT_CHECKED) {
            status = compare_count(rows, verdict, tables[i]);
        }
    }
    if (status == LEDGER_OK && verdict->finding == LEDGER_NOT_CHECKED) {
        status = check_meta(rows, verdict, origin);
    }
    return status;
}
