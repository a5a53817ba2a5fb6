#include "ledger/ops/block_nodes.h"

void ledger_block_nodes_start(struct ledger_block_nodes *nodes, struct ledger_store *store,
                              struct ledger_hasher *hasher, uint64_t size)
{
    nodes->reader = (struct ledger_tree_reader){store, hasher, NULL};
    nodes->size = size;
    nodes->any.filled = false;
    nodes->last.filled = false;
}

/* How many entries of the tree the block has. */
static uint64_t entries_of(const struct ledger_block_nodes *nodes, uint64_t block)
{
    uint64_t left = nodes->size - (block << LEDGER_BLOCK_LEVEL);
    return left < LEDGER_BLOCK_SIZE ? left : LEDGER_BLOCK_SIZE;
}

static enum ledger_status read_leaves(struct ledger_block_nodes *nodes,
                                      struct ledger_kept_block *kept, uint64_t block,
                                      uint64_t count)
{
    uint64_t first = block << LEDGER_BLOCK_LEVEL;
    for (uint64_t i = 0; i < count; i++) {
        struct ledger_span entry;
        enum ledger_status status =
            ledger_store_known_entry(nodes->reader.store, &entry, first + i, nodes->reader.error);
        if (status != LEDGER_OK) {
            return status;
        }
        ledger_tree_leaf(nodes->reader.hasher, &kept->nodes[LEDGER_BLOCK_SIZE + i], entry);
    }
    return LEDGER_OK;
}

static enum ledger_status fill(struct ledger_block_nodes *nodes, struct ledger_kept_block *kept,
                               uint64_t block)
{
    uint64_t count = entries_of(nodes, block);
    kept->filled = false;
    enum ledger_status status = read_leaves(nodes, kept, block, count);
    if (status != LEDGER_OK) {
        return status;
    }
    for (unsigned level = 1; level < LEDGER_BLOCK_LEVEL; level++) {
        uint64_t above = LEDGER_BLOCK_SIZE >> level;
        for (uint64_t i = 0; i < count >> level; i++) {
            ledger_tree_parent(nodes->reader.hasher, &kept->nodes[above + i],
                               &kept->nodes[2 * (above + i)], &kept->nodes[2 * (above + i) + 1]);
        }
    }
    kept->filled = true;
    kept->block = block;
    return LEDGER_OK;
}

enum ledger_status ledger_block_nodes_read(void *context, struct ledger_hash *hash,
                                           struct ledger_node node)
{
    struct ledger_block_nodes *nodes = context;
    if (node.level >= LEDGER_BLOCK_LEVEL) {
        return ledger_tree_read_node(&nodes->reader, hash, node);
    }
    unsigned up = LEDGER_BLOCK_LEVEL - node.level;
    uint64_t block = node.index >> up;
    LEDGER_ASSERT((node.index + 1) << node.level <= nodes->size);
    struct ledger_kept_block *kept =
        block == (nodes->size - 1) >> LEDGER_BLOCK_LEVEL ? &nodes->last : &nodes->any;
    if (!kept->filled || kept->block != block) {
        enum ledger_status status = fill(nodes, kept, block);
        if (status != LEDGER_OK) {
            return status;
        }
    }
    uint64_t within = node.index - (block << up);
    *hash = kept->nodes[(LEDGER_BLOCK_SIZE >> node.level) + within];
    return LEDGER_OK;
}
