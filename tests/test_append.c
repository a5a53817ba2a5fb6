#include "ledger/ops/append.h"

#include "ledger/store/store.h"
#include "tests/append_samples.h"
#include "tests/suites.h"

static void records_get_indexes_in_their_order(void)
{
    struct samples *s = samples_new();
    struct ledger_receipt receipts[5];
    struct ledger_span notes[5];
    size_t refused;
    samples_ledger(s, 3);
    struct ledger_appender *a = opened(s);
    CU_ASSERT(ledger_span_is(ledger_appender_origin(a), SAMPLE_ORIGIN));
    CU_ASSERT_EQUAL(ledger_appender_recovered(a), 0);
    for (uint64_t batch = 0; batch < 3; batch++) {
        for (size_t i = 0; i < 5; i++) {
            notes[i] = samples_ordinary(s, i);
        }
        CU_ASSERT_EQUAL(ledger_append(a, receipts, &refused, &s->verdict, notes, 5, &s->error),
                        LEDGER_OK);
        CU_ASSERT_EQUAL(s->verdict.finding, LEDGER_VALID);
        for (size_t i = 0; i < 5; i++) {
            CU_ASSERT_EQUAL(receipts[i].index, 3 + 5 * batch + i);
            CU_ASSERT_FALSE(receipts[i].existing);
        }
    }
    ledger_appender_close(&a);
    samples_free(&s);
}

static void the_name_lasts_as_long_as_the_appender(void)
{
    struct samples *s = samples_new();
    struct ledger_receipt receipts[2];
    size_t refused;
    samples_ledger(s, 3);
    struct ledger_appender *a = opened(s);
    struct ledger_span origin = ledger_appender_origin(a);
    struct ledger_span notes[2] = {samples_ordinary(s, 1), {NULL, 0}};
    CU_ASSERT_EQUAL(ledger_append(a, receipts, &refused, &s->verdict, notes, 2, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(refused, 1);
    CU_ASSERT_PTR_EQUAL(ledger_appender_origin(a).data, origin.data);
    CU_ASSERT(ledger_span_is(origin, SAMPLE_ORIGIN));
    ledger_appender_close(&a);
    samples_free(&s);
}

static void the_same_record_again_has_the_same_index(void)
{
    struct samples *s = samples_new();
    struct ledger_receipt receipts[4];
    struct ledger_receipt again[4];
    size_t refused;
    samples_ledger(s, 3);
    struct ledger_appender *a = opened(s);
    struct ledger_span notes[4] = {
        samples_ordinary(s, 0), samples_ordinary(s, 1), {NULL, 0}, {NULL, 0}};
    notes[2] = notes[0];
    notes[3] = samples_ordinary(s, 2);
    CU_ASSERT_EQUAL(ledger_append(a, receipts, &refused, &s->verdict, notes, 4, NULL), LEDGER_OK);
    CU_ASSERT(!receipts[0].existing && receipts[2].existing && !receipts[3].existing);
    CU_ASSERT_EQUAL(receipts[2].index, 3);
    CU_ASSERT_EQUAL(receipts[3].index, 5);
    CU_ASSERT(ledger_hash_equal(&receipts[0].leaf, &receipts[2].leaf));
    struct ledger_span guard = samples_file(s, s->guard);
    for (unsigned round = 0; round < 2; round++) {
        CU_ASSERT_EQUAL(ledger_append(a, again, &refused, &s->verdict, notes, 4, NULL), LEDGER_OK);
        CU_ASSERT_EQUAL(s->verdict.finding, LEDGER_VALID);
        for (size_t i = 0; i < 4; i++) {
            CU_ASSERT(again[i].existing);
            CU_ASSERT_EQUAL(again[i].index, receipts[i].index);
            CU_ASSERT(ledger_hash_equal(&again[i].leaf, &receipts[i].leaf));
        }
        ledger_appender_close(&a);
        a = opened(s);
    }
    CU_ASSERT(ledger_span_equal(guard, samples_file(s, s->guard)));
    ledger_appender_close(&a);
    samples_free(&s);
}

static void the_same_text_with_other_signatures_is_refused_with_its_entry(void)
{
    struct samples *s = samples_new();
    struct sample_record what = {.nonce = 77, .signers = {SAMPLE_ZHANG}};
    struct ledger_receipt receipts[2];
    size_t refused;
    uint64_t index = 0;
    samples_ledger(s, 3);
    struct ledger_appender *a = opened(s);
    struct ledger_span notes[2] = {samples_record(s, &what), {NULL, 0}};
    what.signers[1] = SAMPLE_LI_SI;
    notes[1] = samples_record(s, &what);
    CU_ASSERT_EQUAL(ledger_append(a, receipts, &refused, &s->verdict, notes, 2, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(s->verdict.finding, LEDGER_OTHER_SIGNATURES);
    CU_ASSERT_EQUAL(refused, 1);
    CU_ASSERT_EQUAL(s->verdict.entry, 3);
    CU_ASSERT_EQUAL(append_one(s, a, notes[0], &index), LEDGER_VALID);
    CU_ASSERT_EQUAL(append_one(s, a, samples_ordinary(s, 5), NULL), LEDGER_VALID);
    CU_ASSERT_EQUAL(append_one(s, a, notes[1], NULL), LEDGER_OTHER_SIGNATURES);
    CU_ASSERT_EQUAL(s->verdict.entry, index);
    CU_ASSERT_EQUAL(append_one(s, a, notes[0], &index), LEDGER_VALID);
    CU_ASSERT_EQUAL(index, 3);
    ledger_appender_close(&a);
    samples_free(&s);
}

static void a_refused_record_refuses_its_batch_and_nothing_else(void)
{
    struct samples *s = samples_new();
    struct ledger_receipt receipts[3];
    size_t refused;
    uint64_t index = 0;
    samples_ledger(s, 3);
    struct ledger_span guard = samples_file(s, s->guard);
    struct ledger_appender *a = opened(s);
    const char *line = samples_line(s, "key ", SAMPLE_STRANGER, " " SAMPLE_NOTARY " notary");
    struct sample_record by_stranger = {.signers = {SAMPLE_STRANGER}};
    struct ledger_span bad[] = {samples_record(s, &by_stranger),
                                {NULL, 0},
                                samples_change(s, NULL, "threshold 4"),
                                samples_replaced(s, samples_ordinary(s, 0), "issue", "issuf")};
    static const enum ledger_finding findings[] = {LEDGER_NOT_ENROLLED, LEDGER_BAD_NOTE,
                                                   LEDGER_BAD_CHANGE, LEDGER_BAD_SIGNATURE};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct ledger_span notes[3] = {samples_ordinary(s, i), bad[i], samples_ordinary(s, i)};
        CU_ASSERT_EQUAL(ledger_append(a, receipts, &refused, &s->verdict, notes, 3, NULL),
                        LEDGER_OK);
        CU_ASSERT_EQUAL(s->verdict.finding, findings[i]);
        CU_ASSERT_EQUAL(refused, 1);
        CU_ASSERT_EQUAL(s->verdict.entry, 4);
        CU_ASSERT_EQUAL(append_one(s, a, bad[i], NULL), findings[i]);
        CU_ASSERT_EQUAL(s->verdict.entry, 3);
    }
    CU_ASSERT(ledger_span_equal(guard, samples_file(s, s->guard)));
    /* A change that went with its batch is not in force. */
    struct ledger_span change[2] = {samples_change(s, NULL, line), bad[1]};
    CU_ASSERT_EQUAL(ledger_append(a, receipts, &refused, &s->verdict, change, 2, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(append_one(s, a, bad[0], NULL), LEDGER_NOT_ENROLLED);
    CU_ASSERT_EQUAL(append_one(s, a, change[0], &index), LEDGER_VALID);
    CU_ASSERT_EQUAL(index, 3);
    CU_ASSERT_EQUAL(append_one(s, a, bad[0], &index), LEDGER_VALID);
    CU_ASSERT_EQUAL(index, 4);
    ledger_appender_close(&a);
    open_gives(s, LEDGER_OK, 5);
    samples_free(&s);
}

static void a_record_too_long_for_an_entry_is_refused(void)
{
    struct samples *s = samples_new();
    char *data = samples_memory(s, 65001);
    memset(data, 'a', 65000);
    data[0] = data[64999] = '"';
    samples_ledger(s, 3);
    struct ledger_appender *a = opened(s);
    struct sample_record what = {.data = data};
    CU_ASSERT_EQUAL(append_one(s, a, samples_record(s, &what), NULL), LEDGER_TOO_LONG);
    data[64000] = '"';
    data[64001] = '\0';
    CU_ASSERT_EQUAL(append_one(s, a, samples_record(s, &what), NULL), LEDGER_VALID);
    ledger_appender_close(&a);
    samples_free(&s);
}

static void only_the_operator_in_force_appends(void)
{
    struct samples *s = samples_new();
    struct ledger_appender *a = NULL;
    struct ledger_append_options options = {.clock = samples_clock, .clock_context = s};
    samples_ledger(s, 3);
    struct ledger_span guard = samples_file(s, s->guard);
    struct ledger_span rotation =
        samples_change(s, NULL, samples_line(s, "operator ", SAMPLE_OPERATOR_NEXT, ""));
    a = opened(s);
    CU_ASSERT_EQUAL(samples_append(s, a, rotation, NULL), LEDGER_WRONG_KEY);
    ledger_appender_close(&a);
    CU_ASSERT_EQUAL(
        ledger_appender_open(&a, &s->verdict, s->path, &s->operator_next, &options, &s->error),
        LEDGER_OK);
    CU_ASSERT_EQUAL(samples_append(s, a, samples_ordinary(s, 3), NULL), LEDGER_WRONG_KEY);
    ledger_appender_close(&a);
    CU_ASSERT(ledger_span_equal(guard, samples_file(s, s->guard)));
    /* The new key appends the record that sets it, and what follows. */
    CU_ASSERT_EQUAL(
        ledger_appender_open(&a, &s->verdict, s->path, &s->operator_next, &options, &s->error),
        LEDGER_OK);
    CU_ASSERT_EQUAL(append_one(s, a, rotation, NULL), LEDGER_VALID);
    CU_ASSERT_EQUAL(append_one(s, a, samples_ordinary(s, 4), NULL), LEDGER_VALID);
    ledger_appender_close(&a);
    a = opened(s);
    CU_ASSERT_EQUAL(samples_append(s, a, samples_ordinary(s, 5), NULL), LEDGER_WRONG_KEY);
    ledger_appender_close(&a);
    samples_free(&s);
}

static int64_t time_of(struct samples *s, uint64_t index)
{
    struct ledger_store *store = NULL;
    struct ledger_span bytes;
    struct ledger_entry entry;
    CU_ASSERT_EQUAL_FATAL(ledger_store_open(&store, s->path, LEDGER_STORE_READ, 0, NULL),
                          LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_store_begin(store, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_store_entry(store, &bytes, index, NULL), LEDGER_OK);
    CU_ASSERT_FATAL(ledger_entry_parse(&entry, &s->verdict, bytes));
    ledger_store_close(&store);
    return entry.time_ms;
}

static void a_clock_that_went_back_is_borne_for_five_seconds(void)
{
    struct samples *s = samples_new();
    samples_ledger(s, 3);
    struct ledger_appender *a = opened(s);
    s->now = SAMPLE_TIME - LEDGER_CLOCK_SLACK_MS;
    CU_ASSERT_EQUAL(append_one(s, a, samples_ordinary(s, 3), NULL), LEDGER_VALID);
    s->now = SAMPLE_TIME - LEDGER_CLOCK_SLACK_MS - 1;
    CU_ASSERT_EQUAL(samples_append(s, a, samples_ordinary(s, 4), NULL), LEDGER_CLOCK);
    ledger_appender_close(&a);
    CU_ASSERT_EQUAL(time_of(s, 3), SAMPLE_TIME);
    static const int64_t impossible[] = {-1, LEDGER_TIME_MAX + 1};
    for (size_t i = 0; i < 2; i++) {
        a = opened(s);
        s->now = impossible[i];
        CU_ASSERT_EQUAL(samples_append(s, a, samples_ordinary(s, 4), NULL), LEDGER_CLOCK);
        ledger_appender_close(&a);
    }
    s->now = SAMPLE_TIME + 1;
    open_gives(s, LEDGER_OK, 4);
    CU_ASSERT_EQUAL(time_of(s, 4), SAMPLE_TIME + 1);
    samples_free(&s);
}

static void a_clock_a_month_ahead_is_believed_only_if_the_ledger_rested(void)
{
    struct samples *s = samples_new();
    struct ledger_append_options options = {.clock = samples_clock, .clock_context = s};
    samples_ledger(s, 3);
    struct ledger_appender *a = opened(s);
    s->now = SAMPLE_TIME + LEDGER_REST_MS + 1;
    CU_ASSERT_EQUAL(samples_append(s, a, samples_ordinary(s, 3), NULL), LEDGER_CLOCK);
    CU_ASSERT_PTR_NOT_NULL(strstr(s->error.what, "if the ledger really rested that long, say so"));
    CU_ASSERT_PTR_NOT_NULL(strstr(s->error.what, "--rested"));
    ledger_appender_close(&a);
    a = opened(s);
    s->now = SAMPLE_TIME + LEDGER_REST_MS;
    CU_ASSERT_EQUAL(append_one(s, a, samples_ordinary(s, 3), NULL), LEDGER_VALID);
    ledger_appender_close(&a);
    options.rested = true;
    CU_ASSERT_EQUAL_FATAL(
        ledger_appender_open(&a, &s->verdict, s->path, &s->operator_key, &options, &s->error),
        LEDGER_OK);
    s->now += 2 * LEDGER_REST_MS;
    CU_ASSERT_EQUAL(append_one(s, a, samples_ordinary(s, 4), NULL), LEDGER_VALID);
    ledger_appender_close(&a);
    samples_free(&s);
}

void ledger_suite_append(void)
{
    CU_pSuite suite = CU_add_suite("append", NULL, NULL);
    CU_ADD_TEST(suite, records_get_indexes_in_their_order);
    CU_ADD_TEST(suite, the_name_lasts_as_long_as_the_appender);
    CU_ADD_TEST(suite, the_same_record_again_has_the_same_index);
    CU_ADD_TEST(suite, the_same_text_with_other_signatures_is_refused_with_its_entry);
    CU_ADD_TEST(suite, a_refused_record_refuses_its_batch_and_nothing_else);
    CU_ADD_TEST(suite, a_record_too_long_for_an_entry_is_refused);
    CU_ADD_TEST(suite, only_the_operator_in_force_appends);
    CU_ADD_TEST(suite, a_clock_that_went_back_is_borne_for_five_seconds);
    CU_ADD_TEST(suite, a_clock_a_month_ahead_is_believed_only_if_the_ledger_rested);
}
