#include "tests/prefix_samples.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/encoding.h"

struct twin *twin_new(void)
{
    struct twin *t = calloc(1, sizeof *t);
    if (t != NULL && ledger_hasher_new(&t->hasher) != LEDGER_OK) {
        free(t);
        t = NULL;
    }
    return t;
}

void twin_free(struct twin **t)
{
    ledger_prefix_map_free(&(*t)->map);
    ledger_hasher_free(&(*t)->hasher);
    free(*t);
    *t = NULL;
}

void twin_clear(struct twin *t)
{
    ledger_prefix_map_free(&t->map);
    CU_ASSERT_FATAL(ledger_prefix_map_new(&t->map) == LEDGER_OK);
    t->count = 0;
}

struct ledger_hash twin_hash(struct twin *t, uint64_t number)
{
    struct ledger_hash key;
    uint8_t bytes[8];
    ledger_put_be64(bytes, number);
    ledger_hash_bytes(t->hasher, &key, (struct ledger_span){bytes, sizeof bytes});
    return key;
}

static int compare_pairs(const void *a, const void *b)
{
    const struct twin_pair *left = a;
    const struct twin_pair *right = b;
    return memcmp(left->key.bytes, right->key.bytes, LEDGER_HASH_SIZE);
}

static struct twin_pair *find_pair(struct twin *t, const struct ledger_hash *key)
{
    for (size_t i = 0; i < t->count; i++) {
        if (ledger_hash_equal(&t->pairs[i].key, key)) {
            return &t->pairs[i];
        }
    }
    return NULL;
}

void twin_put(struct twin *t, struct ledger_hash key, struct ledger_hash value, void *payload)
{
    struct twin_pair *pair = find_pair(t, &key);
    if (pair == NULL) {
        CU_ASSERT_FATAL(t->count < TWIN_MAX);
        pair = &t->pairs[t->count++];
    }
    *pair = (struct twin_pair){key, value, payload};
    qsort(t->pairs, t->count, sizeof t->pairs[0], compare_pairs);
    CU_ASSERT_FATAL(ledger_prefix_map_put(t->map, &key, &value, payload) == LEDGER_OK);
}

void twin_remove(struct twin *t, struct ledger_hash key)
{
    struct twin_pair *pair = find_pair(t, &key);
    CU_ASSERT(ledger_prefix_map_remove(t->map, &key) == (pair != NULL));
    if (pair != NULL) {
        *pair = t->pairs[--t->count];
        qsort(t->pairs, t->count, sizeof t->pairs[0], compare_pairs);
    }
}

/* The definition of the tree, over the sorted pairs [from, to); at most 256 deep. */
static void slow_root(struct twin *t, struct ledger_hash *out, size_t from, size_t to,
                      unsigned depth)
{
    if (from == to) {
        memset(out, 0, sizeof *out);
        return;
    }
    if (to - from == 1) {
        ledger_prefix_leaf(t->hasher, out, &t->pairs[from].key, &t->pairs[from].value);
        return;
    }
    size_t middle = from;
    while (middle < to && ledger_prefix_bit(&t->pairs[middle].key, depth) == 0) {
        middle++;
    }
    struct ledger_hash left;
    struct ledger_hash right;
    slow_root(t, &left, from, middle, depth + 1);
    slow_root(t, &right, middle, to, depth + 1);
    ledger_prefix_node(t->hasher, out, &left, &right);
}

struct ledger_hash twin_root(struct twin *t)
{
    struct ledger_hash root;
    ledger_prefix_map_root(t->map, t->hasher, &root);
    return root;
}

void twin_agrees(struct twin *t)
{
    struct ledger_hash slow;
    struct ledger_hash fast = twin_root(t);
    slow_root(t, &slow, 0, t->count, 0);
    CU_ASSERT(ledger_hash_equal(&fast, &slow));
    CU_ASSERT(ledger_prefix_map_count(t->map) == t->count);
}
