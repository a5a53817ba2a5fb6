/*
 * disk.h - a disk as a trace leaves it: what is certainly there after a power cut, and what may be.
 *
 * The model. What was written to a file since its last sync may be there or not, each page of 4 KiB
 * by itself, in any version it had, and torn at every 512 bytes; so may the size of the file. What
 * was done to the names in a directory since its last sync may be there or not, each operation by
 * itself. A rename within a directory is there whole or not at all; of one between directories each
 * half is judged by itself, as the sync of one directory says nothing of the other. Nothing that was
 * synced is lost, and a sector of 512 bytes is never torn.
 */
#ifndef TRUST_CRASH_STATES_DISK_H
#define TRUST_CRASH_STATES_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/trust/crash_states/trace.h"

#define DISK_PAGE 4096u
#define DISK_SECTOR 512u
#define DISK_SECTORS (DISK_PAGE / DISK_SECTOR)
#define DISK_NAME 64

struct disk;

/* The files under `directory` as they are, all of them durable. Ends the program if it cannot. */
struct disk *disk_load(const char *directory);

/* Sets to NULL; accepts NULL inside. What was borrowed from it is gone. */
void disk_free(struct disk **disk);

/* One event more. Ends the program if the event does not fit what went before. */
void disk_step(struct disk *disk, const struct trace_event *event, const char *path,
               const uint8_t *data);

/* --- what may be there or not --- */

enum disk_unit_type {
    DISK_UNIT_PAGE,  /* value: for each sector a version, eight bits each, 0 the durable one */
    DISK_UNIT_SIZE,  /* value: 0 what the pages ask for; else the n-th size the file had */
    DISK_UNIT_NAMES, /* value: 0 not done, 1 done */
};

struct disk_unit {
    enum disk_unit_type type;
    uint32_t node;
    uint32_t page;    /* PAGE */
    uint64_t order;   /* NAMES: number of the event */
    uint32_t choices; /* how many values: for a page, as a whole */
};

/* All of them, valid until the next step; returns how many. */
size_t disk_units(struct disk *disk, const struct disk_unit **units);

/* The value of a page that is whole. */
uint64_t disk_whole_page(uint32_t version);

/* --- one state after a crash --- */

struct disk_file {
    char path[256]; /* relative, no "/" in front; a directory has no bytes */
    bool directory;
    uint8_t *bytes;
    size_t size;
};

struct disk_image {
    struct disk_file *files; /* directories before what is in them */
    size_t count;
};

/* `values`: one for each unit, or NULL: everything is there. Valid until the next call. */
const struct disk_image *disk_image_of(struct disk *disk, const uint64_t *values);

/* NULL if there is none. */
const struct disk_file *disk_image_find(const struct disk_image *image, const char *path);

uint64_t disk_image_hash(const struct disk_image *image);

/* Writes the image under `directory`, in the place of all that is there. */
void disk_image_write(const struct disk_image *image, const char *directory);

#endif
