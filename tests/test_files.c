#include "ledger/ops/files.h"

#include <dirent.h>
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
    CU_ASSERT_EQUAL(ledger_file_create(s->guard, ledger_span_of("one"), &s->error), LEDGER_OK);
    CU_ASSERT(ledger_span_is(samples_file(s, s->guard), "one"));
    CU_ASSERT_EQUAL(stat(s->guard, &info), 0);
    CU_ASSERT_EQUAL(info.st_nlink, 1);
    CU_ASSERT_EQUAL(ledger_file_create(s->guard, ledger_span_of("two"), &s->error), LEDGER_EXISTS);
    CU_ASSERT(ledger_span_is(samples_file(s, s->guard), "one"));
    CU_ASSERT_EQUAL(files_in(s->directory), 1);
    samples_free(&s);
}

static void a_dangling_link_is_not_written_through(void)
{
    struct samples *s = samples_new();
    samples_directory(s);
    CU_ASSERT_EQUAL(symlink(s->path, s->guard), 0);
    CU_ASSERT_EQUAL(ledger_file_create(s->guard, ledger_span_of("one"), &s->error), LEDGER_EXISTS);
    CU_ASSERT_NOT_EQUAL(access(s->path, F_OK), 0);
    samples_free(&s);
}

static void a_file_is_replaced_whole(void)
{
    struct samples *s = samples_new();
    samples_directory(s);
    static const char *const contents[] = {"a long content", "", "short"};
    for (size_t i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(ledger_file_replace(s->guard, ledger_span_of(contents[i]), &s->error),
                        LEDGER_OK);
        CU_ASSERT(ledger_span_is(samples_file(s, s->guard), contents[i]));
        CU_ASSERT_EQUAL(files_in(s->directory), 1);
    }
    samples_free(&s);
}

static void a_file_that_is_replaced_keeps_its_permissions_and_its_links(void)
{
    struct samples *s = samples_new();
    struct stat info;
    samples_directory(s);
    const char *link = samples_text(s, "%s.link", s->guard);
    samples_write_file(s->guard, ledger_span_of("old"));
    CU_ASSERT_EQUAL(chmod(s->guard, 0640), 0);
    CU_ASSERT_EQUAL(symlink(s->guard, link), 0);
    CU_ASSERT_EQUAL(ledger_file_replace(link, ledger_span_of("new"), &s->error), LEDGER_OK);
    CU_ASSERT(ledger_span_is(samples_file(s, s->guard), "new"));
    CU_ASSERT_EQUAL(lstat(link, &info), 0);
    CU_ASSERT(S_ISLNK(info.st_mode));
    CU_ASSERT_EQUAL(stat(s->guard, &info), 0);
    CU_ASSERT_EQUAL(info.st_mode & 0777, 0640);
    CU_ASSERT_EQUAL(files_in(s->directory), 2);
    samples_free(&s);
}

static void a_failure_leaves_nothing_behind(void)
{
    struct samples *s = samples_new();
    samples_directory(s);
    const char *nowhere = samples_text(s, "%s/none/file", s->directory);
    CU_ASSERT_EQUAL(ledger_file_create(nowhere, ledger_span_of("x"), &s->error), LEDGER_NOT_FOUND);
    CU_ASSERT_EQUAL(ledger_file_replace(nowhere, ledger_span_of("x"), &s->error), LEDGER_NOT_FOUND);
    CU_ASSERT_EQUAL(mkdir(s->guard, 0755), 0);
    CU_ASSERT_NOT_EQUAL(ledger_file_replace(s->guard, ledger_span_of("x"), &s->error), LEDGER_OK);
    CU_ASSERT_EQUAL(files_in(s->directory), 1);
    CU_ASSERT_EQUAL(ledger_file_replace("/dev/null", ledger_span_of("x"), &s->error),
                    LEDGER_INVALID);
    samples_free(&s);
}

static void a_guard_is_beside_its_ledger_unless_it_is_elsewhere(void)
{
    static const char *const cases[][3] = {{"a/b", NULL, "a/b.guard"},
                                           {"a/b//", NULL, "a/b.guard"},
                                           {"a/b", "/c/d", "/c/d"},
                                           {"a/b", "c/", "c"}};
    struct ledger_error error;
    char guard[LEDGER_PATH_MAX];
    char path[LEDGER_PATH_MAX + 1];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT_EQUAL(ledger_path_of_guard(guard, cases[i][0], cases[i][1], &error), LEDGER_OK);
        CU_ASSERT_STRING_EQUAL(guard, cases[i][2]);
    }
    memset(path, 'a', sizeof path);
    path[LEDGER_PATH_MAX - sizeof ".guard"] = '\0';
    CU_ASSERT_EQUAL(ledger_path_of_guard(guard, path, NULL, &error), LEDGER_OK);
    path[LEDGER_PATH_MAX - sizeof ".guard"] = 'a';
    path[LEDGER_PATH_MAX - sizeof ".guard" + 1] = '\0';
    CU_ASSERT_EQUAL(ledger_path_of_guard(guard, path, NULL, &error), LEDGER_INVALID);
    CU_ASSERT_EQUAL(ledger_path_of_guard(guard, "", "", &error), LEDGER_INVALID);
}

/* What stands there is removed when the guard of the path before ".new" is opened. */
static void the_place_beside_a_guard_is_no_guards(void)
{
    static const char *const places[] = {"c.guard.new", "c.guard.new//", "d/.new"};
    static const char *const others[] = {"c.guard.newer", "new", "c.new/guard", "new.guard"};
    struct ledger_error error;
    char guard[LEDGER_PATH_MAX];
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        CU_ASSERT_EQUAL(ledger_path_of_guard(guard, "a/b", places[i], &error), LEDGER_INVALID);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.what, "end in '.new'"));
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        CU_ASSERT_EQUAL(ledger_path_of_guard(guard, "a/b", others[i], &error), LEDGER_OK);
    }
    CU_ASSERT_EQUAL(ledger_path_of_guard(guard, "a/b.new", NULL, &error), LEDGER_OK);
}

static void what_is_there_already_is_made_durable(void)
{
    struct samples *s = samples_new();
    samples_directory(s);
    const char *file = samples_text(s, "%s/there", s->directory);
    const char *lost = samples_text(s, "%s/lost", s->directory);
    samples_write_file(file, ledger_span_of("x"));
    CU_ASSERT_EQUAL(symlink(file, s->guard), 0);
    CU_ASSERT_EQUAL(ledger_file_sync(file, &s->error), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_file_sync(s->guard, &s->error), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_file_sync(lost, &s->error), LEDGER_NOT_FOUND);
    CU_ASSERT(ledger_span_is(samples_file(s, file), "x"));
    CU_ASSERT_EQUAL(files_in(s->directory), 2);
    samples_free(&s);
}

void ledger_suite_files(void)
{
    CU_pSuite suite = CU_add_suite("files", NULL, NULL);
    CU_ADD_TEST(suite, a_file_is_created_once);
    CU_ADD_TEST(suite, a_dangling_link_is_not_written_through);
    CU_ADD_TEST(suite, a_file_is_replaced_whole);
    CU_ADD_TEST(suite, a_file_that_is_replaced_keeps_its_permissions_and_its_links);
    CU_ADD_TEST(suite, a_failure_leaves_nothing_behind);
    CU_ADD_TEST(suite, a_guard_is_beside_its_ledger_unless_it_is_elsewhere);
    CU_ADD_TEST(suite, the_place_beside_a_guard_is_no_guards);
    CU_ADD_TEST(suite, what_is_there_already_is_made_durable);
}
