#include "ledger/format/batch_maker.h"

#include <string.h>

/* Level 0 takes the first half of the nodes, level 1 the first half of the rest, and so on. */
static size_t place_of(struct ledger_node node)
{
    size_t all = 2 * LEDGER_BATCH_RECORDS_MAX;
    return all - (all >> node.level) + (size_t)node.index;
}

struct reading {
    const struct ledger_batch_maker *maker;
};

static enum ledger_status read_node(void *context, struct ledger_hash *hash,
                                    struct ledger_node node)
{
    const struct reading *reading = context;
    *hash = reading->maker->nodes[place_of(node)];
    return LEDGER_OK;
}

void ledger_batch_start(struct ledger_batch_maker *maker, struct ledger_hasher *hasher)
{
    maker->hasher = hasher;
    maker->count = 0;
}

void ledger_batch_add(struct ledger_batch_maker *maker, struct ledger_span text)
{
    LEDGER_ASSERT(maker->count < LEDGER_BATCH_RECORDS_MAX);
    struct ledger_node node = {0, maker->count++};
    struct ledger_hash *hash = &maker->nodes[place_of(node)];
    ledger_tree_leaf(maker->hasher, hash, text);
    while ((node.index & 1) != 0) {
        node = (struct ledger_node){node.level + 1, node.index >> 1};
        struct ledger_hash *parent = &maker->nodes[place_of(node)];
        ledger_tree_parent(maker->hasher, parent, hash - 1, hash);
        hash = parent;
    }
}

static void find_path(const struct ledger_batch_maker *maker, struct ledger_tree_proof *path,
                      unsigned position)
{
    struct reading reading = {maker};
    enum ledger_status status =
        ledger_inclusion_prove(maker->hasher, path, position, maker->count, read_node, &reading);
    LEDGER_ASSERT(status == LEDGER_OK);
}

void ledger_batch_to_sign(const struct ledger_batch_maker *maker, struct ledger_buffer *message)
{
    struct ledger_tree_proof path;
    struct ledger_hash root;
    LEDGER_ASSERT(maker->count >= LEDGER_BATCH_RECORDS_MIN);
    find_path(maker, &path, 0);
    bool found =
        ledger_inclusion_root(maker->hasher, &root, &path, 0, maker->count, &maker->nodes[0]);
    LEDGER_ASSERT(found);
    ledger_batch_message(message, maker->count, &root);
}

void ledger_batch_write_line(const struct ledger_batch_maker *maker, struct ledger_buffer *note,
                             const struct ledger_vkey *vkey,
                             const uint8_t signature[LEDGER_SIGNATURE_SIZE], unsigned position)
{
    struct ledger_batch_signature batch = {.position = position, .size = maker->count};
    LEDGER_ASSERT(position < maker->count);
    find_path(maker, &batch.path, position);
    memcpy(batch.signature, signature, LEDGER_SIGNATURE_SIZE);
    ledger_batch_signature_write(note, vkey, &batch);
}
