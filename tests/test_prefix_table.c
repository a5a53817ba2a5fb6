#include "ledger/tree/prefix_table.h"

#include <stdlib.h>

#include "ledger/tree/prefix_map.h"
#include "tests/format_samples.h"
#include "tests/suites.h"

/* A table, and the pairs that it should hold, in the order of their keys. */
#define PAIRS_MAX 4096

struct pair {
    struct ledger_hash key;
    struct ledger_hash value;
};

struct both {
    struct ledger_hasher *hasher;
    struct ledger_prefix_table *table;
    struct pair pairs[PAIRS_MAX];
    size_t count;
};

static struct both *both_new(void)
{
    struct both *b = calloc(1, sizeof *b);
    CU_ASSERT_PTR_NOT_NULL_FATAL(b);
    b->hasher = sample_hasher();
    CU_ASSERT_EQUAL_FATAL(ledger_prefix_table_new(&b->table), LEDGER_OK);
    return b;
}

static void both_free(struct both **b)
{
    ledger_prefix_table_free(&(*b)->table);
    CU_ASSERT_PTR_NULL((*b)->table);
    ledger_prefix_table_free(&(*b)->table);
    ledger_hasher_free(&(*b)->hasher);
    free(*b);
    *b = NULL;
}

/* The digest of a number with its first bytes replaced. */
static struct ledger_hash draw(struct both *b, uint64_t number, unsigned same)
{
    struct ledger_hash key;
    uint8_t bytes[8];
    ledger_put_be64(bytes, number);
    ledger_hash_bytes(b->hasher, &key, (struct ledger_span){bytes, sizeof bytes});
    memset(key.bytes, 0x5a, same);
    return key;
}

static struct pair *pair_of(struct both *b, const struct ledger_hash *key)
{
    size_t at = 0;
    while (at < b->count && memcmp(b->pairs[at].key.bytes, key->bytes, LEDGER_HASH_SIZE) < 0) {
        at++;
    }
    if (at == b->count || !ledger_hash_equal(&b->pairs[at].key, key)) {
        CU_ASSERT_FATAL(b->count < PAIRS_MAX);
        memmove(b->pairs + at + 1, b->pairs + at, (b->count - at) * sizeof b->pairs[0]);
        b->pairs[at] = (struct pair){.key = *key};
        b->count++;
    }
    return &b->pairs[at];
}

/* Changes the value of `key` in both, from what it is. */
static void change(struct both *b, struct ledger_hash key, uint8_t by)
{
    struct pair *pair = pair_of(b, &key);
    struct ledger_hash *value = ledger_prefix_table_at(b->table, &key);
    CU_ASSERT_PTR_NOT_NULL_FATAL(value);
    CU_ASSERT(ledger_hash_equal(value, &pair->value));
    value->bytes[31] = (uint8_t)(value->bytes[31] + by);
    pair->value = *value;
}

/* The definition, of the sorted pairs [from, to). */
static void slow_part(struct both *b, struct ledger_prefix_part *part, size_t from, size_t to,
                      unsigned depth)
{
    struct ledger_hash left;
    struct ledger_prefix_part below;
    size_t middle = from;
    *part = (struct ledger_prefix_part){.size = LEDGER_PREFIX_NONE};
    if (to - from == 1) {
        part->size = LEDGER_PREFIX_ONE;
        ledger_prefix_leaf(b->hasher, &part->hash, &b->pairs[from].key, &b->pairs[from].value);
    } else if (to > from) {
        while (middle < to && ledger_prefix_bit(&b->pairs[middle].key, depth) == 0) {
            middle++;
        }
        slow_part(b, &below, from, middle, depth + 1);
        left = below.hash;
        slow_part(b, &below, middle, to, depth + 1);
        ledger_prefix_node(b->hasher, &part->hash, &left, &below.hash);
        part->size = LEDGER_PREFIX_MORE;
    }
}

static unsigned first_bits(const struct ledger_hash *key, unsigned depth)
{
    unsigned bits = 0;
    for (unsigned i = 0; i < depth; i++) {
        bits = bits << 1 | ledger_prefix_bit(key, i);
    }
    return bits;
}

static void part_agrees(struct both *b, unsigned depth, unsigned prefix)
{
    struct ledger_prefix_part slow;
    struct ledger_prefix_part fast;
    size_t from = 0;
    while (from < b->count && first_bits(&b->pairs[from].key, depth) < prefix) {
        from++;
    }
    size_t to = from;
    while (to < b->count && first_bits(&b->pairs[to].key, depth) == prefix) {
        to++;
    }
    slow_part(b, &slow, from, to, depth);
    ledger_prefix_table_part(b->table, b->hasher, &fast, depth, (uint16_t)prefix);
    CU_ASSERT(fast.size == slow.size && ledger_hash_equal(&fast.hash, &slow.hash));
}

/* The root, and the parts where there is a pair, or nearly. */
static void agrees(struct both *b, unsigned depth)
{
    CU_ASSERT_EQUAL(ledger_prefix_table_count(b->table), b->count);
    part_agrees(b, 0, 0);
    for (size_t i = 0; i < b->count; i += 1 + b->count / 16) {
        part_agrees(b, depth, first_bits(&b->pairs[i].key, depth));
        part_agrees(b, depth, first_bits(&b->pairs[i].key, depth) ^ (depth > 0 ? 1U : 0U));
    }
}

static void the_first_pairs_make_a_tree(void)
{
    struct both *b = both_new();
    for (uint64_t i = 0; i < 40; i++) {
        for (unsigned depth = 0; depth <= 16; depth++) {
            agrees(b, depth);
        }
        change(b, draw(b, i, 0), 1);
    }
    both_free(&b);
}

/* New pairs, changed ones, and one with the value that it has already. */
static void parts_are_good_after_any_changes(void)
{
    static const unsigned same[] = {0, 1, 2, 4, 29, 30};
    for (unsigned s = 0; s < sizeof same / sizeof same[0]; s++) {
        struct both *b = both_new();
        for (uint64_t i = 0; i < 2500; i++) {
            change(b, draw(b, i, same[s]), 1);
            change(b, draw(b, i * 7919 % (i + 1), same[s]), (uint8_t)(i % 2));
            if (i % 97 == 0 || i == 2499) {
                agrees(b, (unsigned)(i % 17));
                agrees(b, 16);
            }
        }
        both_free(&b);
    }
}

/* A part is asked when others, above and beside it, are not good yet. */
static void parts_are_good_in_any_order(void)
{
    struct both *b = both_new();
    for (uint64_t i = 0; i < 300; i++) {
        change(b, draw(b, i * 31 % 200, 0), 1);
        part_agrees(b, (unsigned)(i % 9), first_bits(&b->pairs[0].key, (unsigned)(i % 9)));
        change(b, b->pairs[b->count - 1].key, 1);
        part_agrees(b, 1, (unsigned)(i % 2));
    }
    agrees(b, 3);
    both_free(&b);
}

/* However deep the bit in which they differ, and in whatever order they come. */
static void keys_that_share_all_but_a_bit_stand_apart(void)
{
    for (unsigned bit = 0; bit < LEDGER_PREFIX_DEPTH; bit += 5) {
        struct both *b = both_new();
        for (uint8_t i = 0; i < 9; i++) {
            struct ledger_hash key = {{0}};
            key.bytes[bit / 8] = (uint8_t)(0x80U >> bit % 8);
            key.bytes[31] ^= (uint8_t)(i * 37);
            change(b, key, i);
            key.bytes[bit / 8] ^= (uint8_t)(0x80U >> bit % 8);
            change(b, key, i);
        }
        agrees(b, 16);
        both_free(&b);
    }
    struct both *b = both_new();
    for (unsigned bit = LEDGER_PREFIX_DEPTH; bit-- > 0;) {
        struct ledger_hash key = {{0}};
        key.bytes[bit / 8] = (uint8_t)(0x80U >> bit % 8);
        change(b, key, 1);
    }
    agrees(b, 16);
    both_free(&b);
}

static void a_large_table_has_the_root_of_the_map(void)
{
    struct both *b = both_new();
    struct ledger_prefix_map *map;
    struct ledger_hash root;
    struct ledger_prefix_part part;
    CU_ASSERT_EQUAL_FATAL(ledger_prefix_map_new(&map), LEDGER_OK);
    for (uint64_t i = 0; i < 200000; i++) {
        struct ledger_hash key = draw(b, i % 3 == 0 ? i / 5 : i, 0);
        struct ledger_hash *value = ledger_prefix_table_at(b->table, &key);
        CU_ASSERT_PTR_NOT_NULL_FATAL(value);
        ledger_put_be64(value->bytes, i);
        CU_ASSERT_EQUAL_FATAL(ledger_prefix_map_put(map, &key, value, map), LEDGER_OK);
        if (i % 16000 == 15999 || i == 199999) {
            ledger_prefix_map_root(map, b->hasher, &root);
            ledger_prefix_table_part(b->table, b->hasher, &part, 0, 0);
            CU_ASSERT(ledger_hash_equal(&root, &part.hash));
        }
    }
    uint64_t count = ledger_prefix_table_count(b->table);
    CU_ASSERT_EQUAL(count, ledger_prefix_map_count(map));
    CU_ASSERT(ledger_prefix_table_memory(b->table) <= 100 * count);
    ledger_prefix_map_free(&map);
    both_free(&b);
}

/* All below one place, as whoever chooses the numbers of many matters could make them. */
static void keys_with_a_long_common_prefix_cost_no_more_memory(void)
{
    struct both *b = both_new();
    for (uint64_t i = 0; i < 20000; i++) {
        struct ledger_hash key = draw(b, i, 6);
        CU_ASSERT_PTR_NOT_NULL_FATAL(ledger_prefix_table_at(b->table, &key));
    }
    CU_ASSERT_EQUAL(ledger_prefix_table_count(b->table), 20000);
    CU_ASSERT(ledger_prefix_table_memory(b->table) <= 20000 * 100 + 48 * 64);
    both_free(&b);
}

void ledger_suite_prefix_table(void)
{
    CU_pSuite suite = CU_add_suite("prefix_table", NULL, NULL);
    CU_ADD_TEST(suite, the_first_pairs_make_a_tree);
    CU_ADD_TEST(suite, parts_are_good_after_any_changes);
    CU_ADD_TEST(suite, parts_are_good_in_any_order);
    CU_ADD_TEST(suite, keys_that_share_all_but_a_bit_stand_apart);
    CU_ADD_TEST(suite, a_large_table_has_the_root_of_the_map);
    CU_ADD_TEST(suite, keys_with_a_long_common_prefix_cost_no_more_memory);
}
