/*
 * image_page.h - the bytes of an LMDB 0.9 data file, one page at a time. Internal.
 *
 * Format version 1 as liblmdb writes it on 64-bit little-endian machines. No I/O, no memory of its
 * own, no liblmdb: pure checks of untrusted bytes. A function that checks returns NULL if all is
 * well, or a sentence (static storage) that says what is wrong.
 */
#ifndef LEDGER_STORE_IMAGE_PAGE_H
#define LEDGER_STORE_IMAGE_PAGE_H

#include "ledger/base/span.h"

/* liblmdb takes the page size of its host, which is at least the first, and cuts it off at the
 * second, so that an offset within a page fits in 16 bits. */
#define LEDGER_IMAGE_PAGE_MIN 4096u
#define LEDGER_IMAGE_PAGE_MAX 32768u

#define LEDGER_IMAGE_HEADER_SIZE 16u /* of every page */
#define LEDGER_IMAGE_META_SIZE 152u  /* of a meta page, header included; the rest is unused */
#define LEDGER_IMAGE_TREE_SIZE 48u   /* of the record that describes a tree */
#define LEDGER_IMAGE_FIRST_PAGE 2u   /* after the meta pages */
#define LEDGER_IMAGE_DEPTH_MAX 32u
#define LEDGER_IMAGE_NO_PAGE UINT64_MAX
#define LEDGER_IMAGE_PAGES_MAX (UINT64_C(1) << 31) /* in a file that is checked */

enum ledger_image_kind { LEDGER_IMAGE_BRANCH = 1, LEDGER_IMAGE_LEAF = 2 };

enum ledger_image_role {
    LEDGER_IMAGE_FREE,  /* lists of free pages by transaction: keys are numbers */
    LEDGER_IMAGE_MAIN,  /* plain entries and the records of tables */
    LEDGER_IMAGE_TABLE, /* plain entries only */
};

struct ledger_image_tree {
    uint16_t depth;
    uint64_t branch_pages;
    uint64_t leaf_pages;
    uint64_t overflow_pages;
    uint64_t entries;
    uint64_t root; /* LEDGER_IMAGE_NO_PAGE if the tree is empty */
};

struct ledger_image_meta {
    uint32_t page_size;
    uint64_t map_size;
    uint64_t last_page;
    uint64_t transaction;
    struct ledger_image_tree free;
    struct ledger_image_tree main;
};

struct ledger_image_page {
    const uint8_t *bytes;
    size_t size;
    enum ledger_image_kind kind;
    unsigned count; /* of its nodes */
};

struct ledger_image_node {
    struct ledger_span key;
    uint64_t child;          /* branch: the page below */
    uint64_t size;           /* leaf: of the value */
    uint64_t run;            /* leaf: first page of the value, or LEDGER_IMAGE_NO_PAGE */
    struct ledger_span data; /* leaf: the value, if it is in the page */
    bool is_table;           /* leaf: the value is the record of a tree */
};

/* The keys that may stand below a place in a tree: low <= key < high. data == NULL: no bound. */
struct ledger_image_bounds {
    struct ledger_span low;
    struct ledger_span high;
};

uint64_t ledger_image_get64(const uint8_t bytes[8]);

/* Reads and checks meta page `number` (0 or 1). */
const char *ledger_image_read_meta(struct ledger_image_meta *meta,
                                   const uint8_t bytes[LEDGER_IMAGE_META_SIZE], unsigned number);

/* Reads and checks the record of a table. */
const char *ledger_image_read_table(struct ledger_image_tree *tree, struct ledger_span record);

/* Checks header, offsets and nodes of page `number`; `page->bytes` and `page->size` are given, the
 * rest is filled in. */
const char *ledger_image_check_page(struct ledger_image_page *page, uint64_t number,
                                    enum ledger_image_role role);

/* Checks that the keys of a checked page increase, and that they are within `bounds`. */
const char *ledger_image_check_keys(const struct ledger_image_page *page,
                                    const struct ledger_image_bounds *bounds,
                                    enum ledger_image_role role);

/* Checks the header of the overflow run that begins at page `number` and is to hold `size` bytes;
 * `*pages` gets its length. */
const char *ledger_image_read_run(uint64_t *pages, const uint8_t bytes[LEDGER_IMAGE_HEADER_SIZE],
                                  uint64_t number, uint64_t size, uint32_t page_size);

/* Node `index` of a checked page. */
void ledger_image_node_at(struct ledger_image_node *node, const struct ledger_image_page *page,
                          unsigned index);

#endif
