#include "ledger/law/matter_tree.h"

#include <stdlib.h>

#include "ledger/base/encoding.h"
#include "ledger/tree/prefix_table.h"

#define ENTRY_PREFIX 0x04

struct ledger_matter_tree {
    struct ledger_hasher *hasher;
    struct ledger_prefix_table *table;
    uint64_t size;
};

void ledger_matter_value_add(struct ledger_hasher *hasher, struct ledger_hash *value,
                             uint64_t index)
{
    uint8_t bytes[8];
    ledger_put_be64(bytes, index);
    ledger_hash_prefixed(hasher, value, ENTRY_PREFIX,
                         (struct ledger_span){value->bytes, sizeof value->bytes},
                         (struct ledger_span){bytes, sizeof bytes});
}

enum ledger_status ledger_matter_tree_new(struct ledger_matter_tree **tree,
                                          struct ledger_hasher *hasher)
{
    struct ledger_matter_tree *made = calloc(1, sizeof *made);
    if (made == NULL || ledger_prefix_table_new(&made->table) != LEDGER_OK) {
        free(made);
        return LEDGER_NO_MEMORY;
    }
    made->hasher = hasher;
    *tree = made;
    return LEDGER_OK;
}

void ledger_matter_tree_free(struct ledger_matter_tree **tree)
{
    if (*tree == NULL) {
        return;
    }
    ledger_prefix_table_free(&(*tree)->table);
    free(*tree);
    *tree = NULL;
}

enum ledger_status ledger_matter_tree_add(struct ledger_matter_tree *tree,
                                          const struct ledger_hash *matter)
{
    struct ledger_hash *value = ledger_prefix_table_at(tree->table, matter);
    if (value == NULL) {
        return LEDGER_NO_MEMORY;
    }
    ledger_matter_value_add(tree->hasher, value, tree->size++);
    return LEDGER_OK;
}

uint64_t ledger_matter_tree_size(const struct ledger_matter_tree *tree)
{
    return tree->size;
}

uint64_t ledger_matter_tree_count(const struct ledger_matter_tree *tree)
{
    return ledger_prefix_table_count(tree->table);
}

void ledger_matter_tree_root(struct ledger_matter_tree *tree, struct ledger_hash *root)
{
    struct ledger_prefix_part part;
    ledger_prefix_table_part(tree->table, tree->hasher, &part, 0, 0);
    *root = part.hash;
}

void ledger_matter_tree_part(struct ledger_matter_tree *tree, struct ledger_prefix_part *part,
                             uint16_t bucket)
{
    ledger_prefix_table_part(tree->table, tree->hasher, part, LEDGER_BUCKET_DEPTH, bucket);
}

size_t ledger_matter_tree_memory(const struct ledger_matter_tree *tree)
{
    return sizeof *tree + ledger_prefix_table_memory(tree->table);
}
