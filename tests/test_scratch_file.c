/* What was appended is read again, from memory or from a file that nobody sees. */
#include "ledger/store/scratch_file.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/suites.h"

#define MEMORY 4096u
#define UNIT 100u /* does not divide it */

static uint64_t append(struct ledger_scratch *scratch, unsigned number, enum ledger_status expected)
{
    struct ledger_error error;
    uint8_t bytes[UNIT];
    uint64_t place = UINT64_MAX;
    memset(bytes, (int)(number % 251), sizeof bytes);
    CU_ASSERT_EQUAL(
        ledger_scratch_append(scratch, &place, (struct ledger_span){bytes, sizeof bytes}, &error),
        expected);
    return place;
}

static void reads(const struct ledger_scratch *scratch, unsigned number)
{
    struct ledger_error error;
    uint8_t expected[UNIT];
    uint8_t bytes[UNIT] = {0};
    memset(expected, (int)(number % 251), sizeof expected);
    CU_ASSERT_EQUAL(ledger_scratch_read(scratch, bytes, sizeof bytes, number * UNIT, &error),
                    LEDGER_OK);
    CU_ASSERT_EQUAL(memcmp(bytes, expected, sizeof bytes), 0);
    CU_ASSERT_EQUAL(ledger_scratch_read(scratch, bytes, 1, number * UNIT + UNIT - 1, &error),
                    LEDGER_OK);
    CU_ASSERT_EQUAL(bytes[0], expected[0]);
}

static void everything_is_read_again(void)
{
    struct ledger_scratch scratch;
    ledger_scratch_start(&scratch, MEMORY, NULL);
    for (unsigned i = 0; i < 1000; i++) {
        CU_ASSERT_EQUAL(append(&scratch, i, LEDGER_OK), i * UNIT);
        reads(&scratch, i);
        reads(&scratch, i / 2);
        CU_ASSERT_EQUAL(scratch.fd >= 0, i >= MEMORY / UNIT);
    }
    for (unsigned i = 0; i < 1000; i++) {
        reads(&scratch, i);
    }
    ledger_scratch_free(&scratch);
    ledger_scratch_free(&scratch);
}

static void nobody_else_sees_the_file(void)
{
    struct ledger_scratch scratch;
    struct stat info;
    ledger_scratch_start(&scratch, MEMORY, NULL);
    for (unsigned i = 0; i < 100; i++) {
        (void)append(&scratch, i, LEDGER_OK);
    }
    CU_ASSERT_EQUAL_FATAL(fstat(scratch.fd, &info), 0);
    CU_ASSERT_EQUAL(info.st_nlink, 0);
    CU_ASSERT_EQUAL(info.st_mode & 07777, 0600);
    ledger_scratch_free(&scratch);
}

/* Where TMPDIR leads nowhere: no status that says something of a ledger. */
static void without_a_directory_only_little_is_kept(void)
{
    struct ledger_scratch scratch;
    const char *before = getenv("TMPDIR");
    char *kept = before != NULL ? strdup(before) : NULL;
    CU_ASSERT_EQUAL(setenv("TMPDIR", "/nowhere/at/all", 1), 0);
    ledger_scratch_start(&scratch, MEMORY, NULL);
    for (unsigned i = 0; i < MEMORY / UNIT; i++) {
        (void)append(&scratch, i, LEDGER_OK);
    }
    (void)append(&scratch, MEMORY / UNIT, LEDGER_IO);
    ledger_scratch_free(&scratch);
    CU_ASSERT_EQUAL(kept != NULL ? setenv("TMPDIR", kept, 1) : unsetenv("TMPDIR"), 0);
    free(kept);
}

static void a_file_that_is_lent_is_used_again_from_its_beginning(void)
{
    int file = ledger_scratch_make_file();
    CU_ASSERT_FATAL(file >= 0);
    for (unsigned first = 0; first < 2; first++) {
        struct ledger_scratch scratch;
        ledger_scratch_start(&scratch, MEMORY, &file);
        for (unsigned i = 0; i < 100; i++) {
            CU_ASSERT_EQUAL(append(&scratch, i, LEDGER_OK), i * UNIT);
        }
        for (unsigned i = 0; i < 100; i++) {
            reads(&scratch, i);
        }
        CU_ASSERT_EQUAL(scratch.fd, file);
        ledger_scratch_free(&scratch);
    }
    CU_ASSERT_EQUAL(close(file), 0);
}

static void why_a_file_could_not_be_made_is_told_when_it_is_needed(void)
{
    const int file = -EROFS;
    struct ledger_scratch scratch;
    struct ledger_error error;
    uint8_t bytes[UNIT] = {0};
    uint64_t place;
    ledger_scratch_start(&scratch, MEMORY, &file);
    for (unsigned i = 0; i < MEMORY / UNIT; i++) {
        (void)append(&scratch, i, LEDGER_OK);
    }
    CU_ASSERT_EQUAL(
        ledger_scratch_append(&scratch, &place, (struct ledger_span){bytes, UNIT}, &error),
        LEDGER_READ_ONLY);
    CU_ASSERT_EQUAL(error.os_error, EROFS);
    ledger_scratch_free(&scratch);
}

static void a_file_that_may_not_grow_is_a_status(void)
{
    struct ledger_scratch scratch;
    struct rlimit before;
    CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit small = {MEMORY + MEMORY / 2, before.rlim_max};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    CU_ASSERT_EQUAL(setrlimit(RLIMIT_FSIZE, &small), 0);
    ledger_scratch_start(&scratch, MEMORY, NULL);
    unsigned full = MEMORY / UNIT;
    for (unsigned i = 0; i < 2 * full; i++) {
        (void)append(&scratch, i, LEDGER_OK);
    }
    (void)append(&scratch, 2 * full, LEDGER_IO);
    CU_ASSERT_EQUAL(setrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, handler);
    reads(&scratch, 0);
    ledger_scratch_free(&scratch);
}

void ledger_suite_scratch_file(void)
{
    CU_pSuite suite = CU_add_suite("scratch_file", NULL, NULL);
    CU_ADD_TEST(suite, everything_is_read_again);
    CU_ADD_TEST(suite, nobody_else_sees_the_file);
    CU_ADD_TEST(suite, without_a_directory_only_little_is_kept);
    CU_ADD_TEST(suite, a_file_that_is_lent_is_used_again_from_its_beginning);
    CU_ADD_TEST(suite, why_a_file_could_not_be_made_is_told_when_it_is_needed);
    CU_ADD_TEST(suite, a_file_that_may_not_grow_is_a_status);
}
