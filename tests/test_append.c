#include "ledger/ops/append.h"

#include <stdio.h>
#include <unistd.h>

#include "ledger/store/store_write.h"
#include "tests/ledger_samples.h"
#include "tests/store_edit.h"
#include "tests/suites.h"

/* Opening answers `expected`; if it is LEDGER_OK, the ledger has `size` entries in the end. */
static void open_gives(struct samples *s, enum ledger_status expected, uint64_t size)
{
    struct ledger_appender *a = NULL;
    uint64_t index = 0;
    struct ledger_span guard = samples_file(s, s->guard);
    enum ledger_status status = samples_open(s, &a);
    CU_ASSERT_EQUAL(status, expected);
    if (status != expected) {
        printf("\n%s: %s\n", ledger_status_token(status), s->error.what);
    }
    if (status == LEDGER_OK) {
        CU_ASSERT_EQUAL(samples_append(s, a, samples_ordinary(s, 9), &index), LEDGER_OK);
        CU_ASSERT_EQUAL(s->verdict.finding, LEDGER_VALID);
        CU_ASSERT_EQUAL(index, size);
    } else {
        CU_ASSERT_PTR_NULL(a);
        CU_ASSERT_EQUAL(s->error.status, expected);
        CU_ASSERT(ledger_span_equal(guard, samples_file(s, s->guard)));
    }
    ledger_appender_close(&a);
}

static struct ledger_appender *opened(struct samples *s)
{
    struct ledger_appender *a = NULL;
    CU_ASSERT_EQUAL_FATAL(samples_open(s, &a), LEDGER_OK);
    return a;
}

static enum ledger_finding append_one(struct samples *s, struct ledger_appender *a,
                                      struct ledger_span note, uint64_t *index)
{
    CU_ASSERT_EQUAL(samples_append(s, a, note, index), LEDGER_OK);
    return s->verdict.finding;
}

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

static const char *data_file(struct samples *s)
{
    return samples_text(s, "%s/data.mdb", s->path);
}

static void a_ledger_put_back_from_an_older_copy_is_not_appended_to(void)
{
    struct samples *s = samples_new();
    samples_ledger(s, 3);
    struct ledger_span old = samples_file(s, data_file(s));
    struct ledger_span old_guard = samples_file(s, s->guard);
    open_gives(s, LEDGER_OK, 3);
    struct ledger_span fresh = samples_file(s, data_file(s));
    samples_write_file(data_file(s), old);
    open_gives(s, LEDGER_ROLLED_BACK, 0);
    samples_write_file(data_file(s), fresh);
    open_gives(s, LEDGER_OK, 4);
    /* With the guard of that time the copy cannot be told from the ledger of that time. */
    samples_write_file(data_file(s), old);
    samples_write_file(s->guard, old_guard);
    open_gives(s, LEDGER_OK, 3);
    samples_free(&s);
}

static void an_older_guard_is_brought_forward(void)
{
    struct samples *s = samples_new();
    samples_ledger(s, 3);
    struct ledger_span old_guard = samples_file(s, s->guard);
    open_gives(s, LEDGER_OK, 3);
    struct ledger_span guard = samples_file(s, s->guard);
    samples_write_file(s->guard, old_guard);
    struct ledger_appender *a = opened(s);
    CU_ASSERT(ledger_span_equal(guard, samples_file(s, s->guard)));
    ledger_appender_close(&a);
    /* But entries that were signed must still be there. */
    struct store_edit *edit = store_edit_open(s->path);
    store_edit_delete_at(edit, "entries", 3);
    store_edit_close(&edit);
    samples_write_file(s->guard, old_guard);
    open_gives(s, LEDGER_ROLLED_BACK, 0);
    samples_free(&s);
}

/* With an older guard the entries after it are verified again, and could be signed again: not so if
 * the ledger itself shows that something else was signed, at that size or on the way to it. */
static void what_was_signed_once_is_not_signed_otherwise(void)
{
    struct samples *s = samples_new();
    struct ledger_hash other = {{7}};
    samples_ledger(s, 3);
    struct ledger_span old_guard = samples_file(s, s->guard);
    open_gives(s, LEDGER_OK, 3);
    open_gives(s, LEDGER_OK, 4);
    struct ledger_span guard = samples_file(s, s->guard);
    for (uint64_t size = 3; size <= 5; size++) {
        struct store_edit *edit = store_edit_open(s->path);
        struct ledger_span stored = store_edit_get_at(edit, "checkpoints", size);
        uint8_t kept[LEDGER_SIGNED_CHECKPOINT_MAX];
        struct ledger_buffer copy = ledger_buffer_in(kept, sizeof kept);
        ledger_buffer_add(&copy, stored);
        store_edit_put_at(edit, "checkpoints", size,
                          samples_checkpoint(s, SAMPLE_ORIGIN, size, &other, SAMPLE_OPERATOR));
        store_edit_close(&edit);
        samples_write_file(s->guard, old_guard);
        open_gives(s, LEDGER_FORKED, 0);
        CU_ASSERT(ledger_span_equal(old_guard, samples_file(s, s->guard)));
        edit = store_edit_open(s->path);
        store_edit_put_at(edit, "checkpoints", size, ledger_buffer_span(&copy));
        store_edit_close(&edit);
    }
    open_gives(s, LEDGER_OK, 5);
    CU_ASSERT_FALSE(ledger_span_equal(guard, samples_file(s, s->guard)));
    samples_free(&s);
}

/* Stores an entry with `note` through the library, as a writer that was interrupted before it
 * signed; `break_chain` makes it one that does not fit. */
static void store_unsigned(struct samples *s, uint64_t count, bool break_chain)
{
    struct ledger_store *store = NULL;
    struct ledger_state *state = samples_state(s);
    struct ledger_span bytes;
    struct ledger_entry entry;
    struct ledger_hash leaf;
    uint64_t size = 0;
    bool fits = true;
    CU_ASSERT_EQUAL_FATAL(ledger_store_open(&store, s->path, LEDGER_STORE_WRITE, 0, NULL),
                          LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_store_begin_write(store, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_store_size(store, &size, NULL), LEDGER_OK);
    for (uint64_t i = 0; i < size; i++) {
        CU_ASSERT_EQUAL_FATAL(ledger_store_entry(store, &bytes, i, NULL), LEDGER_OK);
        CU_ASSERT_EQUAL(ledger_state_accept(state, &s->verdict, &fits, &entry, &leaf, bytes),
                        LEDGER_OK);
    }
    for (uint64_t i = 0; i < count; i++) {
        struct sample_record by_stranger = {.signers = {SAMPLE_STRANGER}};
        struct ledger_span note =
            break_chain ? samples_record(s, &by_stranger) : samples_ordinary(s, i);
        CU_ASSERT_EQUAL(samples_accept(s, state, &bytes, note), !break_chain);
        CU_ASSERT_FATAL(ledger_entry_parse(&entry, &s->verdict, bytes));
        CU_ASSERT_EQUAL(ledger_store_add_entry(store, s->hasher, &entry, bytes, NULL), LEDGER_OK);
    }
    CU_ASSERT_EQUAL(ledger_store_commit(store, NULL), LEDGER_OK);
    ledger_store_close(&store);
    ledger_state_free(&state);
}

static void entries_that_were_not_signed_are_signed_forward(void)
{
    struct samples *s = samples_new();
    samples_ledger(s, 3);
    store_unsigned(s, 4, false);
    struct ledger_appender *a = opened(s);
    CU_ASSERT_EQUAL(ledger_appender_recovered(a), 4);
    struct ledger_span guard = samples_file(s, s->guard);
    struct ledger_checkpoint checkpoint;
    CU_ASSERT(ledger_checkpoint_parse(&checkpoint, &s->verdict, guard));
    CU_ASSERT_EQUAL(checkpoint.size, 7);
    struct ledger_span bad = ledger_span_of("x");
    struct ledger_span notes[2] = {samples_ordinary(s, 1), bad};
    struct ledger_receipt receipts[2];
    size_t refused;
    CU_ASSERT_EQUAL(ledger_append(a, receipts, &refused, &s->verdict, notes, 2, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_appender_recovered(a), 4);
    ledger_appender_close(&a);
    open_gives(s, LEDGER_OK, 7);
    samples_free(&s);
}

static void a_forged_entry_behind_the_checkpoint_is_never_signed(void)
{
    struct samples *s = samples_new();
    samples_ledger(s, 3);
    store_unsigned(s, 1, true);
    open_gives(s, LEDGER_DAMAGED, 0);
    CU_ASSERT_EQUAL(s->verdict.finding, LEDGER_NOT_ENROLLED);
    CU_ASSERT_EQUAL(s->verdict.entry, 3);
    open_gives(s, LEDGER_DAMAGED, 0);
    samples_free(&s);
}

static void a_gap_behind_the_checkpoint_is_damage(void)
{
    struct samples *s = samples_new();
    samples_ledger(s, 3);
    store_unsigned(s, 2, false);
    struct store_edit *edit = store_edit_open(s->path);
    store_edit_delete_at(edit, "entries", 3);
    store_edit_close(&edit);
    open_gives(s, LEDGER_DAMAGED, 0);
    samples_free(&s);
}

static void the_guard_must_be_there_and_of_this_ledger(void)
{
    struct samples *s = samples_new();
    struct samples *other = samples_new();
    struct ledger_appender *a = NULL;
    struct ledger_checkpoint checkpoint;
    samples_ledger(s, 3);
    struct ledger_span guard = samples_file(s, s->guard);
    CU_ASSERT_FATAL(ledger_checkpoint_parse(&checkpoint, &s->verdict, guard));
    struct ledger_hash root = checkpoint.root;
    CU_ASSERT_EQUAL(unlink(s->guard), 0);
    CU_ASSERT_EQUAL(samples_open(s, &a), LEDGER_NO_GUARD);
    other->nonces = 50;
    samples_ledger(other, 3);
    samples_write_file(s->guard, samples_file(s, other->guard));
    open_gives(s, LEDGER_FORKED, 0);
    samples_write_file(s->guard, ledger_span_of("not a checkpoint\n"));
    open_gives(s, LEDGER_FORKED, 0);
    static const uint64_t sizes[] = {3, 9};
    for (size_t i = 0; i < 2; i++) {
        samples_write_file(
            s->guard, samples_checkpoint(s, "other.example", sizes[i], &root, SAMPLE_OPERATOR));
        open_gives(s, LEDGER_FORKED, 0);
    }
    samples_write_file(s->guard,
                       samples_checkpoint(s, SAMPLE_ORIGIN, 3, &root, SAMPLE_OPERATOR_NEXT));
    open_gives(s, LEDGER_FORKED, 0);
    samples_write_file(s->guard, guard);
    open_gives(s, LEDGER_OK, 3);
    samples_free(&other);
    samples_free(&s);
}

static void there_is_one_writer(void)
{
    struct samples *s = samples_new();
    struct ledger_appender *second = NULL;
    samples_ledger(s, 3);
    struct ledger_span guard = samples_file(s, s->guard);
    struct ledger_append_options options = {.guard_path = samples_text(s, "%s.2", s->guard)};
    struct ledger_appender *a = opened(s);
    CU_ASSERT_EQUAL(samples_open(s, &second), LEDGER_BUSY);
    samples_write_file(options.guard_path, guard);
    CU_ASSERT_EQUAL(
        ledger_appender_open(&second, &s->verdict, s->path, &s->operator_key, &options, &s->error),
        LEDGER_BUSY);
    CU_ASSERT_EQUAL(append_one(s, a, samples_ordinary(s, 3), NULL), LEDGER_VALID);
    ledger_appender_close(&a);
    open_gives(s, LEDGER_OK, 4);
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
    CU_ADD_TEST(suite, a_ledger_put_back_from_an_older_copy_is_not_appended_to);
    CU_ADD_TEST(suite, an_older_guard_is_brought_forward);
    CU_ADD_TEST(suite, what_was_signed_once_is_not_signed_otherwise);
    CU_ADD_TEST(suite, entries_that_were_not_signed_are_signed_forward);
    CU_ADD_TEST(suite, a_forged_entry_behind_the_checkpoint_is_never_signed);
    CU_ADD_TEST(suite, a_gap_behind_the_checkpoint_is_damage);
    CU_ADD_TEST(suite, the_guard_must_be_there_and_of_this_ledger);
    CU_ADD_TEST(suite, there_is_one_writer);
}
