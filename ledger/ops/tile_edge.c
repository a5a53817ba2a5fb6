#include "ledger/ops/tile_edge.h"

/* Puts the subtrees of the last tile of a level at the end of the frontier: those of its hashes, as
 * if they were leaves. */
static void extend_frontier(struct ledger_tile_edge *edge, unsigned level)
{
    struct ledger_frontier within;
    ledger_frontier_start(&within);
    for (unsigned i = 0; i < edge->widths[level]; i++) {
        ledger_frontier_append(edge->hasher, &within, &edge->hashes[level][i], NULL, NULL);
    }
    for (unsigned i = 0; i < within.count; i++) {
        edge->frontier.nodes[edge->frontier.count++] = within.nodes[i];
    }
}

static enum ledger_status read_level(struct ledger_tile_edge *edge, struct ledger_store *store,
                                     unsigned level, uint64_t size, struct ledger_error *error)
{
    unsigned height = level * LEDGER_TILE_HEIGHT;
    uint64_t end = size >> height;
    edge->widths[level] = (unsigned)(end % LEDGER_TILE_WIDTH);
    for (unsigned i = 0; i < edge->widths[level]; i++) {
        struct ledger_node node = {height, end - edge->widths[level] + i};
        enum ledger_status status = ledger_store_node(store, &edge->hashes[level][i], node, error);
        if (status != LEDGER_OK) {
            return status;
        }
    }
    return LEDGER_OK;
}

enum ledger_status ledger_tile_edge_start(struct ledger_tile_edge *edge, struct ledger_store *store,
                                          struct ledger_hasher *hasher, uint64_t size,
                                          struct ledger_error *error)
{
    LEDGER_ASSERT(size % LEDGER_TILE_WIDTH == 0);
    edge->hasher = hasher;
    edge->sink = NULL;
    edge->status = LEDGER_OK;
    edge->bundle = ledger_buffer_in(edge->bundle_bytes, sizeof edge->bundle_bytes);
    ledger_frontier_start(&edge->frontier);
    edge->frontier.size = size;
    for (unsigned level = LEDGER_TILE_LEVELS; level > 0; level--) {
        enum ledger_status status = read_level(edge, store, level - 1, size, error);
        if (status != LEDGER_OK) {
            return status;
        }
        extend_frontier(edge, level - 1);
    }
    return LEDGER_OK;
}

void ledger_tile_edge_watch(struct ledger_tile_edge *edge, ledger_tile_sink *sink, void *context)
{
    edge->sink = sink;
    edge->context = context;
}

static void give(struct ledger_tile_edge *edge, const struct ledger_tile *tile,
                 struct ledger_span bytes)
{
    if (edge->sink != NULL && edge->status == LEDGER_OK) {
        edge->status = edge->sink(edge->context, tile, bytes);
    }
}

/* The last tile of a level, which ends at `end` hashes of that level. */
static void give_tile(struct ledger_tile_edge *edge, unsigned level, uint64_t end)
{
    unsigned width = edge->widths[level];
    struct ledger_tile tile = {false, level, (end - 1) / LEDGER_TILE_WIDTH, width};
    give(edge, &tile,
         (struct ledger_span){edge->hashes[level][0].bytes, (size_t)width * LEDGER_HASH_SIZE});
}

/* A ledger_node_sink. */
static void take_node(void *context, struct ledger_node node, const struct ledger_hash *hash)
{
    struct ledger_tile_edge *edge = context;
    unsigned level = node.level / LEDGER_TILE_HEIGHT;
    if (node.level % LEDGER_TILE_HEIGHT != 0 || level >= LEDGER_TILE_LEVELS) {
        return;
    }
    edge->hashes[level][edge->widths[level]++] = *hash;
    if (edge->widths[level] == LEDGER_TILE_WIDTH) {
        give_tile(edge, level, node.index + 1);
        edge->widths[level] = 0;
    }
}

static void give_bundle(struct ledger_tile_edge *edge, unsigned width)
{
    struct ledger_tile tile = {true, 0, (edge->frontier.size - 1) / LEDGER_TILE_WIDTH, width};
    LEDGER_ASSERT(!edge->bundle.overflow);
    give(edge, &tile, ledger_buffer_span(&edge->bundle));
    edge->bundle.size = 0;
}

enum ledger_status ledger_tile_edge_add(struct ledger_tile_edge *edge, struct ledger_span entry)
{
    struct ledger_hash leaf;
    size_t before = edge->bundle.size;
    ledger_bundle_add(&edge->bundle, entry);
    /* Hashed is what was copied, not what may have changed under the copy. */
    struct ledger_span copy = {edge->bundle_bytes + before + 2, edge->bundle.size - before - 2};
    ledger_tree_leaf(edge->hasher, &leaf, copy);
    ledger_frontier_append(edge->hasher, &edge->frontier, &leaf, take_node, edge);
    if (edge->frontier.size % LEDGER_TILE_WIDTH == 0) {
        give_bundle(edge, LEDGER_TILE_WIDTH);
    }
    return edge->status;
}

enum ledger_status ledger_tile_edge_finish(struct ledger_tile_edge *edge)
{
    unsigned rest = (unsigned)(edge->frontier.size % LEDGER_TILE_WIDTH);
    if (rest > 0) {
        give_bundle(edge, rest);
    }
    for (unsigned level = 0; level < LEDGER_TILE_LEVELS; level++) {
        if (edge->widths[level] > 0) {
            give_tile(edge, level, edge->frontier.size >> (level * LEDGER_TILE_HEIGHT));
        }
    }
    return edge->status;
}

void ledger_tile_edge_root(struct ledger_tile_edge *edge, struct ledger_hash *root)
{
    ledger_frontier_root(edge->hasher, root, &edge->frontier);
}
