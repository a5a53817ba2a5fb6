#include <stdio.h>

#include "ledger/law/rule_check.h"
#include "ledger/law/workflow_parts.h"

static struct ledger_recalled *matter_of(const struct ledger_workflow *w,
                                         const struct ledger_steps *steps)
{
    return steps->referred ? w->referred : w->own;
}

/* Steps of a matter without entries were not taken: there is nothing to read. */
static enum ledger_status follow(const struct ledger_workflow *w, const struct ledger_steps *steps)
{
    struct ledger_recalled *matter = matter_of(w, steps);
    return matter == NULL || steps->events.size == 0
               ? LEDGER_OK
               : ledger_recall_follow(w->recall, matter, steps);
}

static enum ledger_status follow_lists(const struct ledger_workflow *w)
{
    struct ledger_span not_by = w->entitled->rule.not_by;
    struct ledger_span keeps = w->entitled->rule.keeps;
    struct ledger_span line;
    struct ledger_steps steps;
    enum ledger_status status = LEDGER_OK;
    while (status == LEDGER_OK && ledger_rule_next_steps(&not_by, &steps)) {
        status = follow(w, &steps);
    }
    while (status == LEDGER_OK && ledger_rule_next_kept(&keeps, &line, &steps)) {
        status = follow(w, &steps);
    }
    return status;
}

/* What the ends of the matter referred to show is not read again. */
static enum ledger_status follow_all(const struct ledger_workflow *w)
{
    const struct ledger_rule *rule = &w->entitled->rule;
    const struct ledger_steps event = {true, rule->referred_event};
    enum ledger_status status = LEDGER_OK;
    if (w->referred != NULL && !ledger_workflow_at_ends(w->referred, event.events)) {
        status = follow(w, &event);
    }
    if (status == LEDGER_OK) {
        status = follow(w, &rule->by);
    }
    if (status == LEDGER_OK) {
        status = follow(w, &rule->term);
    }
    return status == LEDGER_OK ? follow_lists(w) : status;
}

static enum ledger_status catch_up(const struct ledger_workflow *w, struct ledger_recalled *matter)
{
    return matter == NULL ? LEDGER_OK : ledger_recall_catch_up(w->recall, matter);
}

enum ledger_status ledger_workflow_read(struct ledger_workflow *w)
{
    enum ledger_status status = follow_all(w);
    if (status == LEDGER_OK) {
        status = catch_up(w, w->own);
    }
    return status == LEDGER_OK ? catch_up(w, w->referred) : status;
}

bool ledger_workflow_by(const struct ledger_workflow *w)
{
    const struct ledger_rule *rule = &w->entitled->rule;
    unsigned count = 0;
    for (unsigned i = 0; i < w->entitled->count && count < rule->by_count; i++) {
        const struct ledger_signer *signer = &w->entitled->signers[i];
        uint64_t ignored;
        count += ledger_acts_as(signer, &w->entry->record, rule->by_role) &&
                 ledger_recalled_signed(matter_of(w, &rule->by), &ignored, &rule->by, signer->name);
    }
    return count >= rule->by_count ||
           ledger_verdict_set(w->verdict, LEDGER_ORIGINAL_MISSING,
                              "rule %.*s %.*s: by=%.*s:%llu:%s%.*s: at least %llu who signed an "
                              "earlier entry of these steps, not as parties of it, must sign this "
                              "one too, as %.*s; %u did",
                              LEDGER_RULE_ARGS(rule), LEDGER_SPAN_ARGS(rule->by_role),
                              (unsigned long long)rule->by_count, LEDGER_STEPS_ARGS(rule->by),
                              (unsigned long long)rule->by_count, LEDGER_SPAN_ARGS(rule->by_role),
                              count);
}

/* Whether nobody who is enrolled signed one of the steps. Otherwise tells of the latest of them
 * that somebody did. */
static bool exclude(const struct ledger_workflow *w, const struct ledger_steps *steps)
{
    const struct ledger_signer *excluded = NULL;
    uint64_t latest = 0;
    for (unsigned i = 0; i < w->entitled->count; i++) {
        const struct ledger_signer *signer = &w->entitled->signers[i];
        uint64_t index;
        if (signer->line != NULL &&
            ledger_recalled_signed(matter_of(w, steps), &index, steps, signer->name) &&
            (excluded == NULL || index > latest)) {
            excluded = signer;
            latest = index;
        }
    }
    return excluded == NULL ||
           ledger_verdict_set(w->verdict, LEDGER_SIGNER_EXCLUDED,
                              "rule %.*s %.*s: not-by=%s%.*s: '%.*s' signed entry %llu; somebody "
                              "else must sign",
                              LEDGER_RULE_ARGS(&w->entitled->rule), LEDGER_STEPS_ARGS(*steps),
                              LEDGER_SPAN_ARGS(excluded->name), (unsigned long long)latest);
}

bool ledger_workflow_not_by(const struct ledger_workflow *w)
{
    struct ledger_span rest = w->entitled->rule.not_by;
    struct ledger_steps steps;
    while (ledger_rule_next_steps(&rest, &steps)) {
        if (!exclude(w, &steps)) {
            return false;
        }
    }
    return true;
}

static bool same_documents(const struct ledger_record *a, const struct ledger_record *b)
{
    struct ledger_lines of_a = a->documents;
    struct ledger_lines of_b = b->documents;
    struct ledger_document one;
    struct ledger_document other;
    bool same = of_a.count != 0 && of_a.count == of_b.count;
    while (same && ledger_record_next_document(&of_a, &one)) {
        same = ledger_record_next_document(&of_b, &other) && one.size == other.size &&
               ledger_hash_equal(&one.digest, &other.digest);
    }
    return same;
}

static bool same_field(const struct ledger_record *a, const struct ledger_record *b,
                       struct ledger_span name)
{
    struct ledger_span of_a;
    struct ledger_span of_b;
    return ledger_record_field(a, &of_a, name) && ledger_record_field(b, &of_b, name) &&
           ledger_span_equal(of_a, of_b);
}

static bool same_value(struct ledger_span a, struct ledger_span b)
{
    return a.size != 0 && ledger_span_equal(a, b);
}

/* Whether both records have the lines `line`, and the same. */
static bool same_lines(const struct ledger_record *a, const struct ledger_record *b,
                       struct ledger_span line)
{
    if (ledger_span_is(line, "document")) {
        return same_documents(a, b);
    }
    if (ledger_span_is(line, "category")) {
        return same_value(a->category, b->category);
    }
    if (ledger_span_is(line, "party")) {
        return same_value(a->parties.region, b->parties.region);
    }
    return ledger_span_is(line, "data") ? same_value(a->data, b->data) : same_field(a, b, line);
}

/* --- what a line says, for a verdict --- */

#define SHOWN_MAX 100 /* bytes */

struct shown {
    char text[SHOWN_MAX + sizeof "'...'"];
};

static struct shown show(struct ledger_span value)
{
    struct shown shown = {"no such line"};
    bool whole = value.size <= SHOWN_MAX;
    if (value.size > 0) {
        size_t size = whole ? value.size : SHOWN_MAX;
        while (!whole && (value.data[size] & 0xC0) == 0x80) {
            size--; /* not within a character */
        }
        (void)snprintf(shown.text, sizeof shown.text, "'%.*s%s'", (int)size,
                       (const char *)value.data, whole ? "" : "...");
    }
    return shown;
}

/* Of a document what counts, which its name does not. */
static struct ledger_span without_name(struct ledger_span document)
{
    struct ledger_span rest = document;
    struct ledger_span word = {document.data, 0};
    for (int i = 0; i < 3; i++) {
        (void)ledger_span_take_word(&rest, &word, NULL);
    }
    return (struct ledger_span){document.data, (size_t)(word.data - document.data) + word.size};
}

/* Empty if there is none. */
static struct ledger_span nth_value(const struct ledger_record *record, struct ledger_span line,
                                    unsigned nth)
{
    struct ledger_span value = {NULL, 0};
    bool document = ledger_span_is(line, "document");
    if (document || ledger_span_is(line, "party")) {
        struct ledger_lines lines = document ? record->documents : record->parties;
        bool found = nth < lines.count;
        for (unsigned i = 0; found && i <= nth; i++) {
            found = ledger_lines_next(&lines, &value);
        }
        return found && document ? without_name(value) : value;
    }
    if (nth > 0) {
        return value;
    }
    if (ledger_span_is(line, "category") || ledger_span_is(line, "data")) {
        return ledger_span_is(line, "data") ? record->data : record->category;
    }
    (void)ledger_record_field(record, &value, line);
    return value;
}

/* Whether both records lack the line is told as it is: neither has it. */
static bool tell_changed(const struct ledger_workflow *w, const struct ledger_entry *entry,
                         const struct ledger_steps *steps, struct ledger_span line)
{
    struct ledger_span then = nth_value(&entry->record, line, 0);
    struct ledger_span now = nth_value(&w->entry->record, line, 0);
    for (unsigned nth = 1; then.size > 0 && ledger_span_equal(then, now); nth++) {
        then = nth_value(&entry->record, line, nth);
        now = nth_value(&w->entry->record, line, nth);
    }
    return ledger_verdict_set(
        w->verdict, LEDGER_LINE_CHANGED,
        "rule %.*s %.*s: keeps=%.*s:%s%.*s: it must be there, and as in entry %llu, which has %s; "
        "this record has %s",
        LEDGER_RULE_ARGS(&w->entitled->rule), LEDGER_SPAN_ARGS(line), LEDGER_STEPS_ARGS(*steps),
        (unsigned long long)entry->index, show(then).text, show(now).text);
}

/* --- the clause keeps --- */

/* The entry at `index`, which is one of the steps, read again. */
static enum ledger_status read_step(const struct ledger_workflow *w, struct ledger_entry *entry,
                                    const struct ledger_steps *steps, uint64_t index)
{
    const struct ledger_history *history = w->recall->history;
    struct ledger_span bytes;
    enum ledger_status status =
        history->latest(history->context, entry, &bytes, matter_of(w, steps)->name, index + 1);
    bool same = status == LEDGER_OK && entry->index == index;
    return same || (status != LEDGER_OK && status != LEDGER_NOT_FOUND) ? status : LEDGER_DAMAGED;
}

static enum ledger_status keep(struct ledger_workflow *w, struct ledger_span line,
                               const struct ledger_steps *steps)
{
    const struct ledger_rule *rule = &w->entitled->rule;
    struct ledger_recalled_step step;
    struct ledger_entry entry;
    if (!ledger_recalled_latest(matter_of(w, steps), &step, steps)) {
        w->holds = ledger_verdict_set(w->verdict, LEDGER_LINE_CHANGED,
                                      "rule %.*s %.*s: keeps=%.*s:%s%.*s: there is no earlier "
                                      "entry of these steps to keep it from",
                                      LEDGER_RULE_ARGS(rule), LEDGER_SPAN_ARGS(line),
                                      LEDGER_STEPS_ARGS(*steps));
        return LEDGER_OK;
    }
    enum ledger_status status = read_step(w, &entry, steps, step.index);
    if (status == LEDGER_OK && !same_lines(&w->entry->record, &entry.record, line)) {
        w->holds = tell_changed(w, &entry, steps, line);
    }
    return status;
}

enum ledger_status ledger_workflow_keeps(struct ledger_workflow *w)
{
    struct ledger_span rest = w->entitled->rule.keeps;
    struct ledger_span line;
    struct ledger_steps steps;
    enum ledger_status status = LEDGER_OK;
    while (status == LEDGER_OK && w->holds && ledger_rule_next_kept(&rest, &line, &steps)) {
        status = keep(w, line, &steps);
    }
    return status;
}
