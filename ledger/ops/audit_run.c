/* The parts of an audit that are the same of a store and of a published directory. */
#include <string.h>

#include "ledger/law/operator_record.h"
#include "ledger/ops/audit_parts.h"

enum ledger_status ledger_audit_begin(struct audit *a, const char *path)
{
    LEDGER_ASSERT(a->options->policy != NULL);
    ledger_verdict_clear(a->verdict);
    memset(a->report, 0, sizeof *a->report);
    if (ledger_hasher_new(&a->hasher) != LEDGER_OK ||
        ledger_state_new(&a->state, a->hasher) != LEDGER_OK) {
        return ledger_error_set(a->error, LEDGER_NO_MEMORY, 0, "cannot audit '%s'", path);
    }
    if (a->options->since.size != 0) {
        (void)ledger_checkpoint_seen(&a->since, a->verdict, a->options->since, a->options->policy);
    }
    return LEDGER_OK;
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

void ledger_audit_count(struct audit *a, const struct ledger_entry *entry, size_t size)
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
    report->index_entries += ledger_record_is_index(&entry->record) ? 1 : 0;
    report->statistics += ledger_record_is_statistics(&entry->record) ? 1 : 0;
    report->last_time_ms = entry->time_ms;
    count_step(a, entry->index);
}

enum ledger_status ledger_audit_tell(const struct audit *a, const struct ledger_entry *entry,
                                     const struct ledger_hash *leaf)
{
    const struct ledger_audit_options *options = a->options;
    return options->entry == NULL
               ? LEDGER_OK
               : options->entry(options->entry_context, entry, ledger_state_step(a->state), leaf);
}

void ledger_audit_progress(const struct audit *a, uint64_t done)
{
    if (a->options->progress != NULL && (done % 256 == 0 || done == a->report->size)) {
        a->options->progress(a->options->progress_context, done, a->report->size);
    }
}

void ledger_audit_sum_up(struct audit *a)
{
    ledger_state_root(a->state, &a->report->root);
    a->report->authority_lines = ledger_authority_count(ledger_state_authority_view(a->state));
}

void ledger_audit_end(struct audit *a, enum ledger_status status)
{
    if (status == LEDGER_OK && a->complete && clean(a)) {
        a->verdict->finding = LEDGER_VALID;
        a->verdict->entry = LEDGER_NO_ENTRY;
    }
    ledger_audit_matters_free(&a->matters);
    ledger_state_free(&a->state);
    ledger_hasher_free(&a->hasher);
}
