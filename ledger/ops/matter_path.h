/*
 * matter_path.h - the way to one matter in the matter tree (SPEC.md "Index of matters"). Internal;
 * reads only.
 */
#ifndef LEDGER_OPS_MATTER_PATH_H
#define LEDGER_OPS_MATTER_PATH_H

#include "ledger/ops/matter_parts.h"

/*
 * The path of H(matter) in the tree over the entries before `last`, of which `parts` are the parts;
 * `*count` entries (0: absent, and `*end` says what stands there). Reads one bucket of rows of
 * `store`, which has a transaction open, and does not compare them with its part: whoever gets the
 * path compares what it leads to.
 */
LEDGER_MUST_USE enum ledger_status
ledger_matter_path(struct ledger_prefix_path *path, struct ledger_prefix_end *end, uint64_t *count,
                   struct ledger_store *store, struct ledger_hasher *hasher,
                   const struct ledger_matter_parts *parts, const struct ledger_hash *matter,
                   uint64_t last, struct ledger_error *error);

#endif
