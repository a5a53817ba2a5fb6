/* Opening a ledger to append: what its guard refuses, and what is signed forward. */
#include <unistd.h>

#include "ledger/store/store_write.h"
#include "tests/append_samples.h"
#include "tests/store_edit.h"
#include "tests/suites.h"

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

void ledger_suite_append_open(void)
{
    CU_pSuite suite = CU_add_suite("append_open", NULL, NULL);
    CU_ADD_TEST(suite, a_ledger_put_back_from_an_older_copy_is_not_appended_to);
    CU_ADD_TEST(suite, an_older_guard_is_brought_forward);
    CU_ADD_TEST(suite, what_was_signed_once_is_not_signed_otherwise);
    CU_ADD_TEST(suite, entries_that_were_not_signed_are_signed_forward);
    CU_ADD_TEST(suite, a_forged_entry_behind_the_checkpoint_is_never_signed);
    CU_ADD_TEST(suite, a_gap_behind_the_checkpoint_is_damage);
    CU_ADD_TEST(suite, the_guard_must_be_there_and_of_this_ledger);
    CU_ADD_TEST(suite, there_is_one_writer);
}
