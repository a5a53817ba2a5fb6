/*
 * state_samples.h - a ledger in memory, entries to offer to its state, and what they are found to
 * be.
 */
#ifndef LEDGER_TESTS_STATE_SAMPLES_H
#define LEDGER_TESTS_STATE_SAMPLES_H

#include "ledger/law/state.h"
#include "tests/ledger_samples.h"

#define RESUMED_MAX 600

/* A ledger in memory, and the frontier after each of its entries. */
struct fixture {
    struct samples *s;
    struct ledger_state *state;
    unsigned count;
    struct ledger_span entries[RESUMED_MAX];
    struct ledger_hash roots[RESUMED_MAX + 1];
    struct ledger_frontier *frontiers;
};

static inline void add(struct fixture *f, struct ledger_span note)
{
    bool fits = samples_accept(f->s, f->state, &f->entries[f->count], note);
    CU_ASSERT_FATAL(fits);
    struct ledger_hash leaf;
    ledger_tree_leaf(f->s->hasher, &leaf, f->entries[f->count]);
    f->count++;
    f->frontiers[f->count] = f->frontiers[f->count - 1];
    ledger_frontier_append(f->s->hasher, &f->frontiers[f->count], &leaf, NULL, NULL);
    ledger_authority_root(ledger_state_authority(f->state), f->s->hasher, &f->roots[f->count]);
    f->s->now += 10;
}

static inline struct fixture *fixture_new(unsigned count)
{
    struct fixture *f = calloc(1, sizeof *f);
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    f->s = samples_new();
    f->state = samples_state(f->s);
    f->frontiers = samples_memory(f->s, (RESUMED_MAX + 1) * sizeof *f->frontiers);
    ledger_frontier_start(&f->frontiers[0]);
    add(f, samples_genesis(f->s));
    while (f->count < count) {
        const char *threshold = f->count % 64 == 1 ? "threshold 3" : "threshold 2";
        bool change = f->count % 32 == 1 || f->count == 255;
        struct sample_record what = {.kind = LEDGER_KIND_AUTHORITY,
                                     .sets = {f->count == 255 ? "threshold 1" : threshold},
                                     .signers = {SAMPLE_LI_NA, SAMPLE_CHEN_JIE, SAMPLE_HE_MIN}};
        add(f, change ? samples_record(f->s, &what) : samples_ordinary(f->s, f->count));
    }
    return f;
}

static inline void fixture_free(struct fixture **f)
{
    ledger_state_free(&(*f)->state);
    CU_ASSERT_PTR_NULL((*f)->state);
    samples_free(&(*f)->s);
    free(*f);
    *f = NULL;
}

struct image {
    uint64_t size;
    struct ledger_hash root;
    struct ledger_hash previous;
    struct ledger_hash authority;
    int64_t time_ms;
};

static inline struct image image_of(struct fixture *f, struct ledger_state *state)
{
    struct image image;
    memset(&image, 0, sizeof image);
    image.size = ledger_state_size(state);
    ledger_state_root(state, &image.root);
    image.previous = *ledger_state_previous(state);
    ledger_authority_root(ledger_state_authority(state), f->s->hasher, &image.authority);
    image.time_ms = ledger_state_time(state);
    return image;
}

static inline bool same_image(const struct image *a, const struct image *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* What `bytes` are found to be; the state is as it was unless they fit. */
static inline enum ledger_finding offer(struct fixture *f, struct ledger_span bytes)
{
    struct ledger_entry entry;
    struct ledger_hash leaf;
    bool fits = true;
    struct image before = image_of(f, f->state);
    ledger_verdict_clear(&f->s->verdict);
    CU_ASSERT_EQUAL(ledger_state_accept(f->state, &f->s->verdict, &fits, &entry, &leaf, bytes),
                    LEDGER_OK);
    struct image after = image_of(f, f->state);
    CU_ASSERT_EQUAL(fits, f->s->verdict.finding == LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(fits, !same_image(&before, &after));
    CU_ASSERT(fits || f->s->verdict.entry == before.size);
    return f->s->verdict.finding;
}

/* The fields that the next entry must have, around a note. */
static inline struct ledger_entry next(struct fixture *f, struct ledger_span note)
{
    struct image image = image_of(f, f->state);
    return (struct ledger_entry){.index = image.size,
                                 .time_ms = f->s->now,
                                 .previous = image.previous,
                                 .authority = image.authority,
                                 .note = note};
}

static inline enum ledger_finding offer_entry(struct fixture *f, struct ledger_entry entry)
{
    return offer(f, samples_entry(f->s, &entry));
}

static inline enum ledger_finding offer_record(struct fixture *f, struct sample_record what)
{
    return offer_entry(f, next(f, samples_record(f->s, &what)));
}

/* A change that declares ZHOU's key compromised from `from` on. */
static inline struct ledger_span declared(struct fixture *f, uint64_t from)
{
    const char *from_text = samples_text(f->s, " %llu", (unsigned long long)from);
    return samples_change(f->s, samples_line(f->s, "key ", SAMPLE_ZHOU, ""),
                          samples_line(f->s, "compromise ", SAMPLE_ZHOU, from_text));
}

#endif
