/*
 * image_walk.h - walks every tree of an LMDB 0.9 data file. Internal.
 *
 * Reads with pread(2) only. Memory is one page for each level of a tree and one bit for each page;
 * every page is entered at most once, so the walk ends.
 */
#ifndef LEDGER_STORE_IMAGE_WALK_H
#define LEDGER_STORE_IMAGE_WALK_H

#include "ledger/base/status.h"
#include "ledger/store/image_page.h"

#define LEDGER_IMAGE_TABLES_MAX 128u /* a file with more is refused */

/* Pages that were made and freed in one transaction are never written, so a sound file may be
 * shorter than its last page. By how many pages at most: */
#define LEDGER_IMAGE_UNWRITTEN_MAX (UINT64_C(1) << 20)

struct ledger_image {
    int fd;
    uint64_t file_size;
    struct ledger_image_meta meta; /* the one in force */

    uint8_t *buffers; /* LEDGER_IMAGE_DEPTH_MAX pages */
    uint8_t *visited; /* one bit for each page up to the last */
    struct ledger_image_tree tables[LEDGER_IMAGE_TABLES_MAX];
    unsigned table_count;

    uint64_t pages;   /* entered so far */
    uint64_t entries; /* seen so far in the main tree and in tables, without records of tables */

    /* What went wrong first. */
    enum ledger_status status;
    int os_error;
    uint64_t bad_page;
    const char *fault;
};

/* Notes what is wrong and where; returns false, so that a check can end with it. */
bool ledger_image_fault(struct ledger_image *image, uint64_t page, const char *fault);

/* Reads exactly `size` bytes; a file that ends before is a fault of page `page`. */
LEDGER_MUST_USE bool ledger_image_read(struct ledger_image *image, uint8_t *bytes, size_t size,
                                       uint64_t offset, uint64_t page);

/* Checks all trees under `image->meta`. `fd`, `file_size` and `meta` are set, the rest is zero. On
 * false, `status` and what follows it say why. */
LEDGER_MUST_USE bool ledger_image_walk(struct ledger_image *image);

#endif
