/*
 * matter_tree.h - the tree of matters: from a matter's number to the list of its entries (SPEC.md
 * "Index of matters").
 *
 * A prefix tree (tree/prefix_tree.h) with, for every matter that has an entry,
 *
 *     key = H(matter)      value = V(k) for its k entries at the indexes n1 < n2 < ... < nk
 *     V(0) = 32 zero bytes    V(i) = H(0x04 || V(i-1) || be64(ni))
 *
 * Every entry counts, whatever its kind.
 */
#ifndef LEDGER_LAW_MATTER_TREE_H
#define LEDGER_LAW_MATTER_TREE_H

#include "ledger/law/matters.h"
#include "ledger/tree/prefix_fold.h"

/* From V(i-1), zero for i = 1, to V(i) for the entry at `index`. */
LEDGER_API void ledger_matter_value_add(struct ledger_hasher *hasher, struct ledger_hash *value,
                                        uint64_t index);

/* The whole tree in memory, fed with every entry in order. */
struct ledger_matter_tree;

/* `hasher` must live as long as the tree. */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_matter_tree_new(struct ledger_matter_tree **tree, struct ledger_hasher *hasher);
/* Accepts NULL inside; sets to NULL. */
LEDGER_API void ledger_matter_tree_free(struct ledger_matter_tree **tree);

/* Adds the next entry, of index ledger_matter_tree_size, of the matter H(matter) = `matter`.
 * LEDGER_NO_MEMORY leaves the tree as it was. */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_matter_tree_add(struct ledger_matter_tree *tree, const struct ledger_hash *matter);

/* Entries added; matters among them. */
LEDGER_API uint64_t ledger_matter_tree_size(const struct ledger_matter_tree *tree);
LEDGER_API uint64_t ledger_matter_tree_count(const struct ledger_matter_tree *tree);

/* The root; costs what changed since it was asked last. */
LEDGER_API void ledger_matter_tree_root(struct ledger_matter_tree *tree, struct ledger_hash *root);

/* The tree is cut into buckets of the matters whose keys begin with the same bits: one for each node
 * at this depth. */
#define LEDGER_BUCKET_DEPTH 16
#define LEDGER_BUCKETS (1u << LEDGER_BUCKET_DEPTH)

/* The part of a bucket, whose number are the bits that its keys begin with. */
LEDGER_API void ledger_matter_tree_part(struct ledger_matter_tree *tree,
                                        struct ledger_prefix_part *part, uint16_t bucket);

/* Bytes of memory the tree takes now. */
LEDGER_API size_t ledger_matter_tree_memory(const struct ledger_matter_tree *tree);

#endif
