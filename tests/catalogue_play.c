#include "tests/catalogue_play.h"

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
