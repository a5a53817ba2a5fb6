/* What was there before is found, in any order and however little memory there is. */
#include "ledger/ops/repeats.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>

#include "tests/suites.h"

#define TEXTS 60000u

/* Texts are numbers here; what was asked is counted. */
struct texts {
    const uint64_t *of;
    unsigned asked;
};

static enum ledger_status same(void *context, bool *same, uint64_t a, uint64_t b)
{
    struct texts *texts = context;
    texts->asked++;
    *same = texts->of[a] == texts->of[b];
    return LEDGER_OK;
}

static enum ledger_status fails(void *context, bool *same, uint64_t a, uint64_t b)
{
    (void)context;
    (void)a;
    (void)b;
    *same = false;
    return LEDGER_DAMAGED;
}

/* Spread over all 64 bits, and never 0. */
static uint64_t spread(uint64_t text)
{
    uint64_t x = (text + 1) * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (x ^ (x >> 31)) == 0 ? 1 : x ^ (x >> 31);
}

static void add_all(struct ledger_repeats *repeats, const uint64_t *texts, size_t count,
                    uint64_t tags)
{
    struct ledger_error error;
    CU_ASSERT_EQUAL_FATAL(ledger_repeats_start(repeats, NULL), LEDGER_OK);
    for (size_t i = 0; i < count; i++) {
        uint64_t tag = spread(texts[i]) & tags;
        CU_ASSERT_EQUAL_FATAL(ledger_repeats_add(repeats, tag == 0 ? 1 : tag, i, &error),
                              LEDGER_OK);
    }
}

static unsigned first_is(const uint64_t *texts, size_t count, uint64_t tags, uint64_t slice,
                         struct ledger_repeat expected)
{
    struct ledger_repeats repeats;
    struct ledger_repeat first;
    struct ledger_error error;
    struct texts asked = {texts, 0};
    add_all(&repeats, texts, count, tags);
    repeats.slice = slice;
    CU_ASSERT_EQUAL(ledger_repeats_first(&repeats, &first, same, &asked, &error), LEDGER_OK);
    CU_ASSERT_EQUAL(first.index, expected.index);
    CU_ASSERT_EQUAL(first.of, expected.of);
    ledger_repeats_free(&repeats);
    return asked.asked;
}

static const struct ledger_repeat none = {LEDGER_NO_ENTRY, LEDGER_NO_ENTRY};

static uint64_t *distinct(size_t count)
{
    uint64_t *texts = malloc(count * sizeof *texts);
    CU_ASSERT_FATAL(texts != NULL);
    for (size_t i = 0; i < count; i++) {
        texts[i] = i;
    }
    return texts;
}

static void of_distinct_texts_none_repeats(void)
{
    uint64_t *texts = distinct(TEXTS);
    CU_ASSERT_EQUAL(first_is(texts, TEXTS, UINT64_MAX, LEDGER_REPEATS_SLICE, none), 0);
    CU_ASSERT_EQUAL(first_is(texts, TEXTS, UINT64_MAX, 10, none), 0);
    CU_ASSERT_EQUAL(first_is(texts, 0, UINT64_MAX, 1, none), 0);
    CU_ASSERT_EQUAL(first_is(texts, 1, UINT64_MAX, 1, none), 0);
    free(texts);
}

/* Against the obvious way to do it. */
static void the_first_of_many_repeats_is_found(void)
{
    static const uint64_t masks[] = {UINT64_MAX, 7, UINT64_C(0xff00000000000000)};
    static const uint64_t slices[] = {LEDGER_REPEATS_SLICE, 1, 3};
    uint64_t texts[900];
    for (unsigned seed = 0; seed < 60; seed++) {
        struct ledger_repeat expected = none;
        size_t count = 100 + seed * 13;
        for (size_t i = 0; i < count; i++) {
            texts[i] = spread(seed * 1000 + i) % (count * (1 + seed % 40));
            for (size_t before = 0; before < i && expected.index == LEDGER_NO_ENTRY; before++) {
                if (texts[before] == texts[i]) {
                    expected = (struct ledger_repeat){i, before};
                }
            }
        }
        (void)first_is(texts, count, masks[seed % 3], slices[seed / 3 % 3], expected);
    }
}

static void a_repeat_is_found_wherever_it_is(void)
{
    static const struct ledger_repeat places[] = {
        {1, 0}, {TEXTS - 1, 0}, {TEXTS - 1, TEXTS - 2}, {30000, 29999}, {40000, 3}};
    uint64_t *texts = distinct(TEXTS);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        texts[places[i].index] = places[i].of;
        CU_ASSERT_EQUAL(first_is(texts, TEXTS, UINT64_MAX, LEDGER_REPEATS_SLICE, places[i]), 1);
        CU_ASSERT_EQUAL(first_is(texts, TEXTS, UINT64_MAX, 10, places[i]), 1);
        texts[places[i].index] = places[i].index;
    }
    free(texts);
}

/* Where everything repeats, few are looked at. */
static void many_repeats_cost_little(void)
{
    uint64_t *texts = distinct(TEXTS);
    for (size_t i = TEXTS / 2; i < TEXTS; i++) {
        texts[i] = i - TEXTS / 2;
    }
    const struct ledger_repeat first = {TEXTS / 2, 0};
    CU_ASSERT(first_is(texts, TEXTS, UINT64_MAX, LEDGER_REPEATS_SLICE, first) < 1000);
    for (size_t i = 0; i < TEXTS; i++) {
        texts[i] = 5;
    }
    const struct ledger_repeat second = {1, 0};
    CU_ASSERT(first_is(texts, TEXTS, UINT64_MAX, LEDGER_REPEATS_SLICE, second) < TEXTS);
    free(texts);
}

static void a_text_that_cannot_be_read_ends_the_search(void)
{
    static const uint64_t texts[] = {1, 2, 1};
    struct ledger_repeats repeats;
    struct ledger_repeat first;
    struct ledger_error error;
    add_all(&repeats, texts, 3, UINT64_MAX);
    CU_ASSERT_EQUAL(ledger_repeats_first(&repeats, &first, fails, NULL, &error), LEDGER_DAMAGED);
    CU_ASSERT_EQUAL(first.index, LEDGER_NO_ENTRY);
    ledger_repeats_free(&repeats);
}

void ledger_suite_repeats(void)
{
    CU_pSuite suite = CU_add_suite("repeats", NULL, NULL);
    CU_ADD_TEST(suite, of_distinct_texts_none_repeats);
    CU_ADD_TEST(suite, the_first_of_many_repeats_is_found);
    CU_ADD_TEST(suite, a_repeat_is_found_wherever_it_is);
    CU_ADD_TEST(suite, many_repeats_cost_little);
    CU_ADD_TEST(suite, a_text_that_cannot_be_read_ends_the_search);
}
