/*
 * tree.h - the Merkle tree of RFC 6962 section 2.1: hashes, coordinates and the growing edge.
 *
 * Pure arithmetic: no storage, no allocation. A node is named by (level, index): it is the root
 * of the full subtree over leaves [index << level, (index + 1) << level).
 */
#ifndef LEDGER_TREE_TREE_H
#define LEDGER_TREE_TREE_H

#include "ledger/base/hash.h"

#define LEDGER_TREE_LEVELS 64
#define LEDGER_TREE_SIZE_MAX ((UINT64_C(1) << 62) - 1)

struct ledger_node {
    unsigned level;
    uint64_t index;
};

/* MTH({d}) = H(0x00 || d). */
LEDGER_API void ledger_tree_leaf(struct ledger_hasher *hasher, struct ledger_hash *out,
                                 struct ledger_span entry);

/* H(0x01 || left || right). `out` may be one of the inputs. */
LEDGER_API void ledger_tree_parent(struct ledger_hasher *hasher, struct ledger_hash *out,
                                   const struct ledger_hash *left, const struct ledger_hash *right);

/* MTH({}) = H(): the root of the tree without leaves. */
LEDGER_API void ledger_tree_empty_root(struct ledger_hasher *hasher, struct ledger_hash *out);

/*
 * The frontier of a tree of `size` leaves: the roots of its full subtrees, one for each bit set in
 * `size`, the largest (leftmost) first. It is all one needs to append and to state the root.
 */
struct ledger_frontier {
    uint64_t size;
    unsigned count;
    struct ledger_hash nodes[LEDGER_TREE_LEVELS];
};

LEDGER_API void ledger_frontier_start(struct ledger_frontier *frontier);

/* Called for every node that an append completes, leaf (level 0) first. */
typedef void ledger_node_sink(void *context, struct ledger_node node,
                              const struct ledger_hash *hash);

/* Appends one leaf hash. `sink` may be NULL. */
LEDGER_API void ledger_frontier_append(struct ledger_hasher *hasher,
                                       struct ledger_frontier *frontier,
                                       const struct ledger_hash *leaf, ledger_node_sink *sink,
                                       void *context);

/* The root over all leaves appended so far. */
LEDGER_API void ledger_frontier_root(struct ledger_hasher *hasher, struct ledger_hash *root,
                                     const struct ledger_frontier *frontier);

/* Names the nodes of the frontier of a tree of `size` leaves, in the frontier's order; returns how
 * many. */
LEDGER_API unsigned ledger_frontier_nodes(struct ledger_node nodes[LEDGER_TREE_LEVELS],
                                          uint64_t size);

#endif
