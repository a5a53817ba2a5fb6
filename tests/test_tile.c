#include "ledger/format/tile.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

#include "tests/suites.h"

/* What c2sp.org/tlog-tiles and the tiles of Go's checksum database spell so. */
static const struct {
    const char *path;
    struct ledger_tile tile;
} paths[] = {
    {"tile/0/x001/x234/067", {false, 0, 1234067, 256}},
    {"tile/0/000", {false, 0, 0, 256}},
    {"tile/0/001.p/112", {false, 0, 1, 112}},
    {"tile/0/273.p/112", {false, 0, 273, 112}}, /* of a tree of 70,000 */
    {"tile/1/001.p/17", {false, 1, 1, 17}},
    {"tile/2/000.p/1", {false, 2, 0, 1}},
    {"tile/63/x999/999.p/255", {false, 63, 999999, 255}},
    {"tile/3/x123/x456/078", {false, 3, 123456078, 256}}, /* tile/8/3/... of Go's */
    {"tile/entries/x001/000", {true, 0, 1000, 256}},
    {"tile/entries/x001/x234/067.p/8", {true, 0, 1234067, 8}},
    {"tile/entries/x018/x014/x398/x509/x481/984", {true, 0, 18014398509481984, 256}},
    {"tile/0/x004/x611/x686/x018/x427/x387/903", {false, 0, LEDGER_TREE_SIZE_MAX, 256}},
};

static void a_tile_has_one_path_and_a_path_one_tile(void)
{
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        char path[LEDGER_TILE_PATH_MAX];
        struct ledger_tile tile;
        ledger_tile_path(path, &paths[i].tile);
        CU_ASSERT_STRING_EQUAL(path, paths[i].path);
        CU_ASSERT_FATAL(ledger_tile_path_parse(&tile, ledger_span_of(path)));
        CU_ASSERT_EQUAL(tile.entries, paths[i].tile.entries);
        CU_ASSERT_EQUAL(tile.level, paths[i].tile.level);
        CU_ASSERT_EQUAL(tile.index, paths[i].tile.index);
        CU_ASSERT_EQUAL(tile.width, paths[i].tile.width);
    }
}

static void other_spellings_are_none(void)
{
    static const char *const none[] = {
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/data/000",
        "tile/entries",
        "tile/entries/",
        "tile/0/0",
        "tile/0/67",
        "tile/0/0067",
        "tile/0/x067",
        "tile/0/x000/067",
        "tile/0/001/067",
        "tile/0/x001/x067",
        "tile/0/x001/67",
        "tile/0/x001//067",
        "tile/0/x001/067/",
        "tile/0/X001/067",
        "tile/0/00a",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/1/",
        "tile/0/000.p/1.p/1",
        "tile/0/000.q/1",
        "tile/0/000.",
        "tile/0/.p/1",
        "tile/0/../000",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/0/x004/x611/x686/x018/x427/x387/910", /* more than any tree has */
        "tile/8/0/x001/067",
        "tile/entries/x018/x014/x398/x509/x481/x981/x481/984/0000000.p/255", /* longer than any */
    };
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        struct ledger_tile tile;
        CU_ASSERT_FALSE(ledger_tile_path_parse(&tile, ledger_span_of(none[i])));
        if (ledger_tile_path_parse(&tile, ledger_span_of(none[i]))) {
            printf("\n%s\n", none[i]);
        }
    }
}

static void every_beginning_of_a_path_is_another_or_none(void)
{
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct ledger_span path = ledger_span_of(paths[i].path);
        struct ledger_tile tile;
        char written[LEDGER_TILE_PATH_MAX];
        for (path.size--; path.size > 0; path.size--) {
            if (ledger_tile_path_parse(&tile, path)) {
                ledger_tile_path(written, &tile);
                CU_ASSERT(ledger_span_is(path, written));
            }
        }
    }
}

static void widths_are_those_of_the_size(void)
{
    static const struct {
        unsigned level;
        uint64_t index;
        uint64_t size;
        unsigned width;
    } cases[] = {
        {0, 0, 0, 0},
        {0, 0, 1, 1},
        {0, 0, 255, 255},
        {0, 0, 256, 256},
        {0, 1, 256, 0},
        {0, 1, 257, 1},
        {1, 0, 255, 0},
        {1, 0, 256, 1},
        {0, 272, 70000, 256},
        {0, 273, 70000, 112},
        {0, 274, 70000, 0},
        {1, 0, 70000, 256},
        {1, 1, 70000, 17},
        {1, 2, 70000, 0},
        {2, 0, 70000, 1},
        {3, 0, 70000, 0},
        {2, 0, 65535, 0},
        {7, 0, UINT64_C(1) << 56, 1},
        {7, 0, LEDGER_TREE_SIZE_MAX, 63},
        {8, 0, LEDGER_TREE_SIZE_MAX, 0},
        {63, 0, LEDGER_TREE_SIZE_MAX, 0},
        {0, UINT64_MAX, LEDGER_TREE_SIZE_MAX, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT_EQUAL(ledger_tile_width(cases[i].level, cases[i].index, cases[i].size),
                        cases[i].width);
    }
}

static void a_tile_is_exactly_its_hashes(void)
{
    static uint8_t bytes[LEDGER_TILE_MAX + 1];
    static struct ledger_hash hashes[LEDGER_TILE_WIDTH];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i / 32);
    }
    memset(hashes, 0xee, sizeof hashes);
    CU_ASSERT(ledger_tile_parse(hashes, (struct ledger_span){bytes, LEDGER_TILE_MAX}, 256));
    for (unsigned i = 0; i < 256; i++) {
        CU_ASSERT(hashes[i].bytes[0] == i && hashes[i].bytes[31] == i);
    }
    memset(hashes, 0xee, sizeof hashes);
    for (size_t size = 0; size <= 100; size++) {
        CU_ASSERT_EQUAL(ledger_tile_parse(hashes, (struct ledger_span){bytes, size}, 3),
                        size == 96);
    }
    CU_ASSERT(hashes[2].bytes[31] == 2 && hashes[3].bytes[0] == 0xee);
    CU_ASSERT_FALSE(ledger_tile_parse(hashes, (struct ledger_span){bytes, sizeof bytes}, 256));
}

static void a_bundle_is_exactly_its_entries(void)
{
    static const char *const entries[] = {"a", "", "three"};
    uint8_t bytes[32] = {0};
    struct ledger_buffer buffer = ledger_buffer_in(bytes, sizeof bytes);
    struct ledger_span entry;
    for (size_t i = 0; i < 3; i++) {
        ledger_bundle_add(&buffer, ledger_span_of(entries[i]));
    }
    struct ledger_span whole = ledger_buffer_span(&buffer);
    CU_ASSERT(
        ledger_span_equal(whole, (struct ledger_span){(const uint8_t *)"\0\1a\0\0\0\5three", 12}));
    for (unsigned width = 0; width < 6; width++) {
        CU_ASSERT_EQUAL(ledger_bundle_check(whole, width), width == 3);
    }
    for (size_t size = 0; size < whole.size; size++) {
        struct ledger_span rest = {bytes, size};
        CU_ASSERT_FALSE(ledger_bundle_check(rest, 3));
        for (unsigned whole_ones = size < 3 ? 0 : size < 5 ? 1 : 2; whole_ones > 0; whole_ones--) {
            CU_ASSERT(ledger_bundle_next(&rest, &entry));
        }
        CU_ASSERT_FALSE(ledger_bundle_next(&rest, &entry));
    }
    CU_ASSERT_FALSE(ledger_bundle_check((struct ledger_span){bytes, whole.size + 1}, 3));
    bytes[6]++; /* a length that leads beyond the end */
    CU_ASSERT_FALSE(ledger_bundle_check(whole, 3));
    bytes[6] -= 2; /* and one that ends before it */
    CU_ASSERT_FALSE(ledger_bundle_check(whole, 3));
    bytes[6]++;
    for (size_t i = 0; i < 3; i++) {
        CU_ASSERT(ledger_bundle_next(&whole, &entry));
        CU_ASSERT(ledger_span_is(entry, entries[i]));
    }
    CU_ASSERT_FALSE(ledger_bundle_next(&whole, &entry));
}

static void the_last_entry_of_a_bundle_may_be_empty(void)
{
    CU_ASSERT(ledger_bundle_check((struct ledger_span){(const uint8_t *)"\0\1a\0", 5}, 2));
    CU_ASSERT_FALSE(ledger_bundle_check((struct ledger_span){(const uint8_t *)"\0\1a\0", 4}, 2));
}

static void the_longest_entry_fits_a_bundle(void)
{
    uint8_t *bytes = malloc(2 * LEDGER_ENTRY_MAX);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    struct ledger_buffer buffer = ledger_buffer_in(bytes, 2 * LEDGER_ENTRY_MAX);
    struct ledger_span entry = {bytes + LEDGER_ENTRY_MAX, LEDGER_ENTRY_MAX};
    memset(bytes, 7, 2 * LEDGER_ENTRY_MAX);
    ledger_bundle_add(&buffer, (struct ledger_span){entry.data, entry.size - 2});
    CU_ASSERT(ledger_bundle_check(ledger_buffer_span(&buffer), 1));
    bytes[0] = bytes[1] = 0xff;
    CU_ASSERT(ledger_bundle_check((struct ledger_span){bytes, 2 + LEDGER_ENTRY_MAX}, 1));
    free(bytes);
}

void ledger_suite_tile(void)
{
    CU_pSuite suite = CU_add_suite("tile", NULL, NULL);
    CU_ADD_TEST(suite, a_tile_has_one_path_and_a_path_one_tile);
    CU_ADD_TEST(suite, other_spellings_are_none);
    CU_ADD_TEST(suite, every_beginning_of_a_path_is_another_or_none);
    CU_ADD_TEST(suite, widths_are_those_of_the_size);
    CU_ADD_TEST(suite, a_tile_is_exactly_its_hashes);
    CU_ADD_TEST(suite, a_bundle_is_exactly_its_entries);
    CU_ADD_TEST(suite, the_last_entry_of_a_bundle_may_be_empty);
    CU_ADD_TEST(suite, the_longest_entry_fits_a_bundle);
}
