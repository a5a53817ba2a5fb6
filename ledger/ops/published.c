#include "ledger/ops/published.h"

#include "ledger/format/note.h"

static void damaged(struct ledger_verdict *verdict, uint64_t entry, const char *what)
{
    verdict->entry = entry;
    ledger_verdict_set(verdict, LEDGER_STORE_DAMAGED, "%s", what);
}

enum ledger_status ledger_published_open(struct ledger_published *published,
                                         struct ledger_verdict *verdict, const char *path,
                                         struct ledger_error *error)
{
    struct ledger_error own;
    error = error != NULL ? error : &own;
    enum ledger_status status = ledger_tiles_dir_open(&published->dir, path, error);
    if (status != LEDGER_OK) {
        return status;
    }
    status = ledger_tiles_dir_load(&published->dir, &published->note, LEDGER_PUBLISHED_CHECKPOINT,
                                   LEDGER_NOTE_MAX, error);
    if (status == LEDGER_NOT_FOUND) {
        return ledger_error_set(error, status, 0, "there is no file 'checkpoint' in '%s'", path);
    }
    if (status == LEDGER_DAMAGED) {
        damaged(verdict, LEDGER_NO_ENTRY, error->what);
        return LEDGER_OK;
    }
    if (status == LEDGER_OK) {
        (void)ledger_checkpoint_parse(&published->checkpoint, verdict,
                                      ledger_tiles_file_span(&published->note));
    }
    return status;
}

void ledger_published_close(struct ledger_published *published)
{
    ledger_tiles_dir_close(&published->dir);
    ledger_tiles_file_free(&published->note);
    ledger_tiles_file_free(&published->bundle);
}

struct ledger_tile ledger_published_bundle(const struct ledger_published *published, uint64_t index)
{
    uint64_t bundle = index / LEDGER_TILE_WIDTH;
    return (struct ledger_tile){true, 0, bundle,
                                ledger_tile_width(0, bundle, published->checkpoint.size)};
}

/* The full tile or bundle in the place of a partial one. */
static struct ledger_tile full_of(const struct ledger_tile *tile)
{
    struct ledger_tile full = *tile;
    full.width = LEDGER_TILE_WIDTH;
    return full;
}

enum ledger_status ledger_published_file(const struct ledger_published *published, int *fd,
                                         struct ledger_tile *tile, struct ledger_error *error)
{
    char path[LEDGER_TILE_PATH_MAX];
    uint64_t size;
    ledger_tile_path(path, tile);
    enum ledger_status status = ledger_tiles_dir_file(&published->dir, fd, &size, path, error);
    if (status == LEDGER_NOT_FOUND && tile->width < LEDGER_TILE_WIDTH) {
        *tile = full_of(tile);
        ledger_tile_path(path, tile);
        status = ledger_tiles_dir_file(&published->dir, fd, &size, path, error);
    }
    return status;
}

enum ledger_status ledger_published_load(const struct ledger_published *published,
                                         struct ledger_tiles_file *file, struct ledger_tile *tile,
                                         struct ledger_error *error)
{
    char path[LEDGER_TILE_PATH_MAX];
    size_t one = tile->entries ? 2 + LEDGER_ENTRY_MAX : LEDGER_HASH_SIZE;
    ledger_tile_path(path, tile);
    enum ledger_status status =
        ledger_tiles_dir_load(&published->dir, file, path, tile->width * one, error);
    if (status == LEDGER_NOT_FOUND && tile->width < LEDGER_TILE_WIDTH) {
        *tile = full_of(tile);
        ledger_tile_path(path, tile);
        status = ledger_tiles_dir_load(&published->dir, file, path, tile->width * one, error);
    }
    return status;
}

static bool is_there(const struct ledger_published *published, uint64_t index)
{
    struct ledger_tile tile = ledger_published_bundle(published, index);
    int fd;
    enum ledger_status status = ledger_published_file(published, &fd, &tile, NULL);
    if (status == LEDGER_OK) {
        ledger_tiles_dir_close(&(struct ledger_tiles_dir){.fd = fd});
    }
    return status != LEDGER_NOT_FOUND;
}

static void missing(struct ledger_published *published, struct ledger_verdict *verdict)
{
    char path[LEDGER_TILE_PATH_MAX];
    struct ledger_tile tile = ledger_published_bundle(published, published->next);
    ledger_tile_path(path, &tile);
    verdict->entry = published->next;
    published->cut_off = !is_there(published, published->checkpoint.size - 1);
    ledger_verdict_set(verdict, LEDGER_ENTRY_MISSING, "there is no '%s', which has entry %llu",
                       path, (unsigned long long)published->next);
}

static enum ledger_status load_bundle(struct ledger_published *published,
                                      struct ledger_verdict *verdict, struct ledger_error *error)
{
    char path[LEDGER_TILE_PATH_MAX];
    struct ledger_error own;
    struct ledger_tile tile = ledger_published_bundle(published, published->next);
    error = error != NULL ? error : &own;
    enum ledger_status status = ledger_published_load(published, &published->bundle, &tile, error);
    if (status == LEDGER_NOT_FOUND) {
        missing(published, verdict);
        return LEDGER_OK;
    }
    if (status == LEDGER_DAMAGED) {
        damaged(verdict, published->next, error->what);
        return LEDGER_OK;
    }
    published->rest = ledger_tiles_file_span(&published->bundle);
    if (status == LEDGER_OK && !ledger_bundle_check(published->rest, tile.width)) {
        ledger_tile_path(path, &tile);
        verdict->entry = published->next;
        ledger_verdict_set(verdict, LEDGER_STORE_DAMAGED,
                           "'%s' is not exactly %u entries, each behind its length", path,
                           tile.width);
    }
    return status;
}

enum ledger_status ledger_published_next(struct ledger_published *published,
                                         struct ledger_span *entry, struct ledger_verdict *verdict,
                                         struct ledger_error *error)
{
    LEDGER_ASSERT(published->next < published->checkpoint.size);
    if (published->next % LEDGER_TILE_WIDTH == 0) {
        enum ledger_status status = load_bundle(published, verdict, error);
        if (status != LEDGER_OK || verdict->finding != LEDGER_NOT_CHECKED) {
            return status;
        }
    }
    bool given = ledger_bundle_next(&published->rest, entry);
    LEDGER_ASSERT(given); /* the bundle has as many as were counted */
    published->next++;
    return LEDGER_OK;
}

bool ledger_published_walk_next(void *context, struct ledger_span *entry)
{
    struct ledger_published_walk *walk = context;
    if (walk->published->next == walk->published->checkpoint.size) {
        return false;
    }
    ledger_verdict_clear(&walk->verdict);
    walk->status = ledger_published_next(walk->published, entry, &walk->verdict, &walk->error);
    return walk->status == LEDGER_OK && walk->verdict.finding == LEDGER_NOT_CHECKED;
}

enum ledger_status ledger_published_walk_end(const struct ledger_published_walk *walk,
                                             struct ledger_verdict *verdict,
                                             struct ledger_error *error)
{
    if (walk->status != LEDGER_OK) {
        *error = walk->error;
    } else if (walk->verdict.finding != LEDGER_NOT_CHECKED) {
        *verdict = walk->verdict;
    }
    return walk->status;
}
