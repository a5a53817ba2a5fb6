#include "ledger/store/image_walk.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define NUMBER_SIZE 8u
#define NUMBERS_AT_ONCE 512u

struct level {
    struct ledger_image_page page;
    struct ledger_image_bounds bounds;
    unsigned next; /* the node to go down from next */
};

struct walk {
    struct ledger_image *image;
    enum ledger_image_role role;
    const struct ledger_image_tree *tree;
    struct ledger_image_tree counted;
    unsigned depth; /* levels in use */
    struct level levels[LEDGER_IMAGE_DEPTH_MAX];
};

bool ledger_image_fault(struct ledger_image *image, uint64_t page, const char *fault)
{
    image->status = LEDGER_DAMAGED;
    image->bad_page = page;
    image->fault = fault;
    return false;
}

bool ledger_image_read(struct ledger_image *image, uint8_t *bytes, size_t size, uint64_t offset,
                       uint64_t page)
{
    if (offset > image->file_size || size > image->file_size - offset) {
        return ledger_image_fault(image, page, "the file ends before it");
    }
    size_t done = 0;
    while (done < size) {
        ssize_t n = pread(image->fd, bytes + done, size - done, (off_t)(offset + done));
        if (n < 0 && errno != EINTR) {
            image->status = LEDGER_IO;
            image->os_error = errno;
            image->bad_page = page;
            return false;
        }
        if (n == 0) {
            return ledger_image_fault(image, page, "the file ends before it");
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* Every page has one use only. */
static bool claim(struct ledger_image *image, uint64_t page, uint64_t count)
{
    if (page < LEDGER_IMAGE_FIRST_PAGE || page > image->meta.last_page ||
        count > image->meta.last_page - page + 1) {
        return ledger_image_fault(image, page, "there is no such page");
    }
    for (uint64_t i = page; i < page + count; i++) {
        uint8_t bit = (uint8_t)(1u << (i % 8));
        if ((image->visited[i / 8] & bit) != 0) {
            return ledger_image_fault(image, i, "it is used twice");
        }
        image->visited[i / 8] |= bit;
    }
    return true;
}

/* --- Values in pages of their own --- */

static bool check_run(struct walk *walk, const struct ledger_image_node *node)
{
    struct ledger_image *image = walk->image;
    uint8_t header[LEDGER_IMAGE_HEADER_SIZE];
    uint64_t page_size = image->meta.page_size;
    uint64_t count;
    if (node->run > image->meta.last_page) {
        return ledger_image_fault(image, node->run, "there is no such page");
    }
    if (!ledger_image_read(image, header, sizeof header, node->run * page_size, node->run)) {
        return false;
    }
    const char *fault =
        ledger_image_read_run(&count, header, node->run, node->size, image->meta.page_size);
    if (fault != NULL) {
        return ledger_image_fault(image, node->run, fault);
    }
    if (!claim(image, node->run, count)) {
        return false;
    }
    if (node->run + count > image->file_size / page_size) {
        return ledger_image_fault(image, node->run, "the file ends within its value");
    }
    image->pages += count;
    walk->counted.overflow_pages += count;
    return true;
}

/* --- Lists of free pages --- */

struct numbers {
    uint8_t bytes[NUMBERS_AT_ONCE * NUMBER_SIZE];
};

/* Number `index` of a list, from its leaf or, many at a time, from its run. */
static bool number_at(struct ledger_image *image, uint64_t *value, struct numbers *numbers,
                      const struct ledger_image_node *node, uint64_t index)
{
    if (node->run == LEDGER_IMAGE_NO_PAGE) {
        *value = ledger_image_get64(node->data.data + index * NUMBER_SIZE);
        return true;
    }
    if (index % NUMBERS_AT_ONCE == 0) {
        uint64_t done = index * NUMBER_SIZE;
        uint64_t left = node->size - done;
        uint64_t start = node->run * image->meta.page_size + LEDGER_IMAGE_HEADER_SIZE;
        size_t size = left < sizeof numbers->bytes ? (size_t)left : sizeof numbers->bytes;
        if (!ledger_image_read(image, numbers->bytes, size, start + done, node->run)) {
            return false;
        }
    }
    *value = ledger_image_get64(numbers->bytes + index % NUMBERS_AT_ONCE * NUMBER_SIZE);
    return true;
}

static bool check_free_list(struct ledger_image *image, const struct ledger_image_node *node,
                            uint64_t page)
{
    struct numbers numbers;
    uint64_t transaction = ledger_image_get64(node->key.data);
    uint64_t count;
    uint64_t previous = LEDGER_IMAGE_NO_PAGE;
    if (transaction == 0 || transaction > image->meta.transaction || node->size == 0 ||
        node->size % NUMBER_SIZE != 0) {
        return ledger_image_fault(image, page, "a list of free pages is wrong");
    }
    if (!number_at(image, &count, &numbers, node, 0)) {
        return false;
    }
    if (count > node->size / NUMBER_SIZE - 1) {
        return ledger_image_fault(image, page, "a list of free pages is too short");
    }
    for (uint64_t i = 1; i <= count; i++) {
        uint64_t free;
        if (!number_at(image, &free, &numbers, node, i)) {
            return false;
        }
        if (free >= previous) {
            return ledger_image_fault(image, page, "a list of free pages is out of order");
        }
        if (!claim(image, free, 1)) {
            return false;
        }
        previous = free;
    }
    return true;
}

/* --- Trees --- */

static bool note_table(struct ledger_image *image, const struct ledger_image_node *node,
                       uint64_t page)
{
    if (image->table_count == LEDGER_IMAGE_TABLES_MAX) {
        return ledger_image_fault(image, page, "there are too many tables");
    }
    const char *fault = ledger_image_read_table(&image->tables[image->table_count], node->data);
    if (fault != NULL) {
        return ledger_image_fault(image, page, fault);
    }
    image->table_count++;
    return true;
}

static bool check_entry(struct walk *walk, const struct ledger_image_node *node, uint64_t page)
{
    walk->counted.entries++;
    if (node->run != LEDGER_IMAGE_NO_PAGE && !check_run(walk, node)) {
        return false;
    }
    if (walk->role == LEDGER_IMAGE_FREE) {
        return check_free_list(walk->image, node, page);
    }
    if (node->is_table) {
        return note_table(walk->image, node, page);
    }
    walk->image->entries++;
    return true;
}

static bool check_leaf(struct walk *walk, const struct ledger_image_page *page, uint64_t number)
{
    walk->counted.leaf_pages++;
    for (unsigned i = 0; i < page->count; i++) {
        struct ledger_image_node node;
        ledger_image_node_at(&node, page, i);
        if (!check_entry(walk, &node, number)) {
            return false;
        }
    }
    return true;
}

static bool load_page(struct walk *walk, struct level *level, uint64_t number)
{
    struct ledger_image *image = walk->image;
    size_t size = image->meta.page_size;
    uint8_t *buffer = image->buffers + walk->depth * size;
    if (!claim(image, number, 1) ||
        !ledger_image_read(image, buffer, size, number * size, number)) {
        return false;
    }
    image->pages++;
    level->page = (struct ledger_image_page){.bytes = buffer, .size = size};
    const char *fault = ledger_image_check_page(&level->page, number, walk->role);
    if (fault == NULL) {
        fault = ledger_image_check_keys(&level->page, &level->bounds, walk->role);
    }
    bool is_leaf = level->page.kind == LEDGER_IMAGE_LEAF;
    if (fault == NULL && is_leaf != (walk->depth + 1 == walk->tree->depth)) {
        fault = "it stands at a wrong depth";
    }
    return fault == NULL || ledger_image_fault(image, number, fault);
}

/* Leaves are dealt with at once; a branch stays, one level deeper, until all below it is done. */
static bool enter(struct walk *walk, uint64_t number, const struct ledger_image_bounds *bounds)
{
    LEDGER_ASSERT(walk->depth < walk->tree->depth);
    struct level *level = &walk->levels[walk->depth];
    level->bounds = *bounds;
    level->next = 0;
    if (!load_page(walk, level, number)) {
        return false;
    }
    if (level->page.kind == LEDGER_IMAGE_LEAF) {
        return check_leaf(walk, &level->page, number);
    }
    walk->counted.branch_pages++;
    walk->depth++;
    return true;
}

static bool enter_next(struct walk *walk, struct level *level)
{
    struct ledger_image_bounds bounds = level->bounds;
    struct ledger_image_node node;
    if (level->next + 1 < level->page.count) {
        ledger_image_node_at(&node, &level->page, level->next + 1);
        bounds.high = node.key;
    }
    ledger_image_node_at(&node, &level->page, level->next);
    if (level->next > 0) {
        bounds.low = node.key;
    }
    level->next++;
    return enter(walk, node.child, &bounds);
}

static bool counts_agree(const struct ledger_image_tree *a, const struct ledger_image_tree *b)
{
    return a->branch_pages == b->branch_pages && a->leaf_pages == b->leaf_pages &&
           a->overflow_pages == b->overflow_pages && a->entries == b->entries;
}

static bool walk_tree(struct ledger_image *image, const struct ledger_image_tree *tree,
                      enum ledger_image_role role)
{
    struct walk walk = {.image = image, .tree = tree, .role = role};
    const struct ledger_image_bounds everything = {0};
    if (tree->root == LEDGER_IMAGE_NO_PAGE) {
        return true;
    }
    if (!enter(&walk, tree->root, &everything)) {
        return false;
    }
    while (walk.depth > 0) {
        struct level *level = &walk.levels[walk.depth - 1];
        if (level->next == level->page.count) {
            walk.depth--;
        } else if (!enter_next(&walk, level)) {
            return false;
        }
    }
    if (!counts_agree(tree, &walk.counted)) {
        return ledger_image_fault(image, tree->root,
                                  "the tree below it has other counts than are recorded");
    }
    return true;
}

static bool walk_trees(struct ledger_image *image)
{
    if (!walk_tree(image, &image->meta.main, LEDGER_IMAGE_MAIN)) {
        return false;
    }
    for (unsigned i = 0; i < image->table_count; i++) {
        if (!walk_tree(image, &image->tables[i], LEDGER_IMAGE_TABLE)) {
            return false;
        }
    }
    return walk_tree(image, &image->meta.free, LEDGER_IMAGE_FREE);
}

bool ledger_image_walk(struct ledger_image *image)
{
    const struct ledger_image_meta *meta = &image->meta;
    uint64_t file_pages = image->file_size / meta->page_size;
    if (meta->last_page > file_pages && meta->last_page - file_pages > LEDGER_IMAGE_UNWRITTEN_MAX) {
        return ledger_image_fault(image, meta->last_page, "the file ends long before it");
    }
    image->buffers = malloc((size_t)LEDGER_IMAGE_DEPTH_MAX * meta->page_size);
    image->visited = calloc((size_t)(meta->last_page / 8 + 1), 1);
    bool sound = false;
    if (image->buffers == NULL || image->visited == NULL) {
        image->status = LEDGER_NO_MEMORY;
    } else {
        sound = walk_trees(image);
    }
    free(image->buffers);
    free(image->visited);
    image->buffers = NULL;
    image->visited = NULL;
    return sound;
}
