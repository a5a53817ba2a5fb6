#include "ledger/tree/prefix_map.h"

#include <stdlib.h>
#include <string.h>

#define NOTHING 0U /* the index of no node; the first place of the arena stays unused */

/* What the arena grows to at first. */
#define FIRST_CAPACITY 512

enum kind { FREE, BRANCH, LEAF };

struct leaf {
    struct ledger_hash key;
    struct ledger_hash value;
    void *payload;
};

struct node {
    struct ledger_hash hash; /* good unless `dirty` */
    uint8_t kind;
    bool dirty; /* if a node is dirty, so are all above it */
    union {
        uint32_t child[2];  /* of a branch */
        struct leaf leaf;   /* of a leaf */
        uint32_t next_free; /* of a free place */
    } as;
};

struct ledger_prefix_map {
    struct node *nodes;
    uint32_t capacity;
    uint32_t used;       /* places ever handed out, NOTHING among them */
    uint32_t free;       /* list of places given back */
    uint32_t free_count; /* its length */
    uint32_t root;
    uint64_t count;
};

enum ledger_status ledger_prefix_map_new(struct ledger_prefix_map **map)
{
    struct ledger_prefix_map *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return LEDGER_NO_MEMORY;
    }
    made->used = 1;
    made->capacity = 1;
    *map = made;
    return LEDGER_OK;
}

void ledger_prefix_map_free(struct ledger_prefix_map **map)
{
    if (*map == NULL) {
        return;
    }
    free((*map)->nodes);
    free(*map);
    *map = NULL;
}

uint64_t ledger_prefix_map_count(const struct ledger_prefix_map *map)
{
    return map->count;
}

/* Makes room for the nodes that one change needs, so that it cannot fail half-way; and no more, so
 * that what was taken out can always be put back into the room it left. */
static enum ledger_status reserve(struct ledger_prefix_map *map, uint64_t needed)
{
    uint64_t left = (uint64_t)map->capacity - map->used + map->free_count;
    if (left >= needed) {
        return LEDGER_OK;
    }
    uint64_t wanted = (uint64_t)map->capacity * 2;
    if (wanted < FIRST_CAPACITY) {
        wanted = FIRST_CAPACITY;
    }
    if (wanted > UINT32_MAX || wanted > SIZE_MAX / sizeof(struct node)) {
        return LEDGER_NO_MEMORY;
    }
    struct node *grown = realloc(map->nodes, (size_t)wanted * sizeof(struct node));
    if (grown == NULL) {
        return LEDGER_NO_MEMORY;
    }
    map->nodes = grown;
    map->capacity = (uint32_t)wanted;
    return LEDGER_OK;
}

static uint32_t take_place(struct ledger_prefix_map *map, enum kind kind)
{
    uint32_t place = map->free;
    if (place != NOTHING) {
        map->free = map->nodes[place].as.next_free;
        map->free_count--;
    } else {
        LEDGER_ASSERT(map->used < map->capacity);
        place = map->used++;
    }
    memset(&map->nodes[place], 0, sizeof map->nodes[place]);
    map->nodes[place].kind = (uint8_t)kind;
    map->nodes[place].dirty = true;
    return place;
}

static void give_back(struct ledger_prefix_map *map, uint32_t place)
{
    LEDGER_ASSERT(place != NOTHING && map->nodes[place].kind != FREE);
    map->nodes[place].kind = FREE;
    map->nodes[place].as.next_free = map->free;
    map->free = place;
    map->free_count++;
}

static bool is_kind(const struct ledger_prefix_map *map, uint32_t place, enum kind kind)
{
    return place != NOTHING && map->nodes[place].kind == kind;
}

/* The branches from the root towards `key`, and what stands below the last of them. */
struct descent {
    unsigned depth;
    uint32_t branches[LEDGER_PREFIX_DEPTH];
    uint32_t end;
};

static void descend(const struct ledger_prefix_map *map, struct descent *descent,
                    const struct ledger_hash *key)
{
    descent->depth = 0;
    descent->end = map->root;
    while (is_kind(map, descent->end, BRANCH)) {
        unsigned bit = ledger_prefix_bit(key, descent->depth);
        descent->branches[descent->depth++] = descent->end;
        descent->end = map->nodes[descent->end].as.child[bit];
    }
}

static bool ends_at_key(const struct ledger_prefix_map *map, const struct descent *descent,
                        const struct ledger_hash *key)
{
    return descent->end != NOTHING && ledger_hash_equal(&map->nodes[descent->end].as.leaf.key, key);
}

/* Hangs `place` below the last branch of the descent, whose hashes become stale. */
static void hang(struct ledger_prefix_map *map, const struct descent *descent,
                 const struct ledger_hash *key, uint32_t place)
{
    for (unsigned i = 0; i < descent->depth; i++) {
        map->nodes[descent->branches[i]].dirty = true;
    }
    if (descent->depth == 0) {
        map->root = place;
        return;
    }
    unsigned bit = ledger_prefix_bit(key, descent->depth - 1);
    map->nodes[descent->branches[descent->depth - 1]].as.child[bit] = place;
}

/* Branches for as long as the new key goes with the leaf in its place, and one to part them.
 * Returns the topmost. */
static uint32_t split(struct ledger_prefix_map *map, unsigned depth, uint32_t old, uint32_t fresh)
{
    const struct ledger_hash old_key = map->nodes[old].as.leaf.key;
    const struct ledger_hash key = map->nodes[fresh].as.leaf.key;
    uint32_t top = take_place(map, BRANCH);
    uint32_t at = top;
    unsigned bit = ledger_prefix_bit(&key, depth);
    while (ledger_prefix_bit(&old_key, depth) == bit) {
        uint32_t below = take_place(map, BRANCH);
        map->nodes[at].as.child[bit] = below;
        at = below;
        bit = ledger_prefix_bit(&key, ++depth);
    }
    map->nodes[at].as.child[bit] = fresh;
    map->nodes[at].as.child[1 - bit] = old;
    return top;
}

/* A leaf, and if another stands in its place the branches that `split` will make. */
static uint64_t nodes_needed(const struct ledger_prefix_map *map, const struct descent *descent,
                             const struct ledger_hash *key)
{
    if (descent->end == NOTHING) {
        return 1;
    }
    const struct ledger_hash *other = &map->nodes[descent->end].as.leaf.key;
    unsigned depth = descent->depth;
    while (ledger_prefix_bit(other, depth) == ledger_prefix_bit(key, depth)) {
        depth++;
    }
    return UINT64_C(2) + depth - descent->depth;
}

enum ledger_status ledger_prefix_map_put(struct ledger_prefix_map *map,
                                         const struct ledger_hash *key,
                                         const struct ledger_hash *value, void *payload)
{
    struct leaf leaf = {*key, *value, payload};
    struct descent descent;
    descend(map, &descent, key);
    uint32_t place = descent.end;
    if (!ends_at_key(map, &descent, key)) {
        enum ledger_status status = reserve(map, nodes_needed(map, &descent, key));
        if (status != LEDGER_OK) {
            return status;
        }
        place = take_place(map, LEAF);
        map->count++;
    }
    map->nodes[place].as.leaf = leaf;
    map->nodes[place].dirty = true;
    bool shared = descent.end != NOTHING && descent.end != place;
    hang(map, &descent, &leaf.key, shared ? split(map, descent.depth, descent.end, place) : place);
    return LEDGER_OK;
}

void *ledger_prefix_map_find(const struct ledger_prefix_map *map, const struct ledger_hash *key,
                             struct ledger_hash *value)
{
    uint32_t at = map->root;
    for (unsigned depth = 0; is_kind(map, at, BRANCH); depth++) {
        at = map->nodes[at].as.child[ledger_prefix_bit(key, depth)];
    }
    if (at == NOTHING || !ledger_hash_equal(&map->nodes[at].as.leaf.key, key)) {
        return NULL;
    }
    if (value != NULL) {
        *value = map->nodes[at].as.leaf.value;
    }
    return map->nodes[at].as.leaf.payload;
}

bool ledger_prefix_map_remove(struct ledger_prefix_map *map, const struct ledger_hash *key)
{
    const struct ledger_hash gone = *key; /* `key` may lie in the leaf itself */
    struct descent descent;
    descend(map, &descent, &gone);
    if (!ends_at_key(map, &descent, &gone)) {
        return false;
    }
    give_back(map, descent.end);
    map->count--;
    /* A leaf that is alone below a branch takes the place of the branch. */
    uint32_t lone = NOTHING;
    while (descent.depth > 0) {
        uint32_t branch = descent.branches[descent.depth - 1];
        unsigned bit = ledger_prefix_bit(&gone, descent.depth - 1);
        uint32_t other = map->nodes[branch].as.child[1 - bit];
        if (lone == NOTHING ? !is_kind(map, other, LEAF) : other != NOTHING) {
            break;
        }
        lone = lone == NOTHING ? other : lone;
        give_back(map, branch);
        descent.depth--;
    }
    hang(map, &descent, &gone, lone);
    return true;
}

static struct ledger_hash hash_at(const struct ledger_prefix_map *map, uint32_t place)
{
    return place == NOTHING ? (struct ledger_hash){{0}} : map->nodes[place].hash;
}

static void rehash(struct ledger_prefix_map *map, struct ledger_hasher *hasher, struct node *node)
{
    if (node->kind == LEAF) {
        ledger_prefix_leaf(hasher, &node->hash, &node->as.leaf.key, &node->as.leaf.value);
    } else {
        struct ledger_hash left = hash_at(map, node->as.child[0]);
        struct ledger_hash right = hash_at(map, node->as.child[1]);
        ledger_prefix_node(hasher, &node->hash, &left, &right);
    }
    node->dirty = false;
}

static uint32_t dirty_child(const struct ledger_prefix_map *map, const struct node *node)
{
    for (unsigned bit = 0; node->kind == BRANCH && bit < 2; bit++) {
        uint32_t child = node->as.child[bit];
        if (child != NOTHING && map->nodes[child].dirty) {
            return child;
        }
    }
    return NOTHING;
}

/* Makes all hashes good, children before their parents. */
static void refresh(struct ledger_prefix_map *map, struct ledger_hasher *hasher)
{
    uint32_t stack[LEDGER_PREFIX_DEPTH + 1];
    size_t held = 0;
    if (map->root != NOTHING && map->nodes[map->root].dirty) {
        stack[held++] = map->root;
    }
    while (held > 0) {
        struct node *node = &map->nodes[stack[held - 1]];
        uint32_t child = dirty_child(map, node);
        if (child == NOTHING) {
            rehash(map, hasher, node);
            held--;
        } else {
            LEDGER_ASSERT(held <= LEDGER_PREFIX_DEPTH);
            stack[held++] = child;
        }
    }
}

void ledger_prefix_map_root(struct ledger_prefix_map *map, struct ledger_hasher *hasher,
                            struct ledger_hash *root)
{
    refresh(map, hasher);
    *root = hash_at(map, map->root);
}

bool ledger_prefix_map_path(struct ledger_prefix_map *map, struct ledger_hasher *hasher,
                            struct ledger_prefix_path *path, struct ledger_prefix_end *end,
                            const struct ledger_hash *key)
{
    struct descent descent;
    refresh(map, hasher);
    descend(map, &descent, key);
    path->depth = descent.depth;
    for (unsigned i = 0; i < descent.depth; i++) {
        unsigned level = descent.depth - 1 - i;
        const struct node *branch = &map->nodes[descent.branches[level]];
        path->siblings[i] = hash_at(map, branch->as.child[1 - ledger_prefix_bit(key, level)]);
    }
    if (ends_at_key(map, &descent, key)) {
        return true;
    }
    if (end != NULL) {
        *end = (struct ledger_prefix_end){.occupied = descent.end != NOTHING};
        if (end->occupied) {
            end->key = map->nodes[descent.end].as.leaf.key;
            end->value = map->nodes[descent.end].as.leaf.value;
        }
    }
    return false;
}

void ledger_prefix_map_each(const struct ledger_prefix_map *map, ledger_prefix_visit *visit,
                            void *context)
{
    uint32_t stack[LEDGER_PREFIX_DEPTH + 2];
    size_t held = 0;
    stack[held++] = map->root;
    while (held > 0) {
        uint32_t at = stack[--held];
        if (is_kind(map, at, LEAF)) {
            visit(context, &map->nodes[at].as.leaf.key, map->nodes[at].as.leaf.payload);
        } else if (at != NOTHING) {
            LEDGER_ASSERT(held + 2 <= LEDGER_PREFIX_DEPTH + 2);
            stack[held++] = map->nodes[at].as.child[1];
            stack[held++] = map->nodes[at].as.child[0];
        }
    }
}
