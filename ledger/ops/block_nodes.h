/*
 * block_nodes.h - the nodes of two blocks of entries, kept: who proves many entries in order would
 * hash their block, and the tree's last one, which every path may need, once for each. Internal.
 */
#ifndef LEDGER_OPS_BLOCK_NODES_H
#define LEDGER_OPS_BLOCK_NODES_H

#include "ledger/store/tree_reader.h"

struct ledger_kept_block {
    bool filled;
    uint64_t block; /* that `nodes` are of */
    /* Node i of the block at `level` is at (LEDGER_BLOCK_SIZE >> level) + i. */
    struct ledger_hash nodes[2 * LEDGER_BLOCK_SIZE];
};

struct ledger_block_nodes {
    struct ledger_tree_reader reader;
    uint64_t size; /* entries of the tree */
    struct ledger_kept_block any;
    struct ledger_kept_block last; /* of the tree */
};

/* For a tree of the first `size` entries, all of them in the store. reader.error is the caller's to
 * set before each use. */
void ledger_block_nodes_start(struct ledger_block_nodes *nodes, struct ledger_store *store,
                              struct ledger_hasher *hasher, uint64_t size);

/* A ledger_node_reader whose context is a struct ledger_block_nodes; for full subtrees below
 * `size`. */
enum ledger_status ledger_block_nodes_read(void *context, struct ledger_hash *hash,
                                           struct ledger_node node);

#endif
