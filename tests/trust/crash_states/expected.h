/*
 * expected.h - what a ledger became while it was watched: every state after a crash must be one of
 * those it went through.
 */
#ifndef TRUST_CRASH_STATES_EXPECTED_H
#define TRUST_CRASH_STATES_EXPECTED_H

#include "ledger/store/tree_reader.h"

struct expected {
    struct ledger_hasher *hasher;
    uint64_t size;
    struct ledger_span *entries;
    struct ledger_span *notes; /* the records in them */
    struct ledger_hash *texts; /* H(record text) */
    struct ledger_hash *leaves;
    struct ledger_hash *roots;       /* of the first n entries; size + 1 of them */
    struct ledger_span *checkpoints; /* of the first n entries; empty: none was signed */
};

/* Reads it from the ledger `path` as it is at the end. Ends the program if it cannot. */
void expected_load(struct expected *expected, const char *path);

/* The size after `batches` more batches than at `size`; at most that at the end. */
uint64_t expected_after(const struct expected *expected, uint64_t size, unsigned batches);

#endif
