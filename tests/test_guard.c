#include "ledger/store/guard.h"

#include <errno.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fake_statfs.h"
#include "tests/fake_sync.h"
#include "tests/ledger_samples.h"
#include "tests/suites.h"

static struct samples *with_guard(const char *content)
{
    struct samples *s = samples_new();
    samples_directory(s);
    samples_write_file(s->guard, ledger_span_of(content));
    return s;
}

static enum ledger_status open_guard(struct samples *s, struct ledger_guard **guard)
{
    return ledger_guard_open(guard, s->guard, &s->error);
}

/* What opening gives in another process. */
static enum ledger_status open_elsewhere(struct samples *s)
{
    int code = 0;
    pid_t child = fork();
    if (child == 0) {
        struct ledger_guard *guard = NULL;
        _exit((int)ledger_guard_open(&guard, s->guard, NULL));
    }
    CU_ASSERT_FATAL(child > 0);
    CU_ASSERT_EQUAL(waitpid(child, &code, 0), child);
    CU_ASSERT(WIFEXITED(code));
    return (enum ledger_status)WEXITSTATUS(code);
}

static void a_guard_that_is_missing_is_said_to_be(void)
{
    struct samples *s = with_guard("x");
    struct ledger_guard *guard = NULL;
    CU_ASSERT_EQUAL(unlink(s->guard), 0);
    CU_ASSERT_EQUAL(open_guard(s, &guard), LEDGER_NO_GUARD);
    CU_ASSERT_PTR_NULL(guard);
    CU_ASSERT_EQUAL(s->error.status, LEDGER_NO_GUARD);
    ledger_guard_close(&guard);
    samples_free(&s);
}

static void one_process_holds_the_guard(void)
{
    struct samples *s = with_guard("one\n");
    struct ledger_guard *guard = NULL;
    struct ledger_guard *second = NULL;
    CU_ASSERT_EQUAL(open_elsewhere(s), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(open_guard(s, &guard), LEDGER_OK);
    CU_ASSERT(ledger_span_is(ledger_guard_bytes(guard), "one\n"));
    CU_ASSERT_EQUAL(open_elsewhere(s), LEDGER_BUSY);
    CU_ASSERT_EQUAL(open_guard(s, &second), LEDGER_BUSY);
    /* The lock goes with the name when the content is replaced. */
    CU_ASSERT_EQUAL(ledger_guard_replace(guard, ledger_span_of("two\n"), &s->error), LEDGER_OK);
    CU_ASSERT(ledger_span_is(ledger_guard_bytes(guard), "two\n"));
    CU_ASSERT(ledger_span_is(samples_file(s, s->guard), "two\n"));
    CU_ASSERT_EQUAL(open_elsewhere(s), LEDGER_BUSY);
    ledger_guard_close(&guard);
    CU_ASSERT_PTR_NULL(guard);
    CU_ASSERT_EQUAL(open_elsewhere(s), LEDGER_OK);
    samples_free(&s);
}

static void a_guard_replaced_under_our_feet_is_left_alone(void)
{
    struct samples *s = with_guard("one\n");
    struct ledger_guard *guard = NULL;
    const char *other = samples_text(s, "%s.other", s->guard);
    CU_ASSERT_EQUAL_FATAL(open_guard(s, &guard), LEDGER_OK);
    samples_write_file(other, ledger_span_of("other\n"));
    CU_ASSERT_EQUAL(rename(other, s->guard), 0);
    CU_ASSERT_EQUAL(ledger_guard_replace(guard, ledger_span_of("two\n"), &s->error),
                    LEDGER_UNKNOWN);
    CU_ASSERT(ledger_span_is(samples_file(s, s->guard), "other\n"));
    CU_ASSERT_EQUAL(unlink(s->guard), 0);
    CU_ASSERT_EQUAL(ledger_guard_replace(guard, ledger_span_of("two\n"), NULL), LEDGER_UNKNOWN);
    CU_ASSERT_NOT_EQUAL(access(s->guard, F_OK), 0);
    ledger_guard_close(&guard);
    samples_free(&s);
}

static void a_guard_that_cannot_be_replaced_is_unknown(void)
{
    struct samples *s = with_guard("one\n");
    struct ledger_guard *guard = NULL;
    CU_ASSERT_EQUAL_FATAL(open_guard(s, &guard), LEDGER_OK);
    /* Nobody may write into this directory; root may, so the directory moves away instead. */
    const char *away = samples_text(s, "%s.away", s->directory);
    CU_ASSERT_EQUAL(rename(s->directory, away), 0);
    CU_ASSERT_EQUAL(ledger_guard_replace(guard, ledger_span_of("two\n"), &s->error),
                    LEDGER_UNKNOWN);
    CU_ASSERT_EQUAL(s->error.status, LEDGER_UNKNOWN);
    CU_ASSERT_EQUAL(rename(away, s->directory), 0);
    CU_ASSERT(ledger_span_is(samples_file(s, s->guard), "one\n"));
    ledger_guard_close(&guard);
    samples_free(&s);
}

/* Whatever the file then shows. */
static void a_guard_that_may_not_last_is_unknown(void)
{
    struct samples *s = with_guard("one\n");
    const char *const names[] = {samples_text(s, "%s" LEDGER_GUARD_NEXT, s->guard), s->directory};
    for (size_t i = 0; i < 2; i++) {
        struct ledger_guard *guard = NULL;
        CU_ASSERT_EQUAL_FATAL(open_guard(s, &guard), LEDGER_OK);
        fake_sync(names[i], EIO, NULL, NULL);
        CU_ASSERT_EQUAL(ledger_guard_replace(guard, ledger_span_of("two\n"), &s->error),
                        LEDGER_UNKNOWN);
        CU_ASSERT_EQUAL(s->error.status, LEDGER_UNKNOWN);
        CU_ASSERT_EQUAL(fake_sync_count(), 1);
        fake_sync(NULL, 0, NULL, NULL);
        CU_ASSERT(ledger_span_is(ledger_guard_bytes(guard), "one\n"));
        ledger_guard_close(&guard);
    }
    samples_free(&s);
}

static void what_a_killed_writer_left_beside_the_guard_does_not_matter(void)
{
    struct samples *s = with_guard("one\n");
    struct ledger_guard *guard = NULL;
    const char *left = samples_text(s, "%s.new", s->guard);
    samples_write_file(left, ledger_span_of("half of a checkpo"));
    CU_ASSERT_EQUAL_FATAL(open_guard(s, &guard), LEDGER_OK);
    CU_ASSERT(ledger_span_is(ledger_guard_bytes(guard), "one\n"));
    CU_ASSERT_EQUAL(ledger_guard_replace(guard, ledger_span_of("two\n"), &s->error), LEDGER_OK);
    CU_ASSERT(ledger_span_is(samples_file(s, s->guard), "two\n"));
    CU_ASSERT_NOT_EQUAL(access(left, F_OK), 0);
    ledger_guard_close(&guard);
    samples_free(&s);
}

/* Before anything is committed, that is. */
static void what_keeps_the_guard_from_being_replaced_is_found_when_it_is_opened(void)
{
    struct samples *s = with_guard("one\n");
    struct ledger_guard *guard = NULL;
    const char *next = samples_text(s, "%s.new", s->guard);
    CU_ASSERT_EQUAL(mkdir(next, 0755), 0);
    CU_ASSERT_EQUAL(open_guard(s, &guard), LEDGER_IO);
    CU_ASSERT_PTR_NULL(guard);
    CU_ASSERT_PTR_NOT_NULL(strstr(s->error.what, "could not be replaced"));
    CU_ASSERT_PTR_NOT_NULL(strstr(s->error.what, next));
    CU_ASSERT_EQUAL(rmdir(next), 0);
    CU_ASSERT_EQUAL(open_guard(s, &guard), LEDGER_OK);
    CU_ASSERT_NOT_EQUAL(access(next, F_OK), 0);
    ledger_guard_close(&guard);
    /* A name that is just short enough leaves no room for the other. */
    char *name = samples_memory(s, 256);
    memset(name, 'a', 255);
    const char *path = samples_text(s, "%s/%s", s->directory, name);
    samples_write_file(path, ledger_span_of("one\n"));
    CU_ASSERT_EQUAL(ledger_guard_open(&guard, path, &s->error), LEDGER_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(s->error.what, "could not be replaced"));
    samples_free(&s);
}

static void a_guard_is_on_a_local_disk(void)
{
    struct samples *s = with_guard("one\n");
    struct ledger_guard *guard = NULL;
    fake_statfs(s->guard, NFS_SUPER_MAGIC);
    CU_ASSERT_EQUAL(open_guard(s, &guard), LEDGER_REMOTE);
    CU_ASSERT_PTR_NULL(guard);
    fake_statfs(NULL, 0);
    CU_ASSERT_EQUAL(open_guard(s, &guard), LEDGER_OK);
    ledger_guard_close(&guard);
    samples_free(&s);
}

static void a_guard_is_small(void)
{
    struct samples *s = with_guard("");
    struct ledger_guard *guard = NULL;
    uint8_t *bytes = samples_memory(s, LEDGER_GUARD_MAX + 1);
    static const size_t sizes[] = {LEDGER_GUARD_MAX, LEDGER_GUARD_MAX + 1};
    for (size_t i = 0; i < 2; i++) {
        samples_write_file(s->guard, (struct ledger_span){bytes, sizes[i]});
        CU_ASSERT_EQUAL(open_guard(s, &guard), LEDGER_DAMAGED);
        CU_ASSERT_PTR_NULL(guard);
    }
    samples_write_file(s->guard, (struct ledger_span){bytes, LEDGER_GUARD_MAX - 1});
    CU_ASSERT_EQUAL(open_guard(s, &guard), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_guard_bytes(guard).size, LEDGER_GUARD_MAX - 1);
    ledger_guard_close(&guard);
    samples_free(&s);
}

static void a_symbolic_link_is_no_guard(void)
{
    struct samples *s = with_guard("one\n");
    struct ledger_guard *guard = NULL;
    const char *target = samples_text(s, "%s.target", s->guard);
    CU_ASSERT_EQUAL(rename(s->guard, target), 0);
    CU_ASSERT_EQUAL(symlink(target, s->guard), 0);
    CU_ASSERT_EQUAL(open_guard(s, &guard), LEDGER_IO);
    CU_ASSERT_EQUAL(unlink(s->guard), 0);
    CU_ASSERT_EQUAL(mkdir(s->guard, 0755), 0);
    CU_ASSERT_EQUAL(open_guard(s, &guard), LEDGER_IO);
    CU_ASSERT_PTR_NULL(guard);
    samples_free(&s);
}

static void a_guard_has_a_path_that_fits(void)
{
    struct samples *s = samples_new();
    struct ledger_guard *guard = NULL;
    char *path = samples_memory(s, 5001);
    memset(path, 'a', 5000);
    CU_ASSERT_EQUAL(ledger_guard_open(&guard, path, &s->error), LEDGER_INVALID);
    CU_ASSERT_PTR_NULL(guard);
    samples_free(&s);
}

void ledger_suite_guard(void)
{
    CU_pSuite suite = CU_add_suite("guard", NULL, NULL);
    CU_ADD_TEST(suite, a_guard_that_is_missing_is_said_to_be);
    CU_ADD_TEST(suite, one_process_holds_the_guard);
    CU_ADD_TEST(suite, a_guard_replaced_under_our_feet_is_left_alone);
    CU_ADD_TEST(suite, a_guard_that_cannot_be_replaced_is_unknown);
    CU_ADD_TEST(suite, a_guard_that_may_not_last_is_unknown);
    CU_ADD_TEST(suite, what_a_killed_writer_left_beside_the_guard_does_not_matter);
    CU_ADD_TEST(suite, what_keeps_the_guard_from_being_replaced_is_found_when_it_is_opened);
    CU_ADD_TEST(suite, a_guard_is_on_a_local_disk);
    CU_ADD_TEST(suite, a_guard_is_small);
    CU_ADD_TEST(suite, a_symbolic_link_is_no_guard);
    CU_ADD_TEST(suite, a_guard_has_a_path_that_fits);
}
