#include "ledger/tree/tree_proof.h"

/*
 * The way from a node of the tree up to its root. On the first `inner` levels every node has a
 * sibling; the last of these siblings holds the end of the tree. Above them the way runs along the
 * right edge, where only left siblings exist: one for each bit set in index >> inner.
 */
struct way {
    unsigned level;
    uint64_t index;
    unsigned inner;
    unsigned border;
};

static unsigned bit_length(uint64_t value)
{
    unsigned length = 0;
    for (; value != 0; value >>= 1) {
        length++;
    }
    return length;
}

static unsigned bit_count(uint64_t value)
{
    unsigned count = 0;
    for (; value != 0; value &= value - 1) {
        count++;
    }
    return count;
}

static struct way way_from(unsigned level, uint64_t index, uint64_t size)
{
    unsigned inner = bit_length(index ^ ((size - 1) >> level));
    return (struct way){level, index, inner, bit_count(index >> inner)};
}

/* RFC 6962 2.1.2: the proof starts at the last full subtree of the old tree. */
static struct way way_from_old(uint64_t old_size, uint64_t size)
{
    unsigned level = 0;
    while ((old_size >> level & 1) == 0) {
        level++;
    }
    return way_from(level, (old_size - 1) >> level, size);
}

static bool inclusion_possible(uint64_t index, uint64_t size)
{
    return size <= LEDGER_TREE_SIZE_MAX && index < size;
}

static bool consistency_possible(uint64_t old_size, uint64_t size)
{
    return size <= LEDGER_TREE_SIZE_MAX && old_size > 0 && old_size <= size;
}

unsigned ledger_inclusion_length(uint64_t index, uint64_t size)
{
    LEDGER_ASSERT(inclusion_possible(index, size));
    struct way way = way_from(0, index, size);
    return way.inner + way.border;
}

unsigned ledger_inclusion_below(uint64_t index, uint64_t size, unsigned level)
{
    LEDGER_ASSERT(inclusion_possible(index, size));
    struct way way = way_from(0, index, size);
    if (level <= way.inner) {
        return level;
    }
    uint64_t border = index >> way.inner;
    unsigned levels = level - way.inner;
    return way.inner + bit_count(levels < 64 ? border & ((UINT64_C(1) << levels) - 1) : border);
}

/* At index 0 the subtree is the whole old tree, whose root the verifier has. */
static unsigned seeds(const struct way *way)
{
    return way->index == 0 ? 0 : 1;
}

unsigned ledger_consistency_length(uint64_t old_size, uint64_t size)
{
    LEDGER_ASSERT(consistency_possible(old_size, size));
    if (old_size == size) {
        return 0;
    }
    struct way way = way_from_old(old_size, size);
    return seeds(&way) + way.inner + way.border;
}

/* What a prover works with. */
struct maker {
    struct ledger_hasher *hasher;
    ledger_node_reader *read;
    void *context;
    uint64_t size;
    struct ledger_tree_proof *proof;
};

/* The hash over the leaves from the start of (level, index) to the end of that subtree or of the
 * tree: its full subtrees, folded from the right. */
static enum ledger_status subtree_hash(const struct maker *maker, struct ledger_hash *out,
                                       unsigned level, uint64_t index)
{
    uint64_t leaves = maker->size - (index << level);
    if (leaves >> level != 0) {
        return maker->read(maker->context, out, (struct ledger_node){level, index});
    }
    bool first = true;
    for (unsigned at = 0; leaves >> at != 0; at++) {
        if ((leaves >> at & 1) == 0) {
            continue;
        }
        struct ledger_hash left;
        struct ledger_node node = {at, (maker->size >> at) - 1};
        enum ledger_status status = maker->read(maker->context, &left, node);
        if (status != LEDGER_OK) {
            return status;
        }
        if (first) {
            *out = left;
            first = false;
        } else {
            ledger_tree_parent(maker->hasher, out, &left, out);
        }
    }
    return LEDGER_OK;
}

static enum ledger_status add_subtree(const struct maker *maker, unsigned level, uint64_t index)
{
    struct ledger_tree_proof *proof = maker->proof;
    LEDGER_ASSERT(proof->count < LEDGER_PROOF_MAX);
    enum ledger_status status = subtree_hash(maker, &proof->hashes[proof->count], level, index);
    if (status == LEDGER_OK) {
        proof->count++;
    }
    return status;
}

static enum ledger_status add_way(const struct maker *maker, const struct way *way)
{
    enum ledger_status status = LEDGER_OK;
    uint64_t index = way->index;
    for (unsigned up = 0; status == LEDGER_OK && (up < way->inner || index != 0); up++) {
        if (up < way->inner || (index & 1) != 0) {
            status = add_subtree(maker, way->level + up, index ^ 1);
        }
        index >>= 1;
    }
    return status;
}

enum ledger_status ledger_inclusion_prove(struct ledger_hasher *hasher,
                                          struct ledger_tree_proof *proof, uint64_t index,
                                          uint64_t size, ledger_node_reader *read, void *context)
{
    LEDGER_ASSERT(inclusion_possible(index, size));
    struct maker maker = {hasher, read, context, size, proof};
    struct way way = way_from(0, index, size);
    proof->count = 0;
    return add_way(&maker, &way);
}

enum ledger_status ledger_consistency_prove(struct ledger_hasher *hasher,
                                            struct ledger_tree_proof *proof, uint64_t old_size,
                                            uint64_t size, ledger_node_reader *read, void *context)
{
    LEDGER_ASSERT(consistency_possible(old_size, size));
    struct maker maker = {hasher, read, context, size, proof};
    proof->count = 0;
    if (old_size == size) {
        return LEDGER_OK;
    }
    struct way way = way_from_old(old_size, size);
    enum ledger_status status = LEDGER_OK;
    if (seeds(&way) != 0) {
        status = add_subtree(&maker, way.level, way.index);
    }
    return status == LEDGER_OK ? add_way(&maker, &way) : status;
}

/* Climbs `way` with the hashes at `path`. `whole` becomes the root of the tree; `left`, if not
 * NULL, that of the tree which ends with the first node. */
static void climb(struct ledger_hasher *hasher, const struct way *way,
                  const struct ledger_hash *path, struct ledger_hash *whole,
                  struct ledger_hash *left)
{
    for (unsigned i = 0; i < way->inner + way->border; i++) {
        if (i < way->inner && (way->index >> i & 1) == 0) {
            ledger_tree_parent(hasher, whole, whole, &path[i]);
            continue;
        }
        ledger_tree_parent(hasher, whole, &path[i], whole);
        if (left != NULL) {
            ledger_tree_parent(hasher, left, &path[i], left);
        }
    }
}

void ledger_inclusion_step(struct ledger_hasher *hasher, struct ledger_hash *parent,
                           const struct ledger_hash *node, const struct ledger_tree_proof *proof,
                           unsigned step, uint64_t index, uint64_t size)
{
    LEDGER_ASSERT(inclusion_possible(index, size));
    struct way way = way_from(0, index, size);
    LEDGER_ASSERT(proof->count == way.inner + way.border && step < proof->count);
    if (step < way.inner && (index >> step & 1) == 0) {
        ledger_tree_parent(hasher, parent, node, &proof->hashes[step]);
    } else {
        ledger_tree_parent(hasher, parent, &proof->hashes[step], node);
    }
}

bool ledger_inclusion_root(struct ledger_hasher *hasher, struct ledger_hash *root,
                           const struct ledger_tree_proof *proof, uint64_t index, uint64_t size,
                           const struct ledger_hash *leaf)
{
    if (!inclusion_possible(index, size)) {
        return false;
    }
    struct way way = way_from(0, index, size);
    if (proof->count != way.inner + way.border) {
        return false;
    }
    struct ledger_hash whole = *leaf;
    climb(hasher, &way, proof->hashes, &whole, NULL);
    *root = whole;
    return true;
}

bool ledger_inclusion_check(struct ledger_hasher *hasher, const struct ledger_tree_proof *proof,
                            uint64_t index, uint64_t size, const struct ledger_hash *leaf,
                            const struct ledger_hash *root)
{
    struct ledger_hash whole;
    return ledger_inclusion_root(hasher, &whole, proof, index, size, leaf) &&
           ledger_hash_equal(&whole, root);
}

bool ledger_consistency_check(struct ledger_hasher *hasher, const struct ledger_tree_proof *proof,
                              uint64_t old_size, uint64_t size, const struct ledger_hash *old_root,
                              const struct ledger_hash *root)
{
    if (!consistency_possible(old_size, size)) {
        return false;
    }
    if (old_size == size) {
        return proof->count == 0 && ledger_hash_equal(old_root, root);
    }
    struct way way = way_from_old(old_size, size);
    unsigned seed = seeds(&way);
    if (proof->count != seed + way.inner + way.border) {
        return false;
    }
    struct ledger_hash whole = seed == 0 ? *old_root : proof->hashes[0];
    struct ledger_hash left = whole;
    climb(hasher, &way, proof->hashes + seed, &whole, &left);
    return ledger_hash_equal(&left, old_root) && ledger_hash_equal(&whole, root);
}
