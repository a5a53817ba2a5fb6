/* A state that is taken up at its last entry is that which a replay of all entries gives. */
#include "tests/state_samples.h"
#include "tests/suites.h"

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
    CU_ASSERT_EQUAL(ledger_state_resume(state, &f->s->verdict, &fits, &f->frontiers[size - 1], last,
                                        &authority),
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
        struct ledger_state *states[3];
        for (size_t k = 0; k < 3; k++) {
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
        for (size_t k = 0; k < 3; k++) {
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

void ledger_suite_state_resume(void)
{
    CU_pSuite suite = CU_add_suite("state_resume", NULL, NULL);
    CU_ADD_TEST(suite, a_resumed_state_is_that_of_a_replay);
    CU_ADD_TEST(suite, a_state_is_not_resumed_with_what_does_not_fit);
    CU_ADD_TEST(suite, a_state_is_resumed_at_a_declared_compromise);
}
