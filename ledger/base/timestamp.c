#include "ledger/base/timestamp.h"

#include <string.h>

#include "ledger/base/status.h"

#define FIRST_YEAR 1970
#define LAST_YEAR 9999
#define OFFSET_MAX (14 * 60) /* minutes; the largest in use */
#define SECONDS_SIZE 19      /* bytes of "2026-11-23T10:21:07" */
#define DAY_MS INT64_C(86400000)

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t days_in_month(int64_t year, int64_t month)
{
    static const int8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* 29 Februaries up to the end of `year`. */
static int64_t leap_days(int64_t year)
{
    return year / 4 - year / 100 + year / 400;
}

/* Days from 1970-01-01 to the first day of `year`. */
static int64_t days_before_year(int64_t year)
{
    return 365 * (year - FIRST_YEAR) + leap_days(year - 1) - leap_days(FIRST_YEAR - 1);
}

/* Reads exactly `digits` digits; -1 if one of them is none. */
static int64_t read_digits(const uint8_t *at, size_t digits)
{
    int64_t value = 0;
    for (size_t i = 0; i < digits; i++) {
        if (at[i] < '0' || at[i] > '9') {
            return -1;
        }
        value = value * 10 + (at[i] - '0');
    }
    return value;
}

static bool read_date(int64_t *days, const uint8_t *at)
{
    int64_t year = read_digits(at, 4);
    int64_t month = read_digits(at + 5, 2);
    int64_t day = read_digits(at + 8, 2);
    if (at[4] != '-' || at[7] != '-' || year < FIRST_YEAR || month < 1 || month > 12 || day < 1 ||
        day > days_in_month(year, month)) {
        return false;
    }
    *days = days_before_year(year) + day - 1;
    for (int64_t before = 1; before < month; before++) {
        *days += days_in_month(year, before);
    }
    return true;
}

/* The first SECONDS_SIZE bytes, read as UTC. */
static bool read_seconds(int64_t *ms, const uint8_t *at)
{
    int64_t days;
    int64_t hour = read_digits(at + 11, 2);
    int64_t minute = read_digits(at + 14, 2);
    int64_t second = read_digits(at + 17, 2);
    if (!read_date(&days, at) || at[10] != 'T' || at[13] != ':' || at[16] != ':' || hour < 0 ||
        hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
        return false;
    }
    *ms = (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000;
    return true;
}

/* "+08:00" as minutes. Zero is spelled "Z" and therefore refused here. */
static bool read_offset(int64_t *minutes, const uint8_t *at)
{
    int64_t hour = read_digits(at + 1, 2);
    int64_t minute = read_digits(at + 4, 2);
    if ((at[0] != '+' && at[0] != '-') || at[3] != ':' || hour < 0 || minute < 0 || minute > 59) {
        return false;
    }
    int64_t size = hour * 60 + minute;
    if (size == 0 || size > OFFSET_MAX) {
        return false;
    }
    *minutes = at[0] == '+' ? size : -size;
    return true;
}

bool ledger_read_claimed_time(int64_t *ms, struct ledger_span text)
{
    int64_t local;
    int64_t offset = 0;
    if (text.size == SECONDS_SIZE + 1) {
        if (text.data[SECONDS_SIZE] != 'Z') {
            return false;
        }
    } else if (text.size != SECONDS_SIZE + 6 || !read_offset(&offset, text.data + SECONDS_SIZE)) {
        return false;
    }
    if (!read_seconds(&local, text.data)) {
        return false;
    }
    int64_t utc = local - offset * 60 * 1000;
    if (utc < 0 || utc > LEDGER_TIME_MAX) {
        return false;
    }
    *ms = utc;
    return true;
}

bool ledger_read_ledger_time(int64_t *ms, struct ledger_span text)
{
    int64_t whole;
    if (text.size != LEDGER_TIME_SIZE || text.data[SECONDS_SIZE] != '.' ||
        text.data[LEDGER_TIME_SIZE - 1] != 'Z' || !read_seconds(&whole, text.data)) {
        return false;
    }
    int64_t fraction = read_digits(text.data + SECONDS_SIZE + 1, 3);
    if (fraction < 0) {
        return false;
    }
    *ms = whole + fraction;
    return true;
}

static void write_digits(char *at, size_t digits, int64_t value)
{
    for (size_t i = digits; i > 0; i--) {
        at[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
}

static void write_date(char *at, int64_t days)
{
    /* The mean year gives the year or a neighbour of it. */
    int64_t year = FIRST_YEAR + days * 400 / 146097;
    while (days_before_year(year) > days) {
        year--;
    }
    while (days_before_year(year + 1) <= days) {
        year++;
    }
    LEDGER_ASSERT(year >= FIRST_YEAR && year <= LAST_YEAR);
    int64_t day = days - days_before_year(year);
    int64_t month = 1;
    while (day >= days_in_month(year, month)) {
        day -= days_in_month(year, month);
        month++;
    }
    write_digits(at, 4, year);
    write_digits(at + 5, 2, month);
    write_digits(at + 8, 2, day + 1);
}

static void write_seconds(char *at, int64_t ms)
{
    LEDGER_ASSERT(ms >= 0 && ms <= LEDGER_TIME_MAX);
    int64_t second = ms % DAY_MS / 1000;
    memcpy(at, "0000-00-00T00:00:00", SECONDS_SIZE);
    write_date(at, ms / DAY_MS);
    write_digits(at + 11, 2, second / 3600);
    write_digits(at + 14, 2, second / 60 % 60);
    write_digits(at + 17, 2, second % 60);
}

void ledger_write_ledger_time(char text[LEDGER_TIME_SIZE + 1], int64_t ms)
{
    write_seconds(text, ms);
    text[SECONDS_SIZE] = '.';
    write_digits(text + SECONDS_SIZE + 1, 3, ms % 1000);
    text[LEDGER_TIME_SIZE - 1] = 'Z';
    text[LEDGER_TIME_SIZE] = '\0';
}

void ledger_write_claimed_time(char text[21], int64_t ms)
{
    write_seconds(text, ms);
    text[SECONDS_SIZE] = 'Z';
    text[SECONDS_SIZE + 1] = '\0';
}
