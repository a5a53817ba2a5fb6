/*
 * matter_parts.h - the matter tree cut into buckets: the part of each (SPEC.md "Index of matters").
 * Internal.
 */
#ifndef LEDGER_OPS_MATTER_PARTS_H
#define LEDGER_OPS_MATTER_PARTS_H

#include "ledger/law/matter_tree.h"
#include "ledger/store/store.h"

struct ledger_matter_parts {
    struct ledger_prefix_part buckets[LEDGER_BUCKETS];
};

/* The bucket of a matter, by H(matter). */
uint16_t ledger_bucket_of(const struct ledger_hash *matter);

/* Fills in the parts that the store keeps; buckets without one are NONE. LEDGER_DAMAGED if a row of
 * PARTS has another form. */
LEDGER_MUST_USE enum ledger_status ledger_matter_parts_read(struct ledger_matter_parts *parts,
                                                            struct ledger_store *store,
                                                            struct ledger_error *error);

/* The part at `depth` (at most LEDGER_BUCKET_DEPTH) of the buckets whose number begins with the
 * `depth` low bits of `prefix`. At depth 0 that is the whole tree, whose hash is its root. */
void ledger_matter_parts_fold(struct ledger_hasher *hasher, struct ledger_prefix_part *part,
                              const struct ledger_matter_parts *parts, unsigned depth,
                              unsigned prefix);

bool ledger_prefix_part_equal(const struct ledger_prefix_part *a,
                              const struct ledger_prefix_part *b);

#endif
