/*
 * tiles_write.h - adding files to a published directory. Internal; the verifier does not link it.
 *
 * A file gets its name only once its bytes are durable, and names are made durable together, by
 * ledger_tiles_sync: what is to stand after them is put after that.
 */
#ifndef LEDGER_STORE_TILES_WRITE_H
#define LEDGER_STORE_TILES_WRITE_H

#include "ledger/store/tiles_dir.h"

#define LEDGER_TILES_NAME_MAX 64 /* bytes of a name, its terminating zero included */
#define LEDGER_TILES_UNSYNCED 32

/* The name under which a file is written. What a killed writer left there is taken away. */
#define LEDGER_TILES_TEMPORARY ".unfinished"

struct ledger_tiles_writer {
    struct ledger_tiles_dir *dir;                                /* locked as long as it is open */
    char unsynced[LEDGER_TILES_UNSYNCED][LEDGER_TILES_NAME_MAX]; /* directories with new names */
    unsigned unsynced_count;
    struct ledger_tiles_file old; /* what stands in a file's place */
    uint64_t written;             /* files put */
    uint64_t kept;                /* files that were there, byte for byte */
    uint64_t removed;
    uint64_t bytes; /* of the files put */
};

/* LEDGER_BUSY if another program writes to the directory, which must outlive the writer. */
LEDGER_MUST_USE enum ledger_status ledger_tiles_writer_start(struct ledger_tiles_writer *writer,
                                                             struct ledger_tiles_dir *dir,
                                                             struct ledger_error *error);
void ledger_tiles_writer_end(struct ledger_tiles_writer *writer);

/* Puts a file in its place, in one step, replacing what has other bytes or is no regular file;
 * makes the directories that it needs. */
LEDGER_MUST_USE enum ledger_status ledger_tiles_put(struct ledger_tiles_writer *writer,
                                                    const char *name, struct ledger_span bytes,
                                                    struct ledger_error *error);

/* Makes all names put so far durable. */
LEDGER_MUST_USE enum ledger_status ledger_tiles_sync(struct ledger_tiles_writer *writer,
                                                     struct ledger_error *error);

/* Removes the partial tiles beside the full tile `name`: files named 1 to 255 in "<name>.p". */
LEDGER_MUST_USE enum ledger_status ledger_tiles_remove_parts(struct ledger_tiles_writer *writer,
                                                             const char *name,
                                                             struct ledger_error *error);

#endif
