/*
 * prefix_map.h - a prefix tree in memory: find, put, remove, root and paths.
 *
 * Hashes are computed when a root or path is asked for, and only along what changed since. Used
 * without asking for roots it is a plain map, and hashes nothing.
 */
#ifndef LEDGER_TREE_PREFIX_MAP_H
#define LEDGER_TREE_PREFIX_MAP_H

#include "ledger/tree/prefix_tree.h"

struct ledger_prefix_map;

LEDGER_API LEDGER_MUST_USE enum ledger_status ledger_prefix_map_new(struct ledger_prefix_map **map);

/* Frees and sets to NULL; accepts NULL inside. Payloads are the caller's. */
LEDGER_API void ledger_prefix_map_free(struct ledger_prefix_map **map);

LEDGER_API uint64_t ledger_prefix_map_count(const struct ledger_prefix_map *map);

/* Sets `key` to `value` with a payload of the caller's, replacing what was there. On
 * LEDGER_NO_MEMORY the map is unchanged. What was just removed can be put back without memory. */
LEDGER_API LEDGER_MUST_USE enum ledger_status ledger_prefix_map_put(struct ledger_prefix_map *map,
                                                                    const struct ledger_hash *key,
                                                                    const struct ledger_hash *value,
                                                                    void *payload);

/* Returns the payload, or NULL if the key is absent. `value` may be NULL. */
LEDGER_API void *ledger_prefix_map_find(const struct ledger_prefix_map *map,
                                        const struct ledger_hash *key, struct ledger_hash *value);

/* Removes a key; false if it is absent. */
LEDGER_API bool ledger_prefix_map_remove(struct ledger_prefix_map *map,
                                         const struct ledger_hash *key);

LEDGER_API void ledger_prefix_map_root(struct ledger_prefix_map *map, struct ledger_hasher *hasher,
                                       struct ledger_hash *root);

/* The path to `key`. Returns true if it is present; if not, `end` (may be NULL) gets what stands
 * in its place. */
LEDGER_API bool ledger_prefix_map_path(struct ledger_prefix_map *map, struct ledger_hasher *hasher,
                                       struct ledger_prefix_path *path,
                                       struct ledger_prefix_end *end,
                                       const struct ledger_hash *key);

/* Calls `visit` for every leaf in the order of the keys. */
typedef void ledger_prefix_visit(void *context, const struct ledger_hash *key, void *payload);
LEDGER_API void ledger_prefix_map_each(const struct ledger_prefix_map *map,
                                       ledger_prefix_visit *visit, void *context);

#endif
