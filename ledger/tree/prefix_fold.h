/*
 * prefix_fold.h - the root of a prefix tree, or of a part of it, from its pairs in the order of
 * their keys, in bounded memory (SPEC.md "Prefix tree"). Pure arithmetic.
 *
 * A *part* is what stands below one node of the tree: nothing, a single leaf, which stands as high
 * as it can, or more.
 */
#ifndef LEDGER_TREE_PREFIX_FOLD_H
#define LEDGER_TREE_PREFIX_FOLD_H

#include "ledger/tree/prefix_tree.h"

enum ledger_prefix_size {
    LEDGER_PREFIX_NONE,
    LEDGER_PREFIX_ONE,
    LEDGER_PREFIX_MORE,
};

struct ledger_prefix_part {
    enum ledger_prefix_size size;
    struct ledger_hash hash; /* as its parent sees it; of NONE 32 zero bytes */
};

/* The part that has `left` and `right` below its node. `out` may be one of them. */
LEDGER_API void ledger_prefix_join(struct ledger_hasher *hasher, struct ledger_prefix_part *out,
                                   const struct ledger_prefix_part *left,
                                   const struct ledger_prefix_part *right);

/* Pairs are folded as they come; what waits for a right neighbour waits in `parts`. */
struct ledger_prefix_fold {
    unsigned depth; /* of the part's node: all keys share so many bits */
    unsigned count; /* of waiting parts */
    struct {
        unsigned depth; /* of its node, a left child */
        struct ledger_prefix_part part;
    } parts[LEDGER_PREFIX_DEPTH];
    struct ledger_prefix_part last; /* the pairs since */
    unsigned last_depth;            /* of its node, if it is MORE; a leaf stands anywhere */
    struct ledger_hash last_key;
};

/* Begins a part whose node is at `depth`, at most LEDGER_PREFIX_DEPTH. */
LEDGER_API void ledger_prefix_fold_start(struct ledger_prefix_fold *fold, unsigned depth);

/* Adds a pair. Its key must be greater than that added before and share the first `depth` bits with
 * it. */
LEDGER_API void ledger_prefix_fold_add(struct ledger_hasher *hasher,
                                       struct ledger_prefix_fold *fold,
                                       const struct ledger_hash *key,
                                       const struct ledger_hash *value);

/* The part of all pairs added. The fold must be started anew to be used again. */
LEDGER_API void ledger_prefix_fold_end(struct ledger_hasher *hasher,
                                       struct ledger_prefix_fold *fold,
                                       struct ledger_prefix_part *part);

/* How many bits two keys share from the start. */
LEDGER_API unsigned ledger_prefix_common(const struct ledger_hash *a, const struct ledger_hash *b);

#endif
