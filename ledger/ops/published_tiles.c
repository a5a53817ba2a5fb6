#include "ledger/ops/published_tiles.h"

void ledger_published_tiles_start(struct ledger_published_tiles *tiles,
                                  const struct ledger_published *published)
{
    tiles->published = published;
    ledger_verdict_clear(&tiles->first);
}

void ledger_published_tiles_free(struct ledger_published_tiles *tiles)
{
    ledger_tiles_file_free(&tiles->file);
}

/* The verdict to fill, if this is the first lie: at the last entry below the node. */
static struct ledger_verdict *first_lie(struct ledger_published_tiles *tiles,
                                        struct ledger_node node)
{
    if (tiles->first.finding != LEDGER_NOT_CHECKED) {
        return NULL;
    }
    tiles->first.entry = ((node.index + 1) << node.level) - 1;
    return &tiles->first;
}

static struct ledger_tile tile_of(const struct ledger_published_tiles *tiles,
                                  struct ledger_node node)
{
    unsigned level = node.level / LEDGER_TILE_HEIGHT;
    uint64_t index = node.index / LEDGER_TILE_WIDTH;
    unsigned width = ledger_tile_width(level, index, tiles->published->checkpoint.size);
    return (struct ledger_tile){false, level, index, width};
}

static void read_tile(struct ledger_published_tiles *tiles, struct ledger_published_tile *level,
                      const struct ledger_tile *wanted, struct ledger_node node)
{
    char path[LEDGER_TILE_PATH_MAX];
    struct ledger_tile tile = *wanted;
    struct ledger_verdict *lie;
    *level = (struct ledger_published_tile){.index = tile.index, .read = true};
    enum ledger_status status =
        ledger_published_load(tiles->published, &tiles->file, &tile, &tiles->error);
    if (status == LEDGER_OK &&
        ledger_tile_parse(level->hashes, ledger_tiles_file_span(&tiles->file), tile.width)) {
        level->width = tile.width;
        return;
    }
    if (status != LEDGER_OK && status != LEDGER_NOT_FOUND && status != LEDGER_DAMAGED) {
        tiles->status = status;
        return;
    }
    lie = first_lie(tiles, node);
    if (lie == NULL) {
        return;
    }
    if (status == LEDGER_DAMAGED) {
        ledger_verdict_set(lie, LEDGER_WRONG_NODE, "%s", tiles->error.what);
        return;
    }
    ledger_tile_path(path, status == LEDGER_OK ? &tile : wanted);
    ledger_verdict_set(lie, LEDGER_WRONG_NODE,
                       status == LEDGER_OK ? "'%s' is not exactly %u hashes"
                                           : "there is no '%s', which has %u hashes",
                       path, status == LEDGER_OK ? tile.width : wanted->width);
}

static void compare(struct ledger_published_tiles *tiles, const struct ledger_published_tile *level,
                    const struct ledger_tile *tile, struct ledger_node node,
                    const struct ledger_hash *hash)
{
    char path[LEDGER_TILE_PATH_MAX];
    unsigned at = (unsigned)(node.index % LEDGER_TILE_WIDTH);
    if (ledger_hash_equal(&level->hashes[at], hash)) {
        tiles->hashes++;
        return;
    }
    struct ledger_verdict *lie = first_lie(tiles, node);
    if (lie != NULL) {
        ledger_tile_path(path, tile);
        ledger_verdict_set(lie, LEDGER_WRONG_NODE, "hash %u of '%s' is not that of the entries", at,
                           path);
    }
}

void ledger_published_tiles_node(void *context, struct ledger_node node,
                                 const struct ledger_hash *hash)
{
    struct ledger_published_tiles *tiles = context;
    if (node.level % LEDGER_TILE_HEIGHT != 0 || tiles->status != LEDGER_OK) {
        return;
    }
    struct ledger_tile tile = tile_of(tiles, node);
    LEDGER_ASSERT(tile.level < LEDGER_TILE_LEVELS);
    struct ledger_published_tile *level = &tiles->levels[tile.level];
    if (!level->read || level->index != tile.index) {
        read_tile(tiles, level, &tile, node);
    }
    if (level->width > 0) {
        compare(tiles, level, &tile, node, hash);
    }
}
