/*
 * tile_edge.h - the growing right edge of a published tree: the last tile of each level and the
 * last bundle. Internal.
 */
#ifndef LEDGER_OPS_TILE_EDGE_H
#define LEDGER_OPS_TILE_EDGE_H

#include "ledger/format/tile.h"
#include "ledger/store/store.h"

/* Called for every tile and bundle that is to be written. Anything but LEDGER_OK ends the walk. */
typedef enum ledger_status ledger_tile_sink(void *context, const struct ledger_tile *tile,
                                            struct ledger_span bytes);

/* Large: allocate it, all zero. */
struct ledger_tile_edge {
    struct ledger_hasher *hasher;
    struct ledger_frontier frontier;
    unsigned widths[LEDGER_TILE_LEVELS]; /* of the last tiles; 0 to LEDGER_TILE_WIDTH - 1 */
    struct ledger_hash hashes[LEDGER_TILE_LEVELS][LEDGER_TILE_WIDTH];
    ledger_tile_sink *sink; /* NULL: only the root is wanted */
    void *context;
    enum ledger_status status; /* of the sink, when a node completed a tile */
    struct ledger_buffer bundle;
    uint8_t bundle_bytes[LEDGER_BUNDLE_MAX];
};

/*
 * Starts after the first `size` entries, a multiple of LEDGER_TILE_WIDTH, with what the store says
 * of them. That is not proved: the root of what follows is, if it is the one that was signed, since
 * it is made of the hashes in these tiles.
 */
LEDGER_MUST_USE enum ledger_status
ledger_tile_edge_start(struct ledger_tile_edge *edge, struct ledger_store *store,
                       struct ledger_hasher *hasher, uint64_t size, struct ledger_error *error);

/* From now on what is completed goes to `sink`. */
void ledger_tile_edge_watch(struct ledger_tile_edge *edge, ledger_tile_sink *sink, void *context);

/* Adds the next entry, and gives what it completes. */
LEDGER_MUST_USE enum ledger_status ledger_tile_edge_add(struct ledger_tile_edge *edge,
                                                        struct ledger_span entry);

/* Gives what is not complete: the partial bundle and tiles of the size reached. */
LEDGER_MUST_USE enum ledger_status ledger_tile_edge_finish(struct ledger_tile_edge *edge);

void ledger_tile_edge_root(struct ledger_tile_edge *edge, struct ledger_hash *root);

#endif
