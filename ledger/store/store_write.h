/*
 * store_write.h - adding to a ledger's store. Internal; the verifier does not link it.
 *
 * Nothing here replaces or removes a row, but for the parts of the matter tree, which are as of the
 * last index entry.
 */
#ifndef LEDGER_STORE_STORE_WRITE_H
#define LEDGER_STORE_STORE_WRITE_H

#include "ledger/format/entry.h"
#include "ledger/store/store.h"

/* Makes the store of a new ledger in the empty directory `path`, with its format and origin. */
LEDGER_MUST_USE enum ledger_status ledger_store_create(struct ledger_store **store,
                                                       const char *path, struct ledger_span origin,
                                                       uint64_t map_size,
                                                       struct ledger_error *error);

/* Begins to write; a store opened with LEDGER_STORE_WRITE only, which becomes format 2 at the first
 * time. What is added can be read at once
 * through the same handle. ledger_store_end takes it back. */
LEDGER_MUST_USE enum ledger_status ledger_store_begin_write(struct ledger_store *store,
                                                            struct ledger_error *error);

/* Adds an accepted entry with its index rows. `entry` was parsed from `bytes`. */
LEDGER_MUST_USE enum ledger_status ledger_store_add_entry(struct ledger_store *store,
                                                          struct ledger_hasher *hasher,
                                                          const struct ledger_entry *entry,
                                                          struct ledger_span bytes,
                                                          struct ledger_error *error);

/* Adds a completed node; nodes below LEDGER_BLOCK_LEVEL are not kept. */
LEDGER_MUST_USE enum ledger_status ledger_store_add_node(struct ledger_store *store,
                                                         struct ledger_node node,
                                                         const struct ledger_hash *hash,
                                                         struct ledger_error *error);

LEDGER_MUST_USE enum ledger_status ledger_store_add_checkpoint(struct ledger_store *store,
                                                               uint64_t size,
                                                               struct ledger_span note,
                                                               struct ledger_error *error);

/* Keeps the part of a bucket, which is not NONE, in the place of what was kept before. */
LEDGER_MUST_USE enum ledger_status ledger_store_set_part(struct ledger_store *store,
                                                         uint16_t bucket,
                                                         const struct ledger_prefix_part *part,
                                                         struct ledger_error *error);

/* LEDGER_OK means durable; LEDGER_UNKNOWN means that nobody can tell. */
LEDGER_MUST_USE enum ledger_status ledger_store_commit(struct ledger_store *store,
                                                       struct ledger_error *error);

#endif
