/*
 * tree_proof.h - inclusion and consistency proofs of RFC 6962 sections 2.1.1 and 2.1.2.
 *
 * Making and checking come in pairs. The length of a proof follows from its numbers alone; any
 * other length is refused before anything is hashed.
 */
#ifndef LEDGER_TREE_TREE_PROOF_H
#define LEDGER_TREE_TREE_PROOF_H

#include "ledger/tree/tree.h"

#define LEDGER_PROOF_MAX 64 /* hashes in a proof, at most */

struct ledger_tree_proof {
    unsigned count;
    struct ledger_hash hashes[LEDGER_PROOF_MAX];
};

/* Fetches the hash of a full subtree. Returns LEDGER_OK or what went wrong. */
typedef enum ledger_status ledger_node_reader(void *context, struct ledger_hash *hash,
                                              struct ledger_node node);

/* Number of hashes in PATH(index, D[size]). Requires index < size <= LEDGER_TREE_SIZE_MAX. */
LEDGER_API unsigned ledger_inclusion_length(uint64_t index, uint64_t size);

/* Number of hashes in PROOF(old_size, D[size]). Requires 0 < old_size <= size. */
LEDGER_API unsigned ledger_consistency_length(uint64_t old_size, uint64_t size);

/* PATH(index, D[size]). Same requirement. Returns the reader's first error. */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_inclusion_prove(struct ledger_hasher *hasher, struct ledger_tree_proof *proof,
                       uint64_t index, uint64_t size, ledger_node_reader *read, void *context);

/* PROOF(old_size, D[size]). Same requirement. */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_consistency_prove(struct ledger_hasher *hasher, struct ledger_tree_proof *proof,
                         uint64_t old_size, uint64_t size, ledger_node_reader *read, void *context);

/* The root to which the proof leads from `leaf` at `index` of a tree of `size` leaves. False unless
 * the proof has its exact length. Any numbers are accepted as input. */
LEDGER_API bool ledger_inclusion_root(struct ledger_hasher *hasher, struct ledger_hash *root,
                                      const struct ledger_tree_proof *proof, uint64_t index,
                                      uint64_t size, const struct ledger_hash *leaf);

/* How many hashes of PATH(index, D[size]) are siblings of nodes below `level`. Requires
 * index < size <= LEDGER_TREE_SIZE_MAX. */
LEDGER_API unsigned ledger_inclusion_below(uint64_t index, uint64_t size, unsigned level);

/* One step of ledger_inclusion_root: `parent` of `node`, to which the first `step` hashes of the
 * proof lead, and of the next. Requires a proof of the exact length, longer than `step`. */
LEDGER_API void ledger_inclusion_step(struct ledger_hasher *hasher, struct ledger_hash *parent,
                                      const struct ledger_hash *node,
                                      const struct ledger_tree_proof *proof, unsigned step,
                                      uint64_t index, uint64_t size);

/* True only if the proof has its exact length and leads from `leaf` at `index` to `root` of a tree
 * of `size` leaves. Any numbers are accepted as input; impossible ones give false. */
LEDGER_API bool ledger_inclusion_check(struct ledger_hasher *hasher,
                                       const struct ledger_tree_proof *proof, uint64_t index,
                                       uint64_t size, const struct ledger_hash *leaf,
                                       const struct ledger_hash *root);

/* True only if the proof has its exact length and leads to both roots. With old_size == size the
 * proof is empty and the roots must be equal; old_size 0 proves nothing and gives false. */
LEDGER_API bool ledger_consistency_check(struct ledger_hasher *hasher,
                                         const struct ledger_tree_proof *proof, uint64_t old_size,
                                         uint64_t size, const struct ledger_hash *old_root,
                                         const struct ledger_hash *root);

#endif
