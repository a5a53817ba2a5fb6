#include "tools/verify_notices.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/suites.h"

#define MANY_KEYS 100000
#define ENTRIES (VERIFY_NOTICES_SHOWN + 5)

/* What is given is gone after the call, as that of an audit may be. */
static void give(struct verify_notices *notices, enum ledger_notice_type type, uint64_t entry,
                 const char *key)
{
    char memory[64];
    (void)snprintf(memory, sizeof memory, "%s", key);
    struct ledger_notice notice = {
        .type = type, .entry = entry, .from = 1, .key = ledger_span_of(memory)};
    verify_notices_take(notices, &notice);
    memset(memory, '!', sizeof memory);
}

static struct ledger_span kept_key(const struct verify_notices *notices, size_t i)
{
    CU_ASSERT_FATAL(i < notices->count);
    return notices->notices[i].key;
}

/* The report for a reader, to be freed. */
static char *text_of(const struct verify_notices *notices, uint64_t doubtful)
{
    struct ledger_audit_report *report = calloc(1, sizeof *report);
    char *text = calloc(1, 65536);
    FILE *file = tmpfile();
    int shown = dup(STDOUT_FILENO);
    CU_ASSERT_FATAL(report != NULL && text != NULL && file != NULL && shown >= 0);
    report->compromised = 1;
    report->doubtful = doubtful;
    (void)fflush(stdout);
    (void)dup2(fileno(file), STDOUT_FILENO);
    verify_notices_text(notices, report);
    (void)fflush(stdout);
    (void)dup2(shown, STDOUT_FILENO);
    (void)close(shown);
    rewind(file);
    CU_ASSERT(fread(text, 1, 65535, file) > 0);
    (void)fclose(file);
    free(report);
    return text;
}

static unsigned times(const char *text, const char *what)
{
    unsigned count = 0;
    for (text = strstr(text, what); text != NULL; text = strstr(text + 1, what)) {
        count++;
    }
    return count;
}

/* ENTRIES entries in doubt, each signed with two keys that were declared compromised. */
static void give_doubtful(struct verify_notices *notices)
{
    give(notices, LEDGER_NOTICE_COMPROMISED, 0, "b.example/key");
    give(notices, LEDGER_NOTICE_COMPROMISED, 0, "a.example/key");
    for (uint64_t i = 0; i < ENTRIES; i++) {
        give(notices, LEDGER_NOTICE_DOUBTFUL, i + 1, "a.example/key");
        give(notices, LEDGER_NOTICE_DOUBTFUL, i + 1, "b.example/key");
    }
}

static void entries_in_doubt_are_counted_not_their_signatures(void)
{
    struct verify_notices notices = {.all = false};
    give_doubtful(&notices);
    CU_ASSERT_EQUAL(notices.count, 2 + 2 * VERIFY_NOTICES_SHOWN);
    char *text = text_of(&notices, ENTRIES);
    CU_ASSERT_EQUAL(times(text, "signed with a.example/key"), VERIFY_NOTICES_SHOWN);
    CU_ASSERT_EQUAL(times(text, "and with b.example/key"), VERIFY_NOTICES_SHOWN);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "entry 20 "));
    CU_ASSERT_PTR_NULL(strstr(text, "entry 21 "));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "and 5 more; '--json' lists all"));
    free(text);
    verify_notices_free(&notices);
}

static void all_that_are_kept_do_not_make_the_report_longer(void)
{
    struct verify_notices notices = {.all = true};
    give_doubtful(&notices);
    CU_ASSERT_EQUAL(notices.count, 2 + 2 * ENTRIES);
    char *text = text_of(&notices, ENTRIES);
    CU_ASSERT_EQUAL(times(text, "\n  entry "), VERIFY_NOTICES_SHOWN);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "and 5 more; '--json' lists all"));
    free(text);
    verify_notices_free(&notices);
}

static void nothing_more_is_announced_where_nothing_is(void)
{
    struct verify_notices notices = {.all = false};
    give(&notices, LEDGER_NOTICE_COMPROMISED, 0, "a.example/key");
    for (uint64_t i = 0; i < VERIFY_NOTICES_SHOWN; i++) {
        give(&notices, LEDGER_NOTICE_DOUBTFUL, i, "a.example/key");
    }
    char *text = text_of(&notices, VERIFY_NOTICES_SHOWN);
    CU_ASSERT_PTR_NULL(strstr(text, " more"));
    free(text);
    verify_notices_free(&notices);
}

static void a_key_is_copied_once_however_much_it_signed(void)
{
    struct verify_notices notices = {.all = true};
    give_doubtful(&notices);
    CU_ASSERT_EQUAL(notices.key_count, 2);
    CU_ASSERT(ledger_span_is(kept_key(&notices, 0), "b.example/key"));
    CU_ASSERT(ledger_span_is(kept_key(&notices, 1), "a.example/key"));
    for (size_t i = 2; i < notices.count; i++) {
        CU_ASSERT_PTR_EQUAL(kept_key(&notices, i).data, kept_key(&notices, 1 - i % 2).data);
    }
    CU_ASSERT_EQUAL(verify_notices_finish(&notices), CLI_DONE);
    verify_notices_free(&notices);
}

static void a_key_is_told_from_one_that_it_begins(void)
{
    static const char *const keys[] = {"key", "ke", "key2", "k", "key1"};
    struct verify_notices notices = {.all = true};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        give(&notices, LEDGER_NOTICE_COMPROMISED, 0, keys[i]);
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        give(&notices, LEDGER_NOTICE_DOUBTFUL, i, keys[i]);
        CU_ASSERT(ledger_span_is(kept_key(&notices, notices.count - 1), keys[i]));
    }
    verify_notices_free(&notices);
}

/* Comparing each with each would take most of a minute. */
static void many_keys_are_taken_in_little_time(void)
{
    struct verify_notices notices = {.all = true};
    clock_t start = clock();
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < MANY_KEYS; i++) {
            char key[64];
            (void)snprintf(key, sizeof key, "institution.gz.example/%u", i * 7919 % MANY_KEYS);
            give(&notices, round == 0 ? LEDGER_NOTICE_COMPROMISED : LEDGER_NOTICE_DOUBTFUL, i, key);
        }
    }
    CU_ASSERT((clock() - start) / CLOCKS_PER_SEC < 5);
    CU_ASSERT_EQUAL(notices.key_count, MANY_KEYS);
    CU_ASSERT_EQUAL(notices.count, 2 * MANY_KEYS);
    CU_ASSERT_PTR_EQUAL(kept_key(&notices, 41).data, kept_key(&notices, MANY_KEYS + 41).data);
    verify_notices_free(&notices);
}

void ledger_suite_verify_notices(void)
{
    CU_pSuite suite = CU_add_suite("verify_notices", NULL, NULL);
    CU_ADD_TEST(suite, entries_in_doubt_are_counted_not_their_signatures);
    CU_ADD_TEST(suite, all_that_are_kept_do_not_make_the_report_longer);
    CU_ADD_TEST(suite, nothing_more_is_announced_where_nothing_is);
    CU_ADD_TEST(suite, a_key_is_copied_once_however_much_it_signed);
    CU_ADD_TEST(suite, a_key_is_told_from_one_that_it_begins);
    CU_ADD_TEST(suite, many_keys_are_taken_in_little_time);
}
