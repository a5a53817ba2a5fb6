/*
 * fuzz.h - what the targets of the fuzzing share.
 *
 * A target is one file, target_<name>.c, which gives hostile bytes to one parser of the product and
 * checks what must hold whatever they are. It is linked with fuzz.c, and with libFuzzer or with
 * plain.c, which runs the same inputs without it.
 */
#ifndef LEDGER_TRUST_FUZZ_H
#define LEDGER_TRUST_FUZZ_H

#include "ledger/base/hash.h"
#include "ledger/base/span.h"
#include "ledger/base/status.h"
#include "ledger/base/text.h"

/* Each target's own. `input` ends where the memory that may be read ends. Whether it was accepted. */
bool fuzz_target(struct ledger_span input);

#define FUZZ_CHECK(condition)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fuzz_violation(#condition, __FILE__, __LINE__);                                        \
        }                                                                                          \
    } while (0)

void fuzz_violation(const char *what, const char *file, int line) __attribute__((noreturn));

/* One spelling: what was written from what was read must be what was read. */
void fuzz_same(struct ledger_span written, struct ledger_span read);
/* Two readings of the input must agree. */
void fuzz_agree(struct ledger_span input, bool one, bool other);

/* Whether this fault is planted: see fuzz.c. */
bool fuzz_is_planted(const char *what);

void fuzz_same_buffer(const struct ledger_buffer *written, struct ledger_span read);

/* A refusal names a finding, and a line of the text; its detail is clean. Returns false. */
bool fuzz_refused(const struct ledger_verdict *verdict, struct ledger_span input);

/* Whether `part`, unless it is empty, is a part of `whole` in memory. */
void fuzz_within(struct ledger_span part, struct ledger_span whole);

struct ledger_hasher *fuzz_hasher(void);

struct fuzz_count {
    unsigned long long executions;
    unsigned long long accepted;
    unsigned long long compared; /* by fuzz_same and fuzz_agree */
};
extern struct fuzz_count fuzz_count;

#endif
