#include "ledger/law/state.h"

#include "tests/ledger_samples.h"
#include "tests/suites.h"

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

static void add(struct fixture *f, struct ledger_span note)
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

static struct fixture *fixture_new(unsigned count)
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

static void fixture_free(struct fixture **f)
{
    ledger_state_free(&(*f)->state);
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

static struct image image_of(struct fixture *f, struct ledger_state *state)
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

static bool same_image(const struct image *a, const struct image *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* What `bytes` are found to be; the state is as it was unless they fit. */
static enum ledger_finding offer(struct fixture *f, struct ledger_span bytes)
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
static struct ledger_entry next(struct fixture *f, struct ledger_span note)
{
    struct image image = image_of(f, f->state);
    return (struct ledger_entry){.index = image.size,
                                 .time_ms = f->s->now,
                                 .previous = image.previous,
                                 .authority = image.authority,
                                 .note = note};
}

static enum ledger_finding offer_entry(struct fixture *f, struct ledger_entry entry)
{
    return offer(f, samples_entry(f->s, &entry));
}

static enum ledger_finding offer_record(struct fixture *f, struct sample_record what)
{
    return offer_entry(f, next(f, samples_record(f->s, &what)));
}

static void an_entry_says_its_own_index(void)
{
    struct fixture *f = fixture_new(3);
    struct ledger_entry entry = next(f, samples_ordinary(f->s, 3));
    for (uint64_t i = 0; i < 6; i++) {
        entry.index = i;
        if (i != 3) {
            CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_WRONG_INDEX);
        }
    }
    entry.index = 3;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void an_entry_continues_the_one_before(void)
{
    struct fixture *f = fixture_new(3);
    struct ledger_entry good = next(f, samples_ordinary(f->s, 3));
    struct ledger_entry entry = good;
    entry.previous.bytes[31] ^= 1;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_BROKEN_CHAIN);
    ledger_tree_leaf(f->s->hasher, &entry.previous, f->entries[1]);
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_BROKEN_CHAIN);
    CU_ASSERT_EQUAL(offer_entry(f, good), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void time_never_decreases_but_may_stand_still(void)
{
    struct fixture *f = fixture_new(3);
    struct ledger_entry entry = next(f, samples_ordinary(f->s, 3));
    int64_t last = ledger_state_time(f->state);
    entry.time_ms = last - 1;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_TIME_REVERSED);
    entry.time_ms = 0;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_TIME_REVERSED);
    entry.time_ms = last;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_NOT_CHECKED);
    entry = next(f, samples_ordinary(f->s, 4));
    entry.time_ms = LEDGER_TIME_MAX;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void an_entry_names_the_authority_before_it(void)
{
    struct fixture *f = fixture_new(2);
    struct ledger_entry good = next(f, samples_ordinary(f->s, 2));
    struct ledger_entry entry = good;
    CU_ASSERT_FALSE(ledger_hash_equal(&f->roots[1], &f->roots[2]));
    entry.authority = f->roots[1];
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_WRONG_AUTHORITY);
    memset(&entry.authority, 0, sizeof entry.authority);
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_WRONG_AUTHORITY);
    CU_ASSERT_EQUAL(offer_entry(f, good), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void the_steps_are_taken_in_their_order(void)
{
    struct fixture *f = fixture_new(2);
    struct sample_record what = {.ledger = "other.example", .signers = {SAMPLE_STRANGER}};
    struct ledger_entry good = next(f, samples_record(f->s, &what));
    struct ledger_entry entry = good;
    entry.index++;
    entry.previous.bytes[0] ^= 1;
    entry.time_ms = 0;
    entry.authority.bytes[0] ^= 1;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_WRONG_INDEX);
    entry.index = good.index;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_BROKEN_CHAIN);
    entry.previous = good.previous;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_TIME_REVERSED);
    entry.time_ms = good.time_ms;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_WRONG_AUTHORITY);
    entry.authority = good.authority;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_OTHER_LEDGER);
    what.ledger = NULL;
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_NOT_ENROLLED);
    fixture_free(&f);
}

static void what_is_not_an_entry_is_refused(void)
{
    struct fixture *f = fixture_new(2);
    struct ledger_entry entry = next(f, samples_ordinary(f->s, 2));
    struct ledger_span bytes = samples_entry(f->s, &entry);
    CU_ASSERT_EQUAL(offer(f, (struct ledger_span){NULL, 0}), LEDGER_BAD_ENTRY);
    CU_ASSERT_EQUAL(offer(f, samples_replaced(f->s, bytes, "entry/v1", "entry/v2")),
                    LEDGER_BAD_ENTRY);
    CU_ASSERT_EQUAL(offer(f, samples_replaced(f->s, bytes, "record/v1", "record/v2")),
                    LEDGER_BAD_RECORD);
    CU_ASSERT_EQUAL(offer(f, samples_replaced(f->s, bytes, "matter ", "matter \x01")),
                    LEDGER_BAD_TEXT);
    CU_ASSERT_EQUAL(offer(f, (struct ledger_span){bytes.data, bytes.size - 1}), LEDGER_BAD_NOTE);
    uint8_t *long_entry = samples_memory(f->s, LEDGER_ENTRY_MAX + 1);
    memset(long_entry, 'a', LEDGER_ENTRY_MAX + 1);
    CU_ASSERT_EQUAL(offer(f, (struct ledger_span){long_entry, LEDGER_ENTRY_MAX + 1}),
                    LEDGER_TOO_LONG);
    CU_ASSERT_EQUAL(offer(f, bytes), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void a_change_is_judged_by_the_governors_before_it(void)
{
    struct fixture *f = fixture_new(1);
    struct sample_record what = {
        .kind = LEDGER_KIND_AUTHORITY, .sets = {"threshold 1"}, .signers = {SAMPLE_LI_NA}};
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_TOO_FEW_GOVERNORS);
    what.sets[1] = samples_line(f->s, "governor ", SAMPLE_STRANGER, "");
    what.signers[1] = SAMPLE_STRANGER;
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_NOT_ENROLLED);
    what.signers[1] = SAMPLE_HE_MIN;
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_NOT_CHECKED);
    what = (struct sample_record){
        .kind = LEDGER_KIND_AUTHORITY, .sets = {"threshold 2"}, .signers = {SAMPLE_STRANGER}};
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void a_change_that_cannot_be_carried_out_is_refused(void)
{
    struct fixture *f = fixture_new(1);
    struct sample_record what = {.kind = LEDGER_KIND_AUTHORITY, .sets = {"threshold 4"}};
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_BAD_CHANGE);
    what.sets[0] = "threshold 04";
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_BAD_AUTHORITY_LINE);
    what.sets[0] = "threshold 3";
    what.event = "replace";
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_BAD_CHANGE);
    what.event = "genesis";
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_BAD_GENESIS);
    what.event = NULL;
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void a_key_counts_from_the_entry_after_its_line(void)
{
    struct fixture *f = fixture_new(1);
    struct sample_record by_stranger = {.signers = {SAMPLE_STRANGER}};
    const char *line = samples_line(f->s, "key ", SAMPLE_STRANGER, " " SAMPLE_NOTARY " notary");
    const char *subject = samples_line(f->s, "key ", SAMPLE_STRANGER, "");
    CU_ASSERT_EQUAL(offer_record(f, by_stranger), LEDGER_NOT_ENROLLED);
    CU_ASSERT_EQUAL(offer_entry(f, next(f, samples_change(f->s, NULL, line))), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(offer_record(f, by_stranger), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(offer_entry(f, next(f, samples_change(f->s, subject, NULL))),
                    LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(offer_record(f, by_stranger), LEDGER_NOT_ENROLLED);
    fixture_free(&f);
}

static void a_registrar_changes_the_keys_of_its_institution_and_nothing_else(void)
{
    struct fixture *f = fixture_new(1);
    struct sample_record what = {
        .kind = LEDGER_KIND_AUTHORITY,
        .institution = SAMPLE_NOTARY,
        .sets = {samples_line(f->s, "key ", SAMPLE_NEWCOMER, " " SAMPLE_FORENSICS " appraiser")},
        .signers = {SAMPLE_LI_SI}};
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_BEYOND_REACH);
    what.sets[0] = "threshold 1";
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_BEYOND_REACH);
    what.sets[0] = samples_line(f->s, "key ", SAMPLE_NEWCOMER, " " SAMPLE_NOTARY " appraiser");
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_BAD_CHANGE);
    what.sets[0] = samples_line(f->s, "key ", SAMPLE_NEWCOMER, " " SAMPLE_NOTARY " notary");
    what.signers[0] = SAMPLE_ZHANG;
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_ROLE_MISSING);
    what.signers[0] = SAMPLE_LI_SI;
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_NOT_CHECKED);
    struct sample_record by_newcomer = {.signers = {SAMPLE_NEWCOMER}};
    CU_ASSERT_EQUAL(offer_record(f, by_newcomer), LEDGER_NOT_CHECKED);
    /* What is out of a registrar's reach, governors may do. */
    what = (struct sample_record){
        .kind = LEDGER_KIND_AUTHORITY,
        .sets = {samples_line(f->s, "key ", SAMPLE_NEWCOMER, " " SAMPLE_FORENSICS " appraiser")}};
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

/* A change that declares ZHOU's key compromised from `from` on. */
static struct ledger_span declared(struct fixture *f, uint64_t from)
{
    const char *from_text = samples_text(f->s, " %llu", (unsigned long long)from);
    return samples_change(f->s, samples_line(f->s, "key ", SAMPLE_ZHOU, ""),
                          samples_line(f->s, "compromise ", SAMPLE_ZHOU, from_text));
}

static void a_compromise_is_declared_from_an_entry_not_after_its_own(void)
{
    struct fixture *f = fixture_new(1);
    add(f, samples_ordinary(f->s, 1));
    CU_ASSERT_EQUAL(offer_entry(f, next(f, declared(f, 3))), LEDGER_BAD_CHANGE);
    CU_ASSERT_EQUAL(offer_entry(f, next(f, declared(f, 2))), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void the_operator_can_be_replaced(void)
{
    struct fixture *f = fixture_new(1);
    const char *line = samples_line(f->s, "operator ", SAMPLE_OPERATOR_NEXT, "");
    struct ledger_error error;
    CU_ASSERT_EQUAL(ledger_check_operator(f->state, &f->s->operator_key, &error), LEDGER_OK);
    CU_ASSERT_EQUAL(offer_entry(f, next(f, samples_change(f->s, NULL, line))), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(ledger_check_operator(f->state, &f->s->operator_key, &error), LEDGER_WRONG_KEY);
    CU_ASSERT_EQUAL(ledger_check_operator(f->state, &f->s->operator_next, &error), LEDGER_OK);
    fixture_free(&f);
}

/* Offers a genesis to a state without entries; afterwards the right one must fit. */
static enum ledger_finding found(struct sample_record what)
{
    struct fixture f = {.s = samples_new()};
    f.state = samples_state(f.s);
    what.kind = what.kind != NULL ? what.kind : LEDGER_KIND_AUTHORITY;
    enum ledger_finding finding = offer_record(&f, what);
    if (finding != LEDGER_NOT_CHECKED) {
        CU_ASSERT_EQUAL(ledger_authority_count(ledger_state_authority(f.state)), 0);
        CU_ASSERT_EQUAL(ledger_state_origin(f.state).size, 0);
        CU_ASSERT_EQUAL(offer_record(&f, samples_founding(f.s)), LEDGER_NOT_CHECKED);
    }
    CU_ASSERT(ledger_span_is(ledger_state_origin(f.state), SAMPLE_ORIGIN));
    ledger_state_free(&f.state);
    samples_free(&f.s);
    return finding;
}

static void a_genesis_sets_a_sound_authority_and_its_governors_sign(void)
{
    struct samples *s = samples_new();
    const struct sample_record good = samples_founding(s);
    struct sample_record what = good;
    CU_ASSERT_EQUAL(found(good), LEDGER_NOT_CHECKED);
    what.signers[0] = SAMPLE_LI_NA;
    CU_ASSERT_EQUAL(found(what), LEDGER_TOO_FEW_GOVERNORS);
    what.signers[1] = SAMPLE_STRANGER;
    CU_ASSERT_EQUAL(found(what), LEDGER_NOT_ENROLLED);
    what.signers[1] = SAMPLE_ZHANG;
    CU_ASSERT_EQUAL(found(what), LEDGER_NOT_ENROLLED);
    what.signers[1] = SAMPLE_HE_MIN;
    CU_ASSERT_EQUAL(found(what), LEDGER_NOT_CHECKED);
    what = good;
    what.sets[4] = "threshold 4";
    CU_ASSERT_EQUAL(found(what), LEDGER_BAD_CHANGE);
    what.sets[4] = "threshold 1x";
    CU_ASSERT_EQUAL(found(what), LEDGER_BAD_AUTHORITY_LINE);
    what = good;
    what.unsets[0] = "threshold";
    CU_ASSERT_EQUAL(found(what), LEDGER_BAD_CHANGE);
    what = good;
    what.ledger = what.institution = "other.example";
    CU_ASSERT_EQUAL(found(what), LEDGER_BAD_CHANGE);
    samples_free(&s);
}

static void only_a_genesis_comes_first(void)
{
    struct samples *s = samples_new();
    const struct sample_record good = samples_founding(s);
    struct sample_record what = good;
    what.event = "change";
    CU_ASSERT_EQUAL(found(what), LEDGER_BAD_GENESIS);
    what = good;
    what.matter = "x";
    CU_ASSERT_EQUAL(found(what), LEDGER_BAD_GENESIS);
    what = good;
    what.institution = SAMPLE_NOTARY;
    CU_ASSERT_EQUAL(found(what), LEDGER_BAD_GENESIS);
    CU_ASSERT_EQUAL(found((struct sample_record){.kind = "notarial-deed"}), LEDGER_BAD_GENESIS);
    samples_free(&s);
}

static void a_genesis_stands_on_nothing(void)
{
    struct fixture f = {.s = samples_new()};
    f.state = samples_state(f.s);
    struct ledger_entry good = next(&f, samples_genesis(f.s));
    struct ledger_entry entry = good;
    memset(&entry.previous, 0, sizeof entry.previous);
    CU_ASSERT_EQUAL(offer_entry(&f, entry), LEDGER_BROKEN_CHAIN);
    entry = good;
    entry.authority = good.previous;
    CU_ASSERT_EQUAL(offer_entry(&f, entry), LEDGER_WRONG_AUTHORITY);
    good.time_ms = 0;
    CU_ASSERT_EQUAL(offer_entry(&f, good), LEDGER_NOT_CHECKED);
    ledger_state_free(&f.state);
    samples_free(&f.s);
}

/* The authority before entry `index`, from the changes before it. */
static struct ledger_authority *authority_before(struct fixture *f, uint64_t index)
{
    struct ledger_authority *authority = NULL;
    CU_ASSERT_EQUAL_FATAL(ledger_authority_new(&authority), LEDGER_OK);
    for (uint64_t i = 0; i < index; i++) {
        struct ledger_entry entry;
        bool done = true;
        CU_ASSERT_FATAL(ledger_entry_parse(&entry, &f->s->verdict, f->entries[i]));
        if (ledger_record_is_authority(&entry.record)) {
            CU_ASSERT_EQUAL(ledger_authority_change(authority, f->s->hasher, &f->s->verdict, &done,
                                                    &entry.record, i),
                            LEDGER_OK);
        }
        CU_ASSERT(done);
    }
    return authority;
}

static enum ledger_finding resume(struct fixture *f, struct ledger_state *state, uint64_t size,
                                  struct ledger_span last, struct ledger_authority *authority)
{
    bool fits = false;
    ledger_verdict_clear(&f->s->verdict);
    CU_ASSERT_EQUAL(
        ledger_state_resume(state, &f->s->verdict, &fits, &f->frontiers[size], last, &authority),
        LEDGER_OK);
    CU_ASSERT_PTR_NULL(authority);
    CU_ASSERT_EQUAL(fits, f->s->verdict.finding == LEDGER_NOT_CHECKED);
    return f->s->verdict.finding;
}

static void a_resumed_state_is_that_of_a_replay(void)
{
    struct fixture *f = fixture_new(RESUMED_MAX);
    struct ledger_state *replayed = samples_state(f->s);
    for (unsigned size = 1; size <= RESUMED_MAX; size++) {
        struct ledger_state *state = samples_state(f->s);
        struct ledger_entry entry;
        struct ledger_hash leaf;
        bool fits = false;
        CU_ASSERT_EQUAL(ledger_state_accept(replayed, &f->s->verdict, &fits, &entry, &leaf,
                                            f->entries[size - 1]),
                        LEDGER_OK);
        CU_ASSERT(fits);
        CU_ASSERT_EQUAL(resume(f, state, size, f->entries[size - 1], authority_before(f, size - 1)),
                        LEDGER_NOT_CHECKED);
        struct image one = image_of(f, state);
        struct image other = image_of(f, replayed);
        CU_ASSERT(same_image(&one, &other));
        CU_ASSERT(ledger_span_is(ledger_state_origin(state), SAMPLE_ORIGIN));
        if (size < RESUMED_MAX) {
            CU_ASSERT_EQUAL(
                ledger_state_accept(state, &f->s->verdict, &fits, &entry, &leaf, f->entries[size]),
                LEDGER_OK);
            CU_ASSERT(fits);
        }
        ledger_state_free(&state);
    }
    ledger_state_free(&replayed);
    fixture_free(&f);
}

static void a_state_is_not_resumed_with_what_does_not_fit(void)
{
    struct fixture *f = fixture_new(259);
    static const unsigned sizes[] = {3, 256, 257, 259};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        unsigned size = sizes[i];
        struct ledger_state *states[4];
        for (size_t k = 0; k < 4; k++) {
            states[k] = samples_state(f->s);
        }
        struct ledger_span last = f->entries[size - 1];
        CU_ASSERT_EQUAL(
            resume(f, states[0], size, f->entries[size - 2], authority_before(f, size - 1)),
            LEDGER_WRONG_INDEX);
        CU_ASSERT_EQUAL(resume(f, states[1], size, last, authority_before(f, 0)),
                        LEDGER_WRONG_AUTHORITY);
        CU_ASSERT_EQUAL(resume(f, states[2], size,
                               samples_replaced(f->s, last, "index ", "index 0"),
                               authority_before(f, size - 1)),
                        LEDGER_BAD_ENTRY);
        if (size % 2 == 1) {
            CU_ASSERT_EQUAL(resume(f, states[3], size,
                                   samples_replaced(f->s, last, "event i", "event j"),
                                   authority_before(f, size - 1)),
                            LEDGER_WRONG_NODE);
        }
        for (size_t k = 0; k < 4; k++) {
            CU_ASSERT_EQUAL(ledger_state_size(states[k]), 0);
            ledger_state_free(&states[k]);
        }
    }
    fixture_free(&f);
}

/* The last entry is carried out at its own index, not at that of the next. */
static void a_state_is_resumed_at_a_declared_compromise(void)
{
    struct fixture *f = fixture_new(1);
    add(f, samples_ordinary(f->s, 1));
    add(f, declared(f, 2));
    struct ledger_state *state = samples_state(f->s);
    CU_ASSERT_EQUAL(resume(f, state, 3, f->entries[2], authority_before(f, 2)), LEDGER_NOT_CHECKED);
    struct image resumed = image_of(f, state);
    struct image replayed = image_of(f, f->state);
    CU_ASSERT(same_image(&resumed, &replayed));
    ledger_state_free(&state);
    fixture_free(&f);
}

void ledger_suite_state(void)
{
    CU_pSuite suite = CU_add_suite("state", NULL, NULL);
    CU_ADD_TEST(suite, an_entry_says_its_own_index);
    CU_ADD_TEST(suite, an_entry_continues_the_one_before);
    CU_ADD_TEST(suite, time_never_decreases_but_may_stand_still);
    CU_ADD_TEST(suite, an_entry_names_the_authority_before_it);
    CU_ADD_TEST(suite, the_steps_are_taken_in_their_order);
    CU_ADD_TEST(suite, what_is_not_an_entry_is_refused);
    CU_ADD_TEST(suite, a_change_is_judged_by_the_governors_before_it);
    CU_ADD_TEST(suite, a_change_that_cannot_be_carried_out_is_refused);
    CU_ADD_TEST(suite, a_key_counts_from_the_entry_after_its_line);
    CU_ADD_TEST(suite, a_registrar_changes_the_keys_of_its_institution_and_nothing_else);
    CU_ADD_TEST(suite, a_compromise_is_declared_from_an_entry_not_after_its_own);
    CU_ADD_TEST(suite, the_operator_can_be_replaced);
    CU_ADD_TEST(suite, a_genesis_sets_a_sound_authority_and_its_governors_sign);
    CU_ADD_TEST(suite, only_a_genesis_comes_first);
    CU_ADD_TEST(suite, a_genesis_stands_on_nothing);
    CU_ADD_TEST(suite, a_resumed_state_is_that_of_a_replay);
    CU_ADD_TEST(suite, a_state_is_not_resumed_with_what_does_not_fit);
    CU_ADD_TEST(suite, a_state_is_resumed_at_a_declared_compromise);
}
