/* classes.c - which bytes of a data.mdb mean what. */
#include <stdlib.h>
#include <string.h>

#include "ledger/store/image_page.h"
#include "tests/trust/damage/damage.h"

struct map {
    uint8_t *classes;
    struct ledger_span image;
    uint32_t page_size;
};

static void mark(struct map *map, const uint8_t *at, uint64_t size, enum byte_class class)
{
    memset(map->classes + (at - map->image.data), (int)class, size);
}

/* A value in pages of its own, which the page that names it has been checked for. */
static void mark_run(struct map *map, const struct ledger_image_node *node, enum byte_class class)
{
    const uint8_t *start = map->image.data + node->run * map->page_size;
    mark(map, start, LEDGER_IMAGE_HEADER_SIZE, BYTE_STRUCTURE);
    mark(map, start + LEDGER_IMAGE_HEADER_SIZE, node->size, class);
}

static bool mark_tree(struct map *map, uint64_t root, enum ledger_image_role role);

static bool mark_leaf_node(struct map *map, const struct ledger_image_node *node,
                           enum ledger_image_role role)
{
    struct ledger_image_tree table;
    enum byte_class class = role == LEDGER_IMAGE_TABLE ? BYTE_RECORD : BYTE_STRUCTURE;
    mark(map, node->key.data, node->key.size, class);
    if (node->run != LEDGER_IMAGE_NO_PAGE) {
        mark_run(map, node, class);
        return true;
    }
    mark(map, node->data.data, node->data.size, class);
    return !node->is_table || (ledger_image_read_table(&table, node->data) == NULL &&
                               mark_tree(map, table.root, LEDGER_IMAGE_TABLE));
}

static bool mark_nodes(struct map *map, const struct ledger_image_page *page,
                       enum ledger_image_role role)
{
    mark(map, page->bytes, LEDGER_IMAGE_HEADER_SIZE + 2 * (size_t)page->count, BYTE_STRUCTURE);
    for (unsigned i = 0; i < page->count; i++) {
        struct ledger_image_node node;
        ledger_image_node_at(&node, page, i);
        mark(map, node.key.data - 8, 8, BYTE_STRUCTURE);
        if (page->kind == LEDGER_IMAGE_BRANCH) {
            mark(map, node.key.data, node.key.size, BYTE_STRUCTURE);
            if (!mark_tree(map, node.child, role)) {
                return false;
            }
        } else if (!mark_leaf_node(map, &node, role)) {
            return false;
        }
    }
    return true;
}

/* The image is sound: its trees end. */
static bool mark_tree(struct map *map, uint64_t root, enum ledger_image_role role)
{
    if (root == LEDGER_IMAGE_NO_PAGE) {
        return true;
    }
    struct ledger_image_page page = {.bytes = map->image.data + root * map->page_size,
                                     .size = map->page_size};
    return (root + 1) * map->page_size <= map->image.size &&
           ledger_image_check_page(&page, root, role) == NULL && mark_nodes(map, &page, role);
}

bool image_classes(uint8_t *classes, struct ledger_span image)
{
    struct ledger_image_meta metas[2];
    if (image.size < 2 * LEDGER_IMAGE_PAGE_MIN ||
        ledger_image_read_meta(&metas[0], image.data, 0) != NULL ||
        ledger_image_read_meta(&metas[1], image.data + metas[0].page_size, 1) != NULL) {
        return false;
    }
    const struct ledger_image_meta *meta = &metas[metas[0].transaction < metas[1].transaction];
    struct map map = {classes, image, meta->page_size};
    memset(classes, BYTE_UNUSED, image.size);
    mark(&map, image.data, LEDGER_IMAGE_META_SIZE, BYTE_STRUCTURE);
    mark(&map, image.data + map.page_size, LEDGER_IMAGE_META_SIZE, BYTE_STRUCTURE);
    return mark_tree(&map, meta->free.root, LEDGER_IMAGE_FREE) &&
           mark_tree(&map, meta->main.root, LEDGER_IMAGE_MAIN);
}
