#include "ledger/tree/tree.h"

#include <string.h>

#define LEAF_PREFIX 0x00
#define NODE_PREFIX 0x01

static struct ledger_span span_of_hash(const struct ledger_hash *hash)
{
    return (struct ledger_span){hash->bytes, LEDGER_HASH_SIZE};
}

void ledger_tree_leaf(struct ledger_hasher *hasher, struct ledger_hash *out,
                      struct ledger_span entry)
{
    ledger_hash_prefixed(hasher, out, LEAF_PREFIX, entry, (struct ledger_span){NULL, 0});
}

void ledger_tree_parent(struct ledger_hasher *hasher, struct ledger_hash *out,
                        const struct ledger_hash *left, const struct ledger_hash *right)
{
    ledger_hash_prefixed(hasher, out, NODE_PREFIX, span_of_hash(left), span_of_hash(right));
}

void ledger_tree_empty_root(struct ledger_hasher *hasher, struct ledger_hash *out)
{
    ledger_hash_bytes(hasher, out, (struct ledger_span){NULL, 0});
}

void ledger_frontier_start(struct ledger_frontier *frontier)
{
    memset(frontier, 0, sizeof *frontier);
}

static void report(ledger_node_sink *sink, void *context, unsigned level, uint64_t leaf,
                   const struct ledger_hash *hash)
{
    if (sink != NULL) {
        sink(context, (struct ledger_node){level, leaf >> level}, hash);
    }
}

void ledger_frontier_append(struct ledger_hasher *hasher, struct ledger_frontier *frontier,
                            const struct ledger_hash *leaf, ledger_node_sink *sink, void *context)
{
    uint64_t index = frontier->size;
    LEDGER_ASSERT(index < LEDGER_TREE_SIZE_MAX);
    LEDGER_ASSERT(frontier->count < LEDGER_TREE_LEVELS);
    struct ledger_hash *top = &frontier->nodes[frontier->count];
    *top = *leaf;
    report(sink, context, 0, index, top);
    /* Each bit set at the end of the old size is a full subtree that finds its sibling now. */
    for (unsigned level = 0; (index >> level & 1) != 0; level++) {
        LEDGER_ASSERT(top > frontier->nodes);
        ledger_tree_parent(hasher, top - 1, top - 1, top);
        top--;
        report(sink, context, level + 1, index, top);
    }
    frontier->count = (unsigned)(top - frontier->nodes) + 1;
    frontier->size = index + 1;
}

void ledger_frontier_root(struct ledger_hasher *hasher, struct ledger_hash *root,
                          const struct ledger_frontier *frontier)
{
    if (frontier->count == 0) {
        ledger_tree_empty_root(hasher, root);
        return;
    }
    LEDGER_ASSERT(frontier->count <= LEDGER_TREE_LEVELS);
    struct ledger_hash folded = frontier->nodes[frontier->count - 1];
    for (unsigned i = frontier->count - 1; i > 0; i--) {
        ledger_tree_parent(hasher, &folded, &frontier->nodes[i - 1], &folded);
    }
    *root = folded;
}

unsigned ledger_frontier_nodes(struct ledger_node nodes[LEDGER_TREE_LEVELS], uint64_t size)
{
    unsigned count = 0;
    for (unsigned level = LEDGER_TREE_LEVELS; level > 0; level--) {
        uint64_t index = size >> (level - 1);
        if ((index & 1) != 0) {
            nodes[count++] = (struct ledger_node){level - 1, index - 1};
        }
    }
    return count;
}
