/*
 * fuzz.c - one execution of a target, and the faults that are planted for the controls.
 *
 * LEDGER_FUZZ_PLANT=overflow   now and then the target is told of one byte too many
 * LEDGER_FUZZ_PLANT=spelling   now and then what was written or read twice is taken to differ
 * LEDGER_FUZZ_PLANT=unchecked  liblmdb reads what the check before it refused
 * LEDGER_FUZZ_PLANT=hang       now and then the target does not come back
 */
#include "tests/trust/fuzzing/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLANTED_EVERY 17u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz_count fuzz_count;

bool fuzz_is_planted(const char *what)
{
    static const char *planted;
    if (planted == NULL) {
        planted = getenv("LEDGER_FUZZ_PLANT");
        planted = planted == NULL ? "" : planted;
    }
    return strcmp(planted, what) == 0;
}

/* Depends on the bytes alone, so that a fault that was found is found again with its input. */
static bool is_unlucky(struct ledger_span bytes)
{
    uint32_t sum = 2166136261u;
    for (size_t i = 0; i < bytes.size; i++) {
        sum = (sum ^ bytes.data[i]) * 16777619u;
    }
    return sum % PLANTED_EVERY == 0;
}

void fuzz_violation(const char *what, const char *file, int line)
{
    (void)fprintf(stderr, "violation: %s (%s:%d)\n", what, file, line);
    abort();
}

void fuzz_agree(struct ledger_span input, bool one, bool other)
{
    fuzz_count.compared++;
    if (fuzz_is_planted("spelling") && is_unlucky(input)) {
        other = !one;
    }
    FUZZ_CHECK(one == other);
}

void fuzz_same(struct ledger_span written, struct ledger_span read)
{
    fuzz_count.compared++;
    bool same = written.size == read.size &&
                (read.size == 0 || memcmp(written.data, read.data, read.size) == 0);
    if (fuzz_is_planted("spelling") && is_unlucky(read)) {
        same = false;
    }
    FUZZ_CHECK(same);
}

void fuzz_same_buffer(const struct ledger_buffer *written, struct ledger_span read)
{
    FUZZ_CHECK(!written->overflow);
    fuzz_same(ledger_buffer_span(written), read);
}

static bool is_printable(const char *detail, size_t capacity)
{
    size_t size = strnlen(detail, capacity);
    struct ledger_span text = {(const uint8_t *)detail, size};
    return size < capacity && ledger_text_clean(text, NULL) && memchr(detail, '\n', size) == NULL;
}

bool fuzz_refused(const struct ledger_verdict *verdict, struct ledger_span input)
{
    uint32_t lines = 2; /* one that is cut off, and one past the last */
    for (size_t i = 0; i < input.size; i++) {
        lines += input.data[i] == '\n';
    }
    FUZZ_CHECK(verdict->finding != LEDGER_VALID && verdict->finding != LEDGER_NOT_CHECKED);
    FUZZ_CHECK(verdict->line <= lines);
    FUZZ_CHECK(is_printable(verdict->detail, sizeof verdict->detail));
    return false;
}

void fuzz_within(struct ledger_span part, struct ledger_span whole)
{
    FUZZ_CHECK(part.size == 0 || (part.data >= whole.data && part.size <= whole.size &&
                                  (size_t)(part.data - whole.data) <= whole.size - part.size));
}

struct ledger_hasher *fuzz_hasher(void)
{
    static struct ledger_hasher *hasher;
    if (hasher == NULL && ledger_hasher_new(&hasher) != LEDGER_OK) {
        abort();
    }
    return hasher;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ledger_span input = {data, size};
    if (fuzz_is_planted("overflow") && size > 0 && is_unlucky(input)) {
        input.size++;
    }
    while (fuzz_is_planted("hang") && is_unlucky(input)) {
    }
    fuzz_count.executions++;
    fuzz_count.accepted += fuzz_target(input);
    return 0;
}
