/* Index entries that are appended: whose root is the right one, what changes it, and what a changed
 * store leads to. */
#include "ledger/ops/append.h"

#include <sys/wait.h>
#include <unistd.h>

#include "ledger/base/encoding.h"
#include "ledger/ops/append_parts.h"
#include "ledger/store/store_write.h"
#include "tests/index_samples.h"
#include "tests/store_edit.h"
#include "tests/suites.h"

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

static void close_and_compare(struct samples *s, struct ledger_appender **a,
                              const struct ledger_matters_now *now)
{
    ledger_appender_close(a);
    struct ledger_hash expected = index_reference_root(s, now->size);
    CU_ASSERT(ledger_hash_equal(&expected, &now->root));
    *a = opened(s);
}

static void append_all(struct samples *s, struct ledger_appender *a,
                       const struct ledger_span *notes, size_t count)
{
    struct ledger_receipt *receipts = samples_memory(s, LEDGER_BATCH_MAX * sizeof *receipts);
    size_t refused = 0;
    if (count > 0) {
        CU_ASSERT_EQUAL(ledger_append(a, receipts, &refused, &s->verdict, notes, count, &s->error),
                        LEDGER_OK);
        CU_ASSERT_EQUAL(s->verdict.finding, LEDGER_VALID);
    }
}

/* Few matters and many, one entry between two indexes and hundreds, with and without reopening. */
static void the_root_is_that_of_all_entries_after_any_interleaving(void)
{
    struct samples *s = samples_new();
    uint64_t seed = 20261124;
    struct ledger_span *notes = samples_memory(s, 300 * sizeof *notes);
    samples_ledger(s, 3);
    struct ledger_appender *a = opened(s);
    for (unsigned round = 0; round < 30; round++) {
        uint64_t records = next(&seed) % (round % 7 == 6 ? 300 : 4);
        for (uint64_t i = 0; i < records; i++) {
            notes[i] = index_ordinary(s, next(&seed) % (round % 2 == 0 ? 10 : 100000));
        }
        append_all(s, a, notes, records);
        struct ledger_matters_now now = index_now(s, a);
        CU_ASSERT_EQUAL(now.stale, round == 0 || records > 0);
        if (round % 3 == 0) {
            close_and_compare(s, &a, &now);
        }
        (void)index_append(s, a);
        if (round % 3 == 1) {
            close_and_compare(s, &a, &now);
        }
    }
    ledger_appender_close(&a);
    samples_free(&s);
}

static void an_index_says_what_it_is_of_and_whether_it_is_stale(void)
{
    struct samples *s = samples_new();
    samples_ledger(s, 3);
    struct ledger_appender *a = opened(s);
    CU_ASSERT_EQUAL(ledger_appender_size(a), 3);
    struct ledger_matters_now now = index_now(s, a);
    CU_ASSERT(now.stale && now.size == 3 && now.last == LEDGER_NO_ENTRY);
    CU_ASSERT_EQUAL(index_append(s, a), 3);
    now = index_now(s, a);
    CU_ASSERT(!now.stale && now.size == 4 && now.last == 3);
    CU_ASSERT_EQUAL(index_append(s, a), 4);
    now = index_now(s, a);
    CU_ASSERT(!now.stale && now.size == 5 && now.last == 4);
    CU_ASSERT_EQUAL(append_one(s, a, index_ordinary(s, 1), NULL), LEDGER_VALID);
    now = index_now(s, a);
    CU_ASSERT(now.stale && now.size == 6 && now.last == 4);
    ledger_appender_close(&a);
    samples_free(&s);
}

static void a_wrong_index_is_refused(void)
{
    struct samples *s = samples_new();
    samples_ledger(s, 5);
    struct ledger_appender *a = opened(s);
    struct ledger_matters_now now = index_now(s, a);
    struct ledger_hash other = now.root;
    other.bytes[31] ^= 1;
    CU_ASSERT_EQUAL(append_one(s, a, index_note(s, 5, &other, SAMPLE_OPERATOR), NULL),
                    LEDGER_INDEX_ROOT);
    CU_ASSERT_EQUAL(append_one(s, a, index_note(s, 4, &now.root, SAMPLE_OPERATOR), NULL),
                    LEDGER_BAD_INDEX);
    CU_ASSERT_EQUAL(append_one(s, a, index_note(s, 5, &now.root, SAMPLE_OPERATOR_NEXT), NULL),
                    LEDGER_NOT_ENROLLED);
    CU_ASSERT_EQUAL(append_one(s, a, index_note(s, 5, &now.root, SAMPLE_ZHANG), NULL),
                    LEDGER_NOT_ENROLLED);
    CU_ASSERT_EQUAL(append_one(s, a, index_ordinary(s, 1), NULL), LEDGER_VALID);
    /* The root of one entry ago. */
    CU_ASSERT_EQUAL(append_one(s, a, index_note(s, 6, &now.root, SAMPLE_OPERATOR), NULL),
                    LEDGER_INDEX_ROOT);
    CU_ASSERT_EQUAL(index_append(s, a), 6);
    ledger_appender_close(&a);
    open_gives(s, LEDGER_OK, 7);
    samples_free(&s);
}

/* A batch with a record, its index, another record and the index of that. */
static void a_batch_may_hold_indexes(void)
{
    struct samples *s = samples_new();
    struct ledger_receipt receipts[4];
    struct ledger_span notes[4];
    struct ledger_hash roots[2];
    size_t refused = 9;
    samples_ledger(s, 3);
    struct ledger_span data = samples_file(s, samples_text(s, "%s/data.mdb", s->path));
    struct ledger_span guard = samples_file(s, s->guard);
    struct ledger_appender *a = opened(s);
    notes[0] = index_ordinary(s, 1);
    notes[2] = index_ordinary(s, 2);
    CU_ASSERT_EQUAL(append_one(s, a, notes[0], NULL), LEDGER_VALID);
    roots[0] = index_now(s, a).root;
    notes[1] = index_note(s, 4, &roots[0], SAMPLE_OPERATOR);
    CU_ASSERT_EQUAL(append_one(s, a, notes[1], NULL), LEDGER_VALID);
    CU_ASSERT_EQUAL(append_one(s, a, notes[2], NULL), LEDGER_VALID);
    roots[1] = index_now(s, a).root;
    notes[3] = index_note(s, 6, &roots[1], SAMPLE_OPERATOR);
    ledger_appender_close(&a);
    /* All of it anew. A batch that ends with a bad one leaves nothing behind, not even a root that
     * was already made: the next record of the same index is another. */
    samples_write_file(samples_text(s, "%s/data.mdb", s->path), data);
    samples_write_file(s->guard, guard);
    a = opened(s);
    struct ledger_span bad[3] = {notes[0], notes[1], ledger_span_of("x")};
    CU_ASSERT_EQUAL(ledger_append(a, receipts, &refused, &s->verdict, bad, 3, &s->error),
                    LEDGER_OK);
    CU_ASSERT_EQUAL(refused, 2);
    CU_ASSERT_EQUAL(ledger_append(a, receipts, &refused, &s->verdict,
                                  (struct ledger_span[]){notes[2], notes[1]}, 2, &s->error),
                    LEDGER_OK);
    CU_ASSERT_EQUAL(s->verdict.finding, LEDGER_INDEX_ROOT);
    CU_ASSERT_EQUAL(ledger_append(a, receipts, &refused, &s->verdict, notes, 4, &s->error),
                    LEDGER_OK);
    CU_ASSERT_EQUAL(s->verdict.finding, LEDGER_VALID);
    CU_ASSERT_EQUAL(receipts[3].index, 6);
    CU_ASSERT_EQUAL(index_now(s, a).stale, false);
    ledger_appender_close(&a);
    samples_free(&s);
}

/* --- after a crash --- */

static void put_back(struct samples *s, struct ledger_span guard, uint64_t size)
{
    /* As a writer that was killed after the commit, before the guard. */
    struct store_edit *edit = store_edit_open(s->path);
    store_edit_delete_at(edit, "checkpoints", size);
    store_edit_close(&edit);
    samples_write_file(s->guard, guard);
}

static void an_index_that_a_crash_left_unsigned_is_judged_and_signed(void)
{
    struct samples *s = samples_new();
    samples_ledger(s, 5);
    struct ledger_appender *a = opened(s);
    (void)index_append(s, a);
    (void)append_one(s, a, index_ordinary(s, 1), NULL);
    struct ledger_span guard = samples_file(s, s->guard);
    (void)append_one(s, a, index_ordinary(s, 7), NULL);
    uint64_t index = index_append(s, a);
    ledger_appender_close(&a);
    put_back(s, guard, index + 1);
    a = opened(s);
    CU_ASSERT_EQUAL(ledger_appender_recovered(a), 2);
    CU_ASSERT_FALSE(index_now(s, a).stale);
    (void)append_one(s, a, index_ordinary(s, 1), NULL);
    struct ledger_matters_now now = index_now(s, a);
    close_and_compare(s, &a, &now);
    (void)index_append(s, a);
    ledger_appender_close(&a);
    samples_free(&s);
}

static void a_wrong_index_behind_the_checkpoint_is_never_signed(void)
{
    struct samples *s = samples_new();
    samples_ledger(s, 5);
    struct ledger_appender *a = opened(s);
    struct ledger_span guard = samples_file(s, s->guard);
    uint64_t index = index_append(s, a);
    ledger_appender_close(&a);
    put_back(s, guard, index + 1);
    /* The row of an entry that the index counts is moved: recovery makes another root. */
    uint8_t key[LEDGER_ROW_KEY_SIZE];
    struct store_edit *edit = store_edit_open(s->path);
    store_edit_delete(edit, "matters", index_row(s, key, ledger_span_of("粤南〔2026〕第1号"), 4));
    store_edit_put(edit, "matters", index_row(s, key, ledger_span_of("粤南〔2026〕第2号"), 4),
                   (struct ledger_span){NULL, 0});
    store_edit_close(&edit);
    open_gives(s, LEDGER_DAMAGED, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(s->error.what, "verify the ledger"));
    samples_free(&s);
}

/* kill -9 at any moment, over and over: there is always a ledger that goes on. */
static void a_killed_writer_of_indexes_leaves_a_ledger(void)
{
    struct samples *s = samples_new();
    samples_ledger(s, 3);
    uint64_t seed = 7;
    for (unsigned round = 0; round < 8; round++) {
        pid_t child = fork();
        if (child == 0) {
            struct ledger_appender *a = opened(s);
            for (uint64_t i = 0;; i++) {
                (void)append_one(s, a, index_ordinary(s, next(&seed)), NULL);
                (void)index_append(s, a);
            }
        }
        (void)usleep((useconds_t)(100000 + 10000 * (next(&seed) % 20)));
        CU_ASSERT_EQUAL(kill(child, SIGKILL), 0);
        CU_ASSERT_EQUAL(waitpid(child, NULL, 0), child);
        s->nonces += 100000;
        struct ledger_appender *a = opened(s);
        struct ledger_matters_now now = index_now(s, a);
        close_and_compare(s, &a, &now);
        ledger_appender_close(&a);
    }
    samples_free(&s);
}

/* --- many entries --- */

static void one_matter_may_have_very_many_entries(void)
{
    struct samples *s = samples_new();
    const uint64_t count = 3000;
    samples_ledger(s, 3);
    struct ledger_appender *a = opened(s);
    struct ledger_span *notes = samples_memory(s, 1000 * sizeof *notes);
    for (uint64_t done = 0; done < count; done += 1000) {
        for (size_t i = 0; i < 1000; i++) {
            notes[i] = index_ordinary(s, 5);
        }
        append_all(s, a, notes, 1000);
        (void)index_append(s, a);
    }
    struct ledger_matters_now now = index_now(s, a);
    close_and_compare(s, &a, &now);
    ledger_appender_close(&a);
    samples_free(&s);
}

/* Why a root could not be made is not told of anything that fails later. */
static void a_root_that_is_made_forgets_why_another_was_not(void)
{
    struct samples *s = samples_new();
    struct ledger_hash root;
    samples_ledger(s, 3);
    struct ledger_appender *a = opened(s);
    ledger_error_set(&a->index_error, LEDGER_NO_MEMORY, 0, "of another root");
    CU_ASSERT_EQUAL_FATAL(ledger_store_begin(a->store, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_appender_matters_root(a, &root, 3), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_appender_cannot_judge(a, LEDGER_NO_MEMORY, 3, &s->error),
                    LEDGER_NO_MEMORY);
    CU_ASSERT_PTR_NULL(strstr(s->error.what, "of another root"));
    ledger_appender_close(&a);
    samples_free(&s);
}

void ledger_suite_append_index(void)
{
    CU_pSuite suite = CU_add_suite("append_index", NULL, NULL);
    CU_ADD_TEST(suite, the_root_is_that_of_all_entries_after_any_interleaving);
    CU_ADD_TEST(suite, an_index_says_what_it_is_of_and_whether_it_is_stale);
    CU_ADD_TEST(suite, a_wrong_index_is_refused);
    CU_ADD_TEST(suite, a_batch_may_hold_indexes);
    CU_ADD_TEST(suite, an_index_that_a_crash_left_unsigned_is_judged_and_signed);
    CU_ADD_TEST(suite, a_wrong_index_behind_the_checkpoint_is_never_signed);
    CU_ADD_TEST(suite, a_killed_writer_of_indexes_leaves_a_ledger);
    CU_ADD_TEST(suite, one_matter_may_have_very_many_entries);
    CU_ADD_TEST(suite, a_root_that_is_made_forgets_why_another_was_not);
}
