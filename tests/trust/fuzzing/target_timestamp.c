/* Times: one that was read is written as it was, and is what the C library makes of it. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ledger/base/timestamp.h"
#include "tests/trust/fuzzing/fuzz.h"

/* "2026-11-23T10:21:07" by the C library, which forgives what we do not. */
static int64_t by_library(struct ledger_span text)
{
    char copy[20] = {0};
    struct tm tm = {0};
    memcpy(copy, text.data, 19);
    int read = sscanf(copy, "%4d-%2d-%2dT%2d:%2d:%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
                      &tm.tm_hour, &tm.tm_min, &tm.tm_sec);
    FUZZ_CHECK(read == 6);
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    int month = tm.tm_mon;
    int64_t seconds = timegm(&tm);
    FUZZ_CHECK(tm.tm_mon == month); /* there is such a day in the month */
    return seconds * 1000;
}

static bool check_ledger_time(struct ledger_span input)
{
    int64_t ms = -1;
    char text[LEDGER_TIME_SIZE + 1];
    if (!ledger_read_ledger_time(&ms, input)) {
        return false;
    }
    FUZZ_CHECK(ms >= 0 && ms <= LEDGER_TIME_MAX);
    FUZZ_CHECK(by_library(input) == ms - ms % 1000);
    ledger_write_ledger_time(text, ms);
    fuzz_same(ledger_span_of(text), input);
    return true;
}

static bool check_claimed_time(struct ledger_span input)
{
    int64_t ms = -1;
    char text[21];
    if (!ledger_read_claimed_time(&ms, input)) {
        return false;
    }
    FUZZ_CHECK(ms >= 0 && ms <= LEDGER_TIME_MAX && ms % 1000 == 0);
    int64_t offset = by_library(input) - ms;
    FUZZ_CHECK(offset % 60000 == 0 && offset >= -14 * 3600000 && offset <= 14 * 3600000);
    ledger_write_claimed_time(text, ms);
    if (input.data[input.size - 1] == 'Z') {
        fuzz_same(ledger_span_of(text), input);
    } else {
        FUZZ_CHECK(offset != 0);
    }
    return true;
}

bool fuzz_target(struct ledger_span input)
{
    bool claimed = check_claimed_time(input);
    bool of_ledger = check_ledger_time(input);
    FUZZ_CHECK(!claimed || !of_ledger);
    return claimed || of_ledger;
}
