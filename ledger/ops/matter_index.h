/*
 * matter_index.h - the root of the matter tree, and paths in it, from the store (SPEC.md "Index of
 * matters"). Internal; reads only.
 *
 * The tree is derived from the rows of MATTERS. As of the last index entry the store keeps the part
 * of each bucket (LEDGER_TABLE_PARTS); only buckets with later entries are read again. Nothing of
 * this is believed as it stands: the entries from the last index entry on are proved to be in the
 * log; the kept parts must give the root that this index entry has; the rows of a bucket must give
 * its kept part; and the rows added since must be those of the entries added since. What does not
 * is LEDGER_DAMAGED: who changes rows cannot have another root signed.
 */
#ifndef LEDGER_OPS_MATTER_INDEX_H
#define LEDGER_OPS_MATTER_INDEX_H

#include "ledger/law/matters.h"
#include "ledger/store/store.h"
#include "ledger/tree/prefix_fold.h"

struct ledger_matter_index;

/* `store` and `hasher` must live as long; `store` has a transaction open at every call. */
LEDGER_MUST_USE enum ledger_status ledger_matter_index_new(struct ledger_matter_index **index,
                                                           struct ledger_store *store,
                                                           struct ledger_hasher *hasher,
                                                           struct ledger_error *error);
void ledger_matter_index_free(struct ledger_matter_index **index);

/* The last index entry before `before`, found by MATTERS; LEDGER_NOT_FOUND, without a message, if
 * there is none. */
LEDGER_MUST_USE enum ledger_status ledger_matter_index_last(struct ledger_matter_index *index,
                                                            uint64_t *last, uint64_t before,
                                                            struct ledger_error *error);

/*
 * The root over the entries before `before`, at least 1 of them, all in the store. `log` is the
 * root of the log tree of these entries, which the caller vouches for. If the store has an index
 * entry from `before` on, its parts are of no use, and all rows are read.
 */
LEDGER_MUST_USE enum ledger_status ledger_matter_index_root(struct ledger_matter_index *index,
                                                            struct ledger_hash *root,
                                                            uint64_t before,
                                                            const struct ledger_hash *log,
                                                            struct ledger_error *error);

/* Calls `take` for every bucket whose part differs from the one that the store keeps, as of the
 * root asked for last, which must have been given: for who writes the index entry. Ends with the
 * first answer that is not LEDGER_OK. */
typedef enum ledger_status ledger_matter_part_take(void *context, uint16_t bucket,
                                                   const struct ledger_prefix_part *part);
LEDGER_MUST_USE enum ledger_status ledger_matter_index_changes(struct ledger_matter_index *index,
                                                               ledger_matter_part_take *take,
                                                               void *context);

/*
 * The path of H(matter) in the tree as of the last index entry of the store, `last`, which a caller
 * found before; `*count` entries (0: absent, and `*end` says what stands there). Reads one bucket.
 * The caller compares the result with the root of the index entry.
 */
LEDGER_MUST_USE enum ledger_status
ledger_matter_index_path(struct ledger_matter_index *index, struct ledger_prefix_path *path,
                         struct ledger_prefix_end *end, uint64_t *count,
                         const struct ledger_hash *matter, uint64_t last,
                         struct ledger_error *error);

#endif
