/*
 * trace.h - what watch.c writes down of a program, and explore.c replays.
 *
 * A trace is a sequence of events: this head, `path_size` bytes of path (relative to the directory
 * that was watched; RENAME and LINK have two, with a NUL between), and for WRITE and WRITE_SYNCED
 * `size` bytes that were written. It belongs to one machine: numbers are in its byte order.
 */
#ifndef TRUST_CRASH_STATES_TRACE_H
#define TRUST_CRASH_STATES_TRACE_H

#include <stdint.h>

enum trace_type {
    TRACE_OPEN = 1,       /* path, inode: this file or directory is what the inode means from now */
    TRACE_MAKE,           /* path, inode: a new, empty file */
    TRACE_MAKE_DIRECTORY, /* path, inode */
    TRACE_WRITE,          /* inode, offset, size */
    TRACE_WRITE_SYNCED,   /* the same, and durable with it (O_DSYNC) */
    TRACE_CUT,            /* inode, size: ftruncate, O_TRUNC */
    TRACE_SYNC,           /* inode: fsync or fdatasync, of a file or a directory */
    TRACE_RENAME,         /* two paths */
    TRACE_LINK,           /* two paths: a new name, the second, for the first */
    TRACE_UNLINK,         /* path; of a file or a directory */
    TRACE_TOLD,           /* size: so many bytes stood on standard output before what follows */
};

struct trace_event {
    uint32_t type;
    uint32_t path_size;
    uint64_t inode;
    uint64_t offset;
    uint64_t size;
};

#endif
