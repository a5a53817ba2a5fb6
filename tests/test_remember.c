#include <CUnit/CUnit.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "tests/suites.h"
#include "tools/remember.h"

/* A folder with at most one file, and what is remembered in it. */
struct folder {
    char path[64];
    char file[80];
};

static struct folder make_folder(const char *text)
{
    struct folder folder = {.path = "/tmp/ledger-test-remember-XXXXXX"};
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder.path));
    (void)snprintf(folder.file, sizeof folder.file, "%s/mind", folder.path);
    if (text != NULL) {
        FILE *stream = fopen(folder.file, "we");
        CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
        CU_ASSERT_FATAL(fputs(text, stream) >= 0);
        CU_ASSERT_EQUAL_FATAL(fclose(stream), 0);
    }
    return folder;
}

/* Fails if the file does not hold `text`, or anything else is in the folder. */
static void end_folder(const struct folder *folder, const char *text)
{
    char found[16] = "";
    FILE *stream = fopen(folder->file, "re");
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    CU_ASSERT_EQUAL(fread(found, 1, sizeof found - 1, stream), strlen(text));
    (void)fclose(stream);
    CU_ASSERT_STRING_EQUAL(found, text);
    CU_ASSERT_EQUAL(unlink(folder->file), 0);
    CU_ASSERT_EQUAL(rmdir(folder->path), 0);
}

/* The outcome; the message does not show among the results of the tests. */
static enum remember_outcome remember(const struct folder *folder, const char *seen,
                                      const char *note)
{
    enum remember_outcome outcome = REMEMBER_NOT;
    int shown = dup(STDERR_FILENO);
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    CU_ASSERT_FATAL(shown >= 0 && nowhere >= 0);
    (void)dup2(nowhere, STDERR_FILENO);
    int status =
        remember_checkpoint(&outcome, folder->file, ledger_span_of(seen), ledger_span_of(note));
    (void)dup2(shown, STDERR_FILENO);
    (void)close(nowhere);
    (void)close(shown);
    bool done = outcome == REMEMBER_FIRST || outcome == REMEMBER_REPLACED;
    CU_ASSERT_EQUAL(status, done ? CLI_DONE : CLI_TROUBLE);
    return outcome;
}

static void what_was_compared_is_replaced(void)
{
    struct folder folder = make_folder("2");
    CU_ASSERT_EQUAL(remember(&folder, "2", "3"), REMEMBER_REPLACED);
    end_folder(&folder, "3");
}

static void a_first_use_makes_the_file(void)
{
    struct folder folder = make_folder(NULL);
    CU_ASSERT_EQUAL(remember(&folder, "", "2"), REMEMBER_FIRST);
    end_folder(&folder, "2");
}

static void a_later_state_is_not_replaced_by_an_earlier_one(void)
{
    struct folder folder = make_folder("4");
    CU_ASSERT_EQUAL(remember(&folder, "2", "3"), REMEMBER_OVERTAKEN);
    end_folder(&folder, "4");
}

static void a_first_use_replaces_nothing(void)
{
    struct folder folder = make_folder("4");
    CU_ASSERT_EQUAL(remember(&folder, "", "3"), REMEMBER_OVERTAKEN);
    end_folder(&folder, "4");
}

static void a_part_of_what_was_compared_is_other_bytes(void)
{
    struct folder folder = make_folder("2");
    CU_ASSERT_EQUAL(remember(&folder, "22", "3"), REMEMBER_OVERTAKEN);
    end_folder(&folder, "2");
    folder = make_folder("22");
    CU_ASSERT_EQUAL(remember(&folder, "2", "3"), REMEMBER_OVERTAKEN);
    end_folder(&folder, "22");
}

static void the_same_state_by_another_verifier_will_do(void)
{
    struct folder folder = make_folder("3");
    CU_ASSERT_EQUAL(remember(&folder, "2", "3"), REMEMBER_REPLACED);
    end_folder(&folder, "3");
}

static void a_locked_file_is_left_alone(void)
{
    struct folder folder = make_folder("2");
    int fd = open(folder.file, O_RDONLY | O_CLOEXEC);
    CU_ASSERT_EQUAL_FATAL(flock(fd, LOCK_EX), 0);
    CU_ASSERT_EQUAL(remember(&folder, "2", "3"), REMEMBER_OVERTAKEN);
    (void)close(fd);
    end_folder(&folder, "2");
}

static void a_file_that_is_gone_is_not_made_again(void)
{
    struct folder folder = make_folder(NULL);
    CU_ASSERT_EQUAL(remember(&folder, "2", "3"), REMEMBER_FAILED);
    CU_ASSERT_EQUAL(rmdir(folder.path), 0);
}

void ledger_suite_remember(void)
{
    CU_pSuite suite = CU_add_suite("remember", NULL, NULL);
    CU_add_test(suite, "what_was_compared_is_replaced", what_was_compared_is_replaced);
    CU_add_test(suite, "a_first_use_makes_the_file", a_first_use_makes_the_file);
    CU_add_test(suite, "a_later_state_is_not_replaced_by_an_earlier_one",
                a_later_state_is_not_replaced_by_an_earlier_one);
    CU_add_test(suite, "a_first_use_replaces_nothing", a_first_use_replaces_nothing);
    CU_add_test(suite, "a_part_of_what_was_compared_is_other_bytes",
                a_part_of_what_was_compared_is_other_bytes);
    CU_add_test(suite, "the_same_state_by_another_verifier_will_do",
                the_same_state_by_another_verifier_will_do);
    CU_add_test(suite, "a_locked_file_is_left_alone", a_locked_file_is_left_alone);
    CU_add_test(suite, "a_file_that_is_gone_is_not_made_again",
                a_file_that_is_gone_is_not_made_again);
}
