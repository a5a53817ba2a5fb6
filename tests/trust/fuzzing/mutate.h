/*
 * mutate.h - seeded changes of inputs, the same on every machine.
 */
#ifndef LEDGER_TRUST_MUTATE_H
#define LEDGER_TRUST_MUTATE_H

#include "ledger/base/span.h"

#define FUZZ_INPUT_MAX (1u << 18)

struct fuzz_source {
    const struct ledger_span *files; /* at least one */
    size_t count;
    uint64_t random; /* state of the generator; starts as the seed */
};

/* One of the files with one to six changes, in `memory` (FUZZ_INPUT_MAX bytes). */
struct ledger_span fuzz_mutate(struct fuzz_source *source, uint8_t *memory);

#endif
