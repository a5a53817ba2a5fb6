/*
 * prefix_samples.h - a prefix map and its twin: the pairs that it should hold, of which the root is
 * computed as SPEC.md defines it.
 */
#ifndef LEDGER_TESTS_PREFIX_SAMPLES_H
#define LEDGER_TESTS_PREFIX_SAMPLES_H

#include "ledger/tree/prefix_map.h"

#define TWIN_MAX 300

struct twin_pair {
    struct ledger_hash key;
    struct ledger_hash value;
    void *payload;
};

struct twin {
    struct ledger_hasher *hasher;
    struct ledger_prefix_map *map;    /* NULL until twin_clear */
    struct twin_pair pairs[TWIN_MAX]; /* sorted by key */
    size_t count;
};

/* NULL if there is no memory. */
struct twin *twin_new(void);
void twin_free(struct twin **t);

/* Makes both empty. */
void twin_clear(struct twin *t);

/* Changes both; the key that is removed may be missing. */
void twin_put(struct twin *t, struct ledger_hash key, struct ledger_hash value, void *payload);
void twin_remove(struct twin *t, struct ledger_hash key);

/* The map's root; and that it is the one of the definition. */
struct ledger_hash twin_root(struct twin *t);
void twin_agrees(struct twin *t);

/* The digest of a number, to have keys and values. */
struct ledger_hash twin_hash(struct twin *t, uint64_t number);

#endif
