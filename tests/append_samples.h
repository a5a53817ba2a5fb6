/*
 * append_samples.h - opening the sample ledger to append, and what it is then found to be.
 */
#ifndef LEDGER_TESTS_APPEND_SAMPLES_H
#define LEDGER_TESTS_APPEND_SAMPLES_H

#include <stdio.h>

#include "ledger/ops/append.h"
#include "tests/ledger_samples.h"

static inline struct ledger_appender *opened(struct samples *s)
{
    struct ledger_appender *a = NULL;
    CU_ASSERT_EQUAL_FATAL(samples_open(s, &a), LEDGER_OK);
    return a;
}

static inline enum ledger_finding append_one(struct samples *s, struct ledger_appender *a,
                                             struct ledger_span note, uint64_t *index)
{
    CU_ASSERT_EQUAL(samples_append(s, a, note, index), LEDGER_OK);
    return s->verdict.finding;
}

/* Opening answers `expected`; if it is LEDGER_OK, the ledger has `size` entries in the end. */
static inline void open_gives(struct samples *s, enum ledger_status expected, uint64_t size)
{
    struct ledger_appender *a = NULL;
    uint64_t index = 0;
    struct ledger_span guard = samples_file(s, s->guard);
    enum ledger_status status = samples_open(s, &a);
    CU_ASSERT_EQUAL(status, expected);
    if (status != expected) {
        printf("\n%s: %s\n", ledger_status_token(status), s->error.what);
    }
    if (status == LEDGER_OK) {
        CU_ASSERT_EQUAL(samples_append(s, a, samples_ordinary(s, 9), &index), LEDGER_OK);
        CU_ASSERT_EQUAL(s->verdict.finding, LEDGER_VALID);
        CU_ASSERT_EQUAL(index, size);
    } else {
        CU_ASSERT_PTR_NULL(a);
        CU_ASSERT_EQUAL(s->error.status, expected);
        CU_ASSERT(ledger_span_equal(guard, samples_file(s, s->guard)));
    }
    ledger_appender_close(&a);
}

#endif
