/*
 * intruder.h - what a hostile file could make of a reader that it took over.
 */
#ifndef LEDGER_TRUST_INTRUDER_H
#define LEDGER_TRUST_INTRUDER_H

#include <stdbool.h>

struct attempt {
    const char *name;
    bool (*make)(void); /* whether it could be done; errno if not */
};

/* Ends with an attempt without a name. */
extern const struct attempt attempts[];

#endif
