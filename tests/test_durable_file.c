#include "ledger/store/durable_file.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/ledger_samples.h"
#include "tests/suites.h"

static void what_cannot_be_written_is_said_to_be(void)
{
    struct samples *s = samples_new();
    int fd = -1;
    char long_path[PATH_MAX + 8];
    char temporary[PATH_MAX];
    samples_directory(s);
    CU_ASSERT_EQUAL(mkdir(s->guard, 0755), 0);
    CU_ASSERT_EQUAL(ledger_durable_write(&fd, s->guard, ledger_span_of("x"), &s->error),
                    LEDGER_EXISTS);
    memset(long_path, 'a', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = '\0';
    CU_ASSERT_EQUAL(
        ledger_durable_write_beside(temporary, &fd, long_path, ledger_span_of("x"), &s->error),
        LEDGER_INVALID);
    samples_free(&s);
}

static void the_parent_of_a_path_is_a_directory_to_open(void)
{
    static const char *const cases[][2] = {{"x", "."},        {"x/", "."},    {"a/x", "a/"},
                                           {"/a/b//", "/a/"}, {"/x", "/"},    {"/", "/"},
                                           {"../x", "../"},   {"a//x", "a//"}};
    char parent[PATH_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT_EQUAL(ledger_durable_parent(parent, cases[i][0], NULL), LEDGER_OK);
        CU_ASSERT_STRING_EQUAL(parent, cases[i][1]);
    }
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
    CU_ADD_TEST(suite, what_cannot_be_written_is_said_to_be);
    CU_ADD_TEST(suite, the_parent_of_a_path_is_a_directory_to_open);
    CU_ADD_TEST(suite, a_parent_is_synced_however_the_path_is_written);
}
