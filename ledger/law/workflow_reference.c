#include "ledger/law/workflow_parts.h"

static const char *whose_word(enum ledger_whose whose)
{
    return whose == LEDGER_WHOSE_SAME ? "same" : whose == LEDGER_WHOSE_OTHER ? "other" : "any";
}

static bool fail(const struct ledger_workflow *w, const char *why)
{
    const struct ledger_rule *rule = &w->entitled->rule;
    return ledger_verdict_set(w->verdict, LEDGER_BAD_REFERENCE,
                              "rule %.*s %.*s: referred=%s:%.*s/%.*s: %s", LEDGER_RULE_ARGS(rule),
                              whose_word(rule->referred), LEDGER_SPAN_ARGS(rule->referred_kind),
                              LEDGER_SPAN_ARGS(rule->referred_event), why);
}

/* What is wrong with the entry that opened the matter referred to, or NULL. */
static const char *fault_of(const struct ledger_workflow *w,
                            const struct ledger_recalled_end *opening)
{
    const struct ledger_rule *rule = &w->entitled->rule;
    bool same = ledger_span_equal(opening->institution, w->entry->record.institution);
    if (!ledger_span_equal(opening->kind, rule->referred_kind)) {
        return "the matter referred to is of another kind";
    }
    if (rule->referred == LEDGER_WHOSE_SAME && !same) {
        return "another institution opened the matter referred to";
    }
    return rule->referred == LEDGER_WHOSE_OTHER && same
               ? "the same institution opened the matter referred to"
               : NULL;
}

enum ledger_status ledger_workflow_referred(struct ledger_workflow *w)
{
    const struct ledger_record *record = &w->entry->record;
    if (w->entitled->rule.referred == 0) {
        return LEDGER_OK;
    }
    if (ledger_span_equal(record->refers, record->matter)) {
        w->holds = fail(w, "the matter referred to must be another than the record's own");
        return LEDGER_OK;
    }
    enum ledger_status status =
        ledger_recall_matter(w->recall, &w->referred, record->refers, w->entry->index);
    if (status == LEDGER_NOT_FOUND) {
        w->holds = fail(w, "the matter referred to has no entry on this ledger");
        return LEDGER_OK;
    }
    const char *fault = status == LEDGER_OK ? fault_of(w, &w->referred->opening) : NULL;
    w->holds = fault == NULL || fail(w, fault);
    return status;
}

bool ledger_workflow_at_ends(const struct ledger_recalled *matter, struct ledger_span event)
{
    return ledger_span_equal(matter->latest.event, event) ||
           ledger_span_equal(matter->opening.event, event);
}

bool ledger_workflow_referred_event(const struct ledger_workflow *w)
{
    const struct ledger_steps event = {true, w->entitled->rule.referred_event};
    struct ledger_recalled_step ignored;
    return w->referred == NULL || ledger_workflow_at_ends(w->referred, event.events) ||
           ledger_recalled_latest(w->referred, &ignored, &event) ||
           fail(w, "the matter referred to has no such event");
}
