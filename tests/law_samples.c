#include "tests/law_samples.h"

#include <stdio.h>

static bool is_of(struct law *l, unsigned index, struct ledger_entry *entry,
                  struct ledger_span matter)
{
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    CU_ASSERT_FATAL(ledger_entry_parse(entry, &verdict, l->entries[index]));
    return ledger_span_equal(entry->record.matter, matter);
}

static bool fails(struct law *l)
{
    bool now = l->failure != LEDGER_OK && l->good_reads == 0;
    l->reads++;
    l->good_reads -= l->good_reads > 0 ? 1 : 0;
    return now;
}

static enum ledger_status first(void *context, struct ledger_entry *entry,
                                struct ledger_span *bytes, struct ledger_span matter)
{
    struct law *l = context;
    if (fails(l)) {
        return l->failure;
    }
    for (unsigned i = 0; i < l->count; i++) {
        if (is_of(l, i, entry, matter)) {
            *bytes = l->entries[i];
            return LEDGER_OK;
        }
    }
    return LEDGER_NOT_FOUND;
}

static enum ledger_status latest(void *context, struct ledger_entry *entry,
                                 struct ledger_span *bytes, struct ledger_span matter,
                                 uint64_t before)
{
    struct law *l = context;
    CU_ASSERT(before <= l->count);
    if (fails(l)) {
        return l->failure;
    }
    for (unsigned i = (unsigned)before; i-- > 0;) {
        if (is_of(l, i, entry, matter)) {
            *bytes = l->entries[i];
            return LEDGER_OK;
        }
    }
    return LEDGER_NOT_FOUND;
}

enum ledger_status law_status(struct law *l, struct ledger_span note)
{
    struct sample_text text;
    struct ledger_entry entry;
    struct ledger_hash leaf;
    bool fits = false;
    sample_start(&text, "");
    ledger_state_compose(l->state, &text.buffer, l->s->now, note);
    ledger_verdict_clear(&l->s->verdict);
    enum ledger_status status =
        ledger_state_accept(l->state, &l->s->verdict, &fits, &entry, &leaf, sample_span(&text));
    CU_ASSERT(!fits || status == LEDGER_OK);
    CU_ASSERT(status == LEDGER_OK || l->s->verdict.finding == LEDGER_NOT_CHECKED);
    return status;
}

enum ledger_finding law_offer_note(struct law *l, struct ledger_span note)
{
    CU_ASSERT_FATAL(l->count < LAW_ENTRIES_MAX);
    bool fits = samples_accept(l->s, l->state, &l->entries[l->count], note);
    CU_ASSERT_EQUAL(fits, l->s->verdict.finding == LEDGER_NOT_CHECKED);
    l->count += fits ? 1 : 0;
    return l->s->verdict.finding;
}

enum ledger_finding law_offer(struct law *l, struct sample_record what)
{
    return law_offer_note(l, samples_record(l->s, &what));
}

void law_expect(struct law *l, enum ledger_finding expected, struct sample_record what)
{
    enum ledger_finding finding = law_offer(l, what);
    CU_ASSERT_EQUAL(finding, expected);
    if (finding != expected) {
        printf("\n%s of %s: %s: %s\n", what.event, what.matter, ledger_finding_token(finding),
               l->s->verdict.detail);
    } else if (expected != LEDGER_NOT_CHECKED) {
        CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "rule "));
        CU_ASSERT_EQUAL(l->s->verdict.entry, l->count);
    }
}

struct law *law_without_rules(void)
{
    struct law *l = calloc(1, sizeof *l);
    CU_ASSERT_PTR_NOT_NULL_FATAL(l);
    l->s = samples_new();
    l->state = samples_state(l->s);
    l->history = (struct ledger_history){l, first, latest};
    ledger_state_set_history(l->state, &l->history);
    CU_ASSERT_EQUAL_FATAL(law_offer_note(l, samples_genesis(l->s)), LEDGER_NOT_CHECKED);
    struct sample_record second = {
        .kind = LEDGER_KIND_AUTHORITY,
        .sets = {"institution " OTHER_NOTARY " notary 番禺公证处",
                 samples_line(l->s, "key ", SAMPLE_STRANGER, " " OTHER_NOTARY " notary")}};
    CU_ASSERT_EQUAL_FATAL(law_offer(l, second), LEDGER_NOT_CHECKED);
    return l;
}

void law_require(struct law *l, const char *const *rules)
{
    struct sample_record change = {.kind = LEDGER_KIND_AUTHORITY, .sets = {"rules required"}};
    for (unsigned i = 0; i < 8 && rules[i] != NULL; i++) {
        change.sets[i + 1] = rules[i];
    }
    enum ledger_finding finding = law_offer(l, change);
    if (finding != LEDGER_NOT_CHECKED) {
        printf("\n%s: %s\n", ledger_finding_token(finding), l->s->verdict.detail);
    }
    CU_ASSERT_EQUAL_FATAL(finding, LEDGER_NOT_CHECKED);
}

struct law *law_new(const char *const *rules)
{
    struct law *l = law_without_rules();
    law_require(l, rules);
    return l;
}

void law_free(struct law **l)
{
    ledger_state_free(&(*l)->state);
    samples_free(&(*l)->s);
    free(*l);
    *l = NULL;
}

const struct ledger_step *law_step(const struct law *l)
{
    return ledger_state_step(l->state);
}
