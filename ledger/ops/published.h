/*
 * published.h - the entries of a published directory, in their order (SPEC.md "Publication").
 * Internal.
 *
 * The directory is foreign input: nothing in it is believed but by what follows from it, and it may
 * change while it is read. The checkpoint is read once, at first; it says which files there are and
 * how many entries each has. Of each bundle one copy is made in memory, and judged there.
 */
#ifndef LEDGER_OPS_PUBLISHED_H
#define LEDGER_OPS_PUBLISHED_H

#include "ledger/format/checkpoint.h"
#include "ledger/format/tile.h"
#include "ledger/store/tiles_dir.h"

#define LEDGER_PUBLISHED_CHECKPOINT "checkpoint" /* the name of the file */

/* All zero but for dir.fd before it is opened: see LEDGER_PUBLISHED_CLOSED. */
struct ledger_published {
    struct ledger_tiles_dir dir;
    struct ledger_tiles_file note;
    struct ledger_checkpoint checkpoint; /* of `note`; no signature of it was verified */
    struct ledger_tiles_file bundle;
    uint64_t next;           /* the entry that is given next */
    struct ledger_span rest; /* of the bundle, from that entry on */
    bool cut_off;            /* the files end before the entries of the checkpoint do, at `next` */
};
#define LEDGER_PUBLISHED_CLOSED                                                                    \
    {                                                                                              \
        .dir = {.fd = -1 }                                                                         \
    }

/* Opens the directory and parses its checkpoint. LEDGER_OK with a finding in `verdict` if it is
 * none (STORE_DAMAGED if it is no regular file); LEDGER_NOT_FOUND if there is no such file. */
LEDGER_MUST_USE enum ledger_status ledger_published_open(struct ledger_published *published,
                                                         struct ledger_verdict *verdict,
                                                         const char *path,
                                                         struct ledger_error *error);
void ledger_published_close(struct ledger_published *published);

/*
 * The next entry; published->next must be below the checkpoint's size. It lies in the bundle, and
 * is good until that of another one is asked for. LEDGER_OK with a finding and its place in
 * `verdict` if the bundle is not there (ENTRY_MISSING; cut_off if the last one is not there
 * either), or is not exactly what the checkpoint asks for (STORE_DAMAGED).
 */
LEDGER_MUST_USE enum ledger_status ledger_published_next(struct ledger_published *published,
                                                         struct ledger_span *entry,
                                                         struct ledger_verdict *verdict,
                                                         struct ledger_error *error);

/*
 * The walk over the entries, which may be ahead of the judging: what ends it waits until its turn
 * comes. All zero but for `published`.
 */
struct ledger_published_walk {
    struct ledger_published *published;
    struct ledger_verdict verdict; /* what was found where it ended */
    enum ledger_status status;     /* why it could not go on */
    struct ledger_error error;
};

/* Of a ledger_ahead_source; `context` is the walk. */
bool ledger_published_walk_next(void *context, struct ledger_span *entry);

/* Every entry that was given holds: says why there are no more, as ledger_published_next does. */
LEDGER_MUST_USE enum ledger_status
ledger_published_walk_end(const struct ledger_published_walk *walk, struct ledger_verdict *verdict,
                          struct ledger_error *error);

/* The bundle that has entry `index`. */
struct ledger_tile ledger_published_bundle(const struct ledger_published *published,
                                           uint64_t index);

/*
 * Opens the file of a tile or bundle, or reads all of it, as tiles_dir.h says. If it is a partial
 * one that is not there, the full one is taken in its place, and `*tile` says so: it begins with
 * the same, and who publishes may remove the other while this is read.
 */
LEDGER_MUST_USE enum ledger_status ledger_published_file(const struct ledger_published *published,
                                                         int *fd, struct ledger_tile *tile,
                                                         struct ledger_error *error);
LEDGER_MUST_USE enum ledger_status ledger_published_load(const struct ledger_published *published,
                                                         struct ledger_tiles_file *file,
                                                         struct ledger_tile *tile,
                                                         struct ledger_error *error);

#endif
