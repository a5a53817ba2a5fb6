/* What must be on the disk before anything is built on it or said of it, and what an error on the way
 * leaves open (SPEC.md; tests/trust/rules takes each of these rules away). */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keys/signer.h"
#include "ledger/store/guard.h"
#include "ledger/store/store_write.h"
#include "tests/append_samples.h"
#include "tests/fake_statfs.h"
#include "tests/fake_sync.h"
#include "tests/suites.h"

static const char *data_file(struct samples *s)
{
    return samples_text(s, "%s/data.mdb", s->path);
}

/* --- what an earlier writer left --- */

/* The ledger's guard in a directory of its own, so that its name is made durable apart. */
static void move_guard(struct samples *s, struct ledger_append_options *options)
{
    const char *apart = samples_text(s, "%s/apart", s->directory);
    CU_ASSERT_EQUAL_FATAL(mkdir(apart, 0755), 0);
    options->guard_path = samples_text(s, "%s/G", apart);
    options->clock = samples_clock;
    options->clock_context = s;
    CU_ASSERT_EQUAL(rename(s->guard, options->guard_path), 0);
}

static void bring_back_guard(struct samples *s, const struct ledger_append_options *options)
{
    CU_ASSERT_EQUAL(rename(options->guard_path, s->guard), 0);
    CU_ASSERT_EQUAL(rmdir(samples_text(s, "%s/apart", s->directory)), 0);
}

static void what_an_earlier_writer_left_is_made_durable_first(void)
{
    struct samples *s = samples_new();
    struct ledger_append_options options = {0};
    samples_ledger(s, 3);
    move_guard(s, &options);
    const char *const paths[] = {data_file(s), options.guard_path, s->directory,
                                 samples_text(s, "%s/apart", s->directory)};
    static const int errors[] = {0, EIO};
    for (size_t i = 0; i < 2 * sizeof paths / sizeof paths[0]; i++) {
        struct ledger_appender *a = NULL;
        fake_sync(paths[i / 2], errors[i % 2], NULL, NULL);
        enum ledger_status status =
            ledger_appender_open(&a, &s->verdict, s->path, &s->operator_key, &options, &s->error);
        CU_ASSERT_EQUAL(status, errors[i % 2] == 0 ? LEDGER_OK : LEDGER_IO);
        CU_ASSERT_EQUAL(fake_sync_count(), 1);
        fake_sync(NULL, 0, NULL, NULL);
        ledger_appender_close(&a);
    }
    bring_back_guard(s, &options);
    samples_free(&s);
}

/* --- what fails --- */

static uint64_t last_checkpoint(struct samples *s)
{
    struct ledger_store *store = NULL;
    struct ledger_span note;
    uint64_t size = 0;
    CU_ASSERT_EQUAL_FATAL(ledger_store_open(&store, s->path, LEDGER_STORE_READ, 0, NULL),
                          LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_store_begin(store, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_store_last_checkpoint(store, &size, &note, NULL), LEDGER_OK);
    ledger_store_close(&store);
    return size;
}

static void an_error_of_a_commit_is_unknown(void)
{
    struct samples *s = samples_new();
    struct ledger_store *store = NULL;
    samples_ledger(s, 3);
    CU_ASSERT_EQUAL_FATAL(ledger_store_open(&store, s->path, LEDGER_STORE_WRITE, 0, NULL),
                          LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_store_begin_write(store, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_store_add_checkpoint(store, 2, ledger_span_of("x"), NULL), LEDGER_OK);
    fake_sync(data_file(s), EIO, NULL, NULL);
    CU_ASSERT_EQUAL(ledger_store_commit(store, &s->error), LEDGER_UNKNOWN);
    CU_ASSERT_EQUAL(s->error.status, LEDGER_UNKNOWN);
    CU_ASSERT_EQUAL(fake_sync_count(), 1);
    fake_sync(NULL, 0, NULL, NULL);
    ledger_store_close(&store);
    samples_free(&s);
}

/* Who tries again in the same process is stopped. */
static void is_given_up(struct samples *s, struct ledger_appender *a)
{
    int code = 0;
    pid_t child = fork();
    if (child == 0) {
        CU_ASSERT_EQUAL(close(STDERR_FILENO), 0);
        (void)samples_append(s, a, samples_ordinary(s, 5), NULL);
        _exit(0);
    }
    CU_ASSERT_FATAL(child > 0);
    CU_ASSERT_EQUAL(waitpid(child, &code, 0), child);
    CU_ASSERT(WIFSIGNALED(code) && WTERMSIG(code) == SIGABRT);
}

/* Appending while syncs of `path` fail leaves the guard and what is signed as they were. */
static void fails_as_unknown(struct samples *s, const char *path, uint64_t size)
{
    struct ledger_appender *a = opened(s);
    struct ledger_span guard = samples_file(s, s->guard);
    fake_sync(path, EIO, NULL, NULL);
    CU_ASSERT_EQUAL(samples_append(s, a, samples_ordinary(s, 4), NULL), LEDGER_UNKNOWN);
    CU_ASSERT_EQUAL(s->error.status, LEDGER_UNKNOWN);
    CU_ASSERT_EQUAL(s->verdict.finding, LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(fake_sync_count(), 1);
    fake_sync(NULL, 0, NULL, NULL);
    CU_ASSERT(ledger_span_equal(guard, samples_file(s, s->guard)));
    CU_ASSERT_EQUAL(last_checkpoint(s), size);
    is_given_up(s, a);
    ledger_appender_close(&a);
}

static void what_fails_while_appending_leaves_the_outcome_open(void)
{
    struct samples *s = samples_new();
    samples_ledger(s, 3);
    fails_as_unknown(s, data_file(s), 3);
    open_gives(s, LEDGER_OK, 3);
    /* Committed, but the guard could not be replaced: signed by the next. */
    fails_as_unknown(s, samples_text(s, "%s" LEDGER_GUARD_NEXT, s->guard), 4);
    struct ledger_appender *a = opened(s);
    CU_ASSERT_EQUAL(ledger_appender_recovered(a), 1);
    ledger_appender_close(&a);
    open_gives(s, LEDGER_OK, 5);
    samples_free(&s);
}

/* The guard has its new content, but perhaps not for good: the ledger does not show it yet. */
static void a_guard_whose_name_may_not_last_is_not_followed(void)
{
    struct samples *s = samples_new();
    samples_ledger(s, 3);
    struct ledger_appender *a = opened(s);
    fake_sync(s->directory, EIO, NULL, NULL);
    CU_ASSERT_EQUAL(samples_append(s, a, samples_ordinary(s, 4), NULL), LEDGER_UNKNOWN);
    CU_ASSERT_EQUAL(fake_sync_count(), 1);
    fake_sync(NULL, 0, NULL, NULL);
    CU_ASSERT_EQUAL(last_checkpoint(s), 3);
    ledger_appender_close(&a);
    open_gives(s, LEDGER_OK, 4);
    CU_ASSERT_EQUAL(last_checkpoint(s), 5);
    samples_free(&s);
}

/* --- what is signed --- */

static enum ledger_status fail_to_sign(void *context, uint8_t signature[LEDGER_SIGNATURE_SIZE],
                                       struct ledger_span message)
{
    (void)context;
    (void)signature;
    (void)message;
    return LEDGER_IO;
}

static enum ledger_status sign_wrongly(void *context, uint8_t signature[LEDGER_SIGNATURE_SIZE],
                                       struct ledger_span message)
{
    (void)context;
    (void)message;
    memset(signature, 7, LEDGER_SIGNATURE_SIZE);
    return LEDGER_OK;
}

static void a_signature_that_fails_leaves_the_guard(void)
{
    static enum ledger_status (*const ways[])(void *, uint8_t *,
                                              struct ledger_span) = {fail_to_sign, sign_wrongly};
    static const enum ledger_status expected[] = {LEDGER_UNKNOWN, LEDGER_SELF_CHECK};
    for (size_t i = 0; i < 2; i++) {
        struct samples *s = samples_new();
        samples_ledger(s, 3);
        struct ledger_signing good = s->operator_key;
        s->operator_key.sign = ways[i];
        struct ledger_appender *a = opened(s);
        struct ledger_span guard = samples_file(s, s->guard);
        CU_ASSERT_EQUAL(samples_append(s, a, samples_ordinary(s, 4), NULL), expected[i]);
        CU_ASSERT(ledger_span_equal(guard, samples_file(s, s->guard)));
        CU_ASSERT_EQUAL(last_checkpoint(s), 3);
        ledger_appender_close(&a);
        s->operator_key = good;
        open_gives(s, LEDGER_OK, 4);
        samples_free(&s);
    }
}

static void another_root_than_that_of_the_entries_is_not_signed(void)
{
    struct samples *s = samples_new();
    uint8_t memory[LEDGER_SIGNED_CHECKPOINT_MAX];
    struct ledger_hash root;
    struct ledger_state *state = samples_state(s);
    CU_ASSERT(samples_accept(s, state, NULL, samples_genesis(s)));
    ledger_state_root(state, &root);
    for (unsigned i = 0; i < 2; i++) {
        struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
        CU_ASSERT_EQUAL(ledger_sign_checkpoint(&buffer, state, &root, &s->operator_key, &s->error),
                        i == 0 ? LEDGER_OK : LEDGER_SELF_CHECK);
        root.bytes[3] ^= 1;
    }
    ledger_state_free(&state);
    samples_free(&s);
}

static void what_reads_back_otherwise_is_not_signed(void)
{
    static char text[] = "\nindex 3\ntime 2";
    struct samples *s = samples_new();
    samples_ledger(s, 3);
    struct ledger_appender *a = opened(s);
    struct ledger_span guard = samples_file(s, s->guard);
    fake_sync(data_file(s), 0, fake_sync_of_a_bad_disk, text);
    CU_ASSERT_EQUAL(samples_append(s, a, samples_ordinary(s, 4), NULL), LEDGER_SELF_CHECK);
    fake_sync(NULL, 0, NULL, NULL);
    CU_ASSERT(ledger_span_equal(guard, samples_file(s, s->guard)));
    CU_ASSERT_EQUAL(last_checkpoint(s), 3);
    ledger_appender_close(&a);
    open_gives(s, LEDGER_CLOCK, 0); /* the year 3026 */
    samples_free(&s);
}

static void a_genesis_that_reads_back_otherwise_is_not_signed(void)
{
    static char text[] = "\nindex 0\ntime 2";
    struct samples *s = samples_new();
    struct ledger_create_options options = {
        .map_size = SAMPLE_MAP_SIZE, .clock = samples_clock, .clock_context = s};
    samples_directory(s);
    fake_sync("/data.mdb", 0, fake_sync_of_a_bad_disk, text);
    CU_ASSERT_EQUAL(ledger_create(&s->verdict, s->path, samples_genesis(s), &s->operator_key,
                                  &options, &s->error),
                    LEDGER_SELF_CHECK);
    CU_ASSERT(fake_sync_count() > 0);
    fake_sync(NULL, 0, NULL, NULL);
    CU_ASSERT_NOT_EQUAL(access(s->path, F_OK), 0);
    CU_ASSERT_NOT_EQUAL(access(s->guard, F_OK), 0);
    samples_free(&s);
}

static void a_receipt_is_one_of_what_the_guard_has(void)
{
    struct samples *s = samples_new();
    struct ledger_checkpoint checkpoint;
    uint64_t index = 0;
    samples_ledger(s, 3);
    struct ledger_appender *a = opened(s);
    CU_ASSERT_EQUAL(append_one(s, a, samples_ordinary(s, 4), &index), LEDGER_VALID);
    CU_ASSERT_FATAL(ledger_checkpoint_parse(&checkpoint, &s->verdict, samples_file(s, s->guard)));
    CU_ASSERT_EQUAL(checkpoint.size, index + 1);
    CU_ASSERT_EQUAL(last_checkpoint(s), index + 1);
    ledger_appender_close(&a);
    samples_free(&s);
}

static void what_was_not_signed_is_not_signed_before_its_time(void)
{
    struct samples *s = samples_new();
    static const int64_t days = INT64_C(20) * 24 * 3600 * 1000;
    samples_ledger(s, 3);
    struct ledger_span guard = samples_file(s, s->guard);
    s->now += days;
    open_gives(s, LEDGER_OK, 3);
    samples_write_file(s->guard, guard);
    s->now -= days;
    open_gives(s, LEDGER_CLOCK, 0);
    s->now += days;
    open_gives(s, LEDGER_OK, 4);
    samples_free(&s);
}

/* --- space --- */

static void below_the_reserve_nothing_is_begun(void)
{
    struct samples *s = samples_new();
    samples_ledger(s, 3);
    const char *const paths[] = {s->path, s->guard};
    for (size_t i = 0; i < 2; i++) {
        struct ledger_appender *a = opened(s);
        struct ledger_span data = samples_file(s, data_file(s));
        fake_free_space(paths[i], LEDGER_RESERVE - 65536);
        CU_ASSERT_EQUAL(samples_append(s, a, samples_ordinary(s, 4), NULL), LEDGER_DISK_FULL);
        CU_ASSERT(ledger_span_equal(data, samples_file(s, data_file(s))));
        fake_free_space(NULL, 0);
        ledger_appender_close(&a);
    }
    open_gives(s, LEDGER_OK, 3);
    samples_free(&s);
}

/* --- keys, and the program itself --- */

static void a_key_file_is_durable_before_its_key_is_given(void)
{
    static const struct ledger_span none = {0};
    struct samples *s = samples_new();
    samples_directory(s);
    const char *key = samples_text(s, "%s/key", s->directory);
    const char *const paths[] = {key, s->directory};
    static const int errors[] = {EIO, 0};
    for (size_t i = 0; i < 4; i++) {
        struct ledger_signer *signer = NULL;
        fake_sync(paths[i / 2], errors[i % 2], NULL, NULL);
        enum ledger_status status =
            ledger_signer_generate(&signer, key, ledger_span_of("a.example"), NULL, &s->error);
        CU_ASSERT_EQUAL(status, errors[i % 2] == 0 ? LEDGER_OK : LEDGER_IO);
        CU_ASSERT_EQUAL(fake_sync_count(), 1);
        CU_ASSERT_EQUAL(unlink(key) == 0, errors[i % 2] == 0);
        ledger_signer_close(&signer);
    }
    fake_sync(NULL, 0, NULL, NULL);
    struct ledger_signer *signer = NULL;
    CU_ASSERT_EQUAL(ledger_signer_generate(&signer, key, ledger_span_of("a.example"), NULL, NULL),
                    LEDGER_OK);
    ledger_signer_close(&signer);
    fake_sync(s->directory, EIO, NULL, NULL);
    CU_ASSERT_EQUAL(ledger_signer_reseal(key, none, NULL, &s->error), LEDGER_UNKNOWN);
    fake_sync(NULL, 0, NULL, NULL);
    samples_free(&s);
}

static void what_fails_an_assertion_ends_the_program(void)
{
    int code = 0;
    pid_t child = fork();
    if (child == 0) {
        (void)close(STDERR_FILENO);
        LEDGER_ASSERT(child < 0);
        _exit(0);
    }
    CU_ASSERT_FATAL(child > 0);
    CU_ASSERT_EQUAL(waitpid(child, &code, 0), child);
    CU_ASSERT(WIFSIGNALED(code) && WTERMSIG(code) == SIGABRT);
}

void ledger_suite_durability(void)
{
    CU_pSuite suite = CU_add_suite("durability", NULL, NULL);
    CU_ADD_TEST(suite, what_an_earlier_writer_left_is_made_durable_first);
    CU_ADD_TEST(suite, an_error_of_a_commit_is_unknown);
    CU_ADD_TEST(suite, what_fails_while_appending_leaves_the_outcome_open);
    CU_ADD_TEST(suite, a_guard_whose_name_may_not_last_is_not_followed);
    CU_ADD_TEST(suite, a_signature_that_fails_leaves_the_guard);
    CU_ADD_TEST(suite, another_root_than_that_of_the_entries_is_not_signed);
    CU_ADD_TEST(suite, what_reads_back_otherwise_is_not_signed);
    CU_ADD_TEST(suite, a_genesis_that_reads_back_otherwise_is_not_signed);
    CU_ADD_TEST(suite, a_receipt_is_one_of_what_the_guard_has);
    CU_ADD_TEST(suite, what_was_not_signed_is_not_signed_before_its_time);
    CU_ADD_TEST(suite, below_the_reserve_nothing_is_begun);
    CU_ADD_TEST(suite, a_key_file_is_durable_before_its_key_is_given);
    CU_ADD_TEST(suite, what_fails_an_assertion_ends_the_program);
}
