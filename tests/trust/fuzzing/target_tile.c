/* What a publication is made of: paths of tiles, tiles of hashes, bundles of entries. */
#include <string.h>

#include "ledger/format/tile.h"
#include "tests/trust/fuzzing/fuzz.h"

static bool check_path(struct ledger_span input)
{
    struct ledger_tile tile;
    char path[LEDGER_TILE_PATH_MAX];
    if (!ledger_tile_path_parse(&tile, input)) {
        return false;
    }
    ledger_tile_path(path, &tile);
    fuzz_same(ledger_span_of(path), input);
    return true;
}

static void check_hashes(struct ledger_span input)
{
    struct ledger_hash hashes[LEDGER_TILE_WIDTH];
    unsigned width = (unsigned)(input.size / LEDGER_HASH_SIZE);
    width = width < 1 ? 1 : width > LEDGER_TILE_WIDTH ? LEDGER_TILE_WIDTH : width;
    bool fits = input.size == (size_t)width * LEDGER_HASH_SIZE;
    FUZZ_CHECK(ledger_tile_parse(hashes, input, width) == fits);
    if (fits) {
        fuzz_same((struct ledger_span){hashes[0].bytes, input.size}, input);
    }
}

static bool check_bundle(struct ledger_span input)
{
    static uint8_t memory[1 << 19];
    struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory);
    struct ledger_span rest = input;
    struct ledger_span entry;
    unsigned width = 0;
    while (ledger_bundle_next(&rest, &entry)) {
        fuzz_within(entry, input);
        ledger_bundle_add(&out, entry);
        width++;
    }
    FUZZ_CHECK(!out.overflow);
    if (width < 1 || width > LEDGER_TILE_WIDTH) {
        return false;
    }
    bool whole = ledger_bundle_check(input, width);
    FUZZ_CHECK(!ledger_bundle_check(input, width == 1 ? 2 : width - 1));
    FUZZ_CHECK(whole == (rest.size == 0));
    if (whole) {
        fuzz_same_buffer(&out, input);
    }
    return whole;
}

bool fuzz_target(struct ledger_span input)
{
    check_hashes(input);
    bool is_path = check_path(input);
    return check_bundle(input) || is_path;
}
