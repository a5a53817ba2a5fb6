#include "tests/catalogue_play.h"

#include <stdio.h>

static enum ledger_status give(const struct catalogue_memory *memory, unsigned i,
                               struct ledger_entry *entry, struct ledger_span *bytes)
{
    *entry = memory->entries[i];
    *bytes = memory->bytes[i];
    return LEDGER_OK;
}

static enum ledger_status first_of(void *context, struct ledger_entry *entry,
                                   struct ledger_span *bytes, struct ledger_span matter)
{
    const struct catalogue_memory *memory = context;
    for (unsigned i = 0; i < memory->count; i++) {
        if (ledger_span_equal(memory->entries[i].record.matter, matter)) {
            return give(memory, i, entry, bytes);
        }
    }
    return LEDGER_NOT_FOUND;
}

static enum ledger_status latest_of(void *context, struct ledger_entry *entry,
                                    struct ledger_span *bytes, struct ledger_span matter,
                                    uint64_t before)
{
    const struct catalogue_memory *memory = context;
    for (unsigned i = before < memory->count ? (unsigned)before : memory->count; i-- > 0;) {
        if (ledger_span_equal(memory->entries[i].record.matter, matter)) {
            return give(memory, i, entry, bytes);
        }
    }
    return LEDGER_NOT_FOUND;
}

struct catalogue_play *catalogue_play_new(struct catalogue *catalogue)
{
    struct catalogue_play *play = calloc(1, sizeof *play);
    CU_ASSERT_PTR_NOT_NULL_FATAL(play);
    play->c = catalogue;
    play->state = samples_state(catalogue->s);
    play->history = (struct ledger_history){&play->memory, first_of, latest_of};
    ledger_state_set_history(play->state, &play->history);
    return play;
}

void catalogue_play_free(struct catalogue_play **play)
{
    ledger_state_free(&(*play)->state);
    free(*play);
    *play = NULL;
}

enum ledger_finding catalogue_offer(struct catalogue_play *play, struct ledger_span bytes)
{
    struct samples *s = play->c->s;
    struct catalogue_memory *memory = &play->memory;
    struct ledger_entry entry;
    struct ledger_hash leaf;
    bool fits = false;
    ledger_verdict_clear(&s->verdict);
    CU_ASSERT_EQUAL_FATAL(
        ledger_state_accept(play->state, &s->verdict, &fits, &entry, &leaf, bytes), LEDGER_OK);
    CU_ASSERT_EQUAL(fits, s->verdict.finding == LEDGER_NOT_CHECKED);
    if (fits) {
        CU_ASSERT_FATAL(memory->count < CATALOGUE_ENTRIES_MAX);
        memory->entries[memory->count] = entry;
        memory->bytes[memory->count++] = bytes;
    }
    return s->verdict.finding;
}

enum ledger_finding catalogue_offer_note(struct catalogue_play *play, struct ledger_span note)
{
    struct sample_text text;
    sample_start(&text, "");
    ledger_state_compose(play->state, &text.buffer, play->c->s->now, note);
    return catalogue_offer(play, samples_copy(play->c->s, sample_span(&text)));
}

void catalogue_complain(const struct catalogue *c, struct ledger_span where,
                        struct ledger_span what, enum ledger_finding found)
{
    printf("\n%.*s / %.*s: %s: %s\n", LEDGER_SPAN_ARGS(where), LEDGER_SPAN_ARGS(what),
           ledger_finding_token(found), c->s->verdict.detail);
}

void catalogue_found(struct catalogue_play *play)
{
    enum ledger_finding finding = catalogue_offer_note(play, catalogue_genesis(play->c));
    if (finding != LEDGER_NOT_CHECKED) {
        printf("\nthe genesis: %s: %s\n", ledger_finding_token(finding),
               play->c->s->verdict.detail);
    }
    CU_ASSERT_EQUAL_FATAL(finding, LEDGER_NOT_CHECKED);
}

void catalogue_play_step(struct catalogue_play *play, const struct catalogue_flow *flow,
                         const struct catalogue_draft *draft)
{
    play->c->s->now += (int64_t)draft->wait_days * CATALOGUE_DAY_MS;
    enum ledger_finding finding = catalogue_offer_note(play, catalogue_note(play->c, draft));
    if (finding != LEDGER_NOT_CHECKED) {
        catalogue_complain(play->c, flow->name, draft->event, finding);
    }
    CU_ASSERT_EQUAL(finding, LEDGER_NOT_CHECKED);
}
