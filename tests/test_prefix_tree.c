#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/tree/prefix_map.h"
#include "tests/suites.h"

#define SEED UINT64_C(20261123)
#define KEYS_MAX 300

static struct ledger_hasher *hasher;
static struct ledger_prefix_map *map;

/* What the map should hold: sorted by key. */
struct pair {
    struct ledger_hash key;
    struct ledger_hash value;
    void *payload;
};

static struct pair pairs[KEYS_MAX];
static size_t pair_count;

static int start(void)
{
    printf("(seed %llu) ", (unsigned long long)SEED);
    return ledger_hasher_new(&hasher) == LEDGER_OK ? 0 : 1;
}

static int stop(void)
{
    ledger_hasher_free(&hasher);
    return 0;
}

static void fresh_map(void)
{
    ledger_prefix_map_free(&map);
    CU_ASSERT_FATAL(ledger_prefix_map_new(&map) == LEDGER_OK);
    pair_count = 0;
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static struct ledger_hash key_of(uint64_t number)
{
    struct ledger_hash key;
    uint8_t bytes[8];
    ledger_put_be64(bytes, number);
    ledger_hash_bytes(hasher, &key, (struct ledger_span){bytes, sizeof bytes});
    return key;
}

static int compare_pairs(const void *a, const void *b)
{
    const struct pair *left = a;
    const struct pair *right = b;
    return memcmp(left->key.bytes, right->key.bytes, LEDGER_HASH_SIZE);
}

static struct pair *find_pair(const struct ledger_hash *key)
{
    for (size_t i = 0; i < pair_count; i++) {
        if (ledger_hash_equal(&pairs[i].key, key)) {
            return &pairs[i];
        }
    }
    return NULL;
}

static void put_both(struct ledger_hash key, struct ledger_hash value, void *payload)
{
    struct pair *pair = find_pair(&key);
    if (pair == NULL) {
        CU_ASSERT_FATAL(pair_count < KEYS_MAX);
        pair = &pairs[pair_count++];
    }
    *pair = (struct pair){key, value, payload};
    qsort(pairs, pair_count, sizeof pairs[0], compare_pairs);
    CU_ASSERT_FATAL(ledger_prefix_map_put(map, &key, &value, payload) == LEDGER_OK);
}

static void remove_both(struct ledger_hash key)
{
    struct pair *pair = find_pair(&key);
    CU_ASSERT(ledger_prefix_map_remove(map, &key) == (pair != NULL));
    if (pair != NULL) {
        *pair = pairs[--pair_count];
        qsort(pairs, pair_count, sizeof pairs[0], compare_pairs);
    }
}

/* The definition of the tree, over the sorted pairs [from, to); at most 256 deep. */
static void slow_root(struct ledger_hash *out, size_t from, size_t to, unsigned depth)
{
    if (from == to) {
        memset(out, 0, sizeof *out);
        return;
    }
    if (to - from == 1) {
        ledger_prefix_leaf(hasher, out, &pairs[from].key, &pairs[from].value);
        return;
    }
    size_t middle = from;
    while (middle < to && ledger_prefix_bit(&pairs[middle].key, depth) == 0) {
        middle++;
    }
    struct ledger_hash left;
    struct ledger_hash right;
    slow_root(&left, from, middle, depth + 1);
    slow_root(&right, middle, to, depth + 1);
    ledger_prefix_node(hasher, out, &left, &right);
}

static struct ledger_hash root_of_map(void)
{
    struct ledger_hash root;
    ledger_prefix_map_root(map, hasher, &root);
    return root;
}

static void map_equals_reference(void)
{
    struct ledger_hash slow;
    struct ledger_hash fast = root_of_map();
    slow_root(&slow, 0, pair_count, 0);
    CU_ASSERT(ledger_hash_equal(&fast, &slow));
    CU_ASSERT(ledger_prefix_map_count(map) == pair_count);
}

static void empty_and_lone_trees(void)
{
    struct ledger_hash leaf;
    struct ledger_hash key = key_of(1);
    struct ledger_hash value = key_of(2);
    fresh_map();
    struct ledger_hash root = root_of_map();
    CU_ASSERT(ledger_hash_is_zero(&root));
    CU_ASSERT(!ledger_prefix_map_remove(map, &key));
    put_both(key, value, NULL);
    root = root_of_map();
    ledger_prefix_leaf(hasher, &leaf, &key, &value);
    CU_ASSERT(ledger_hash_equal(&root, &leaf));
    remove_both(key);
    root = root_of_map();
    CU_ASSERT(ledger_hash_is_zero(&root) && ledger_prefix_map_count(map) == 0);
    ledger_prefix_map_free(&map);
    ledger_prefix_map_free(&map);
    CU_ASSERT(map == NULL);
}

static void bits_count_from_the_most_significant(void)
{
    struct ledger_hash key = {{0x80, 0x01, [31] = 0x01}};
    for (unsigned i = 0; i < LEDGER_PREFIX_DEPTH; i++) {
        CU_ASSERT(ledger_prefix_bit(&key, i) == (i == 0 || i == 15 || i == 255 ? 1U : 0U));
    }
}

static void hashes_have_their_prefixes(void)
{
    uint8_t message[65] = {2};
    struct ledger_hash a = key_of(1);
    struct ledger_hash b = key_of(2);
    struct ledger_hash made;
    struct ledger_hash wanted;
    memcpy(message + 1, a.bytes, 32);
    memcpy(message + 33, b.bytes, 32);
    ledger_hash_bytes(hasher, &wanted, (struct ledger_span){message, sizeof message});
    ledger_prefix_leaf(hasher, &made, &a, &b);
    CU_ASSERT(ledger_hash_equal(&made, &wanted));
    message[0] = 3;
    ledger_hash_bytes(hasher, &wanted, (struct ledger_span){message, sizeof message});
    ledger_prefix_node(hasher, &a, &a, &b);
    CU_ASSERT(ledger_hash_equal(&a, &wanted));
}

static void random_changes_agree_with_the_slow_reference(void)
{
    uint64_t state = SEED;
    fresh_map();
    for (unsigned step = 0; step < 2000; step++) {
        struct ledger_hash key = key_of(next_random(&state) % 200);
        if (next_random(&state) % 5 < (step / 400 % 2 == 0 ? 3U : 1U)) {
            put_both(key, key_of(next_random(&state)), &pairs[step % KEYS_MAX]);
        } else {
            remove_both(key);
        }
        if (step % 3 == 0) {
            map_equals_reference();
        }
    }
    while (pair_count > 0) {
        remove_both(pairs[next_random(&state) % pair_count].key);
        map_equals_reference();
    }
    ledger_prefix_map_free(&map);
}

static void root_does_not_depend_on_the_order(void)
{
    struct ledger_hash first = {{0}};
    for (unsigned stride = 1; stride < 8; stride += 2) {
        fresh_map();
        for (unsigned i = 0; i < 128; i++) {
            struct ledger_hash extra = key_of(1000 + i);
            put_both(extra, extra, NULL);
            put_both(key_of(i * stride % 128), key_of(i * stride % 128 + 500), NULL);
            remove_both(extra);
        }
        struct ledger_hash root = root_of_map();
        CU_ASSERT(stride == 1 || ledger_hash_equal(&first, &root));
        first = root;
    }
    ledger_prefix_map_free(&map);
}

static void find_gives_what_was_put_last(void)
{
    int payloads[2];
    struct ledger_hash value;
    struct ledger_hash key = key_of(5);
    fresh_map();
    CU_ASSERT(ledger_prefix_map_find(map, &key, &value) == NULL);
    put_both(key, key_of(1), &payloads[0]);
    put_both(key_of(6), key_of(9), &payloads[0]);
    put_both(key, key_of(2), &payloads[1]);
    CU_ASSERT(ledger_prefix_map_find(map, &key, &value) == &payloads[1]);
    struct ledger_hash wanted = key_of(2);
    CU_ASSERT(ledger_hash_equal(&value, &wanted));
    CU_ASSERT(ledger_prefix_map_find(map, &key, NULL) == &payloads[1]);
    map_equals_reference();
    remove_both(key);
    CU_ASSERT(ledger_prefix_map_find(map, &key, NULL) == NULL);
    ledger_prefix_map_free(&map);
}

static void compare_visit(void *context, const struct ledger_hash *key, void *payload)
{
    size_t *seen = context;
    CU_ASSERT_FATAL(*seen < pair_count);
    CU_ASSERT(ledger_hash_equal(key, &pairs[*seen].key));
    CU_ASSERT(payload == pairs[*seen].payload);
    (*seen)++;
}

static void leaves_are_visited_in_the_order_of_their_keys(void)
{
    size_t seen = 0;
    fresh_map();
    ledger_prefix_map_each(map, compare_visit, &seen);
    CU_ASSERT(seen == 0);
    for (unsigned i = 0; i < 200; i++) {
        put_both(key_of(i), key_of(i), &pairs[i]);
    }
    ledger_prefix_map_each(map, compare_visit, &seen);
    CU_ASSERT(seen == 200);
    ledger_prefix_map_free(&map);
}

/* A proof with all it is about, to be broken in one place at a time. */
struct claim {
    struct ledger_prefix_path path;
    struct ledger_prefix_end end;
    bool present;
    struct ledger_hash key;
    struct ledger_hash value;
    struct ledger_hash root;
};

static bool holds(const struct claim *claim)
{
    return claim->present
               ? ledger_prefix_present(hasher, &claim->path, &claim->key, &claim->value,
                                       &claim->root)
               : ledger_prefix_absent(hasher, &claim->path, &claim->end, &claim->key, &claim->root);
}

static void broken_siblings_are_refused(struct claim *claim)
{
    for (unsigned i = 0; i < claim->path.depth; i++) {
        claim->path.siblings[i].bytes[i % 32] ^= 4;
        CU_ASSERT(!holds(claim));
        claim->path.siblings[i].bytes[i % 32] ^= 4;
    }
    claim->path.depth++;
    CU_ASSERT(!holds(claim));
    claim->path.depth -= 2; /* of depth 0: the largest number */
    CU_ASSERT(!holds(claim));
    claim->path.depth = LEDGER_PREFIX_DEPTH + 1;
    CU_ASSERT(!holds(claim));
}

static void try_present(const struct pair *pair)
{
    struct claim claim = {.present = true, .key = pair->key, .value = pair->value};
    claim.root = root_of_map();
    CU_ASSERT_FATAL(ledger_prefix_map_path(map, hasher, &claim.path, &claim.end, &claim.key));
    CU_ASSERT(holds(&claim));
    claim.value.bytes[31] ^= 1;
    CU_ASSERT(!holds(&claim));
    claim.value = pair->value;
    claim.root.bytes[0] ^= 1;
    CU_ASSERT(!holds(&claim));
    claim.root.bytes[0] ^= 1;
    claim.key.bytes[31] ^= 1;
    CU_ASSERT(!holds(&claim));
    claim.key = pair->key;
    struct claim absent = claim;
    absent.present = false;
    absent.end = (struct ledger_prefix_end){true, pair->key, pair->value};
    CU_ASSERT(!holds(&absent)); /* what is there is not absent */
    absent.end.occupied = false;
    CU_ASSERT(!holds(&absent));
    broken_siblings_are_refused(&claim);
}

static void try_absent(struct ledger_hash key)
{
    struct claim claim = {.present = false, .key = key};
    claim.root = root_of_map();
    CU_ASSERT_FATAL(!ledger_prefix_map_path(map, hasher, &claim.path, &claim.end, &claim.key));
    CU_ASSERT(!ledger_prefix_map_path(map, hasher, &claim.path, NULL, &claim.key));
    CU_ASSERT(holds(&claim));
    claim.end.occupied = !claim.end.occupied;
    CU_ASSERT(!holds(&claim));
    claim.end.occupied = !claim.end.occupied;
    if (claim.end.occupied) {
        claim.end.value.bytes[3] ^= 1;
        CU_ASSERT(!holds(&claim));
        claim.end.value.bytes[3] ^= 1;
        claim.end.key.bytes[31] ^= 1;
        CU_ASSERT(!holds(&claim));
        claim.end.key.bytes[31] ^= 1;
        claim.key = claim.end.key; /* the leaf there is no proof against itself */
        CU_ASSERT(!holds(&claim));
        claim.key = key;
    }
    for (unsigned bit = 0; bit < claim.path.depth; bit++) {
        claim.key.bytes[bit / 8] ^= (uint8_t)(0x80U >> bit % 8);
        CU_ASSERT(!holds(&claim)); /* a key that leads elsewhere */
        claim.key = key;
    }
    struct claim present = claim;
    present.present = true;
    CU_ASSERT(!holds(&present));
    broken_siblings_are_refused(&claim);
}

static void proofs_hold_for_their_key_only(void)
{
    static const unsigned sizes[] = {0, 1, 2, 3, 10, 100};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        fresh_map();
        for (unsigned i = 0; i < sizes[s]; i++) {
            put_both(key_of(i), key_of(i + 7000), NULL);
        }
        for (unsigned i = 0; i < sizes[s]; i++) {
            try_present(&pairs[i]);
        }
        for (unsigned i = 0; i < 200; i++) {
            try_absent(key_of(9000 + i));
        }
    }
    ledger_prefix_map_free(&map);
}

/* A tree nobody who keeps the rules can have: a leaf below a node with nothing beside it. */
static void leaf_deeper_than_its_place_is_refused(void)
{
    struct claim claim = {.present = true, .key = key_of(1), .value = key_of(2)};
    struct ledger_hash none = {{0}};
    struct ledger_hash leaf;
    bool right = ledger_prefix_bit(&claim.key, 0) == 1;
    ledger_prefix_leaf(hasher, &leaf, &claim.key, &claim.value);
    ledger_prefix_node(hasher, &claim.root, right ? &none : &leaf, right ? &leaf : &none);
    claim.path.depth = 1;
    CU_ASSERT(!holds(&claim));
    claim.path.depth = 0;
    claim.root = leaf;
    CU_ASSERT(holds(&claim));
}

static void keys_that_share_255_bits_are_kept_apart(void)
{
    struct ledger_hash even = key_of(77);
    even.bytes[31] &= 0xFE;
    struct ledger_hash odd = even;
    odd.bytes[31] |= 1;
    fresh_map();
    put_both(even, key_of(1), NULL);
    put_both(odd, key_of(2), NULL);
    map_equals_reference();
    try_present(&pairs[0]);
    try_present(&pairs[1]);
    remove_both(odd);
    map_equals_reference();
    try_absent(odd);
    /* One neighbour at every depth: the longest path, all of whose siblings are leaves. */
    put_both(odd, key_of(3), NULL);
    for (unsigned depth = 0; depth < 255; depth++) {
        struct ledger_hash other = even;
        other.bytes[depth / 8] ^= (uint8_t)(0x80U >> depth % 8);
        put_both(other, key_of(depth), NULL);
    }
    map_equals_reference();
    for (size_t i = 0; i < pair_count; i += 16) {
        try_present(&pairs[i]);
    }
    while (pair_count > 1) {
        remove_both(pairs[pair_count / 2].key);
        map_equals_reference();
    }
    ledger_prefix_map_free(&map);
}

/* Removed places are used again: a map that is changed for ever does not grow for ever. */
static void chain_is_built_and_removed_many_times(void)
{
    struct ledger_hash even = {{0}};
    struct ledger_hash odd = {{[31] = 1}};
    fresh_map();
    put_both(key_of(3), key_of(4), NULL);
    struct ledger_hash before = root_of_map();
    for (unsigned i = 0; i < 500; i++) {
        put_both(even, key_of(i), NULL);
        put_both(odd, key_of(i + 1), NULL);
        remove_both(i % 2 == 0 ? even : odd);
        remove_both(i % 2 == 0 ? odd : even);
    }
    struct ledger_hash after = root_of_map();
    CU_ASSERT(ledger_hash_equal(&before, &after));
    ledger_prefix_map_free(&map);
}

/* The vectors of SPEC.md 21, computed by another program. */
static void the_roots_of_the_specification_hold(void)
{
    static const char *const roots[] = {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                                        "46PY0UD8Wl5GpphtxRfeRczzQ8/6uSUEKgOrW4YXAJQ=",
                                        "ovZT/W42LFh1gcTRxUudZ1miN6OlZmm3qon4i5xsWM8=",
                                        "+SmbW26h9G0xoCgjXwEnBt4J8eYAPuLd6fLdFJ2+cNY="};
    static const char *const names[] = {"a", "b", "c"};
    static const char *const texts[] = {"A", "B", "C"};
    struct ledger_hash expected;
    struct ledger_hash root;
    fresh_map();
    for (size_t i = 0; i < 4; i++) {
        CU_ASSERT_FATAL(
            ledger_read_base64(expected.bytes, sizeof expected.bytes, ledger_span_of(roots[i])));
        ledger_prefix_map_root(map, hasher, &root);
        CU_ASSERT(ledger_hash_equal(&root, &expected));
        if (i < 3) {
            struct ledger_hash key;
            struct ledger_hash value;
            ledger_hash_bytes(hasher, &key, ledger_span_of(names[i]));
            ledger_hash_bytes(hasher, &value, ledger_span_of(texts[i]));
            CU_ASSERT_EQUAL_FATAL(ledger_prefix_map_put(map, &key, &value, &key), LEDGER_OK);
        }
    }
}

static void two_keys_that_differ_in_the_last_bit_have_the_root_of_the_specification(void)
{
    struct ledger_hash expected;
    struct ledger_hash key;
    struct ledger_hash value;
    struct ledger_hash root;
    fresh_map();
    ledger_hash_bytes(hasher, &key, ledger_span_of("a"));
    ledger_hash_bytes(hasher, &value, ledger_span_of("A"));
    CU_ASSERT_EQUAL_FATAL(ledger_prefix_map_put(map, &key, &value, &key), LEDGER_OK);
    key.bytes[31] ^= 1;
    ledger_hash_bytes(hasher, &value, ledger_span_of("B"));
    CU_ASSERT_EQUAL_FATAL(ledger_prefix_map_put(map, &key, &value, &key), LEDGER_OK);
    ledger_prefix_map_root(map, hasher, &root);
    CU_ASSERT_FATAL(
        ledger_read_base64(expected.bytes, sizeof expected.bytes,
                           ledger_span_of("Hrmo6dmNsVo2vEImnU4LPajaxzZjQAMk6GC4mGYqDt0=")));
    CU_ASSERT(ledger_hash_equal(&root, &expected));
}

void ledger_suite_prefix_tree(void)
{
    CU_pSuite suite = CU_add_suite("prefix_tree", start, stop);
    CU_ADD_TEST(suite, empty_and_lone_trees);
    CU_ADD_TEST(suite, the_roots_of_the_specification_hold);
    CU_ADD_TEST(suite, two_keys_that_differ_in_the_last_bit_have_the_root_of_the_specification);
    CU_ADD_TEST(suite, bits_count_from_the_most_significant);
    CU_ADD_TEST(suite, hashes_have_their_prefixes);
    CU_ADD_TEST(suite, random_changes_agree_with_the_slow_reference);
    CU_ADD_TEST(suite, root_does_not_depend_on_the_order);
    CU_ADD_TEST(suite, find_gives_what_was_put_last);
    CU_ADD_TEST(suite, leaves_are_visited_in_the_order_of_their_keys);
    CU_ADD_TEST(suite, proofs_hold_for_their_key_only);
    CU_ADD_TEST(suite, leaf_deeper_than_its_place_is_refused);
    CU_ADD_TEST(suite, keys_that_share_255_bits_are_kept_apart);
    CU_ADD_TEST(suite, chain_is_built_and_removed_many_times);
}
