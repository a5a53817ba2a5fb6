/*
 * scratch_file.h - bytes that are written once, in order, read again anywhere, and gone with the
 * process: for what is too much for memory. Internal.
 *
 * What was appended last stays in memory, up to a bound; when that is full it goes to a file, which
 * is made only then. The file is in the directory that the environment variable TMPDIR names, or in
 * /var/tmp; nobody but this process has a name for it, and its mode is 0600. It is written and read
 * with write(2) and pread(2), and not mapped: that the disk is full or fails is a status then.
 */
#ifndef LEDGER_STORE_SCRATCH_FILE_H
#define LEDGER_STORE_SCRATCH_FILE_H

#include <stddef.h>

#include "ledger/base/span.h"
#include "ledger/base/status.h"

/* Made by ledger_scratch_start. */
struct ledger_scratch {
    uint8_t *bytes; /* what is not in the file yet */
    size_t memory;  /* bytes it takes at most, and takes from the first append on */
    size_t waiting; /* of them in use */
    uint64_t written;
    int fd;          /* -1: no file was needed */
    const int *lent; /* the file to use then; NULL: one is made */
};

/* A file for later, for who will not be able to make one: its descriptor, or -errno. */
int ledger_scratch_make_file(void);

/* `lent`, if not NULL, must outlive it and point at what ledger_scratch_make_file gave. That file is
 * written from its beginning, whatever is in it, and stays open; nothing else may use it meanwhile.
 * If it is -errno, this is why a file that is needed cannot be had. */
void ledger_scratch_start(struct ledger_scratch *scratch, size_t memory, const int *lent);
void ledger_scratch_free(struct ledger_scratch *scratch);

/* Appends bytes, at most `memory` of them, and says at which place they begin. LEDGER_NO_MEMORY, or
 * what prevents the file from being made or written, with a message that says where; never
 * LEDGER_NOT_FOUND or LEDGER_DAMAGED, which say something of a ledger. Nothing may be appended
 * after a failure. */
LEDGER_MUST_USE enum ledger_status ledger_scratch_append(struct ledger_scratch *scratch,
                                                         uint64_t *place, struct ledger_span bytes,
                                                         struct ledger_error *error);

/* Reads bytes that were appended together, or a part of them. LEDGER_IO. */
LEDGER_MUST_USE enum ledger_status ledger_scratch_read(const struct ledger_scratch *scratch,
                                                       void *bytes, size_t size, uint64_t place,
                                                       struct ledger_error *error);

#endif
