#include "ledger/store/durable_file.h"

#include <dirent.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/ledger_samples.h"
#include "tests/suites.h"

static unsigned files_in(const char *path)
{
    unsigned count = 0;
    DIR *directory = opendir(path);
    CU_ASSERT_PTR_NOT_NULL_FATAL(directory);
    for (struct dirent *d = readdir(directory); d != NULL; d = readdir(directory)) {
        count += d->d_name[0] != '.';
    }
    closedir(directory);
    return count;
}

static void a_file_is_created_once(void)
{
    struct samples *s = samples_new();
    samples_directory(s);
    struct stat info;
    CU_ASSERT_EQUAL(ledger_durable_create(s->guard, ledger_span_of("one"), &s->error), LEDGER_OK);
    CU_ASSERT(ledger_span_is(samples_file(s, s->guard), "one"));
    CU_ASSERT_EQUAL(stat(s->guard, &info), 0);
    CU_ASSERT_EQUAL(info.st_nlink, 1);
    CU_ASSERT_EQUAL(ledger_durable_create(s->guard, ledger_span_of("two"), &s->error),
                    LEDGER_EXISTS);
    CU_ASSERT(ledger_span_is(samples_file(s, s->guard), "one"));
    CU_ASSERT_EQUAL(files_in(s->directory), 1);
    samples_free(&s);
}

static void a_dangling_link_is_not_written_through(void)
{
    struct samples *s = samples_new();
    samples_directory(s);
    CU_ASSERT_EQUAL(symlink(s->path, s->guard), 0);
    CU_ASSERT_EQUAL(ledger_durable_create(s->guard, ledger_span_of("one"), &s->error),
                    LEDGER_EXISTS);
    CU_ASSERT_NOT_EQUAL(access(s->path, F_OK), 0);
    samples_free(&s);
}

static void a_file_is_replaced_whole(void)
{
    struct samples *s = samples_new();
    samples_directory(s);
    static const char *const contents[] = {"a long content", "", "short"};
    for (size_t i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(ledger_durable_replace(s->guard, ledger_span_of(contents[i]), &s->error),
                        LEDGER_OK);
        CU_ASSERT(ledger_span_is(samples_file(s, s->guard), contents[i]));
        CU_ASSERT_EQUAL(files_in(s->directory), 1);
    }
    samples_free(&s);
}

static void a_failure_leaves_nothing_behind(void)
{
    struct samples *s = samples_new();
    samples_directory(s);
    const char *nowhere = samples_text(s, "%s/none/file", s->directory);
    CU_ASSERT_EQUAL(ledger_durable_create(nowhere, ledger_span_of("x"), &s->error),
                    LEDGER_NOT_FOUND);
    CU_ASSERT_EQUAL(ledger_durable_replace(nowhere, ledger_span_of("x"), &s->error),
                    LEDGER_NOT_FOUND);
    CU_ASSERT_EQUAL(mkdir(s->guard, 0755), 0);
    CU_ASSERT_NOT_EQUAL(ledger_durable_replace(s->guard, ledger_span_of("x"), &s->error),
                        LEDGER_OK);
    CU_ASSERT_EQUAL(files_in(s->directory), 1);
    int fd = -1;
    CU_ASSERT_EQUAL(ledger_durable_write(&fd, s->guard, ledger_span_of("x"), &s->error),
                    LEDGER_EXISTS);
    char long_path[PATH_MAX + 8];
    memset(long_path, 'a', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = '\0';
    char temporary[PATH_MAX];
    CU_ASSERT_EQUAL(
        ledger_durable_write_beside(temporary, &fd, long_path, ledger_span_of("x"), &s->error),
        LEDGER_INVALID);
    samples_free(&s);
}

static void a_parent_is_synced_however_the_path_is_written(void)
{
    struct samples *s = samples_new();
    samples_directory(s);
    CU_ASSERT_EQUAL(ledger_durable_sync_parent(s->path, &s->error), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_durable_sync_parent(samples_text(s, "%s///", s->path), &s->error),
                    LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_durable_sync_parent("x", &s->error), LEDGER_OK);
    CU_ASSERT_EQUAL(
        ledger_durable_sync_parent(samples_text(s, "%s/none/x", s->directory), &s->error),
        LEDGER_NOT_FOUND);
    samples_free(&s);
}

void ledger_suite_durable_file(void)
{
    CU_pSuite suite = CU_add_suite("durable_file", NULL, NULL);
    CU_ADD_TEST(suite, a_file_is_created_once);
    CU_ADD_TEST(suite, a_dangling_link_is_not_written_through);
    CU_ADD_TEST(suite, a_file_is_replaced_whole);
    CU_ADD_TEST(suite, a_failure_leaves_nothing_behind);
    CU_ADD_TEST(suite, a_parent_is_synced_however_the_path_is_written);
}
