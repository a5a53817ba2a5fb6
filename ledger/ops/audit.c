#include "ledger/ops/audit.h"

#include <time.h>

#include "ledger/base/encoding.h"
#include "ledger/ops/audit_parts.h"
#include "ledger/ops/doubt.h"

static const struct ledger_span nothing = {NULL, 0};

/* The state could not judge an entry. That an index row led it astray is found, not suffered. */
static enum ledger_status not_judged(struct audit *a, enum ledger_status status)
{
    if (a->history.lied) {
        a->verdict->entry = a->history.row;
        ledger_verdict_set(a->verdict, LEDGER_WRONG_INDEX_ROW, "%s", a->history.error.what);
        return LEDGER_OK;
    }
    if (a->matters.unforeseen) {
        ledger_audit_row_lies(a->verdict, LEDGER_TABLE_MATTERS, ledger_state_size(a->state));
        return LEDGER_OK;
    }
    return ledger_matter_history_failed(&a->history, status, ledger_state_size(a->state), a->error);
}

/* Where rules are required, an entry that the index of matters leaves out is a gap in the history
 * of those to come. */
static void check_gap(struct audit *a, const struct ledger_entry *entry)
{
    if (ledger_record_is_authority(&entry->record)) {
        a->rules = ledger_authority_find(ledger_state_authority_view(a->state), a->hasher,
                                         ledger_span_of(LEDGER_RULES_SUBJECT)) != NULL;
    }
    if (a->rules && a->rows.matters.finding != LEDGER_NOT_CHECKED) {
        *a->verdict = a->rows.matters;
    }
}

/* What an accepted entry must agree with beside the state. */
static enum ledger_status check_derived(struct audit *a, const struct ledger_entry *entry,
                                        const struct ledger_ahead_item *item)
{
    enum ledger_status status =
        ledger_audit_rows_of(&a->rows, a->verdict, entry,
                             item->foreseen != NULL ? &item->foreseen->record : NULL, item->rows);
    if (status == LEDGER_OK && clean(a)) {
        check_gap(a, entry);
    }
    if (status == LEDGER_OK && clean(a)) {
        status = ledger_audit_matters_of(&a->matters, a->verdict, entry,
                                         ledger_state_step(a->state), &a->rows.matter);
    }
    return status;
}

static enum ledger_status check_entry(struct audit *a, const struct ledger_ahead_item *item)
{
    struct ledger_entry entry;
    struct ledger_hash leaf;
    bool fits = false;
    ledger_matter_history_foresee(&a->history, item->foreseen, item->rows);
    enum ledger_status status =
        ledger_ahead_accept(a->ahead, a->verdict, &fits, &entry, &leaf, item);
    if (status != LEDGER_OK) {
        return not_judged(a, status);
    }
    if (fits) {
        status = check_derived(a, &entry, item);
    }
    if (status != LEDGER_OK || !clean(a)) {
        return status;
    }
    ledger_audit_count(a, &entry, item->bytes.size);
    ledger_audit_since(a);
    status = ledger_audit_checkpoint(a);
    return status == LEDGER_OK && clean(a) ? ledger_audit_tell(a, &entry, &leaf) : status;
}

/* A ledger_ahead_source: the entries in order, as far as they can be read. */
static bool read_entry(void *context, struct ledger_span *bytes)
{
    struct audit_walk *walk = context;
    struct ledger_span key;
    if (walk->next == walk->size) {
        return false;
    }
    walk->status = ledger_scan_next(&walk->scan, &key, bytes, nothing, &walk->error);
    if (walk->status == LEDGER_OK && key.size != 8) {
        walk->status = ledger_error_set(&walk->error, LEDGER_DAMAGED, 0,
                                        "an entry's key has %zu bytes", key.size);
    } else if (walk->status == LEDGER_NOT_FOUND ||
               (walk->status == LEDGER_OK && ledger_get_be64(key.data) != walk->next)) {
        walk->status = LEDGER_OK;
        walk->missing = true;
    }
    if (walk->status != LEDGER_OK || walk->missing) {
        return false;
    }
    walk->next++;
    return true;
}

/* Every entry that could be read holds: says why there are no more. */
static enum ledger_status end_walk(struct audit *a)
{
    struct audit_walk *walk = &a->walk;
    if (walk->status != LEDGER_OK) {
        *a->error = walk->error;
    } else if (walk->missing) {
        a->verdict->entry = walk->next;
        ledger_verdict_set(a->verdict, LEDGER_ENTRY_MISSING, "there is no entry %llu",
                           (unsigned long long)walk->next);
    }
    return walk->status;
}

static enum ledger_status check_each(struct audit *a)
{
    struct ledger_ahead_item item;
    enum ledger_status status = LEDGER_OK;
    for (uint64_t done = 0; status == LEDGER_OK && clean(a);) {
        if (!ledger_ahead_next(a->ahead, &item)) {
            return end_walk(a);
        }
        status = check_entry(a, &item);
        ledger_audit_progress(a, ++done);
    }
    return status;
}

static enum ledger_status check_entries(struct audit *a)
{
    const struct ledger_ahead_source source = {&a->walk, read_entry, false, a->store};
    a->walk.size = a->report->size;
    enum ledger_status status =
        ledger_scan_open(&a->walk.scan, a->store, LEDGER_TABLE_ENTRIES, nothing, a->error);
    if (status == LEDGER_OK) {
        status = ledger_ahead_new(&a->ahead, a->options->jobs, &source, a->state, a->hasher);
        status = status == LEDGER_OK
                     ? check_each(a)
                     : ledger_error_set(a->error, status, 0, "cannot read the entries");
    }
    ledger_ahead_free(&a->ahead);
    ledger_scan_close(&a->walk.scan);
    return status;
}

static enum ledger_status check_all(struct audit *a)
{
    enum ledger_status status = check_entries(a);
    if (status == LEDGER_OK && clean(a)) {
        ledger_audit_checkpoints_end(a);
    }
    ledger_audit_sum_up(a);
    if (status == LEDGER_OK && clean(a)) {
        ledger_audit_policy(a);
    }
    if (status == LEDGER_OK && clean(a)) {
        ledger_audit_since_end(a);
    }
    if (status == LEDGER_OK && clean(a)) {
        status = ledger_audit_rows_end(&a->rows, a->verdict, ledger_state_origin(a->state));
    }
    if (status == LEDGER_OK && clean(a)) {
        status = ledger_audit_matters_end(&a->matters, a->verdict);
        a->complete = status == LEDGER_OK;
    }
    if (a->complete && clean(a)) {
        status = ledger_doubt_report(a->report, a->options, a->store,
                                     ledger_state_authority_view(a->state), a->error);
    }
    a->report->nodes = a->rows.nodes;
    a->report->rows = a->rows.rows;
    a->report->matters = ledger_audit_matters_count(&a->matters);
    return status;
}

/* Between the commit of entries and that of their checkpoint a live ledger looks unfinished. Waits
 * up to about two seconds for a snapshot that is not. */
static enum ledger_status take_snapshot(struct audit *a)
{
    const struct timespec pause = {0, 40 * 1000 * 1000};
    for (int attempt = 0;; attempt++) {
        struct ledger_span note;
        uint64_t signed_size = 0;
        enum ledger_status status = ledger_store_begin(a->store, a->error);
        if (status == LEDGER_OK) {
            status = ledger_store_size(a->store, &a->report->size, a->error);
        }
        if (status != LEDGER_OK) {
            return status;
        }
        status = ledger_store_last_checkpoint(a->store, &signed_size, &note, a->error);
        if (status != LEDGER_OK && status != LEDGER_NOT_FOUND) {
            return status;
        }
        if (signed_size >= a->report->size || attempt == 50 || a->options->unlocked) {
            return LEDGER_OK;
        }
        nanosleep(&pause, NULL);
    }
}

static enum ledger_status audit_store(struct audit *a)
{
    enum ledger_status status = take_snapshot(a);
    if (status == LEDGER_OK) {
        status = ledger_audit_checkpoints_start(a);
    }
    if (status == LEDGER_OK) {
        status =
            ledger_audit_matters_start(&a->matters, a->store, a->hasher, a->report->size, a->error);
    }
    if (status == LEDGER_OK) {
        ledger_audit_rows_start(&a->rows, a->store, a->hasher, a->error);
        ledger_state_watch_nodes(a->state, ledger_audit_rows_node, &a->rows);
        ledger_matter_history_start(&a->history, a->store, a->hasher);
        ledger_state_set_history(a->state, &a->history.history);
        ledger_state_set_matters(a->state, &a->matters.matters);
        status = check_all(a);
    }
    ledger_scan_close(&a->checkpoints);
    return status;
}

static enum ledger_status open_and_audit(struct audit *a, const char *path)
{
    enum ledger_store_mode mode =
        a->options->unlocked ? LEDGER_STORE_READ_UNLOCKED : LEDGER_STORE_AUDIT;
    enum ledger_status status = ledger_audit_begin(a, path);
    if (status != LEDGER_OK || !clean(a)) {
        return status;
    }
    status = ledger_store_open(&a->store, path, mode, 0, a->error);
    return status == LEDGER_OK ? audit_store(a) : status;
}

enum ledger_status ledger_audit(struct ledger_audit_report *report, struct ledger_verdict *verdict,
                                const char *path, const struct ledger_audit_options *options,
                                struct ledger_error *error)
{
    struct ledger_error own;
    struct audit a = {.options = options,
                      .report = report,
                      .verdict = verdict,
                      .error = error != NULL ? error : &own};
    enum ledger_status status = open_and_audit(&a, path);
    ledger_audit_end(&a, status);
    ledger_store_close(&a.store);
    if (status == LEDGER_DAMAGED) {
        ledger_verdict_set(verdict, LEDGER_STORE_DAMAGED, "%s", a.error->what);
        return LEDGER_OK;
    }
    return status;
}
