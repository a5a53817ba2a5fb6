#include "ledger/tree/prefix_tree.h"

#define LEAF_PREFIX 0x02
#define NODE_PREFIX 0x03

static struct ledger_span span_of_hash(const struct ledger_hash *hash)
{
    return (struct ledger_span){hash->bytes, LEDGER_HASH_SIZE};
}

unsigned ledger_prefix_bit(const struct ledger_hash *key, unsigned depth)
{
    LEDGER_ASSERT(depth < LEDGER_PREFIX_DEPTH);
    return (unsigned)key->bytes[depth / 8] >> (7 - depth % 8) & 1U;
}

void ledger_prefix_leaf(struct ledger_hasher *hasher, struct ledger_hash *out,
                        const struct ledger_hash *key, const struct ledger_hash *value)
{
    ledger_hash_prefixed(hasher, out, LEAF_PREFIX, span_of_hash(key), span_of_hash(value));
}

void ledger_prefix_node(struct ledger_hasher *hasher, struct ledger_hash *out,
                        const struct ledger_hash *left, const struct ledger_hash *right)
{
    ledger_hash_prefixed(hasher, out, NODE_PREFIX, span_of_hash(left), span_of_hash(right));
}

/* No tree has a lone leaf, or nothing at all, below a node: what stands next to the end of a path
 * is never empty. */
static bool path_possible(const struct ledger_prefix_path *path)
{
    return path->depth <= LEDGER_PREFIX_DEPTH &&
           (path->depth == 0 || !ledger_hash_is_zero(&path->siblings[0]));
}

static bool leads_to(struct ledger_hasher *hasher, const struct ledger_prefix_path *path,
                     const struct ledger_hash *key, const struct ledger_hash *start,
                     const struct ledger_hash *root)
{
    struct ledger_hash hash = *start;
    for (unsigned i = 0; i < path->depth; i++) {
        const struct ledger_hash *sibling = &path->siblings[i];
        if (ledger_prefix_bit(key, path->depth - 1 - i) == 0) {
            ledger_prefix_node(hasher, &hash, &hash, sibling);
        } else {
            ledger_prefix_node(hasher, &hash, sibling, &hash);
        }
    }
    return ledger_hash_equal(&hash, root);
}

bool ledger_prefix_present(struct ledger_hasher *hasher, const struct ledger_prefix_path *path,
                           const struct ledger_hash *key, const struct ledger_hash *value,
                           const struct ledger_hash *root)
{
    if (!path_possible(path)) {
        return false;
    }
    struct ledger_hash leaf;
    ledger_prefix_leaf(hasher, &leaf, key, value);
    return leads_to(hasher, path, key, &leaf, root);
}

static bool share_prefix(const struct ledger_hash *a, const struct ledger_hash *b, unsigned depth)
{
    for (unsigned i = 0; i < depth; i++) {
        if (ledger_prefix_bit(a, i) != ledger_prefix_bit(b, i)) {
            return false;
        }
    }
    return true;
}

bool ledger_prefix_absent(struct ledger_hasher *hasher, const struct ledger_prefix_path *path,
                          const struct ledger_prefix_end *end, const struct ledger_hash *key,
                          const struct ledger_hash *root)
{
    if (!path_possible(path)) {
        return false;
    }
    struct ledger_hash start = {{0}};
    if (end->occupied) {
        if (ledger_hash_equal(&end->key, key) || !share_prefix(&end->key, key, path->depth)) {
            return false;
        }
        ledger_prefix_leaf(hasher, &start, &end->key, &end->value);
    }
    return leads_to(hasher, path, key, &start, root);
}
