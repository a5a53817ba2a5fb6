#include "ledger/law/matter_tree.h"

#include "ledger/tree/prefix_map.h"
#include "tests/format_samples.h"
#include "tests/suites.h"

static struct ledger_hash matter(struct ledger_hasher *hasher, unsigned number)
{
    struct ledger_hash key;
    uint8_t bytes[8];
    ledger_put_be64(bytes, number);
    ledger_hash_bytes(hasher, &key, (struct ledger_span){bytes, sizeof bytes});
    return key;
}

static void the_value_of_a_matter_chains_the_indexes_of_its_entries(void)
{
    struct ledger_hasher *hasher = sample_hasher();
    static const uint64_t indexes[] = {0, 7, UINT64_C(0x123456789abcdef)};
    struct ledger_hash value = {{0}};
    for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++) {
        uint8_t bytes[41] = {0x04};
        struct ledger_hash expected;
        memcpy(bytes + 1, value.bytes, 32);
        ledger_put_be64(bytes + 33, indexes[i]);
        ledger_hash_bytes(hasher, &expected, (struct ledger_span){bytes, sizeof bytes});
        ledger_matter_value_add(hasher, &value, indexes[i]);
        CU_ASSERT(ledger_hash_equal(&value, &expected));
    }
    ledger_hasher_free(&hasher);
}

/* By the definition: every matter's value made anew of all entries. */
static struct ledger_hash slow_root(struct ledger_hasher *hasher, const unsigned *matters,
                                    uint64_t size)
{
    struct ledger_prefix_map *map;
    struct ledger_hash root;
    CU_ASSERT_EQUAL_FATAL(ledger_prefix_map_new(&map), LEDGER_OK);
    for (uint64_t i = 0; i < size; i++) {
        struct ledger_hash value = {{0}};
        struct ledger_hash key = matter(hasher, matters[i]);
        for (uint64_t j = 0; j < size; j++) {
            if (matters[j] == matters[i]) {
                ledger_matter_value_add(hasher, &value, j);
            }
        }
        CU_ASSERT_EQUAL_FATAL(ledger_prefix_map_put(map, &key, &value, map), LEDGER_OK);
    }
    ledger_prefix_map_root(map, hasher, &root);
    ledger_prefix_map_free(&map);
    return root;
}

static void the_root_is_that_of_all_entries_so_far(void)
{
    struct ledger_hasher *hasher = sample_hasher();
    struct ledger_matter_tree *tree;
    unsigned matters[300];
    struct ledger_hash root;
    CU_ASSERT_EQUAL_FATAL(ledger_matter_tree_new(&tree, hasher), LEDGER_OK);
    for (uint64_t i = 0; i <= 300; i++) {
        CU_ASSERT_EQUAL(ledger_matter_tree_size(tree), i);
        if (i < 5 || i % 29 == 0 || i == 300) {
            struct ledger_hash expected = slow_root(hasher, matters, i);
            ledger_matter_tree_root(tree, &root);
            CU_ASSERT(ledger_hash_equal(&root, &expected));
        }
        if (i < 300) {
            matters[i] = (unsigned)(i * 7919 % 83);
            struct ledger_hash key = matter(hasher, matters[i]);
            CU_ASSERT_EQUAL_FATAL(ledger_matter_tree_add(tree, &key), LEDGER_OK);
        }
    }
    CU_ASSERT_EQUAL(ledger_matter_tree_count(tree), 83);
    ledger_matter_tree_free(&tree);
    CU_ASSERT_PTR_NULL(tree);
    ledger_hasher_free(&hasher);
}

static void what_the_tree_takes_grows_with_it(void)
{
    struct ledger_hasher *hasher = sample_hasher();
    struct ledger_matter_tree *tree;
    CU_ASSERT_EQUAL_FATAL(ledger_matter_tree_new(&tree, hasher), LEDGER_OK);
    size_t before = ledger_matter_tree_memory(tree);
    for (unsigned i = 0; i < 1000; i++) {
        struct ledger_hash key = matter(hasher, i);
        CU_ASSERT_EQUAL_FATAL(ledger_matter_tree_add(tree, &key), LEDGER_OK);
    }
    size_t grown = ledger_matter_tree_memory(tree) - before;
    CU_ASSERT(before > 0 && grown >= (size_t)1000 * 64 && grown <= (size_t)1000 * 128);
    ledger_matter_tree_free(&tree);
    ledger_hasher_free(&hasher);
}

static void all_buckets_joined_are_the_tree(void)
{
    struct ledger_hasher *hasher = sample_hasher();
    struct ledger_matter_tree *tree;
    static struct ledger_prefix_part parts[65536];
    struct ledger_hash root;
    CU_ASSERT_EQUAL_FATAL(ledger_matter_tree_new(&tree, hasher), LEDGER_OK);
    for (unsigned i = 0; i < 5000; i++) {
        struct ledger_hash key = matter(hasher, i * i % 4001);
        CU_ASSERT_EQUAL_FATAL(ledger_matter_tree_add(tree, &key), LEDGER_OK);
    }
    for (unsigned bucket = 0; bucket < 65536; bucket++) {
        ledger_matter_tree_part(tree, &parts[bucket], (uint16_t)bucket);
    }
    for (size_t width = 65536; width > 1; width /= 2) {
        for (size_t i = 0; i < width / 2; i++) {
            ledger_prefix_join(hasher, &parts[i], &parts[2 * i], &parts[2 * i + 1]);
        }
    }
    ledger_matter_tree_root(tree, &root);
    CU_ASSERT(ledger_hash_equal(&root, &parts[0].hash));
    ledger_matter_tree_free(&tree);
    ledger_hasher_free(&hasher);
}

void ledger_suite_matter_tree(void)
{
    CU_pSuite suite = CU_add_suite("matter_tree", NULL, NULL);
    CU_ADD_TEST(suite, the_value_of_a_matter_chains_the_indexes_of_its_entries);
    CU_ADD_TEST(suite, the_root_is_that_of_all_entries_so_far);
    CU_ADD_TEST(suite, what_the_tree_takes_grows_with_it);
    CU_ADD_TEST(suite, all_buckets_joined_are_the_tree);
}
