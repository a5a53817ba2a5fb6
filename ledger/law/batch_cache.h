/*
 * batch_cache.h - batches whose signature was verified, so that who meets one again need not verify
 * it again, nor climb from each of its records to the root.
 *
 * Of each batch are known key, size, root and signature, and the way of the record met last: the
 * nodes from its leaf to the root, and their siblings. The way of another record joins it: it is
 * computed up to there, and if node, sibling and all that follows are, byte for byte, what they are
 * on the way that is known, it leads to the same root, since the same bytes have the same hash. If
 * anything differs, the whole way is computed, and the signature verified unless the root is the
 * one that is known. So no verdict depends on what is remembered. Records that come in the order of
 * their batch cost one leaf and about one node each.
 *
 * Memory: LEDGER_BATCHES_KNOWN times 784 bytes, 294 KiB. New batches take the place of those that
 * were not met for longest.
 */
#ifndef LEDGER_LAW_BATCH_CACHE_H
#define LEDGER_LAW_BATCH_CACHE_H

#include "ledger/format/batch.h"

#define LEDGER_BATCHES_KNOWN 384u

struct ledger_known_batch {
    unsigned size; /* 0: none */
    unsigned position;
    uint64_t met_at; /* by the count of the cache */
    uint8_t key[LEDGER_ED25519_KEY_SIZE];
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
    struct ledger_hash root;
    struct ledger_hash nodes[LEDGER_BATCH_PATH_MAX]; /* from the leaf at `position` up */
    struct ledger_hash path[LEDGER_BATCH_PATH_MAX];  /* the sibling of each */
};

/* All zero: it knows none. */
struct ledger_batch_cache {
    uint64_t verified; /* signatures over batches that verified */
    uint64_t met;      /* batch signatures that were known */
    uint64_t joined;   /* of those, the ones whose way joined one that was known */
    struct ledger_known_batch batches[LEDGER_BATCHES_KNOWN];
};

/* Whether `batch`, parsed, is a signature with `key` over a batch that has `text` in its place.
 * `known` may be NULL. */
LEDGER_API bool ledger_batch_verifies(struct ledger_batch_cache *known,
                                      struct ledger_hasher *hasher,
                                      const uint8_t key[LEDGER_ED25519_KEY_SIZE],
                                      const struct ledger_batch_signature *batch,
                                      struct ledger_span text);

#endif
