/* told.h - what programs printed, and so told somebody to be durable. */
#ifndef TRUST_CRASH_STATES_TOLD_H
#define TRUST_CRASH_STATES_TOLD_H

#include "tests/trust/crash_states/expected.h"

struct told {
    struct {
        uint64_t end;     /* of the line */
        uint64_t entries; /* told to be durable, or published */
    } * lines;
    size_t count;
};

/* Reads the output of ledger-append, -index, -init, -publish and -import. A receipt must have the
 * leaf hash of its entry. Ends the program if it cannot. */
void told_load(struct told *told, const char *path, const struct expected *expected);

/* The last number that was told in the first `bytes`; 0: none was. */
uint64_t told_upto(const struct told *told, uint64_t bytes);

#endif
