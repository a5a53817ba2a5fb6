#include "ledger/store/image_page.h"

#include <string.h>

#include "ledger/base/status.h"

/* --- Layout (all numbers little-endian) ---
 *
 * page    number u64, pad u16, flags u16, then lower u16 and upper u16, or length of a run u32
 * node    low u16, high u16, flags u16, key size u16, key, value. In a leaf low and high are the
 *         size of the value; in a branch low, high and flags are the number of the page below
 * tree    pad u32, flags u16, depth u16, branch, leaf, overflow pages, entries, root: u64 each
 * meta    header, magic u32, version u32, address u64, map size u64, two trees, last page u64,
 *         transaction u64. The page size is the pad of the first tree
 */
#define MAGIC 0xBEEFC0DEu
#define VERSION 1u
#define MAP_MAX (UINT64_C(1) << 47)

#define PAGE_BRANCH 0x01u
#define PAGE_LEAF 0x02u
#define PAGE_OVERFLOW 0x04u
#define PAGE_META 0x08u

#define NODE_HEADER_SIZE 8u
#define NODE_BIG 0x01u
#define NODE_TREE 0x02u

#define TREE_INTEGER_KEY 0x08u
#define TREE_NO_FOLDER 0x4000u /* how the file was opened when it was made; has no effect */

#define KEY_MAX 511u
#define NUMBER_SIZE 8u

static uint16_t get16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | (unsigned)bytes[1] << 8);
}

static uint32_t get32(const uint8_t *bytes)
{
    return get16(bytes) | (uint32_t)get16(bytes + 2) << 16;
}

uint64_t ledger_image_get64(const uint8_t bytes[8])
{
    return get32(bytes) | (uint64_t)get32(bytes + 4) << 32;
}

/* --- Meta pages and trees --- */

static const char *read_tree(struct ledger_image_tree *tree, const uint8_t *bytes)
{
    tree->depth = get16(bytes + 6);
    tree->branch_pages = ledger_image_get64(bytes + 8);
    tree->leaf_pages = ledger_image_get64(bytes + 16);
    tree->overflow_pages = ledger_image_get64(bytes + 24);
    tree->entries = ledger_image_get64(bytes + 32);
    tree->root = ledger_image_get64(bytes + 40);
    if (tree->root == LEDGER_IMAGE_NO_PAGE) {
        bool empty = tree->depth == 0 && tree->branch_pages == 0 && tree->leaf_pages == 0 &&
                     tree->overflow_pages == 0 && tree->entries == 0;
        return empty ? NULL : "a tree without a root has pages or entries";
    }
    if (tree->depth == 0 || tree->depth > LEDGER_IMAGE_DEPTH_MAX) {
        return "a tree has an impossible depth";
    }
    return NULL;
}

const char *ledger_image_read_table(struct ledger_image_tree *tree, struct ledger_span record)
{
    if (record.size != LEDGER_IMAGE_TREE_SIZE) {
        return "the record of a table has a wrong size";
    }
    if (get32(record.data) != 0 || get16(record.data + 4) != 0) {
        return "a table has properties that are not used here";
    }
    return read_tree(tree, record.data);
}

static bool page_size_is_possible(uint32_t size)
{
    return size >= LEDGER_IMAGE_PAGE_MIN && size <= LEDGER_IMAGE_PAGE_MAX &&
           (size & (size - 1)) == 0;
}

static const char *check_meta_sizes(const struct ledger_image_meta *meta)
{
    if (!page_size_is_possible(meta->page_size)) {
        return "the page size is impossible";
    }
    if (meta->last_page < LEDGER_IMAGE_FIRST_PAGE - 1 ||
        meta->last_page >= LEDGER_IMAGE_PAGES_MAX) {
        return "the number of the last page is impossible";
    }
    if (meta->map_size > MAP_MAX || meta->map_size < (meta->last_page + 1) * meta->page_size) {
        return "the map size is impossible";
    }
    return NULL;
}

const char *ledger_image_read_meta(struct ledger_image_meta *meta,
                                   const uint8_t bytes[LEDGER_IMAGE_META_SIZE], unsigned number)
{
    const uint8_t *free = bytes + 40;
    const uint8_t *main = free + LEDGER_IMAGE_TREE_SIZE;
    if (ledger_image_get64(bytes) != number || get16(bytes + 10) != PAGE_META) {
        return "not a meta page";
    }
    if (get32(bytes + 16) != MAGIC || get32(bytes + 20) != VERSION) {
        return "the mark of the file format is missing";
    }
    meta->page_size = get32(free);
    meta->map_size = ledger_image_get64(bytes + 32);
    meta->last_page = ledger_image_get64(bytes + 136);
    meta->transaction = ledger_image_get64(bytes + 144);
    if ((get16(free + 4) & ~TREE_NO_FOLDER) != TREE_INTEGER_KEY || get32(main) != 0 ||
        get16(main + 4) != 0) {
        return "a tree has properties that are not used here";
    }
    const char *fault = check_meta_sizes(meta);
    if (fault == NULL) {
        fault = read_tree(&meta->free, free);
    }
    return fault != NULL ? fault : read_tree(&meta->main, main);
}

/* --- One page of a tree --- */

/* Bytes from one node to the next: nodes are packed, at even offsets. */
static size_t node_stride(const uint8_t *node, enum ledger_image_kind kind)
{
    size_t size = NODE_HEADER_SIZE + (size_t)get16(node + 6);
    if (kind == LEDGER_IMAGE_LEAF) {
        size += (get16(node + 4) & NODE_BIG) != 0 ? NUMBER_SIZE : get32(node);
    }
    return size + (size & 1);
}

/* The largest leaf node that liblmdb makes: two must fit in a page. It relies on that when it
 * splits a page. */
static size_t stride_max(size_t page_size)
{
    return ((page_size - LEDGER_IMAGE_HEADER_SIZE) / 2 & ~(size_t)1) - 2;
}

static const char *check_leaf_node(const uint8_t *node, size_t page_size,
                                   enum ledger_image_role role)
{
    unsigned flags = get16(node + 4);
    if (flags != 0 && flags != NODE_BIG && (flags != NODE_TREE || role != LEDGER_IMAGE_MAIN)) {
        return "an entry has properties that are not used here";
    }
    if (node_stride(node, LEDGER_IMAGE_LEAF) > stride_max(page_size)) {
        return "an entry is too large for its page";
    }
    return NULL;
}

static const char *check_node(const uint8_t *node, const struct ledger_image_page *page,
                              enum ledger_image_role role)
{
    if (get16(node + 6) > KEY_MAX) {
        return "a key is too long";
    }
    return page->kind == LEDGER_IMAGE_LEAF ? check_leaf_node(node, page->size, role) : NULL;
}

/* Every even offset of a page has a bit here. */
struct offsets {
    uint8_t bits[LEDGER_IMAGE_PAGE_MAX / 16];
};

static bool take_offset(struct offsets *starts, size_t offset, size_t page_size)
{
    uint8_t bit = (uint8_t)(1u << (offset / 2 % 8));
    if (offset % 2 != 0 || offset >= page_size || (starts->bits[offset / 16] & bit) == 0) {
        return false;
    }
    starts->bits[offset / 16] &= (uint8_t)~bit;
    return true;
}

/* The nodes fill the page from `offset` to its end without gaps, so they cannot overlap. */
static const char *find_nodes(struct offsets *starts, const struct ledger_image_page *page,
                              size_t offset, enum ledger_image_role role)
{
    memset(starts->bits, 0, page->size / 16);
    for (unsigned i = 0; i < page->count; i++) {
        const uint8_t *node = page->bytes + offset;
        if (page->size - offset < NODE_HEADER_SIZE ||
            node_stride(node, page->kind) > page->size - offset) {
            return "an entry goes beyond the end of its page";
        }
        const char *fault = check_node(node, page, role);
        if (fault != NULL) {
            return fault;
        }
        starts->bits[offset / 16] |= (uint8_t)(1u << (offset / 2 % 8));
        offset += node_stride(node, page->kind);
    }
    return offset == page->size ? NULL : "the entries do not fill their place";
}

static const char *check_nodes(const struct ledger_image_page *page, size_t upper,
                               enum ledger_image_role role)
{
    struct offsets starts;
    const char *fault = find_nodes(&starts, page, upper, role);
    for (unsigned i = 0; fault == NULL && i < page->count; i++) {
        size_t offset = get16(page->bytes + LEDGER_IMAGE_HEADER_SIZE + (size_t)i * 2);
        if (!take_offset(&starts, offset, page->size)) {
            fault = "the place of an entry is wrong";
        }
    }
    return fault;
}

const char *ledger_image_check_page(struct ledger_image_page *page, uint64_t number,
                                    enum ledger_image_role role)
{
    unsigned flags = get16(page->bytes + 10);
    size_t lower = get16(page->bytes + 12);
    size_t upper = get16(page->bytes + 14);
    if (ledger_image_get64(page->bytes) != number) {
        return "another page stands in its place";
    }
    if (flags != PAGE_BRANCH && flags != PAGE_LEAF) {
        return "not a page of a tree";
    }
    if (lower < LEDGER_IMAGE_HEADER_SIZE || lower % 2 != 0 || upper % 2 != 0 || lower > upper ||
        upper > page->size) {
        return "the bounds of its free space are wrong";
    }
    page->kind = flags == PAGE_LEAF ? LEDGER_IMAGE_LEAF : LEDGER_IMAGE_BRANCH;
    page->count = (unsigned)(lower - LEDGER_IMAGE_HEADER_SIZE) / 2;
    if (page->count < (page->kind == LEDGER_IMAGE_LEAF ? 1u : 2u)) {
        return "it has too few entries";
    }
    return check_nodes(page, upper, role);
}

void ledger_image_node_at(struct ledger_image_node *node, const struct ledger_image_page *page,
                          unsigned index)
{
    LEDGER_ASSERT(index < page->count);
    size_t offset = get16(page->bytes + LEDGER_IMAGE_HEADER_SIZE + (size_t)index * 2);
    const uint8_t *bytes = page->bytes + offset;
    unsigned flags = get16(bytes + 4);
    *node = (struct ledger_image_node){.run = LEDGER_IMAGE_NO_PAGE};
    node->key = (struct ledger_span){bytes + NODE_HEADER_SIZE, get16(bytes + 6)};
    if (page->kind == LEDGER_IMAGE_BRANCH) {
        node->child = get32(bytes) | (uint64_t)flags << 32;
        return;
    }
    const uint8_t *value = node->key.data + node->key.size;
    node->size = get32(bytes);
    node->is_table = (flags & NODE_TREE) != 0;
    if ((flags & NODE_BIG) != 0) {
        node->run = ledger_image_get64(value);
    } else {
        node->data = (struct ledger_span){value, (size_t)node->size};
    }
}

/* --- Order --- */

static int compare(struct ledger_span a, struct ledger_span b, enum ledger_image_role role)
{
    if (role == LEDGER_IMAGE_FREE) {
        uint64_t x = ledger_image_get64(a.data);
        uint64_t y = ledger_image_get64(b.data);
        return (x > y) - (x < y);
    }
    int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

const char *ledger_image_check_keys(const struct ledger_image_page *page,
                                    const struct ledger_image_bounds *bounds,
                                    enum ledger_image_role role)
{
    /* The first key of a branch is never looked at: what is below it begins at the low bound. */
    unsigned first = page->kind == LEDGER_IMAGE_BRANCH ? 1 : 0;
    struct ledger_span previous = bounds->low;
    for (unsigned i = first; i < page->count; i++) {
        struct ledger_image_node node;
        ledger_image_node_at(&node, page, i);
        if (node.key.size == 0 || (role == LEDGER_IMAGE_FREE && node.key.size != NUMBER_SIZE)) {
            return "a key has a wrong size";
        }
        /* Only the first key of a leaf may equal the bound. */
        int least = i == 0 ? 0 : 1;
        if (previous.data != NULL && compare(node.key, previous, role) < least) {
            return "the keys are out of order";
        }
        previous = node.key;
    }
    if (bounds->high.data != NULL && compare(previous, bounds->high, role) >= 0) {
        return "the keys are out of order";
    }
    return NULL;
}

/* --- Values in pages of their own --- */

const char *ledger_image_read_run(uint64_t *pages, const uint8_t bytes[LEDGER_IMAGE_HEADER_SIZE],
                                  uint64_t number, uint64_t size, uint32_t page_size)
{
    if (ledger_image_get64(bytes) != number) {
        return "another page stands in its place";
    }
    if (get16(bytes + 10) != PAGE_OVERFLOW) {
        return "not a page of a long value";
    }
    /* A value that was replaced within its transaction may have left a longer run. */
    uint64_t length = get32(bytes + 12);
    if (size > UINT32_MAX || length * page_size < LEDGER_IMAGE_HEADER_SIZE + size) {
        return "a long value has too few pages";
    }
    *pages = length;
    return NULL;
}
