#include "ledger/tree/prefix_map.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "ledger/base/encoding.h"
#include "tests/prefix_samples.h"
#include "tests/suites.h"

#define SEED UINT64_C(20261123)

static struct twin *t;

static int start(void)
{
    printf("(seed %llu) ", (unsigned long long)SEED);
    t = twin_new();
    return t != NULL ? 0 : 1;
}

static int stop(void)
{
    twin_free(&t);
    return 0;
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static void empty_and_lone_trees(void)
{
    struct ledger_hash leaf;
    struct ledger_hash key = twin_hash(t, 1);
    struct ledger_hash value = twin_hash(t, 2);
    twin_clear(t);
    struct ledger_hash root = twin_root(t);
    CU_ASSERT(ledger_hash_is_zero(&root));
    CU_ASSERT(!ledger_prefix_map_remove(t->map, &key));
    twin_put(t, key, value, NULL);
    root = twin_root(t);
    ledger_prefix_leaf(t->hasher, &leaf, &key, &value);
    CU_ASSERT(ledger_hash_equal(&root, &leaf));
    twin_remove(t, key);
    root = twin_root(t);
    CU_ASSERT(ledger_hash_is_zero(&root) && ledger_prefix_map_count(t->map) == 0);
    ledger_prefix_map_free(&t->map);
    ledger_prefix_map_free(&t->map);
    CU_ASSERT(t->map == NULL);
}

static void random_changes_agree_with_the_slow_reference(void)
{
    uint64_t state = SEED;
    twin_clear(t);
    for (unsigned step = 0; step < 2000; step++) {
        struct ledger_hash key = twin_hash(t, next_random(&state) % 200);
        if (next_random(&state) % 5 < (step / 400 % 2 == 0 ? 3U : 1U)) {
            twin_put(t, key, twin_hash(t, next_random(&state)), &t->pairs[step % TWIN_MAX]);
        } else {
            twin_remove(t, key);
        }
        if (step % 3 == 0) {
            twin_agrees(t);
        }
    }
    while (t->count > 0) {
        twin_remove(t, t->pairs[next_random(&state) % t->count].key);
        twin_agrees(t);
    }
    ledger_prefix_map_free(&t->map);
}

static void root_does_not_depend_on_the_order(void)
{
    struct ledger_hash first = {{0}};
    for (unsigned stride = 1; stride < 8; stride += 2) {
        twin_clear(t);
        for (unsigned i = 0; i < 128; i++) {
            struct ledger_hash extra = twin_hash(t, 1000 + i);
            twin_put(t, extra, extra, NULL);
            twin_put(t, twin_hash(t, i * stride % 128), twin_hash(t, i * stride % 128 + 500), NULL);
            twin_remove(t, extra);
        }
        struct ledger_hash root = twin_root(t);
        CU_ASSERT(stride == 1 || ledger_hash_equal(&first, &root));
        first = root;
    }
    ledger_prefix_map_free(&t->map);
}

static void find_gives_what_was_put_last(void)
{
    int payloads[2];
    struct ledger_hash value;
    struct ledger_hash key = twin_hash(t, 5);
    twin_clear(t);
    CU_ASSERT(ledger_prefix_map_find(t->map, &key, &value) == NULL);
    twin_put(t, key, twin_hash(t, 1), &payloads[0]);
    twin_put(t, twin_hash(t, 6), twin_hash(t, 9), &payloads[0]);
    twin_put(t, key, twin_hash(t, 2), &payloads[1]);
    CU_ASSERT(ledger_prefix_map_find(t->map, &key, &value) == &payloads[1]);
    struct ledger_hash wanted = twin_hash(t, 2);
    CU_ASSERT(ledger_hash_equal(&value, &wanted));
    CU_ASSERT(ledger_prefix_map_find(t->map, &key, NULL) == &payloads[1]);
    twin_agrees(t);
    twin_remove(t, key);
    CU_ASSERT(ledger_prefix_map_find(t->map, &key, NULL) == NULL);
    ledger_prefix_map_free(&t->map);
}

static void compare_visit(void *context, const struct ledger_hash *key, void *payload)
{
    size_t *seen = context;
    CU_ASSERT_FATAL(*seen < t->count);
    CU_ASSERT(ledger_hash_equal(key, &t->pairs[*seen].key));
    CU_ASSERT(payload == t->pairs[*seen].payload);
    (*seen)++;
}

static void leaves_are_visited_in_the_order_of_their_keys(void)
{
    size_t seen = 0;
    twin_clear(t);
    ledger_prefix_map_each(t->map, compare_visit, &seen);
    CU_ASSERT(seen == 0);
    for (unsigned i = 0; i < 200; i++) {
        twin_put(t, twin_hash(t, i), twin_hash(t, i), &t->pairs[i]);
    }
    ledger_prefix_map_each(t->map, compare_visit, &seen);
    CU_ASSERT(seen == 200);
    ledger_prefix_map_free(&t->map);
}

/* Removed places are used again: a map that is changed for ever does not grow for ever. */
static void chain_is_built_and_removed_many_times(void)
{
    struct ledger_hash even = {{0}};
    struct ledger_hash odd = {{[31] = 1}};
    twin_clear(t);
    twin_put(t, twin_hash(t, 3), twin_hash(t, 4), NULL);
    struct ledger_hash before = twin_root(t);
    for (unsigned i = 0; i < 500; i++) {
        twin_put(t, even, twin_hash(t, i), NULL);
        twin_put(t, odd, twin_hash(t, i + 1), NULL);
        twin_remove(t, i % 2 == 0 ? even : odd);
        twin_remove(t, i % 2 == 0 ? odd : even);
    }
    struct ledger_hash after = twin_root(t);
    CU_ASSERT(ledger_hash_equal(&before, &after));
    ledger_prefix_map_free(&t->map);
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
    twin_clear(t);
    for (size_t i = 0; i < 4; i++) {
        CU_ASSERT_FATAL(
            ledger_read_base64(expected.bytes, sizeof expected.bytes, ledger_span_of(roots[i])));
        ledger_prefix_map_root(t->map, t->hasher, &root);
        CU_ASSERT(ledger_hash_equal(&root, &expected));
        if (i < 3) {
            struct ledger_hash key;
            struct ledger_hash value;
            ledger_hash_bytes(t->hasher, &key, ledger_span_of(names[i]));
            ledger_hash_bytes(t->hasher, &value, ledger_span_of(texts[i]));
            CU_ASSERT_EQUAL_FATAL(ledger_prefix_map_put(t->map, &key, &value, &key), LEDGER_OK);
        }
    }
}

static void two_keys_that_differ_in_the_last_bit_have_the_root_of_the_specification(void)
{
    struct ledger_hash expected;
    struct ledger_hash key;
    struct ledger_hash value;
    struct ledger_hash root;
    twin_clear(t);
    ledger_hash_bytes(t->hasher, &key, ledger_span_of("a"));
    ledger_hash_bytes(t->hasher, &value, ledger_span_of("A"));
    CU_ASSERT_EQUAL_FATAL(ledger_prefix_map_put(t->map, &key, &value, &key), LEDGER_OK);
    key.bytes[31] ^= 1;
    ledger_hash_bytes(t->hasher, &value, ledger_span_of("B"));
    CU_ASSERT_EQUAL_FATAL(ledger_prefix_map_put(t->map, &key, &value, &key), LEDGER_OK);
    ledger_prefix_map_root(t->map, t->hasher, &root);
    CU_ASSERT_FATAL(
        ledger_read_base64(expected.bytes, sizeof expected.bytes,
                           ledger_span_of("Hrmo6dmNsVo2vEImnU4LPajaxzZjQAMk6GC4mGYqDt0=")));
    CU_ASSERT(ledger_hash_equal(&root, &expected));
}

void ledger_suite_prefix_map(void)
{
    CU_pSuite suite = CU_add_suite("prefix_map", start, stop);
    CU_ADD_TEST(suite, empty_and_lone_trees);
    CU_ADD_TEST(suite, the_roots_of_the_specification_hold);
    CU_ADD_TEST(suite, two_keys_that_differ_in_the_last_bit_have_the_root_of_the_specification);
    CU_ADD_TEST(suite, random_changes_agree_with_the_slow_reference);
    CU_ADD_TEST(suite, root_does_not_depend_on_the_order);
    CU_ADD_TEST(suite, find_gives_what_was_put_last);
    CU_ADD_TEST(suite, leaves_are_visited_in_the_order_of_their_keys);
    CU_ADD_TEST(suite, chain_is_built_and_removed_many_times);
}
