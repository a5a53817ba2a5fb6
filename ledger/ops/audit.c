#include "ledger/ops/audit.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ledger/base/encoding.h"
#include "ledger/law/state.h"
#include "ledger/ops/audit_rows.h"
#include "ledger/ops/doubt.h"
#include "ledger/ops/matter_history.h"
#include "ledger/store/store.h"

struct audit {
    const struct ledger_audit_options *options;
    struct ledger_audit_report *report;
    struct ledger_verdict *verdict;
    struct ledger_error *error;
    struct ledger_hasher *hasher;
    struct ledger_store *store;
    struct ledger_state *state;
    struct ledger_audit_rows rows;
    struct ledger_matter_history history;
    bool rules; /* the next record needs a rule */
    /* The walk over the stored checkpoints, one step ahead. */
    struct ledger_scan checkpoints;
    bool checkpoint_waits;
    uint64_t checkpoint_size;
    struct ledger_span checkpoint_note;
    /* What the auditor saw before. */
    struct ledger_checkpoint since;
    bool since_differs;
    bool complete; /* every check was made */
};

static const struct ledger_span nothing = {NULL, 0};

/* Every step answers LEDGER_OK; that it found something shows in the verdict. */
static bool clean(const struct audit *a)
{
    return a->verdict->finding == LEDGER_NOT_CHECKED;
}

static enum ledger_status next_checkpoint(struct audit *a)
{
    struct ledger_span key;
    enum ledger_status status =
        ledger_scan_next(&a->checkpoints, &key, &a->checkpoint_note, nothing, a->error);
    a->checkpoint_waits = status == LEDGER_OK;
    if (status == LEDGER_OK && key.size != 8) {
        return ledger_error_set(a->error, LEDGER_DAMAGED, 0, "a checkpoint's key has %zu bytes",
                                key.size);
    }
    if (status == LEDGER_OK) {
        a->checkpoint_size = ledger_get_be64(key.data);
    }
    return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
}

static bool checkpoint_is_signed(struct audit *a, struct ledger_checkpoint *checkpoint)
{
    const struct ledger_authority_line *line =
        ledger_authority_operator(ledger_state_authority_view(a->state));
    if (!ledger_checkpoint_parse(checkpoint, a->verdict, a->checkpoint_note)) {
        return false;
    }
    if (checkpoint->size != a->checkpoint_size) {
        return ledger_verdict_set(
            a->verdict, LEDGER_BAD_CHECKPOINT, "the checkpoint stored for size %llu says size %llu",
            (unsigned long long)a->checkpoint_size, (unsigned long long)checkpoint->size);
    }
    if (!ledger_span_equal(checkpoint->origin, ledger_state_origin(a->state))) {
        return ledger_verdict_set(
            a->verdict, LEDGER_OTHER_ORIGIN, "the checkpoint of size %llu is of '%.*s'",
            (unsigned long long)checkpoint->size, LEDGER_SPAN_ARGS(checkpoint->origin));
    }
    if (ledger_note_signed_by(&checkpoint->note, &line->vkey, NULL) != LEDGER_SIGNED_WELL) {
        return ledger_verdict_set(a->verdict, LEDGER_CHECKPOINT_UNSIGNED,
                                  "the checkpoint of size %llu has no good signature of the "
                                  "operator's key %08x",
                                  (unsigned long long)checkpoint->size, (unsigned)line->vkey.id);
    }
    return true;
}

/* The checkpoint, if any, that ends with the entry just accepted. */
static enum ledger_status check_checkpoint(struct audit *a)
{
    struct ledger_checkpoint checkpoint;
    struct ledger_hash root;
    if (!a->checkpoint_waits || a->checkpoint_size > ledger_state_size(a->state)) {
        return LEDGER_OK;
    }
    if (!checkpoint_is_signed(a, &checkpoint)) {
        return LEDGER_OK;
    }
    ledger_state_root(a->state, &root);
    if (!ledger_hash_equal(&root, &checkpoint.root)) {
        ledger_verdict_set(a->verdict, LEDGER_CHECKPOINT_ROOT,
                           "the operator signed another root for the first %llu entries",
                           (unsigned long long)checkpoint.size);
        return LEDGER_OK;
    }
    a->report->checkpoints++;
    a->report->checkpoint_size = a->checkpoint_note.size;
    memcpy(a->report->checkpoint, a->checkpoint_note.data, a->checkpoint_note.size);
    return next_checkpoint(a);
}

static void compare_since(struct audit *a)
{
    struct ledger_hash root;
    if (a->options->since.size == 0 || a->since.size != ledger_state_size(a->state)) {
        return;
    }
    ledger_state_root(a->state, &root);
    a->report->since_size = a->since.size;
    a->since_differs = !ledger_hash_equal(&root, &a->since.root);
}

/* What the entry just accepted did in its matter. */
static void count_step(struct audit *a, uint64_t index)
{
    const struct ledger_step *step = ledger_state_step(a->state);
    a->report->ruled += step->ruled ? 1 : 0;
    if (step->late_ms == 0) {
        return;
    }
    a->report->late++;
    if (a->options->notice != NULL) {
        struct ledger_notice notice = {.type = LEDGER_NOTICE_LATE,
                                       .entry = index,
                                       .from = step->term_from,
                                       .term_days = step->term_days,
                                       .late_ms = step->late_ms};
        a->options->notice(a->options->notice_context, &notice);
    }
}

static void count_entry(struct audit *a, const struct ledger_entry *entry, size_t size)
{
    struct ledger_audit_report *report = a->report;
    if (report->entries == 0) {
        struct ledger_span origin = ledger_state_origin(a->state);
        memcpy(report->origin, origin.data, origin.size);
        report->first_time_ms = entry->time_ms;
    }
    report->entries++;
    report->bytes += size;
    report->signatures += entry->record.note.count;
    report->authority_records += ledger_record_is_authority(&entry->record) ? 1 : 0;
    report->last_time_ms = entry->time_ms;
}

/* The state could not judge an entry. That an index row led it astray is found, not suffered. */
static enum ledger_status not_judged(struct audit *a, enum ledger_status status)
{
    if (a->history.lied) {
        a->verdict->entry = a->history.row;
        ledger_verdict_set(a->verdict, LEDGER_WRONG_INDEX_ROW, "%s", a->history.error.what);
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

static enum ledger_status check_entry(struct audit *a, struct ledger_span bytes)
{
    struct ledger_entry entry;
    struct ledger_hash leaf;
    bool fits = false;
    enum ledger_status status =
        ledger_state_accept(a->state, a->verdict, &fits, &entry, &leaf, bytes);
    if (status != LEDGER_OK) {
        return not_judged(a, status);
    }
    if (fits) {
        status = ledger_audit_rows_of(&a->rows, a->verdict, &entry);
    }
    if (fits && status == LEDGER_OK && clean(a)) {
        check_gap(a, &entry);
    }
    if (status != LEDGER_OK || !clean(a)) {
        return status;
    }
    count_entry(a, &entry, bytes.size);
    count_step(a, entry.index);
    compare_since(a);
    return check_checkpoint(a);
}

static void report_progress(const struct audit *a, uint64_t done)
{
    if (a->options->progress != NULL && (done % 256 == 0 || done == a->report->size)) {
        a->options->progress(a->options->progress_context, done, a->report->size);
    }
}

static enum ledger_status check_entries(struct audit *a)
{
    struct ledger_scan scan;
    struct ledger_span key;
    struct ledger_span bytes;
    enum ledger_status status =
        ledger_scan_open(&scan, a->store, LEDGER_TABLE_ENTRIES, nothing, a->error);
    for (uint64_t i = 0; status == LEDGER_OK && clean(a) && i < a->report->size; i++) {
        status = ledger_scan_next(&scan, &key, &bytes, nothing, a->error);
        if (status == LEDGER_OK && key.size != 8) {
            status = ledger_error_set(a->error, LEDGER_DAMAGED, 0, "an entry's key has %zu bytes",
                                      key.size);
        }
        if (status == LEDGER_OK && ledger_get_be64(key.data) == i) {
            status = check_entry(a, bytes);
            report_progress(a, i + 1);
        } else if (status == LEDGER_OK || status == LEDGER_NOT_FOUND) {
            a->verdict->entry = i;
            ledger_verdict_set(a->verdict, LEDGER_ENTRY_MISSING, "there is no entry %llu",
                               (unsigned long long)i);
            status = LEDGER_OK;
        }
    }
    ledger_scan_close(&scan);
    return status;
}

/* Checkpoints beyond the last entry, or the last entries under none. */
static void check_end(struct audit *a)
{
    struct ledger_checkpoint checkpoint;
    uint64_t end = ledger_state_size(a->state);
    a->verdict->entry = end;
    if (end == 0) {
        ledger_verdict_set(a->verdict, LEDGER_ENTRY_MISSING, "the ledger has no entry");
        return;
    }
    if (a->checkpoint_waits) {
        if (checkpoint_is_signed(a, &checkpoint)) {
            ledger_verdict_set(a->verdict, LEDGER_CHECKPOINT_BEYOND,
                               "the operator signed %llu entries, there are %llu",
                               (unsigned long long)checkpoint.size, (unsigned long long)end);
        }
        return;
    }
    struct ledger_span note = {a->report->checkpoint, a->report->checkpoint_size};
    if (note.size == 0 || !ledger_checkpoint_parse(&checkpoint, a->verdict, note) ||
        checkpoint.size != end) {
        a->verdict->entry = note.size == 0 ? 0 : checkpoint.size;
        ledger_verdict_set(a->verdict, LEDGER_CHECKPOINT_MISSING,
                           "%llu entries at the end are under no checkpoint; if a writer was "
                           "interrupted, the operator's next append signs them",
                           (unsigned long long)(end - a->verdict->entry));
    }
}

static void check_policy(struct audit *a)
{
    struct ledger_checkpoint checkpoint;
    struct ledger_span note = {a->report->checkpoint, a->report->checkpoint_size};
    a->verdict->entry = LEDGER_NO_ENTRY;
    if (ledger_checkpoint_parse(&checkpoint, a->verdict, note)) {
        ledger_policy_check(a->options->policy, &a->report->policy, a->verdict, &checkpoint);
    }
}

static void check_since(struct audit *a)
{
    if (a->options->since.size == 0) {
        return;
    }
    if (!ledger_span_equal(a->since.origin, ledger_state_origin(a->state))) {
        ledger_verdict_set(a->verdict, LEDGER_OTHER_ORIGIN,
                           "the checkpoint seen before is of '%.*s'",
                           LEDGER_SPAN_ARGS(a->since.origin));
    } else if (a->since.size > ledger_state_size(a->state)) {
        a->verdict->entry = ledger_state_size(a->state);
        ledger_verdict_set(a->verdict, LEDGER_OLDER_THAN_SEEN,
                           "%llu entries were seen signed before, there are %llu now",
                           (unsigned long long)a->since.size,
                           (unsigned long long)ledger_state_size(a->state));
    } else if (a->since_differs) {
        a->verdict->entry = a->since.size - 1;
        ledger_verdict_set(a->verdict, LEDGER_FORK,
                           "the first %llu entries are not those that were seen signed before: "
                           "two histories of '%s' carry the operator's signature; keep both "
                           "checkpoints, they are the evidence",
                           (unsigned long long)a->since.size, a->report->origin);
    }
}

bool ledger_checkpoint_seen(struct ledger_checkpoint *checkpoint, struct ledger_verdict *verdict,
                            struct ledger_span note, const struct ledger_policy *policy)
{
    struct ledger_verdict own;
    ledger_verdict_clear(&own);
    if (ledger_checkpoint_parse(checkpoint, &own, note) &&
        (ledger_policy_check(policy, NULL, &own, checkpoint) ||
         own.finding == LEDGER_QUORUM_MISSING)) {
        return true;
    }
    *verdict = own;
    return false;
}

static enum ledger_status check_all(struct audit *a)
{
    enum ledger_status status = check_entries(a);
    if (status == LEDGER_OK && clean(a)) {
        check_end(a);
    }
    ledger_state_root(a->state, &a->report->root);
    a->report->authority_lines = ledger_authority_count(ledger_state_authority_view(a->state));
    if (status == LEDGER_OK && clean(a)) {
        check_policy(a);
    }
    if (status == LEDGER_OK && clean(a)) {
        check_since(a);
    }
    if (status == LEDGER_OK && clean(a)) {
        status = ledger_audit_rows_end(&a->rows, a->verdict, ledger_state_origin(a->state));
        a->complete = status == LEDGER_OK;
    }
    if (a->complete && clean(a)) {
        status = ledger_doubt_report(a->report, a->options, a->store,
                                     ledger_state_authority_view(a->state), a->error);
    }
    a->report->nodes = a->rows.nodes;
    a->report->rows = a->rows.rows;
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
        status = ledger_scan_open(&a->checkpoints, a->store, LEDGER_TABLE_CHECKPOINTS, nothing,
                                  a->error);
    }
    if (status == LEDGER_OK) {
        status = next_checkpoint(a);
    }
    if (status == LEDGER_OK) {
        ledger_audit_rows_start(&a->rows, a->store, a->hasher, a->error);
        ledger_state_watch_nodes(a->state, ledger_audit_rows_node, &a->rows);
        ledger_matter_history_start(&a->history, a->store, a->hasher);
        ledger_state_set_history(a->state, &a->history.history);
        status = check_all(a);
    }
    ledger_scan_close(&a->checkpoints);
    return status;
}

static enum ledger_status open_and_audit(struct audit *a, const char *path)
{
    enum ledger_store_mode mode =
        a->options->unlocked ? LEDGER_STORE_READ_UNLOCKED : LEDGER_STORE_READ;
    if (ledger_hasher_new(&a->hasher) != LEDGER_OK ||
        ledger_state_new(&a->state, a->hasher) != LEDGER_OK) {
        return ledger_error_set(a->error, LEDGER_NO_MEMORY, 0, "cannot audit '%s'", path);
    }
    if (a->options->since.size != 0 &&
        !ledger_checkpoint_seen(&a->since, a->verdict, a->options->since, a->options->policy)) {
        return LEDGER_OK;
    }
    enum ledger_status status =
        a->options->unlocked ? LEDGER_OK : ledger_store_check_live(path, a->error);
    if (status == LEDGER_OK) {
        status = ledger_store_open(&a->store, path, mode, 0, a->error);
    }
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
    LEDGER_ASSERT(options->policy != NULL);
    ledger_verdict_clear(verdict);
    memset(report, 0, sizeof *report);
    enum ledger_status status = open_and_audit(&a, path);
    ledger_store_close(&a.store);
    ledger_state_free(&a.state);
    ledger_hasher_free(&a.hasher);
    if (status == LEDGER_DAMAGED) {
        ledger_verdict_set(verdict, LEDGER_STORE_DAMAGED, "%s", a.error->what);
        return LEDGER_OK;
    }
    if (status == LEDGER_OK && a.complete && clean(&a)) {
        verdict->finding = LEDGER_VALID;
        verdict->entry = LEDGER_NO_ENTRY;
    }
    return status;
}
