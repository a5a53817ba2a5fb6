#include "ledger/ops/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ledger/ops/resume.h"
#include "ledger/ops/tile_edge.h"
#include "ledger/store/durable_file.h"
#include "ledger/store/tiles_write.h"
#include "ledger/store/tree_reader.h"

struct publication {
    const struct ledger_publish_options *options;
    struct ledger_publish_report *report;
    struct ledger_error *error;
    const char *path;
    struct ledger_hasher *hasher;
    struct ledger_store *store; /* with a transaction open */
    struct ledger_state *state; /* at the checkpoint */
    struct ledger_checkpoint checkpoint;
    struct ledger_span note;
    struct ledger_tiles_dir dir;
    struct ledger_tiles_writer writer;
    struct ledger_tiles_file old_note;
    bool made;   /* the directory was not there */
    bool stands; /* the checkpoint that is there need not be replaced */
    struct ledger_tile_edge edge;
};

static enum ledger_status not_as_signed(struct publication *p, const char *why)
{
    return ledger_error_set(p->error, LEDGER_DAMAGED, 0,
                            "ledger '%s' is not what its last checkpoint signed (%s): nothing is "
                            "published, verify it",
                            p->path, why);
}

/* Brings the state to the last checkpoint, which proves that the operator in force signed it. */
static enum ledger_status take_checkpoint(struct publication *p)
{
    struct ledger_verdict verdict;
    struct ledger_error why = {.status = LEDGER_OK};
    uint64_t size = 0;
    ledger_verdict_clear(&verdict);
    enum ledger_status status = ledger_store_last_checkpoint(p->store, &size, &p->note, p->error);
    if (status == LEDGER_NOT_FOUND) {
        return ledger_error_set(p->error, status, 0, "ledger '%s' has no checkpoint", p->path);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    if (!ledger_checkpoint_parse(&p->checkpoint, &verdict, p->note)) {
        return not_as_signed(p, verdict.detail);
    }
    status = ledger_resume(p->state, &verdict, p->store, p->hasher, &p->checkpoint, &why);
    if (status == LEDGER_OK) {
        return LEDGER_OK;
    }
    if (status == LEDGER_NO_MEMORY || status == LEDGER_IO) {
        *p->error = why;
        return status;
    }
    return not_as_signed(p, status == LEDGER_DAMAGED ? why.what : ledger_status_token(status));
}

static enum ledger_status open_ledger(struct publication *p)
{
    enum ledger_store_mode mode =
        p->options->unlocked ? LEDGER_STORE_READ_UNLOCKED : LEDGER_STORE_READ;
    if (ledger_hasher_new(&p->hasher) != LEDGER_OK ||
        ledger_state_new(&p->state, p->hasher) != LEDGER_OK) {
        return ledger_error_set(p->error, LEDGER_NO_MEMORY, 0, "cannot publish '%s'", p->path);
    }
    enum ledger_status status = ledger_store_open(&p->store, p->path, mode, 0, p->error);
    if (status == LEDGER_OK) {
        status = ledger_store_begin(p->store, p->error);
    }
    return status == LEDGER_OK ? take_checkpoint(p) : status;
}

static enum ledger_status open_directory(struct publication *p, const char *directory)
{
    p->made = mkdir(directory, 0777) == 0;
    if (!p->made && errno != EEXIST) {
        return ledger_error_set(p->error, ledger_status_of_errno(errno), errno,
                                "cannot make directory '%s'", directory);
    }
    enum ledger_status status = ledger_tiles_dir_open(&p->dir, directory, p->error);
    if (status != LEDGER_OK) {
        return status;
    }
    struct stat info;
    if (fstatat(p->dir.fd, "data.mdb", &info, AT_SYMLINK_NOFOLLOW) == 0) {
        return ledger_error_set(p->error, LEDGER_INVALID, 0,
                                "'%s' is a ledger: publish into a directory of its own", directory);
    }
    return ledger_tiles_writer_start(&p->writer, &p->dir, p->error);
}

/* Whether what was published is the beginning of this ledger. */
static enum ledger_status compare_published(struct publication *p,
                                            const struct ledger_checkpoint *old)
{
    struct ledger_tree_reader reader = {p->store, p->hasher, p->error};
    struct ledger_frontier frontier;
    struct ledger_hash root;
    if (!ledger_span_equal(old->origin, p->checkpoint.origin)) {
        return ledger_error_set(
            p->error, LEDGER_INVALID, 0, "'%s' has the publication of '%.*s', the ledger is '%.*s'",
            p->dir.path, LEDGER_SPAN_ARGS(old->origin), LEDGER_SPAN_ARGS(p->checkpoint.origin));
    }
    if (old->size > p->checkpoint.size) {
        return ledger_error_set(p->error, LEDGER_ROLLED_BACK, 0,
                                "'%s' has a checkpoint of %llu entries, the ledger one of %llu: "
                                "nothing is published",
                                p->dir.path, (unsigned long long)old->size,
                                (unsigned long long)p->checkpoint.size);
    }
    enum ledger_status status = ledger_tree_read_frontier(&reader, &frontier, old->size);
    if (status != LEDGER_OK) {
        return status;
    }
    ledger_frontier_root(p->hasher, &root, &frontier);
    return ledger_hash_equal(&root, &old->root)
               ? LEDGER_OK
               : ledger_error_set(p->error, LEDGER_FORKED, 0,
                                  "the checkpoint of %llu entries in '%s' is not of the first "
                                  "entries of the ledger: nothing is published; keep it, it may "
                                  "be evidence",
                                  (unsigned long long)old->size, p->dir.path);
}

static enum ledger_status read_published(struct publication *p)
{
    struct ledger_checkpoint old;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    enum ledger_status status =
        ledger_tiles_dir_load(&p->dir, &p->old_note, "checkpoint", LEDGER_NOTE_MAX, p->error);
    if (status == LEDGER_NOT_FOUND) {
        return LEDGER_OK;
    }
    if (status == LEDGER_OK &&
        !ledger_checkpoint_parse(&old, &verdict, ledger_tiles_file_span(&p->old_note))) {
        status = ledger_error_set(p->error, LEDGER_DAMAGED, 0,
                                  "'%s/checkpoint' is none (%s): nothing is published; verify the "
                                  "directory, or publish into another one",
                                  p->dir.path, verdict.detail);
    }
    if (status == LEDGER_OK) {
        status = compare_published(p, &old);
    }
    if (status == LEDGER_OK) {
        const struct ledger_authority_line *line =
            ledger_authority_operator(ledger_state_authority_view(p->state));
        p->report->before = old.size;
        /* It may have got cosignatures there. */
        p->stands = ledger_span_equal(old.note.text, p->checkpoint.note.text) &&
                    ledger_note_signed_by(&old.note, &line->vkey, NULL) == LEDGER_SIGNED_WELL;
    }
    return status;
}

/* A ledger_tile_sink. */
static enum ledger_status put_tile(void *context, const struct ledger_tile *tile,
                                   struct ledger_span bytes)
{
    struct publication *p = context;
    char path[LEDGER_TILE_PATH_MAX];
    ledger_tile_path(path, tile);
    return ledger_tiles_put(&p->writer, path, bytes, p->error);
}

/* The first entry whose tiles are looked at. */
static uint64_t first_entry(const struct publication *p)
{
    return p->options->again ? 0 : p->report->before / LEDGER_TILE_WIDTH * LEDGER_TILE_WIDTH;
}

static enum ledger_status add_entry(struct publication *p, uint64_t index)
{
    struct ledger_span entry;
    enum ledger_status status = ledger_store_known_entry(p->store, &entry, index, p->error);
    if (status == LEDGER_OK && entry.size > LEDGER_ENTRY_MAX) {
        return not_as_signed(p, "an entry is too long");
    }
    return status == LEDGER_OK ? ledger_tile_edge_add(&p->edge, entry) : status;
}

/* One pass over the new entries; only if it ends at the signed root may what it gives be used. */
static enum ledger_status walk(struct publication *p, ledger_tile_sink *sink)
{
    struct ledger_hash root;
    uint64_t first = first_entry(p);
    enum ledger_status status =
        ledger_tile_edge_start(&p->edge, p->store, p->hasher, first, p->error);
    ledger_tile_edge_watch(&p->edge, sink, p);
    for (uint64_t i = first; status == LEDGER_OK && i < p->checkpoint.size; i++) {
        status = add_entry(p, i);
        if (p->options->progress != NULL && sink != NULL && i % LEDGER_TILE_WIDTH == 0) {
            p->options->progress(p->options->progress_context, i, p->checkpoint.size);
        }
    }
    if (status == LEDGER_OK) {
        status = ledger_tile_edge_finish(&p->edge);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    ledger_tile_edge_root(&p->edge, &root);
    return ledger_hash_equal(&root, &p->checkpoint.root) ? LEDGER_OK
                                                         : not_as_signed(p, "another root");
}

/* The name of the directory itself. That it was there does not say that its name is durable: a
 * killed run may have made it. Whoever may not look into its parent did not make it. */
static enum ledger_status sync_name(struct publication *p)
{
    if (p->report->before > 0) {
        return LEDGER_OK;
    }
    enum ledger_status status = ledger_durable_sync_parent(p->dir.path, p->error);
    return status == LEDGER_PERMISSION && !p->made ? LEDGER_OK : status;
}

static enum ledger_status put_checkpoint(struct publication *p)
{
    enum ledger_status status = ledger_tiles_sync(&p->writer, p->error);
    if (status == LEDGER_OK) {
        status = sync_name(p);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    status = ledger_tiles_put(&p->writer, "checkpoint",
                              p->stands ? ledger_tiles_file_span(&p->old_note) : p->note, p->error);
    return status == LEDGER_OK ? ledger_tiles_sync(&p->writer, p->error) : status;
}

/* The full tile that has the place of a partial one of before, and all after it. */
static enum ledger_status remove_parts(struct publication *p, bool entries, unsigned level)
{
    char path[LEDGER_TILE_PATH_MAX];
    uint64_t full = p->checkpoint.size >> ((level + 1) * LEDGER_TILE_HEIGHT);
    uint64_t index = first_entry(p) >> ((level + 1) * LEDGER_TILE_HEIGHT);
    enum ledger_status status = LEDGER_OK;
    for (; status == LEDGER_OK && index < full; index++) {
        struct ledger_tile tile = {entries, level, index, LEDGER_TILE_WIDTH};
        ledger_tile_path(path, &tile);
        status = ledger_tiles_remove_parts(&p->writer, path, p->error);
    }
    return status;
}

static enum ledger_status remove_obsolete(struct publication *p)
{
    enum ledger_status status = remove_parts(p, true, 0);
    for (unsigned level = 0; status == LEDGER_OK && level + 1 < LEDGER_TILE_LEVELS; level++) {
        status = remove_parts(p, false, level);
    }
    return status;
}

static enum ledger_status publish(struct publication *p, const char *directory)
{
    enum ledger_status status = open_ledger(p);
    if (status == LEDGER_OK) {
        status = open_directory(p, directory);
    }
    if (status == LEDGER_OK) {
        status = read_published(p);
    }
    if (status == LEDGER_OK) {
        status = walk(p, NULL);
    }
    if (status == LEDGER_OK) {
        status = walk(p, put_tile);
    }
    if (status == LEDGER_OK) {
        status = put_checkpoint(p);
    }
    return status == LEDGER_OK ? remove_obsolete(p) : status;
}

static void fill_report(struct publication *p)
{
    struct ledger_publish_report *report = p->report;
    memcpy(report->origin, p->checkpoint.origin.data, p->checkpoint.origin.size);
    report->size = p->checkpoint.size;
    report->root = p->checkpoint.root;
    report->written = p->writer.written;
    report->kept = p->writer.kept;
    report->removed = p->writer.removed;
    report->bytes = p->writer.bytes;
}

enum ledger_status ledger_publish(struct ledger_publish_report *report, const char *path,
                                  const char *directory,
                                  const struct ledger_publish_options *options,
                                  struct ledger_error *error)
{
    struct ledger_error own;
    struct publication *p = calloc(1, sizeof *p);
    memset(report, 0, sizeof *report);
    if (p == NULL) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot publish '%s'", path);
    }
    p->options = options;
    p->report = report;
    p->error = error != NULL ? error : &own;
    p->path = path;
    p->dir.fd = -1;
    enum ledger_status status = publish(p, directory);
    if (status == LEDGER_OK) {
        fill_report(p);
    }
    ledger_tiles_writer_end(&p->writer);
    ledger_tiles_dir_close(&p->dir);
    ledger_tiles_file_free(&p->old_note);
    ledger_store_close(&p->store);
    ledger_state_free(&p->state);
    ledger_hasher_free(&p->hasher);
    free(p);
    return status;
}
