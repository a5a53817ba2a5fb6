/* Statuses, findings and the texts that go with them. */
#include "ledger/base/status.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/suites.h"

/* --- the lists --- */

struct listed {
    int number;
    const char *token;
    const char *sentence;
};

static const struct listed statuses[] = {
#define X(name, number, token, sentence) {number, token, sentence},
    LEDGER_STATUS_LIST(X)
#undef X
};
static const struct listed findings[] = {
#define X(name, number, token, sentence) {number, token, sentence},
    LEDGER_FINDING_LIST(X)
#undef X
};

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* Neither numbers nor tokens stand for two things. */
static void all_differ(const struct listed *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            CU_ASSERT_NOT_EQUAL(list[i].number, list[j].number);
            CU_ASSERT_STRING_NOT_EQUAL(list[i].token, list[j].token);
        }
    }
}

static void every_status_has_its_token_and_sentence(void)
{
    all_differ(statuses, COUNT_OF(statuses));
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        enum ledger_status status = (enum ledger_status)statuses[i].number;
        CU_ASSERT_STRING_EQUAL(ledger_status_token(status), statuses[i].token);
        CU_ASSERT_STRING_EQUAL(ledger_status_sentence(status), statuses[i].sentence);
    }
    CU_ASSERT_STRING_EQUAL(ledger_status_token((enum ledger_status)99), "unlisted");
    CU_ASSERT_STRING_EQUAL(ledger_status_sentence((enum ledger_status)99),
                           "this status is not in the list");
}

static void every_finding_has_its_token_and_sentence(void)
{
    all_differ(findings, COUNT_OF(findings));
    for (size_t i = 0; i < COUNT_OF(findings); i++) {
        enum ledger_finding finding = (enum ledger_finding)findings[i].number;
        CU_ASSERT_STRING_EQUAL(ledger_finding_token(finding), findings[i].token);
        CU_ASSERT_STRING_EQUAL(ledger_finding_sentence(finding), findings[i].sentence);
    }
    CU_ASSERT_STRING_EQUAL(ledger_finding_token((enum ledger_finding)999), "unlisted");
    CU_ASSERT_STRING_EQUAL(ledger_finding_sentence((enum ledger_finding)999),
                           "this finding is not in the list");
}

static void what_the_system_says_has_a_status(void)
{
    static const struct {
        int os_error;
        enum ledger_status status;
    } cases[] = {
        {ENOMEM, LEDGER_NO_MEMORY}, {ENOSPC, LEDGER_DISK_FULL},  {EDQUOT, LEDGER_DISK_FULL},
        {EROFS, LEDGER_READ_ONLY},  {EACCES, LEDGER_PERMISSION}, {EPERM, LEDGER_PERMISSION},
        {ENOENT, LEDGER_NOT_FOUND}, {ENOTDIR, LEDGER_NOT_FOUND}, {EEXIST, LEDGER_EXISTS},
        {EIO, LEDGER_IO},           {EFBIG, LEDGER_IO},          {0, LEDGER_IO},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CU_ASSERT_EQUAL(ledger_status_of_errno(cases[i].os_error), cases[i].status);
    }
}

/* --- what is said --- */

static const char *said(const char *text)
{
    static struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    CU_ASSERT_FALSE(ledger_verdict_set(&verdict, LEDGER_BAD_TEXT, "%s", text));
    CU_ASSERT_EQUAL(verdict.finding, LEDGER_BAD_TEXT);
    return verdict.detail;
}

static void a_verdict_starts_as_not_checked(void)
{
    struct ledger_verdict verdict;
    memset(&verdict, 0x55, sizeof verdict);
    ledger_verdict_clear(&verdict);
    CU_ASSERT_EQUAL(verdict.finding, LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(verdict.entry, LEDGER_NO_ENTRY);
    CU_ASSERT_EQUAL(verdict.line, 0);
    CU_ASSERT_STRING_EQUAL(verdict.detail, "");
}

static void setting_a_verdict_keeps_the_entry_and_not_the_line(void)
{
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    verdict.entry = 7;
    verdict.line = 3;
    (void)ledger_verdict_set(&verdict, LEDGER_BAD_NOTE, "of %d", 5);
    CU_ASSERT_EQUAL(verdict.entry, 7);
    CU_ASSERT_EQUAL(verdict.line, 0);
    CU_ASSERT_STRING_EQUAL(verdict.detail, "of 5");
    (void)ledger_verdict_set(&verdict, LEDGER_BAD_NOTE, "line 2: %s", verdict.detail);
    CU_ASSERT_STRING_EQUAL(verdict.detail, "line 2: of 5");
}

static void what_is_not_clean_becomes_question_marks(void)
{
    CU_ASSERT_STRING_EQUAL(said("粤公证字第1号"), "粤公证字第1号");
    CU_ASSERT_STRING_EQUAL(said("a\nb\x1b[2J"), "a?b?[2J");
    CU_ASSERT_STRING_EQUAL(said("\xff\xfe"), "??");
    CU_ASSERT_STRING_EQUAL(said("\xc3("), "?(");
    CU_ASSERT_STRING_EQUAL(said("x\xe2\x80\xae"
                                "y"),
                           "x?y"); /* U+202E turns the text round */
    CU_ASSERT_STRING_EQUAL(said("\x80\x80\x80"), "?");
    CU_ASSERT_STRING_EQUAL(said(""), "");
}

/* Text that is cut off ends with a whole character, of whatever length, wherever the cut falls. */
static void what_is_too_long_is_cut_between_characters(void)
{
    static const char *const characters[] = {"x", "é", "粤", "𠮷"};
    for (size_t c = 0; c < COUNT_OF(characters); c++) {
        size_t size = strlen(characters[c]);
        for (size_t before = 0; before < 4; before++) {
            char text[1024] = "---";
            size_t at = before;
            while (at + size < 600) {
                memcpy(text + at, characters[c], size);
                at += size;
            }
            text[at] = '\0';
            const char *detail = said(text);
            size_t room = sizeof((struct ledger_verdict *)NULL)->detail - 1;
            CU_ASSERT_EQUAL(strlen(detail), before + (room - before) / size * size);
            CU_ASSERT_NSTRING_EQUAL(detail, text, strlen(detail));
        }
    }
}

/* --- errors --- */

static void an_error_says_why(void)
{
    struct ledger_error error;
    CU_ASSERT_EQUAL(ledger_error_set(NULL, LEDGER_IO, EIO, "cannot read '%s'", "a"), LEDGER_IO);
    CU_ASSERT_EQUAL(ledger_error_set(&error, LEDGER_BUSY, 0, "cannot read '%s'", "a"), LEDGER_BUSY);
    CU_ASSERT_EQUAL(error.status, LEDGER_BUSY);
    CU_ASSERT_EQUAL(error.os_error, 0);
    CU_ASSERT_STRING_EQUAL(error.what, "cannot read 'a'");
    CU_ASSERT_EQUAL(ledger_error_set(&error, LEDGER_IO, EIO, "cannot read '%s'", "a\n"), LEDGER_IO);
    CU_ASSERT_EQUAL(error.os_error, EIO);
    CU_ASSERT_STRING_EQUAL(error.what, "cannot read 'a?': Input/output error");
    CU_ASSERT_EQUAL(ledger_error_set(&error, LEDGER_IO, 0, "again: %s", error.what), LEDGER_IO);
    CU_ASSERT_STRING_EQUAL(error.what, "again: cannot read 'a?': Input/output error");
}

static void a_reason_that_has_no_room_is_cut_off(void)
{
    struct ledger_error error;
    char path[600];
    for (size_t length = 480; length < 520; length++) {
        memset(path, 'p', length);
        path[length] = '\0';
        (void)ledger_error_set(&error, LEDGER_IO, EIO, "%s", path);
        size_t whole = length + strlen(": Input/output error");
        size_t room = sizeof error.what - 1;
        CU_ASSERT_EQUAL(strlen(error.what), whole < room ? whole : room);
    }
}

/* --- assertions --- */

static void a_failed_assertion_names_its_place_and_aborts(void)
{
    int ends[2];
    char told[200] = "";
    int ended = 0;
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    pid_t pid = fork();
    CU_ASSERT_FATAL(pid >= 0);
    if (pid == 0) {
        (void)signal(SIGABRT, SIG_DFL);
        (void)dup2(ends[1], STDERR_FILENO);
        ledger_assert_failed("size > 0", "here.c", 12);
    }
    (void)close(ends[1]);
    CU_ASSERT(read(ends[0], told, sizeof told - 1) > 0);
    (void)close(ends[0]);
    CU_ASSERT_EQUAL_FATAL(waitpid(pid, &ended, 0), pid);
    CU_ASSERT(WIFSIGNALED(ended) && WTERMSIG(ended) == SIGABRT);
    CU_ASSERT_STRING_EQUAL(told, "here.c:12: assertion failed: 'size > 0'\n");
}

void ledger_suite_status(void)
{
    CU_pSuite suite = CU_add_suite("status", NULL, NULL);
    CU_ADD_TEST(suite, every_status_has_its_token_and_sentence);
    CU_ADD_TEST(suite, every_finding_has_its_token_and_sentence);
    CU_ADD_TEST(suite, what_the_system_says_has_a_status);
    CU_ADD_TEST(suite, a_verdict_starts_as_not_checked);
    CU_ADD_TEST(suite, setting_a_verdict_keeps_the_entry_and_not_the_line);
    CU_ADD_TEST(suite, what_is_not_clean_becomes_question_marks);
    CU_ADD_TEST(suite, what_is_too_long_is_cut_between_characters);
    CU_ADD_TEST(suite, an_error_says_why);
    CU_ADD_TEST(suite, a_reason_that_has_no_room_is_cut_off);
    CU_ADD_TEST(suite, a_failed_assertion_names_its_place_and_aborts);
}
