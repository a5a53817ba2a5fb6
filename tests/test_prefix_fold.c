#include "ledger/tree/prefix_fold.h"

#include <stdlib.h>

#include "ledger/tree/prefix_map.h"
#include "tests/format_samples.h"
#include "tests/suites.h"

static int by_key(const void *a, const void *b)
{
    return memcmp(a, b, LEDGER_HASH_SIZE);
}

/* The keys are few bits and so close together, or far. */
static void draw_keys(struct ledger_hasher *hasher, struct ledger_hash *keys, size_t count,
                      uint32_t seed, unsigned far)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t text[8] = {(uint8_t)(i >> 8), (uint8_t)i, (uint8_t)(seed >> 8), (uint8_t)seed};
        ledger_hash_bytes(hasher, &keys[i], (struct ledger_span){text, sizeof text});
        memset(keys[i].bytes, 0xa5, far);
    }
    qsort(keys, count, sizeof *keys, by_key);
}

static void check(struct ledger_hasher *hasher, const struct ledger_hash *keys, size_t count)
{
    struct ledger_prefix_map *map;
    struct ledger_prefix_fold fold;
    struct ledger_prefix_part part;
    struct ledger_hash root;
    CU_ASSERT_FATAL(ledger_prefix_map_new(&map) == LEDGER_OK);
    memset(&fold, 0xff, sizeof fold); /* what was there before says nothing */
    ledger_prefix_fold_start(&fold, 0);
    for (size_t i = 0; i < count; i++) {
        CU_ASSERT_FATAL(ledger_prefix_map_put(map, &keys[i], &keys[count - 1 - i], map) ==
                        LEDGER_OK);
        ledger_prefix_fold_add(hasher, &fold, &keys[i], &keys[count - 1 - i]);
    }
    ledger_prefix_map_root(map, hasher, &root);
    ledger_prefix_fold_end(hasher, &fold, &part);
    CU_ASSERT(ledger_hash_equal(&root, &part.hash));
    CU_ASSERT_EQUAL(part.size, count == 0   ? LEDGER_PREFIX_NONE
                               : count == 1 ? LEDGER_PREFIX_ONE
                                            : LEDGER_PREFIX_MORE);
    ledger_prefix_map_free(&map);
}

static void a_fold_gives_the_root_of_the_map(void)
{
    struct ledger_hasher *hasher = sample_hasher();
    static struct ledger_hash keys[600];
    static const unsigned far[] = {0, 1, 15, 30, 31};
    for (unsigned f = 0; f < sizeof far / sizeof far[0]; f++) {
        for (size_t count = 0; count <= (far[f] == 31 ? 16U : 600U); count += 1 + count / 7) {
            draw_keys(hasher, keys, count, (uint32_t)count, far[f]);
            size_t distinct = 0;
            for (size_t i = 0; i < count; i++) {
                if (distinct == 0 || by_key(&keys[distinct - 1], &keys[i]) != 0) {
                    keys[distinct++] = keys[i];
                }
            }
            check(hasher, keys, distinct);
        }
    }
    ledger_hasher_free(&hasher);
}

static void neighbours_of_any_depth_are_folded(void)
{
    struct ledger_hasher *hasher = sample_hasher();
    for (unsigned bit = 0; bit < LEDGER_PREFIX_DEPTH; bit++) {
        struct ledger_hash keys[3] = {{{0}}};
        keys[1].bytes[bit / 8] = (uint8_t)(0x80U >> bit % 8);
        memset(keys[2].bytes, 0xff, LEDGER_HASH_SIZE);
        check(hasher, keys, 2);
        check(hasher, keys, 3);
        CU_ASSERT_EQUAL(ledger_prefix_common(&keys[0], &keys[1]), bit);
    }
    struct ledger_hash same = {{1}};
    CU_ASSERT_EQUAL(ledger_prefix_common(&same, &same), LEDGER_PREFIX_DEPTH);
    ledger_hasher_free(&hasher);
}

/* The tree put together from the parts below a depth is the tree. */
static void parts_join_to_the_whole(void)
{
    struct ledger_hasher *hasher = sample_hasher();
    static struct ledger_hash keys[300];
    for (size_t count = 0; count <= 300; count += 1 + count / 3) {
        struct ledger_prefix_part parts[16];
        struct ledger_prefix_fold fold;
        struct ledger_prefix_part whole;
        draw_keys(hasher, keys, count, 7, 0);
        size_t next = 0;
        for (unsigned bucket = 0; bucket < 16; bucket++) {
            ledger_prefix_fold_start(&fold, 4);
            for (; next < count && keys[next].bytes[0] >> 4 == bucket; next++) {
                ledger_prefix_fold_add(hasher, &fold, &keys[next], &keys[next]);
            }
            ledger_prefix_fold_end(hasher, &fold, &parts[bucket]);
        }
        for (unsigned width = 16; width > 1; width /= 2) {
            for (unsigned i = 0; i < width / 2; i++) {
                ledger_prefix_join(hasher, &parts[i], &parts[2 * i], &parts[2 * i + 1]);
            }
        }
        ledger_prefix_fold_start(&fold, 0);
        for (size_t i = 0; i < count; i++) {
            ledger_prefix_fold_add(hasher, &fold, &keys[i], &keys[i]);
        }
        ledger_prefix_fold_end(hasher, &fold, &whole);
        CU_ASSERT(ledger_hash_equal(&whole.hash, &parts[0].hash) && whole.size == parts[0].size);
    }
    ledger_hasher_free(&hasher);
}

void ledger_suite_prefix_fold(void)
{
    CU_pSuite suite = CU_add_suite("prefix_fold", NULL, NULL);
    CU_ADD_TEST(suite, a_fold_gives_the_root_of_the_map);
    CU_ADD_TEST(suite, neighbours_of_any_depth_are_folded);
    CU_ADD_TEST(suite, parts_join_to_the_whole);
}
