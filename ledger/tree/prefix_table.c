#include "ledger/tree/prefix_table.h"

#include <stdlib.h>
#include <string.h>

#define ROOT 0U
#define NOTHING 0U /* as a child: the root is nobody's */

/* Pairs of a bucket. Fewer take more memory for nodes, more take more hashing after a change. */
#define BUCKET_MAX 6

#define FIRST_CAPACITY 64

/* What malloc is taken to need beside an array of pairs. */
#define MALLOC_OVERHEAD 16

struct pair {
    struct ledger_hash key;
    struct ledger_hash value;
};

/*
 * A branch, or a bucket of pairs in the order of their keys. A bucket that is full becomes branches
 * down to the bit in which its pairs differ: however alike the keys are that somebody chose, a pair
 * costs no more than LEDGER_PREFIX_DEPTH nodes. Keys are digests, so whoever chooses what is
 * digested tries 2^n times for one that shares n bits with another: 40 are feasible, and cost 40
 * nodes.
 */
struct node {
    union {
        uint32_t child[2];
        struct pair *pairs; /* NULL if there are none */
    } as;
    struct ledger_hash hash; /* the part at this node, with `size`; good unless `dirty` */
    uint8_t size;
    bool dirty; /* if a node is dirty, so are all above it */
    bool branch;
    uint8_t count; /* pairs of a bucket */
};

struct ledger_prefix_table {
    struct node *nodes;
    uint32_t used;
    uint32_t capacity;
    uint32_t buckets; /* with pairs */
    uint64_t count;
};

static const struct ledger_prefix_part none = {.size = LEDGER_PREFIX_NONE};

enum ledger_status ledger_prefix_table_new(struct ledger_prefix_table **table)
{
    struct ledger_prefix_table *made = calloc(1, sizeof *made);
    if (made != NULL) {
        made->nodes = calloc(FIRST_CAPACITY, sizeof *made->nodes);
    }
    if (made == NULL || made->nodes == NULL) {
        free(made);
        return LEDGER_NO_MEMORY;
    }
    made->capacity = FIRST_CAPACITY;
    made->used = 1; /* the root, an empty bucket whose part is NONE */
    *table = made;
    return LEDGER_OK;
}

void ledger_prefix_table_free(struct ledger_prefix_table **table)
{
    struct ledger_prefix_table *own = *table;
    if (own == NULL) {
        return;
    }
    for (uint32_t i = 0; i < own->used; i++) {
        if (!own->nodes[i].branch) {
            free(own->nodes[i].as.pairs);
        }
    }
    free(own->nodes);
    free(own);
    *table = NULL;
}

uint64_t ledger_prefix_table_count(const struct ledger_prefix_table *table)
{
    return table->count;
}

size_t ledger_prefix_table_memory(const struct ledger_prefix_table *table)
{
    return sizeof *table + (size_t)table->capacity * sizeof *table->nodes +
           (size_t)table->count * sizeof(struct pair) + (size_t)table->buckets * MALLOC_OVERHEAD;
}

/* Makes room for `needed` more nodes, by eighths: they are many. */
static bool reserve(struct ledger_prefix_table *table, uint32_t needed)
{
    if (table->capacity - table->used >= needed) {
        return true;
    }
    uint64_t wanted = (uint64_t)table->used + needed;
    wanted += wanted / 8;
    if (wanted > UINT32_MAX || wanted > SIZE_MAX / sizeof *table->nodes) {
        return false;
    }
    struct node *grown = realloc(table->nodes, (size_t)wanted * sizeof *grown);
    if (grown == NULL) {
        return false;
    }
    table->nodes = grown;
    table->capacity = (uint32_t)wanted;
    return true;
}

static uint32_t take_place(struct ledger_prefix_table *table)
{
    LEDGER_ASSERT(table->used < table->capacity);
    memset(&table->nodes[table->used], 0, sizeof table->nodes[0]);
    table->nodes[table->used].dirty = true;
    return table->used++;
}

/* --- finding and adding --- */

struct place {
    uint32_t node; /* the bucket in which a key stands, or the branch below which there is none */
    unsigned depth;
};

/* Goes towards `key`, whose value is to change. */
static struct place descend(struct ledger_prefix_table *table, const struct ledger_hash *key)
{
    struct place place = {ROOT, 0};
    for (;;) {
        struct node *node = &table->nodes[place.node];
        node->dirty = true;
        uint32_t below =
            node->branch ? node->as.child[ledger_prefix_bit(key, place.depth)] : NOTHING;
        if (below == NOTHING) {
            return place;
        }
        place.node = below;
        place.depth++;
    }
}

/* The first pair whose key is not less than `key`; whether it has this key. */
static bool find_pair(const struct node *bucket, unsigned *at, const struct ledger_hash *key)
{
    int order = -1;
    for (*at = 0; *at < bucket->count; (*at)++) {
        order = memcmp(bucket->as.pairs[*at].key.bytes, key->bytes, LEDGER_HASH_SIZE);
        if (order >= 0) {
            break;
        }
    }
    return order == 0;
}

static bool add_bucket(struct ledger_prefix_table *table, struct place place,
                       const struct ledger_hash *key)
{
    if (!reserve(table, 1)) {
        return false;
    }
    uint32_t bucket = take_place(table);
    table->nodes[place.node].as.child[ledger_prefix_bit(key, place.depth)] = bucket;
    return true;
}

static bool add_pair(struct ledger_prefix_table *table, struct node *bucket, unsigned at,
                     const struct ledger_hash *key)
{
    struct pair *pairs = realloc(bucket->as.pairs, (bucket->count + 1U) * sizeof *pairs);
    if (pairs == NULL) {
        return false;
    }
    memmove(pairs + at + 1, pairs + at, (bucket->count - at) * sizeof *pairs);
    pairs[at] = (struct pair){.key = *key};
    bucket->as.pairs = pairs;
    table->buckets += bucket->count == 0 ? 1 : 0;
    bucket->count++;
    table->count++;
    return true;
}

/* A bucket's pairs from `from` to `to` in an array of their own. */
static struct pair *copy_pairs(const struct node *bucket, unsigned from, unsigned to)
{
    struct pair *pairs = malloc((to - from) * sizeof *pairs);
    if (pairs != NULL) {
        memcpy(pairs, bucket->as.pairs + from, (to - from) * sizeof *pairs);
    }
    return pairs;
}

/* Branches from `top` to `depth` along `key`; the last of them. */
static uint32_t add_branches(struct ledger_prefix_table *table, struct place top, unsigned depth,
                             const struct ledger_hash *key)
{
    uint32_t at = top.node;
    table->nodes[at].branch = true;
    table->nodes[at].count = 0;
    memset(&table->nodes[at].as, 0, sizeof table->nodes[at].as);
    for (unsigned level = top.depth; level < depth; level++) {
        uint32_t below = take_place(table);
        table->nodes[below].branch = true;
        table->nodes[at].as.child[ledger_prefix_bit(key, level)] = below;
        at = below;
    }
    return at;
}

static void hang_bucket(struct ledger_prefix_table *table, uint32_t branch, unsigned bit,
                        struct pair *pairs, unsigned count)
{
    uint32_t bucket = take_place(table);
    table->nodes[bucket].as.pairs = pairs;
    table->nodes[bucket].count = (uint8_t)count;
    table->nodes[branch].as.child[bit] = bucket;
}

/* Makes of a full bucket branches, and two buckets below the last of them. */
static bool split(struct ledger_prefix_table *table, struct place place)
{
    const struct node full = table->nodes[place.node];
    const struct ledger_hash first = full.as.pairs[0].key;
    unsigned depth = ledger_prefix_common(&first, &full.as.pairs[full.count - 1].key);
    unsigned middle = 1;
    while (ledger_prefix_bit(&full.as.pairs[middle].key, depth) == 0) {
        middle++;
    }
    struct pair *left = copy_pairs(&full, 0, middle);
    struct pair *right = copy_pairs(&full, middle, full.count);
    if (left == NULL || right == NULL || !reserve(table, depth - place.depth + 2)) {
        free(left);
        free(right);
        return false;
    }
    uint32_t branch = add_branches(table, place, depth, &first);
    hang_bucket(table, branch, 0, left, middle);
    hang_bucket(table, branch, 1, right, full.count - middle);
    table->buckets++;
    free(full.as.pairs);
    return true;
}

struct ledger_hash *ledger_prefix_table_at(struct ledger_prefix_table *table,
                                           const struct ledger_hash *key)
{
    for (;;) {
        struct place place = descend(table, key);
        struct node *node = &table->nodes[place.node];
        unsigned at = 0;
        if (node->branch) {
            if (!add_bucket(table, place, key)) {
                return NULL;
            }
        } else if (find_pair(node, &at, key) ||
                   (node->count < BUCKET_MAX && add_pair(table, node, at, key))) {
            return &node->as.pairs[at].value;
        } else if (node->count < BUCKET_MAX || !split(table, place)) {
            return NULL;
        }
    }
}

/* --- hashing --- */

static struct ledger_prefix_part part_of(const struct ledger_prefix_table *table, uint32_t place)
{
    const struct node *node = &table->nodes[place];
    return (struct ledger_prefix_part){.size = (enum ledger_prefix_size)node->size,
                                       .hash = node->hash};
}

/* The first `depth` bits of a key, at most 16. */
static unsigned first_bits(const struct ledger_hash *key, unsigned depth)
{
    return ((unsigned)key->bytes[0] << 8 | key->bytes[1]) >> (16 - depth);
}

/* The part at `depth` of those pairs of a bucket that have these first bits. */
static void fold_pairs(struct ledger_hasher *hasher, struct ledger_prefix_part *part,
                       const struct node *bucket, unsigned depth, const unsigned *bits)
{
    struct ledger_prefix_fold fold;
    ledger_prefix_fold_start(&fold, depth);
    for (unsigned i = 0; i < bucket->count; i++) {
        const struct pair *pair = &bucket->as.pairs[i];
        if (bits == NULL || first_bits(&pair->key, depth) == *bits) {
            ledger_prefix_fold_add(hasher, &fold, &pair->key, &pair->value);
        }
    }
    ledger_prefix_fold_end(hasher, &fold, part);
}

/* Of a branch both of whose children are clean. */
static void join_children(const struct ledger_prefix_table *table, struct ledger_hasher *hasher,
                          struct ledger_prefix_part *part, const struct node *branch)
{
    struct ledger_prefix_part children[2];
    for (unsigned bit = 0; bit < 2; bit++) {
        uint32_t child = branch->as.child[bit];
        children[bit] = child == NOTHING ? none : part_of(table, child);
    }
    ledger_prefix_join(hasher, part, &children[0], &children[1]);
}

static uint32_t dirty_child(const struct ledger_prefix_table *table, const struct node *node)
{
    for (unsigned bit = 0; node->branch && bit < 2; bit++) {
        uint32_t child = node->as.child[bit];
        if (child != NOTHING && table->nodes[child].dirty) {
            return child;
        }
    }
    return NOTHING;
}

static void rehash(struct ledger_prefix_table *table, struct ledger_hasher *hasher,
                   struct node *node, unsigned depth)
{
    struct ledger_prefix_part part;
    if (node->branch) {
        join_children(table, hasher, &part, node);
    } else {
        fold_pairs(hasher, &part, node, depth, NULL);
    }
    node->hash = part.hash;
    node->size = (uint8_t)part.size;
    node->dirty = false;
}

/* Makes the parts at and below `place` good, children before their parents. */
static void refresh(struct ledger_prefix_table *table, struct ledger_hasher *hasher,
                    struct place place)
{
    uint32_t stack[LEDGER_PREFIX_DEPTH + 1];
    unsigned held = 0;
    if (table->nodes[place.node].dirty) {
        stack[held++] = place.node;
    }
    while (held > 0) {
        struct node *node = &table->nodes[stack[held - 1]];
        uint32_t child = dirty_child(table, node);
        if (child == NOTHING) {
            rehash(table, hasher, node, place.depth + held - 1);
            held--;
        } else {
            LEDGER_ASSERT(held <= LEDGER_PREFIX_DEPTH);
            stack[held++] = child;
        }
    }
}

void ledger_prefix_table_part(struct ledger_prefix_table *table, struct ledger_hasher *hasher,
                              struct ledger_prefix_part *part, unsigned depth, uint16_t prefix)
{
    LEDGER_ASSERT(depth <= 16 && (unsigned)prefix >> depth == 0);
    struct place place = {ROOT, 0};
    while (place.depth < depth && table->nodes[place.node].branch) {
        unsigned bit = (unsigned)prefix >> (depth - 1 - place.depth) & 1U;
        place.node = table->nodes[place.node].as.child[bit];
        place.depth++;
        if (place.node == NOTHING) {
            *part = none;
            return;
        }
    }
    if (place.depth < depth) {
        fold_pairs(hasher, part, &table->nodes[place.node], depth, &(unsigned){prefix});
        return;
    }
    refresh(table, hasher, place);
    *part = part_of(table, place.node);
}
