/*
 * prefix_tree.h - proofs of the prefix tree (SPEC.md "Prefix tree"). Pure arithmetic.
 *
 * A prefix tree maps 32-byte keys to 32-byte values. It is a binary tree over the bits of the key,
 * first byte first, most significant bit first, in which a leaf stands at the first depth where
 * its prefix is unique:
 *
 *     empty = 32 zero bytes    leaf = H(0x02 || key || value)    node = H(0x03 || left || right)
 *
 * The root of the empty tree is `empty`; the root of a tree of one leaf is that leaf.
 */
#ifndef LEDGER_TREE_PREFIX_TREE_H
#define LEDGER_TREE_PREFIX_TREE_H

#include "ledger/base/hash.h"

#define LEDGER_PREFIX_DEPTH 256

/* The siblings on the way from a leaf (or an empty place) up to the root, lowest first. */
struct ledger_prefix_path {
    unsigned depth;
    struct ledger_hash siblings[LEDGER_PREFIX_DEPTH];
};

/* What stands at the end of the search for a key that is absent. */
struct ledger_prefix_end {
    bool occupied; /* by another leaf, given here; else the place is empty */
    struct ledger_hash key;
    struct ledger_hash value;
};

/* Bit `depth` (0 is the most significant of the first byte) of a key. */
LEDGER_API unsigned ledger_prefix_bit(const struct ledger_hash *key, unsigned depth);

LEDGER_API void ledger_prefix_leaf(struct ledger_hasher *hasher, struct ledger_hash *out,
                                   const struct ledger_hash *key, const struct ledger_hash *value);

/* `out` may be one of the inputs. */
LEDGER_API void ledger_prefix_node(struct ledger_hasher *hasher, struct ledger_hash *out,
                                   const struct ledger_hash *left, const struct ledger_hash *right);

/* True only if `path` leads from the leaf (key, value) to `root`. */
LEDGER_API bool ledger_prefix_present(struct ledger_hasher *hasher,
                                      const struct ledger_prefix_path *path,
                                      const struct ledger_hash *key,
                                      const struct ledger_hash *value,
                                      const struct ledger_hash *root);

/* True only if `path` leads from `end`, which stands where `key` would stand, to `root`. */
LEDGER_API bool ledger_prefix_absent(struct ledger_hasher *hasher,
                                     const struct ledger_prefix_path *path,
                                     const struct ledger_prefix_end *end,
                                     const struct ledger_hash *key, const struct ledger_hash *root);

#endif
