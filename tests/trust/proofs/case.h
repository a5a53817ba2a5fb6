/*
 * case.h - the proofs that are tried, as a stream of bytes for a verifier of another hand.
 *
 * A case is: kind (one byte), what must be said of it (one), what this library says (one), then
 *
 *     'i'  index, size (8 bytes each, big-endian), leaf, root, count (1), that many hashes
 *     'c'  old size, size, old root, root, count, hashes
 *     'p'  key, value, root, count (2, big-endian), hashes
 *     'a'  key, occupied (1), the other key, its value, root, count (2), hashes
 */
#ifndef LEDGER_TRUST_PROOFS_CASE_H
#define LEDGER_TRUST_PROOFS_CASE_H

#include "ledger/tree/prefix_map.h"
#include "ledger/tree/tree_proof.h"

enum must { REFUSE = 0, ACCEPT = 1, AGREE = 2 };

void write_inclusion(struct ledger_hasher *hasher, enum must must,
                     const struct ledger_tree_proof *proof, uint64_t index, uint64_t size,
                     const struct ledger_hash *leaf, const struct ledger_hash *root);
void write_consistency(struct ledger_hasher *hasher, enum must must,
                       const struct ledger_tree_proof *proof, uint64_t old_size, uint64_t size,
                       const struct ledger_hash *old_root, const struct ledger_hash *root);
void write_present(struct ledger_hasher *hasher, enum must must,
                   const struct ledger_prefix_path *path, const struct ledger_hash *key,
                   const struct ledger_hash *value, const struct ledger_hash *root);
void write_absent(struct ledger_hasher *hasher, enum must must,
                  const struct ledger_prefix_path *path, const struct ledger_prefix_end *end,
                  const struct ledger_hash *key, const struct ledger_hash *root);

/* Deterministic: the same seed gives the same numbers. */
uint64_t draw(uint64_t *seed);
void draw_hash(uint64_t *seed, struct ledger_hash *hash);

/* prefix_cases.c: paths of trees of 0 to `largest` keys, and their mutants. */
void prefix_cases(struct ledger_hasher *hasher, unsigned largest, uint64_t *seed);

#endif
