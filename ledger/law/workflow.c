#include "ledger/law/workflow_parts.h"

#include <string.h>

#include "ledger/format/matter.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

static bool is_of_kind(const struct ledger_workflow *w, const struct ledger_recalled_end *earlier)
{
    struct ledger_span kind = w->entry->record.kind;
    if (ledger_span_equal(earlier->kind, kind)) {
        return true;
    }
    return ledger_verdict_set(
        w->verdict, LEDGER_OTHER_KIND,
        "rule %.*s %.*s: entry %llu of this matter is of kind '%.*s'; the number of a matter of "
        "kind '%.*s' is needed",
        LEDGER_RULE_ARGS(&w->entitled->rule), (unsigned long long)earlier->index,
        LEDGER_SPAN_ARGS(earlier->kind), LEDGER_SPAN_ARGS(kind));
}

static void write_hash(char hex[2 * LEDGER_HASH_SIZE + 1], struct ledger_hasher *hasher,
                       const struct ledger_record *record)
{
    struct ledger_hash hash;
    struct ledger_buffer buffer = ledger_buffer_in((uint8_t *)hex, (size_t)2 * LEDGER_HASH_SIZE);
    ledger_hash_bytes(hasher, &hash, record->note.text);
    ledger_buffer_hex(&buffer, hash.bytes, sizeof hash.bytes);
    hex[2 * LEDGER_HASH_SIZE] = '\0';
}

/* Tells of the two records that claim to open the matter: the one that did is read again. */
static enum ledger_status already_open(struct ledger_workflow *w)
{
    const struct ledger_history *history = w->recall->history;
    char of_first[2 * LEDGER_HASH_SIZE + 1];
    char of_this[2 * LEDGER_HASH_SIZE + 1];
    struct ledger_entry first;
    struct ledger_span bytes;
    enum ledger_status status =
        history->latest(history->context, &first, &bytes, w->own->name, w->own->opening.index + 1);
    if (status != LEDGER_OK) {
        return status == LEDGER_NOT_FOUND ? LEDGER_DAMAGED : status;
    }
    write_hash(of_first, w->hasher, &first.record);
    write_hash(of_this, w->hasher, &w->entry->record);
    w->holds = ledger_verdict_set(
        w->verdict, LEDGER_ALREADY_OPEN,
        "rule %.*s %.*s: after=-: entry %llu opened the matter, with a record of hash %s; this "
        "record has hash %s",
        LEDGER_RULE_ARGS(&w->entitled->rule), (unsigned long long)first.index, of_first, of_this);
    return LEDGER_OK;
}

/* The matter has entries: whether the event may follow the latest. */
static bool may_follow(const struct ledger_workflow *w)
{
    const struct ledger_recalled_end *latest = &w->own->latest;
    const struct ledger_rule *rule = &w->entitled->rule;
    if (ledger_rule_follows(rule, latest->event)) {
        return true;
    }
    return ledger_verdict_set(w->verdict, LEDGER_WRONG_ORDER,
                              "rule %.*s %.*s: after=%.*s: the latest event of the matter is "
                              "'%.*s', in entry %llu",
                              LEDGER_RULE_ARGS(rule), LEDGER_SPAN_ARGS(rule->after),
                              LEDGER_SPAN_ARGS(latest->event), (unsigned long long)latest->index);
}

/* The matter has no entry: whether there may be a matter of this number, which nobody can take for
 * that of another, and whether the event may open it. */
static bool may_open(const struct ledger_workflow *w)
{
    const struct ledger_rule *rule = &w->entitled->rule;
    if (!ledger_matter_is_plain(w->verdict, w->entry->record.matter)) {
        return false;
    }
    return ledger_rule_opens(rule) ||
           ledger_verdict_set(w->verdict, LEDGER_WRONG_ORDER,
                              "rule %.*s %.*s: after=%.*s: the matter has no entry yet",
                              LEDGER_RULE_ARGS(rule), LEDGER_SPAN_ARGS(rule->after));
}

static bool is_of_institution(const struct ledger_workflow *w)
{
    const struct ledger_recalled_end *first = &w->own->opening;
    const struct ledger_rule *rule = &w->entitled->rule;
    bool same = ledger_span_equal(first->institution, w->entry->record.institution);
    if (rule->institution == LEDGER_WHOSE_ANY || same == (rule->institution == LEDGER_WHOSE_SAME)) {
        return true;
    }
    return ledger_verdict_set(w->verdict, LEDGER_WRONG_INSTITUTION,
                              "rule %.*s %.*s: entry %llu opened the matter, of institution "
                              "'%.*s'; %s must file this",
                              LEDGER_RULE_ARGS(rule), (unsigned long long)first->index,
                              LEDGER_SPAN_ARGS(first->institution), same ? "another" : "the same");
}

/* That the matter is of another kind is said before anything else. */
static enum ledger_status check_order(struct ledger_workflow *w)
{
    const struct ledger_entry *entry = w->entry;
    enum ledger_status status =
        ledger_recall_matter(w->recall, &w->own, entry->record.matter, entry->index);
    if (status == LEDGER_NOT_FOUND) {
        w->holds = may_open(w);
        return LEDGER_OK;
    }
    if (status != LEDGER_OK) {
        return status;
    }
    if (!is_of_kind(w, &w->own->latest) || !is_of_kind(w, &w->own->opening)) {
        w->holds = false;
    } else if (ledger_rule_only_opens(&w->entitled->rule)) {
        return already_open(w);
    } else {
        w->holds = may_follow(w) && is_of_institution(w);
    }
    return LEDGER_OK;
}

static enum ledger_status check_clauses(struct ledger_workflow *w)
{
    enum ledger_status status = check_order(w);
    if (status == LEDGER_OK && w->holds) {
        status = ledger_workflow_referred(w);
    }
    if (status == LEDGER_OK && w->holds) {
        status = ledger_workflow_read(w);
    }
    if (status == LEDGER_OK && w->holds) {
        w->holds =
            ledger_workflow_referred_event(w) && ledger_workflow_by(w) && ledger_workflow_not_by(w);
    }
    if (status == LEDGER_OK && w->holds) {
        status = ledger_workflow_keeps(w);
    }
    return status;
}

/* A term that was missed is told, never a reason to refuse: a refusal would hide it. */
static void measure_term(const struct ledger_workflow *w, struct ledger_step *step)
{
    const struct ledger_rule *rule = &w->entitled->rule;
    struct ledger_recalled_step from;
    if (rule->term_days == 0 || !ledger_recalled_latest(w->own, &from, &rule->term)) {
        return;
    }
    int64_t late = w->entry->time_ms - from.time_ms - (int64_t)rule->term_days * DAY_MS;
    step->term_days = rule->term_days;
    step->term_from = from.index;
    step->late_ms = late > 0 ? late : 0;
}

enum ledger_status ledger_workflow_check(struct ledger_recall *recall, struct ledger_hasher *hasher,
                                         struct ledger_step *step, bool *follows,
                                         struct ledger_verdict *verdict,
                                         const struct ledger_entry *entry,
                                         const struct ledger_entitlement *entitled)
{
    struct ledger_workflow w = {.recall = recall,
                                .hasher = hasher,
                                .verdict = verdict,
                                .entry = entry,
                                .entitled = entitled,
                                .holds = true};
    LEDGER_ASSERT(recall->history != NULL && entitled->ruled);
    memset(step, 0, sizeof *step);
    *follows = false;
    ledger_recall_trim(recall);
    enum ledger_status status = check_clauses(&w);
    if (status == LEDGER_OK && w.holds) {
        measure_term(&w, step);
        step->ruled = true;
        step->opened = w.own == NULL;
        step->makes = entitled->rule.makes;
        *follows = true;
    }
    return status;
}
