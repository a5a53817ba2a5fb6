/*
 * tiles_dir.h - reading the files of a published directory, which anybody may have written and may
 * still be changing. Internal.
 *
 * Files are named by relative paths. On the way to one no symbolic link is followed, and only a
 * regular file is read: once, whole, into memory of our own, within the bound that its reader sets,
 * so that what was checked cannot change afterwards. What is wrong with a file is LEDGER_DAMAGED,
 * with a message that names it.
 */
#ifndef LEDGER_STORE_TILES_DIR_H
#define LEDGER_STORE_TILES_DIR_H

#include <limits.h>

#include "ledger/base/span.h"
#include "ledger/base/status.h"

struct ledger_tiles_dir {
    int fd; /* -1: not open */
    char path[PATH_MAX];
};

/* Memory for one file after the other; all zero at first. */
struct ledger_tiles_file {
    uint8_t *bytes;
    size_t size;
    size_t capacity;
};

/* Opens the directory; `path` itself may lead over symbolic links. */
LEDGER_MUST_USE enum ledger_status
ledger_tiles_dir_open(struct ledger_tiles_dir *dir, const char *path, struct ledger_error *error);
void ledger_tiles_dir_close(struct ledger_tiles_dir *dir);

/* Opens the directory that the file `name` is in, and says where in `name` its last part begins.
 * LEDGER_NOT_FOUND, without a message, if it is not there. */
LEDGER_MUST_USE enum ledger_status ledger_tiles_dir_parent(const struct ledger_tiles_dir *dir,
                                                           int *fd, const char **last,
                                                           const char *name,
                                                           struct ledger_error *error);

/* Opens a regular file to read. LEDGER_NOT_FOUND, without a message, if it is not there. */
LEDGER_MUST_USE enum ledger_status ledger_tiles_dir_file(const struct ledger_tiles_dir *dir,
                                                         int *fd, uint64_t *size, const char *name,
                                                         struct ledger_error *error);

/* Reads a whole file of at most `max` bytes into `file`, replacing what it held. Otherwise as
 * above; LEDGER_DAMAGED as well if it is longer, or changes its length while it is read. */
LEDGER_MUST_USE enum ledger_status ledger_tiles_dir_load(const struct ledger_tiles_dir *dir,
                                                         struct ledger_tiles_file *file,
                                                         const char *name, size_t max,
                                                         struct ledger_error *error);

struct ledger_span ledger_tiles_file_span(const struct ledger_tiles_file *file);
void ledger_tiles_file_free(struct ledger_tiles_file *file);

#endif
