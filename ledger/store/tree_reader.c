#include "ledger/store/tree_reader.h"

/* The root of a full subtree, from the entries below it. */
static enum ledger_status node_of_entries(struct ledger_tree_reader *reader,
                                          struct ledger_hash *hash, struct ledger_node node)
{
    struct ledger_frontier frontier;
    uint64_t first = node.index << node.level;
    uint64_t end = first + (UINT64_C(1) << node.level);
    ledger_frontier_start(&frontier);
    for (uint64_t i = first; i < end; i++) {
        struct ledger_span entry;
        struct ledger_hash leaf;
        enum ledger_status status =
            ledger_store_known_entry(reader->store, &entry, i, reader->error);
        if (status != LEDGER_OK) {
            return status;
        }
        ledger_tree_leaf(reader->hasher, &leaf, entry);
        ledger_frontier_append(reader->hasher, &frontier, &leaf, NULL, NULL);
    }
    ledger_frontier_root(reader->hasher, hash, &frontier);
    return LEDGER_OK;
}

enum ledger_status ledger_tree_read_node(void *context, struct ledger_hash *hash,
                                         struct ledger_node node)
{
    struct ledger_tree_reader *reader = context;
    if (node.level < LEDGER_BLOCK_LEVEL) {
        return node_of_entries(reader, hash, node);
    }
    return ledger_store_node(reader->store, hash, node, reader->error);
}

/* A node along the right edge of the tree, from the entries of its last block and the stored left
 * siblings above that block. */
static enum ledger_status right_edge_node(struct ledger_tree_reader *reader,
                                          struct ledger_hash *hash, struct ledger_node node)
{
    unsigned up = node.level - LEDGER_BLOCK_LEVEL;
    struct ledger_node here = {LEDGER_BLOCK_LEVEL, ((node.index + 1) << up) - 1};
    enum ledger_status status = node_of_entries(reader, hash, here);
    while (status == LEDGER_OK && here.level < node.level) {
        struct ledger_node left = {here.level, here.index - 1};
        struct ledger_hash sibling;
        status = ledger_store_node(reader->store, &sibling, left, reader->error);
        if (status == LEDGER_OK) {
            ledger_tree_parent(reader->hasher, hash, &sibling, hash);
        }
        here.level++;
        here.index >>= 1;
    }
    return status;
}

enum ledger_status ledger_tree_read_frontier(struct ledger_tree_reader *reader,
                                             struct ledger_frontier *frontier, uint64_t size)
{
    struct ledger_node nodes[LEDGER_TREE_LEVELS];
    frontier->size = size;
    frontier->count = ledger_frontier_nodes(nodes, size);
    for (unsigned i = 0; i < frontier->count; i++) {
        bool last_block = i + 1 == frontier->count && nodes[i].level >= LEDGER_BLOCK_LEVEL;
        enum ledger_status status =
            last_block ? right_edge_node(reader, &frontier->nodes[i], nodes[i])
                       : ledger_tree_read_node(reader, &frontier->nodes[i], nodes[i]);
        if (status != LEDGER_OK) {
            return status;
        }
    }
    return LEDGER_OK;
}
