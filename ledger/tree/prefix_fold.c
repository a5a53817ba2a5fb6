#include "ledger/tree/prefix_fold.h"

#include <string.h>

static const struct ledger_prefix_part none = {.size = LEDGER_PREFIX_NONE};

void ledger_prefix_join(struct ledger_hasher *hasher, struct ledger_prefix_part *out,
                        const struct ledger_prefix_part *left,
                        const struct ledger_prefix_part *right)
{
    if (right->size == LEDGER_PREFIX_NONE && left->size != LEDGER_PREFIX_MORE) {
        *out = *left;
    } else if (left->size == LEDGER_PREFIX_NONE && right->size != LEDGER_PREFIX_MORE) {
        *out = *right;
    } else {
        ledger_prefix_node(hasher, &out->hash, &left->hash, &right->hash);
        out->size = LEDGER_PREFIX_MORE;
    }
}

unsigned ledger_prefix_common(const struct ledger_hash *a, const struct ledger_hash *b)
{
    unsigned byte = 0;
    while (byte < LEDGER_HASH_SIZE && a->bytes[byte] == b->bytes[byte]) {
        byte++;
    }
    unsigned depth = byte * 8;
    while (depth < LEDGER_PREFIX_DEPTH &&
           ledger_prefix_bit(a, depth) == ledger_prefix_bit(b, depth)) {
        depth++;
    }
    return depth;
}

void ledger_prefix_fold_start(struct ledger_prefix_fold *fold, unsigned depth)
{
    LEDGER_ASSERT(depth <= LEDGER_PREFIX_DEPTH);
    fold->depth = depth;
    fold->count = 0;
    fold->last = none;
}

/* Makes of the last part, which is alone below the nodes between, the part at `depth`. */
static void lift(struct ledger_hasher *hasher, struct ledger_prefix_fold *fold, unsigned depth)
{
    while (fold->last.size == LEDGER_PREFIX_MORE && fold->last_depth > depth) {
        fold->last_depth--;
        bool right = ledger_prefix_bit(&fold->last_key, fold->last_depth) != 0;
        ledger_prefix_join(hasher, &fold->last, right ? &none : &fold->last,
                           right ? &fold->last : &none);
    }
}

/* Joins the last part with those that wait for it below `depth`, and lifts it there. */
static void close_to(struct ledger_hasher *hasher, struct ledger_prefix_fold *fold, unsigned depth)
{
    while (fold->count > 0 && fold->parts[fold->count - 1].depth > depth) {
        unsigned waiting = fold->parts[--fold->count].depth;
        lift(hasher, fold, waiting);
        ledger_prefix_join(hasher, &fold->last, &fold->parts[fold->count].part, &fold->last);
        fold->last_depth = waiting - 1;
    }
    lift(hasher, fold, depth);
}

void ledger_prefix_fold_add(struct ledger_hasher *hasher, struct ledger_prefix_fold *fold,
                            const struct ledger_hash *key, const struct ledger_hash *value)
{
    if (fold->last.size != LEDGER_PREFIX_NONE) {
        unsigned common = ledger_prefix_common(&fold->last_key, key);
        LEDGER_ASSERT(common >= fold->depth && common < LEDGER_PREFIX_DEPTH &&
                      memcmp(fold->last_key.bytes, key->bytes, LEDGER_HASH_SIZE) < 0);
        close_to(hasher, fold, common + 1);
        fold->parts[fold->count].depth = common + 1;
        fold->parts[fold->count++].part = fold->last;
    }
    ledger_prefix_leaf(hasher, &fold->last.hash, key, value);
    fold->last.size = LEDGER_PREFIX_ONE;
    fold->last_key = *key;
}

void ledger_prefix_fold_end(struct ledger_hasher *hasher, struct ledger_prefix_fold *fold,
                            struct ledger_prefix_part *part)
{
    close_to(hasher, fold, fold->depth);
    *part = fold->last;
}
