/*
 * published_tiles.h - holding the hash tiles of a published directory against the entries.
 * Internal.
 *
 * A tile that lies says nothing against the entries, so what is found here waits until everything
 * else holds.
 */
#ifndef LEDGER_OPS_PUBLISHED_TILES_H
#define LEDGER_OPS_PUBLISHED_TILES_H

#include "ledger/ops/published.h"

/* The last tile of a level that was read. */
struct ledger_published_tile {
    uint64_t index;
    unsigned width; /* 0: none was read, or it was not what it must be */
    bool read;
    struct ledger_hash hashes[LEDGER_TILE_WIDTH];
};

struct ledger_published_tiles {
    const struct ledger_published *published;
    struct ledger_tiles_file file;
    struct ledger_published_tile levels[LEDGER_TILE_LEVELS];
    struct ledger_verdict first; /* the first tile that lies: WRONG_NODE; NOT_CHECKED for none */
    uint64_t hashes;             /* that agree */
    enum ledger_status status;   /* of the node sink, which cannot answer */
    struct ledger_error error;
};

/* `tiles` is all zero. */
void ledger_published_tiles_start(struct ledger_published_tiles *tiles,
                                  const struct ledger_published *published);
void ledger_published_tiles_free(struct ledger_published_tiles *tiles);

/* A ledger_node_sink: compares a node that entries completed with that in its tile. */
void ledger_published_tiles_node(void *context, struct ledger_node node,
                                 const struct ledger_hash *hash);

#endif
