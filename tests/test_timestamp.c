#include <CUnit/CUnit.h>
#include <string.h>
#include <time.h>

#include "ledger/base/timestamp.h"
#include "tests/suites.h"

static const int64_t untouched = -77;

static int64_t claimed(const char *text)
{
    int64_t ms = untouched;
    return ledger_read_claimed_time(&ms, ledger_span_of(text)) ? ms : untouched;
}

static int64_t stamped(const char *text)
{
    int64_t ms = untouched;
    return ledger_read_ledger_time(&ms, ledger_span_of(text)) ? ms : untouched;
}

static void known_times_are_read(void)
{
    CU_ASSERT(claimed("1970-01-01T00:00:00Z") == 0);
    CU_ASSERT(claimed("2026-11-23T10:21:07+08:00") == INT64_C(1795400467000));
    CU_ASSERT(claimed("2026-11-23T02:21:07Z") == INT64_C(1795400467000));
    CU_ASSERT(claimed("2026-11-22T20:51:07-05:30") == INT64_C(1795400467000));
    CU_ASSERT(stamped("2026-11-23T02:21:08.412Z") == INT64_C(1795400468412));
    CU_ASSERT(stamped("1970-01-01T00:00:00.000Z") == 0);
    CU_ASSERT(stamped("9999-12-31T23:59:59.999Z") == LEDGER_TIME_MAX);
}

static void february_29_needs_a_leap_year(void)
{
    CU_ASSERT(claimed("2000-02-29T00:00:00Z") == INT64_C(951782400000));
    CU_ASSERT(claimed("2024-02-29T00:00:00Z") != untouched);
    CU_ASSERT(claimed("2400-02-29T00:00:00Z") != untouched);
    CU_ASSERT(claimed("1900-02-29T00:00:00Z") == untouched);
    CU_ASSERT(claimed("2100-02-29T00:00:00Z") == untouched);
    CU_ASSERT(claimed("2023-02-29T00:00:00Z") == untouched);
    CU_ASSERT(claimed("2024-02-30T00:00:00Z") == untouched);
}

static void dates_and_times_out_of_range_are_refused(void)
{
    static const char *const wrong[] = {
        "1969-12-31T23:59:59Z",      "2026-00-01T00:00:00Z",      "2026-13-01T00:00:00Z",
        "2026-01-00T00:00:00Z",      "2026-01-32T00:00:00Z",      "2026-04-31T00:00:00Z",
        "2026-06-31T00:00:00Z",      "2026-09-31T00:00:00Z",      "2026-11-31T00:00:00Z",
        "2026-01-01T24:00:00Z",      "2026-01-01T00:60:00Z",      "2026-12-31T23:59:60Z",
        "1970-01-01T00:00:00+08:00", "9999-12-31T23:59:59-00:01", "1969-12-31T23:00:00-02:00"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CU_ASSERT(claimed(wrong[i]) == untouched);
    }
    CU_ASSERT(claimed("1970-01-01T08:00:00+08:00") == 0);
    CU_ASSERT(claimed("9999-12-31T23:59:59Z") == LEDGER_TIME_MAX - 999);
}

static void offsets_have_one_spelling(void)
{
    CU_ASSERT(claimed("2026-11-23T10:21:07+14:00") != untouched);
    CU_ASSERT(claimed("2026-11-23T10:21:07-14:00") != untouched);
    CU_ASSERT(claimed("2026-11-23T10:21:07+05:45") != untouched);
    static const char *const wrong[] = {
        "2026-11-23T10:21:07+00:00", "2026-11-23T10:21:07-00:00", "2026-11-23T10:21:07+14:01",
        "2026-11-23T10:21:07-14:01", "2026-11-23T10:21:07+15:00", "2026-11-23T10:21:07+08:60",
        "2026-11-23T10:21:07+0800",  "2026-11-23T10:21:07+08",    "2026-11-23T10:21:07 08:00",
        "2026-11-23T10:21:07",       "2026-11-23T10:21:07z",      "2026-11-23T10:21:07Z0800",
        "2026-11-23T10:21:07+08:00Z"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CU_ASSERT(claimed(wrong[i]) == untouched);
    }
}

/* Every single-byte change is refused or gives another time: no two spellings of one. */
static void no_other_spelling_gives_the_same_time(void)
{
    static const char *const good[] = {"2026-11-23T02:21:07Z", "2026-11-23T10:21:07+08:00"};
    for (size_t which = 0; which < 2; which++) {
        char text[32];
        size_t size = strlen(good[which]);
        for (size_t at = 0; at < size; at++) {
            for (int byte = 1; byte < 256; byte++) {
                (void)memcpy(text, good[which], size + 1);
                text[at] = (char)byte;
                CU_ASSERT((claimed(text) == claimed(good[which])) ==
                          (strcmp(text, good[which]) == 0));
            }
        }
        for (size_t cut = 0; cut < size; cut++) {
            int64_t ms = untouched;
            struct ledger_span part = {(const uint8_t *)good[which], cut};
            CU_ASSERT(!ledger_read_claimed_time(&ms, part) && ms == untouched);
        }
    }
}

static void ledger_time_needs_milliseconds_and_utc(void)
{
    static const char *const wrong[] = {
        "2026-11-23T02:21:08Z",      "2026-11-23T02:21:08.41Z",  "2026-11-23T02:21:08.4123Z",
        "2026-11-23T02:21:08,412Z",  "2026-11-23T02:21:08.412z", "2026-11-23T02:21:08.412",
        "2026-11-23T02:21:08.4 2Z",  "2026-11-23t02:21:08.412Z", "2026-11-23 02:21:08.412Z",
        "2026-11-23T02:21:08.412Z ", "2026-11-23T02:21:08.-12Z", "2026-11-23T02:21:08+01:0Z",
        "2026-11-23T24:00:00.000Z",  "1969-12-31T23:59:59.999Z"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CU_ASSERT(stamped(wrong[i]) == untouched);
    }
    CU_ASSERT(claimed("2026-11-23T02:21:08.412Z") == untouched);
}

static void written_times_are_read_back(void)
{
    char text[LEDGER_TIME_SIZE + 1];
    char short_text[21];
    int64_t wrong = 0;
    /* A step that is no multiple of a day, a year or a second. */
    for (int64_t ms = 0; ms <= LEDGER_TIME_MAX; ms += INT64_C(12345678901)) {
        ledger_write_ledger_time(text, ms);
        ledger_write_claimed_time(short_text, ms);
        wrong += stamped(text) != ms || claimed(short_text) != ms / 1000 * 1000 ? 1 : 0;
    }
    CU_ASSERT(wrong == 0);
    ledger_write_ledger_time(text, LEDGER_TIME_MAX);
    CU_ASSERT_STRING_EQUAL(text, "9999-12-31T23:59:59.999Z");
    ledger_write_ledger_time(text, 0);
    CU_ASSERT_STRING_EQUAL(text, "1970-01-01T00:00:00.000Z");
}

static void every_day_agrees_with_the_c_library(void)
{
    int64_t wrong = 0;
    int64_t step = 1;
    for (int64_t day = 0; day < LEDGER_TIME_MAX / 86400000; day += step) {
        char mine[21];
        char theirs[32];
        struct tm parts;
        time_t seconds = (time_t)(day * 86400 + day % 86400);
        ledger_write_claimed_time(mine, (int64_t)seconds * 1000);
        if (gmtime_r(&seconds, &parts) == NULL ||
            strftime(theirs, sizeof theirs, "%Y-%m-%dT%H:%M:%SZ", &parts) != 20 ||
            strcmp(mine, theirs) != 0) {
            wrong++;
        }
        step = day < 60000 || day > 2900000 ? 1 : 13;
    }
    CU_ASSERT(wrong == 0);
}

void ledger_suite_timestamp(void)
{
    CU_pSuite suite = CU_add_suite("timestamp", NULL, NULL);
    CU_ADD_TEST(suite, known_times_are_read);
    CU_ADD_TEST(suite, february_29_needs_a_leap_year);
    CU_ADD_TEST(suite, dates_and_times_out_of_range_are_refused);
    CU_ADD_TEST(suite, offsets_have_one_spelling);
    CU_ADD_TEST(suite, no_other_spelling_gives_the_same_time);
    CU_ADD_TEST(suite, ledger_time_needs_milliseconds_and_utc);
    CU_ADD_TEST(suite, written_times_are_read_back);
    CU_ADD_TEST(suite, every_day_agrees_with_the_c_library);
}
