#include "tests/slow_workflow.h"

#include "ledger/law/rule_check.h"

#define DAY (INT64_C(24) * 3600 * 1000)
#define NONE LEDGER_NO_ENTRY

static const struct ledger_rule *rule_of(const struct slow_workflow *slow)
{
    return &slow->entitled->rule;
}

static bool is_step(const struct slow_workflow *slow, uint64_t index,
                    const struct ledger_steps *steps)
{
    const struct ledger_record *record = &slow->entries[index].record;
    const struct ledger_record *own = &slow->entry->record;
    return ledger_span_equal(record->matter, steps->referred ? own->refers : own->matter) &&
           (steps->events.size == 0 || ledger_steps_have(steps, record->event));
}

/* Without events, every entry of the matter is a step. */
static uint64_t latest(const struct slow_workflow *slow, const struct ledger_steps *steps)
{
    uint64_t found = NONE;
    for (uint64_t i = 0; i < slow->entry->index; i++) {
        found = is_step(slow, i, steps) ? i : found;
    }
    return found;
}

static uint64_t first(const struct slow_workflow *slow, bool referred)
{
    const struct ledger_steps any = {.referred = referred};
    for (uint64_t i = 0; i < slow->entry->index; i++) {
        if (is_step(slow, i, &any)) {
            return i;
        }
    }
    return NONE;
}

static enum ledger_finding tell(struct slow_workflow *slow, enum ledger_finding finding,
                                uint64_t index)
{
    slow->told = index;
    return finding;
}

static enum ledger_finding order(struct slow_workflow *slow)
{
    const struct ledger_steps any = {.referred = false};
    const struct ledger_rule *rule = rule_of(slow);
    const struct ledger_record *record = &slow->entry->record;
    uint64_t opening = first(slow, false);
    uint64_t last = latest(slow, &any);
    if (last == NONE) {
        return ledger_rule_opens(rule) ? LEDGER_NOT_CHECKED : LEDGER_WRONG_ORDER;
    }
    if (!ledger_span_equal(slow->entries[last].record.kind, record->kind)) {
        return tell(slow, LEDGER_OTHER_KIND, last);
    }
    if (!ledger_span_equal(slow->entries[opening].record.kind, record->kind)) {
        return tell(slow, LEDGER_OTHER_KIND, opening);
    }
    if (ledger_span_is(rule->after, LEDGER_RULE_OPENS)) {
        return tell(slow, LEDGER_ALREADY_OPEN, opening);
    }
    if (!ledger_rule_follows(rule, slow->entries[last].record.event)) {
        return tell(slow, LEDGER_WRONG_ORDER, last);
    }
    bool same = ledger_span_equal(slow->entries[opening].record.institution, record->institution);
    return rule->institution == LEDGER_WHOSE_ANY || same == (rule->institution == LEDGER_WHOSE_SAME)
               ? LEDGER_NOT_CHECKED
               : tell(slow, LEDGER_WRONG_INSTITUTION, opening);
}

static enum ledger_finding referred(struct slow_workflow *slow)
{
    const struct ledger_rule *rule = rule_of(slow);
    const struct ledger_record *record = &slow->entry->record;
    const struct ledger_steps event = {true, rule->referred_event};
    if (rule->referred == 0) {
        return LEDGER_NOT_CHECKED;
    }
    uint64_t opening = first(slow, true);
    if (ledger_span_equal(record->refers, record->matter) || opening == NONE) {
        return LEDGER_BAD_REFERENCE;
    }
    const struct ledger_record *of = &slow->entries[opening].record;
    bool same = ledger_span_equal(of->institution, record->institution);
    bool whose =
        rule->referred == LEDGER_WHOSE_ANY || same == (rule->referred == LEDGER_WHOSE_SAME);
    return whose && ledger_span_equal(of->kind, rule->referred_kind) && latest(slow, &event) != NONE
               ? LEDGER_NOT_CHECKED
               : LEDGER_BAD_REFERENCE;
}

static bool is_partys(const struct slow_workflow *slow, const struct ledger_record *record,
                      const struct ledger_signature *signature)
{
    struct ledger_lines parties = record->parties;
    struct ledger_vkey vkey;
    while (ledger_record_next_party(&parties, slow->hasher, &vkey)) {
        if (ledger_span_equal(ledger_vkey_name(&vkey), signature->name) &&
            (vkey.id == signature->key_id || vkey.batch_id == signature->key_id)) {
            return true;
        }
    }
    return false;
}

/* Whether `signer` signed entry `index`, not as a party of it. */
static bool signed_it(const struct slow_workflow *slow, uint64_t index,
                      const struct ledger_signer *signer)
{
    const struct ledger_record *record = &slow->entries[index].record;
    struct ledger_span rest = record->note.signatures;
    struct ledger_signature signature;
    while (ledger_note_next(&rest, &signature)) {
        if (ledger_span_equal(signature.name, signer->name) &&
            !is_partys(slow, record, &signature)) {
            return true;
        }
    }
    return false;
}

static uint64_t latest_of(const struct slow_workflow *slow, const struct ledger_steps *steps,
                          const struct ledger_signer *signer)
{
    uint64_t found = NONE;
    for (uint64_t i = 0; i < slow->entry->index; i++) {
        found = is_step(slow, i, steps) && signed_it(slow, i, signer) ? i : found;
    }
    return found;
}

static enum ledger_finding signers(struct slow_workflow *slow)
{
    const struct ledger_rule *rule = rule_of(slow);
    struct ledger_span rest = rule->not_by;
    struct ledger_steps steps;
    uint64_t originals = 0;
    for (unsigned i = 0; rule->by_count > 0 && i < slow->entitled->count; i++) {
        const struct ledger_signer *signer = &slow->entitled->signers[i];
        originals += ledger_acts_as(signer, &slow->entry->record, rule->by_role) &&
                     latest_of(slow, &rule->by, signer) != NONE;
    }
    if (originals < rule->by_count) {
        return LEDGER_ORIGINAL_MISSING;
    }
    while (ledger_rule_next_steps(&rest, &steps)) {
        uint64_t excluded = NONE;
        for (unsigned i = 0; i < slow->entitled->count; i++) {
            const struct ledger_signer *signer = &slow->entitled->signers[i];
            uint64_t index = signer->line != NULL ? latest_of(slow, &steps, signer) : NONE;
            excluded = index != NONE && (excluded == NONE || index > excluded) ? index : excluded;
        }
        if (excluded != NONE) {
            return tell(slow, LEDGER_SIGNER_EXCLUDED, excluded);
        }
    }
    return LEDGER_NOT_CHECKED;
}

static bool same_lines(const struct ledger_record *a, const struct ledger_record *b,
                       struct ledger_span line)
{
    struct ledger_span one = a->category;
    struct ledger_span other = b->category;
    bool there = ledger_span_is(line, "category")
                     ? one.size != 0
                     : ledger_record_field(a, &one, line) && ledger_record_field(b, &other, line);
    return there && ledger_span_equal(one, other);
}

static enum ledger_finding keeps(struct slow_workflow *slow)
{
    struct ledger_span rest = rule_of(slow)->keeps;
    struct ledger_span line;
    struct ledger_steps steps;
    while (ledger_rule_next_kept(&rest, &line, &steps)) {
        uint64_t index = latest(slow, &steps);
        if (index == NONE ||
            !same_lines(&slow->entry->record, &slow->entries[index].record, line)) {
            return tell(slow, LEDGER_LINE_CHANGED, index);
        }
    }
    return LEDGER_NOT_CHECKED;
}

static void term(struct slow_workflow *slow)
{
    const struct ledger_rule *rule = rule_of(slow);
    uint64_t from = rule->term_days != 0 ? latest(slow, &rule->term) : NONE;
    slow->step.ruled = true;
    slow->step.makes = rule->makes;
    if (from != NONE) {
        int64_t late =
            slow->entry->time_ms - slow->entries[from].time_ms - (int64_t)rule->term_days * DAY;
        slow->step.term_days = rule->term_days;
        slow->step.term_from = from;
        slow->step.late_ms = late > 0 ? late : 0;
    }
}

enum ledger_finding slow_workflow(struct slow_workflow *slow)
{
    static enum ledger_finding (*const clauses[])(struct slow_workflow *) = {order, referred,
                                                                             signers, keeps};
    slow->step = (struct ledger_step){.ruled = false};
    slow->told = NONE;
    for (size_t i = 0; i < sizeof clauses / sizeof clauses[0]; i++) {
        enum ledger_finding finding = clauses[i](slow);
        if (finding != LEDGER_NOT_CHECKED) {
            return finding;
        }
    }
    term(slow);
    return LEDGER_NOT_CHECKED;
}
