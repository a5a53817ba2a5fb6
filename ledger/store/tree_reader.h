/*
 * tree_reader.h - the log tree of a store: stored nodes, and those below a block recomputed from
 * the entries. Internal.
 */
#ifndef LEDGER_STORE_TREE_READER_H
#define LEDGER_STORE_TREE_READER_H

#include "ledger/store/store.h"
#include "ledger/tree/tree_proof.h"

struct ledger_tree_reader {
    struct ledger_store *store; /* with a transaction open */
    struct ledger_hasher *hasher;
    struct ledger_error *error; /* may be NULL */
};

/* A ledger_node_reader; `context` is a struct ledger_tree_reader. */
enum ledger_status ledger_tree_read_node(void *context, struct ledger_hash *hash,
                                         struct ledger_node node);

/*
 * The frontier of the first `size` entries, whose last full or partial block is always
 * derived from the entries themselves: with its root under a signed checkpoint, the stored nodes
 * and the entries of that block are proved to be what was signed.
 */
LEDGER_MUST_USE enum ledger_status ledger_tree_read_frontier(struct ledger_tree_reader *reader,
                                                             struct ledger_frontier *frontier,
                                                             uint64_t size);

#endif
