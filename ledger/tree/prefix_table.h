/*
 * prefix_table.h - a large prefix tree in memory (SPEC.md "Prefix tree"), made for tens of millions
 * of pairs, of which few change between two roots.
 *
 * Pairs stand in buckets by the first bits of their key; of every bucket, and of every node above,
 * the hash is kept until a pair below it changes. prefix_map.h is the same tree for few pairs, with
 * payloads, removal and paths.
 */
#ifndef LEDGER_TREE_PREFIX_TABLE_H
#define LEDGER_TREE_PREFIX_TABLE_H

#include "ledger/tree/prefix_fold.h"

struct ledger_prefix_table;

LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_prefix_table_new(struct ledger_prefix_table **table);
/* Accepts NULL inside; sets to NULL. */
LEDGER_API void ledger_prefix_table_free(struct ledger_prefix_table **table);

LEDGER_API uint64_t ledger_prefix_table_count(const struct ledger_prefix_table *table);

/*
 * The value of `key`, to read and to change in place, good until the next call; if the key is new,
 * a pair with the value of 32 zero bytes is made. What is below the root changes with it. NULL if
 * there is no memory: then nothing has changed.
 */
LEDGER_API struct ledger_hash *ledger_prefix_table_at(struct ledger_prefix_table *table,
                                                      const struct ledger_hash *key);

/* The part at `depth` (at most 16) of the pairs whose key begins with the `depth` low bits of
 * `prefix`, most significant first; depth 0 is the whole. Costs what changed since. */
LEDGER_API void ledger_prefix_table_part(struct ledger_prefix_table *table,
                                         struct ledger_hasher *hasher,
                                         struct ledger_prefix_part *part, unsigned depth,
                                         uint16_t prefix);

/* Bytes of memory the table takes now. */
LEDGER_API size_t ledger_prefix_table_memory(const struct ledger_prefix_table *table);

#endif
