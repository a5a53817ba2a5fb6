/* disk_parts.h - what disk.c and disk_image.c share. */
#ifndef TRUST_CRASH_STATES_DISK_PARTS_H
#define TRUST_CRASH_STATES_DISK_PARTS_H

#include "tests/trust/crash_states/disk.h"

#define DISK_ROOT 1u /* node 0 means "none" */

struct disk_names {
    struct {
        char name[DISK_NAME];
        uint32_t node;
    } * items;
    size_t count;
};

struct disk_bytes {
    uint8_t *data;
    size_t size;
};

/* Of a page, and not durable. */
struct disk_patch {
    uint32_t page;
    uint32_t offset;
    uint32_t size;
    uint8_t data[DISK_PAGE];
};

/* Of a directory, and not durable. */
struct disk_change {
    uint64_t order; /* of the event: what one event changes here is done as one */
    char name[DISK_NAME];
    uint32_t node; /* 0: the name goes */
};

struct disk_node {
    bool directory;
    bool reachable;           /* from the root, in some state after a crash */
    struct disk_bytes stable; /* certainly there */
    struct disk_bytes live;
    struct disk_patch *patches;
    size_t patch_count;
    uint64_t *sizes; /* that the file had since the last sync */
    size_t size_count;
    struct disk_names stable_names;
    struct disk_names live_names;
    struct disk_change *changes;
    size_t change_count;
};

struct disk_inode {
    uint64_t inode;
    uint32_t node;
};

struct disk {
    struct disk_node *nodes;
    size_t count;
    struct disk_inode *inodes;
    size_t inode_count;
    uint64_t order; /* events so far */
    struct disk_unit *units;
    size_t unit_count;
    struct disk_image image;
    size_t image_room;  /* files of the image that have memory */
    uint32_t *versions; /* of the pages of the file at hand, counted up */
    uint64_t *chosen;
    size_t page_room;
};

uint32_t disk_new_node(struct disk *disk, bool directory);
void disk_set_name(struct disk_names *names, const char *name, uint32_t node);
void disk_put(struct disk_bytes *bytes, uint64_t offset, const uint8_t *data, size_t size);

#endif
