#include "ledger/ops/tile_edge.h"

#include <string.h>
#include <sys/stat.h>

#include "ledger/base/encoding.h"
#include "ledger/store/store_write.h"
#include "tests/ledger_samples.h"
#include "tests/suites.h"

#define ENTRIES 70000u

/* A store with the nodes of ENTRIES leaves, of which nothing else is there. */
struct edges {
    struct samples *s;
    struct ledger_store *store;
    struct ledger_tile_edge *edge;
    /* What was given, by level; of bundles their bytes. */
    uint64_t full[LEDGER_TILE_LEVELS];
    unsigned part[LEDGER_TILE_LEVELS];
    uint64_t bundles;
    unsigned bundle_part;
    struct ledger_hash digest; /* over what was given of tiles that end after `watched` */
    uint64_t watched;
    struct ledger_node wrong; /* the store lies about this one */
};

static const struct ledger_node none = {0, 0};

static struct ledger_span leaf_text(uint8_t bytes[8], uint64_t index)
{
    ledger_put_be64(bytes, index);
    return (struct ledger_span){bytes, 8};
}

static void keep_node(void *context, struct ledger_node node, const struct ledger_hash *hash)
{
    struct edges *e = context;
    struct ledger_hash kept = *hash;
    kept.bytes[0] ^= e->wrong.level == node.level && e->wrong.index == node.index ? 1 : 0;
    CU_ASSERT_EQUAL(ledger_store_add_node(e->store, node, &kept, NULL), LEDGER_OK);
}

static struct edges *edges_new(struct ledger_node wrong)
{
    struct samples *s = samples_new();
    struct edges *e = samples_memory(s, sizeof *e);
    struct ledger_frontier frontier;
    uint8_t bytes[8];
    *e = (struct edges){.s = s, .wrong = wrong, .edge = samples_memory(s, sizeof *e->edge)};
    samples_directory(s);
    CU_ASSERT_EQUAL_FATAL(mkdir(s->path, 0700), 0);
    CU_ASSERT_EQUAL_FATAL(
        ledger_store_create(&e->store, s->path, ledger_span_of("x"), SAMPLE_MAP_SIZE, &s->error),
        LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_store_begin_write(e->store, &s->error), LEDGER_OK);
    ledger_frontier_start(&frontier);
    for (uint64_t i = 0; i < ENTRIES; i++) {
        struct ledger_hash leaf;
        ledger_tree_leaf(s->hasher, &leaf, leaf_text(bytes, i));
        ledger_frontier_append(s->hasher, &frontier, &leaf, keep_node, e);
    }
    return e;
}

static void edges_free(struct edges *e)
{
    struct samples *s = e->s;
    ledger_store_close(&e->store);
    samples_free(&s);
}

static enum ledger_status take(void *context, const struct ledger_tile *tile,
                               struct ledger_span bytes)
{
    struct edges *e = context;
    if (tile->entries) {
        CU_ASSERT(ledger_bundle_check(bytes, tile->width));
        CU_ASSERT_EQUAL(tile->width, ledger_tile_width(0, tile->index, ENTRIES));
        e->bundles += tile->width == LEDGER_TILE_WIDTH ? 1 : 0;
        e->bundle_part = tile->width % LEDGER_TILE_WIDTH;
    } else {
        CU_ASSERT_EQUAL(bytes.size, (size_t)tile->width * LEDGER_HASH_SIZE);
        CU_ASSERT_EQUAL(tile->width, ledger_tile_width(tile->level, tile->index, ENTRIES));
        e->full[tile->level] += tile->width == LEDGER_TILE_WIDTH ? 1 : 0;
        e->part[tile->level] = tile->width % LEDGER_TILE_WIDTH;
    }
    uint64_t end = tile->index * LEDGER_TILE_WIDTH + tile->width;
    if (end << (tile->level * LEDGER_TILE_HEIGHT) > e->watched) {
        struct ledger_span before = {e->digest.bytes, sizeof e->digest.bytes};
        ledger_hash_prefixed(e->s->hasher, &e->digest, (uint8_t)tile->level, before, bytes);
    }
    return LEDGER_OK;
}

static void walk(struct edges *e, uint64_t from, struct ledger_hash *root)
{
    uint8_t bytes[8];
    CU_ASSERT_EQUAL_FATAL(
        ledger_tile_edge_start(e->edge, e->store, e->s->hasher, from, &e->s->error), LEDGER_OK);
    ledger_tile_edge_watch(e->edge, take, e);
    for (uint64_t i = from; i < ENTRIES; i++) {
        CU_ASSERT_EQUAL(ledger_tile_edge_add(e->edge, leaf_text(bytes, i)), LEDGER_OK);
    }
    CU_ASSERT_EQUAL(ledger_tile_edge_finish(e->edge), LEDGER_OK);
    ledger_tile_edge_root(e->edge, root);
}

static void seventy_thousand_entries_have_the_tiles_of_the_specification(void)
{
    struct edges *e = edges_new(none);
    struct ledger_hash root;
    walk(e, 0, &root);
    CU_ASSERT_EQUAL(e->full[0], 273);
    CU_ASSERT_EQUAL(e->part[0], 112);
    CU_ASSERT_EQUAL(e->full[1], 1);
    CU_ASSERT_EQUAL(e->part[1], 17);
    CU_ASSERT_EQUAL(e->full[2], 0);
    CU_ASSERT_EQUAL(e->part[2], 1);
    CU_ASSERT_EQUAL(e->full[3] + e->part[3], 0);
    CU_ASSERT_EQUAL(e->bundles, 273);
    CU_ASSERT_EQUAL(e->bundle_part, 112);
    edges_free(e);
}

static void who_goes_on_gives_what_who_begins_gives(void)
{
    static const uint64_t starts[] = {256, 65280, 65536, 65792, 69888};
    struct edges *e = edges_new(none);
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        struct ledger_hash roots[2];
        struct ledger_hash digests[2];
        e->watched = starts[i];
        for (size_t k = 0; k < 2; k++) {
            memset(&e->digest, 0, sizeof e->digest);
            walk(e, k == 0 ? 0 : starts[i], &roots[k]);
            digests[k] = e->digest;
        }
        CU_ASSERT(ledger_hash_equal(&roots[0], &roots[1]));
        CU_ASSERT(ledger_hash_equal(&digests[0], &digests[1]));
    }
    edges_free(e);
}

static void a_node_that_lies_gives_another_root(void)
{
    static const struct ledger_node nodes[] = {{8, 256}, {8, 272}, {16, 0}};
    struct ledger_hash right;
    struct ledger_hash root;
    struct edges *e = edges_new(none);
    walk(e, 0, &right);
    edges_free(e);
    for (size_t i = 0; i < sizeof nodes / sizeof nodes[0]; i++) {
        e = edges_new(nodes[i]);
        walk(e, 69888, &root);
        CU_ASSERT_FALSE(ledger_hash_equal(&root, &right));
        edges_free(e);
    }
}

void ledger_suite_tile_edge(void)
{
    CU_pSuite suite = CU_add_suite("tile_edge", NULL, NULL);
    CU_ADD_TEST(suite, seventy_thousand_entries_have_the_tiles_of_the_specification);
    CU_ADD_TEST(suite, who_goes_on_gives_what_who_begins_gives);
    CU_ADD_TEST(suite, a_node_that_lies_gives_another_root);
}
