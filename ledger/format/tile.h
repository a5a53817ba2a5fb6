/*
 * tile.h - tiles and entry bundles (c2sp.org/tlog-tiles): their paths, widths and bytes.
 *
 * A published ledger is a directory of files: `checkpoint`; hash tiles, of which that at (level,
 * index) has up to 256 consecutive nodes of level 8 * level of the log tree; entry bundles with the
 * entries under a tile of level 0. Pure arithmetic: no files here.
 */
#ifndef LEDGER_FORMAT_TILE_H
#define LEDGER_FORMAT_TILE_H

#include "ledger/format/entry.h"
#include "ledger/tree/tree.h"

#define LEDGER_TILE_HEIGHT 8u
#define LEDGER_TILE_WIDTH 256u
#define LEDGER_TILE_LEVELS 8u    /* that a tree of up to LEDGER_TREE_SIZE_MAX leaves has */
#define LEDGER_TILE_LEVEL_MAX 63 /* that a path may name */
#define LEDGER_TILE_PATH_MAX 64  /* bytes of a path, its terminating zero included */
#define LEDGER_TILE_MAX (LEDGER_TILE_WIDTH * LEDGER_HASH_SIZE) /* bytes of a hash tile */
#define LEDGER_BUNDLE_MAX (LEDGER_TILE_WIDTH * (2u + LEDGER_ENTRY_MAX))

struct ledger_tile {
    bool entries;   /* a bundle of entries; then `level` is 0 */
    unsigned level; /* at most LEDGER_TILE_LEVEL_MAX */
    uint64_t index;
    unsigned width; /* 1 to LEDGER_TILE_WIDTH, which is a full one */
};

/* How many hashes tile (level, index) has, or entries bundle `index` (level 0), in a tree of `size`
 * leaves: 0 if there is no such tile. */
LEDGER_API unsigned ledger_tile_width(unsigned level, uint64_t index, uint64_t size);

/* Writes the path within the directory, such as "tile/0/x001/x234/067.p/8". */
LEDGER_API void ledger_tile_path(char path[LEDGER_TILE_PATH_MAX], const struct ledger_tile *tile);

/* The tile that a path names; false unless it is spelled as ledger_tile_path does. */
LEDGER_API bool ledger_tile_path_parse(struct ledger_tile *tile, struct ledger_span path);

/* The hashes of a tile; false unless `bytes` are exactly `width` of them. */
LEDGER_API bool ledger_tile_parse(struct ledger_hash hashes[LEDGER_TILE_WIDTH],
                                  struct ledger_span bytes, unsigned width);

/* Whether `bytes` are exactly `width` entries, each behind its length. */
LEDGER_API bool ledger_bundle_check(struct ledger_span bytes, unsigned width);

/* Takes the next entry off `rest`, which starts as all bytes of a bundle. False at the end, or if
 * the rest is cut off. */
LEDGER_API bool ledger_bundle_next(struct ledger_span *rest, struct ledger_span *entry);

/* Adds an entry, of at most LEDGER_ENTRY_MAX bytes, to a bundle. */
LEDGER_API void ledger_bundle_add(struct ledger_buffer *buffer, struct ledger_span entry);

#endif
