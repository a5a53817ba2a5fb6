#include "ledger/ops/repeats.h"

#include <stdlib.h>

#include "ledger/ops/tag_table.h"

#define PARTS 256u
#define PART_SHIFT 56u  /* a part is the first byte of a tag */
#define SLICE_SHIFT 24u /* slices go by what comes then; slots of the table by the last bits */
#define CHUNK_TAGS 255u
#define NO_PLACE UINT64_MAX
#define SCRATCH_MEMORY ((size_t)1 << 20)

struct tag {
    uint64_t tag;
    uint64_t index;
};

struct chunk {
    uint64_t before; /* the place of the part's chunk before this, or NO_PLACE */
    uint64_t count;
    struct tag tags[CHUNK_TAGS];
};

struct ledger_repeats_part {
    uint64_t count; /* tags, in all its chunks */
    struct chunk last;
};

enum ledger_status ledger_repeats_start(struct ledger_repeats *repeats, const int *lent)
{
    *repeats = (struct ledger_repeats){.slice = LEDGER_REPEATS_SLICE};
    ledger_scratch_start(&repeats->scratch, SCRATCH_MEMORY, lent);
    repeats->parts = calloc(PARTS, sizeof *repeats->parts);
    for (size_t i = 0; repeats->parts != NULL && i < PARTS; i++) {
        repeats->parts[i].last.before = NO_PLACE;
    }
    return repeats->parts != NULL ? LEDGER_OK : LEDGER_NO_MEMORY;
}

void ledger_repeats_free(struct ledger_repeats *repeats)
{
    if (repeats->slice != 0) {
        free(repeats->parts);
        ledger_scratch_free(&repeats->scratch);
    }
    *repeats = (struct ledger_repeats){0};
}

enum ledger_status ledger_repeats_add(struct ledger_repeats *repeats, uint64_t tag, uint64_t index,
                                      struct ledger_error *error)
{
    LEDGER_ASSERT(tag != 0);
    struct ledger_repeats_part *part = &repeats->parts[tag >> PART_SHIFT];
    struct chunk *last = &part->last;
    if (last->count == CHUNK_TAGS) {
        struct ledger_span bytes = {(const uint8_t *)last, sizeof *last};
        uint64_t place;
        enum ledger_status status = ledger_scratch_append(&repeats->scratch, &place, bytes, error);
        if (status != LEDGER_OK) {
            return status;
        }
        last->before = place;
        last->count = 0;
    }
    last->tags[last->count++] = (struct tag){tag, index};
    part->count++;
    return LEDGER_OK;
}

/* --- searching --- */

struct search {
    const struct ledger_repeats *repeats;
    struct ledger_repeat first; /* so far: what comes at it or later is of no interest any more */
    ledger_repeats_same *same;
    void *context;
    struct ledger_tag_table table; /* the smallest index of each text in the slice */
    uint64_t slice;
    uint64_t slices;
    struct ledger_error *error;
};

static void keep_pair(struct search *s, uint64_t *kept, uint64_t index)
{
    s->first.of = index < *kept ? index : *kept;
    s->first.index = index < *kept ? *kept : index;
    *kept = s->first.of;
}

/* A text whose tag another one has gets the next tag that is free. */
static enum ledger_status look_at(struct search *s, const struct tag *given)
{
    uint64_t tag = given->tag;
    for (;; tag++) {
        bool same = false;
        tag = tag == 0 ? 1 : tag;
        uint64_t *kept = ledger_tag_table_find(&s->table, &tag);
        if (kept == NULL) {
            break;
        }
        if (*kept >= s->first.index) {
            *kept = given->index;
            return LEDGER_OK;
        }
        enum ledger_status status = s->same(s->context, &same, *kept, given->index);
        if (status != LEDGER_OK) {
            return status;
        }
        if (same) {
            keep_pair(s, kept, given->index);
            return LEDGER_OK;
        }
    }
    uint64_t *value;
    if (ledger_tag_table_add(&s->table, &value, &tag) != LEDGER_OK) {
        return ledger_error_set(s->error, LEDGER_NO_MEMORY, 0, "cannot look for repeated records");
    }
    *value = given->index;
    return LEDGER_OK;
}

static enum ledger_status look_at_chunk(struct search *s, const struct chunk *chunk)
{
    enum ledger_status status = LEDGER_OK;
    for (size_t i = 0; status == LEDGER_OK && i < chunk->count; i++) {
        const struct tag *tag = &chunk->tags[i];
        if (tag->index < s->first.index && (tag->tag >> SLICE_SHIFT) % s->slices == s->slice) {
            status = look_at(s, tag);
        }
    }
    return status;
}

static enum ledger_status look_at_slice(struct search *s, const struct ledger_repeats_part *part)
{
    struct chunk chunk = {.before = part->last.before};
    s->table = (struct ledger_tag_table){.tag_words = 1, .value_words = 1};
    enum ledger_status status = look_at_chunk(s, &part->last);
    while (status == LEDGER_OK && chunk.before != NO_PLACE) {
        status =
            ledger_scratch_read(&s->repeats->scratch, &chunk, sizeof chunk, chunk.before, s->error);
        if (status == LEDGER_OK) {
            status = look_at_chunk(s, &chunk);
        }
    }
    ledger_tag_table_free(&s->table);
    return status;
}

enum ledger_status ledger_repeats_first(const struct ledger_repeats *repeats,
                                        struct ledger_repeat *first, ledger_repeats_same *same,
                                        void *context, struct ledger_error *error)
{
    struct search s = {.repeats = repeats,
                       .first = {LEDGER_NO_ENTRY, LEDGER_NO_ENTRY},
                       .same = same,
                       .context = context,
                       .error = error};
    enum ledger_status status = LEDGER_OK;
    for (size_t i = 0; i < PARTS; i++) {
        const struct ledger_repeats_part *part = &repeats->parts[i];
        s.slices = part->count / repeats->slice + 1;
        for (s.slice = 0; status == LEDGER_OK && s.slice < s.slices; s.slice++) {
            status = look_at_slice(&s, part);
        }
    }
    *first = s.first;
    return status;
}
