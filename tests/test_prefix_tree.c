#include "ledger/tree/prefix_tree.h"

#include <CUnit/CUnit.h>
#include <string.h>

#include "tests/prefix_samples.h"
#include "tests/suites.h"

static struct twin *t;

static int start(void)
{
    t = twin_new();
    return t != NULL ? 0 : 1;
}

static int stop(void)
{
    twin_free(&t);
    return 0;
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
    struct ledger_hash a = twin_hash(t, 1);
    struct ledger_hash b = twin_hash(t, 2);
    struct ledger_hash made;
    struct ledger_hash wanted;
    memcpy(message + 1, a.bytes, 32);
    memcpy(message + 33, b.bytes, 32);
    ledger_hash_bytes(t->hasher, &wanted, (struct ledger_span){message, sizeof message});
    ledger_prefix_leaf(t->hasher, &made, &a, &b);
    CU_ASSERT(ledger_hash_equal(&made, &wanted));
    message[0] = 3;
    ledger_hash_bytes(t->hasher, &wanted, (struct ledger_span){message, sizeof message});
    ledger_prefix_node(t->hasher, &a, &a, &b);
    CU_ASSERT(ledger_hash_equal(&a, &wanted));
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
    return claim->present ? ledger_prefix_present(t->hasher, &claim->path, &claim->key,
                                                  &claim->value, &claim->root)
                          : ledger_prefix_absent(t->hasher, &claim->path, &claim->end, &claim->key,
                                                 &claim->root);
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

static void try_present(const struct twin_pair *pair)
{
    struct claim claim = {.present = true, .key = pair->key, .value = pair->value};
    claim.root = twin_root(t);
    CU_ASSERT_FATAL(ledger_prefix_map_path(t->map, t->hasher, &claim.path, &claim.end, &claim.key));
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
    claim.root = twin_root(t);
    CU_ASSERT_FATAL(
        !ledger_prefix_map_path(t->map, t->hasher, &claim.path, &claim.end, &claim.key));
    CU_ASSERT(!ledger_prefix_map_path(t->map, t->hasher, &claim.path, NULL, &claim.key));
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
        twin_clear(t);
        for (unsigned i = 0; i < sizes[s]; i++) {
            twin_put(t, twin_hash(t, i), twin_hash(t, i + 7000), NULL);
        }
        for (unsigned i = 0; i < sizes[s]; i++) {
            try_present(&t->pairs[i]);
        }
        for (unsigned i = 0; i < 200; i++) {
            try_absent(twin_hash(t, 9000 + i));
        }
    }
    ledger_prefix_map_free(&t->map);
}

/* A tree nobody who keeps the rules can have: a leaf below a node with nothing beside it. */
static void leaf_deeper_than_its_place_is_refused(void)
{
    struct claim claim = {.present = true, .key = twin_hash(t, 1), .value = twin_hash(t, 2)};
    struct ledger_hash none = {{0}};
    struct ledger_hash leaf;
    bool right = ledger_prefix_bit(&claim.key, 0) == 1;
    ledger_prefix_leaf(t->hasher, &leaf, &claim.key, &claim.value);
    ledger_prefix_node(t->hasher, &claim.root, right ? &none : &leaf, right ? &leaf : &none);
    claim.path.depth = 1;
    CU_ASSERT(!holds(&claim));
    claim.path.depth = 0;
    claim.root = leaf;
    CU_ASSERT(holds(&claim));
}

static void keys_that_share_255_bits_are_kept_apart(void)
{
    struct ledger_hash even = twin_hash(t, 77);
    even.bytes[31] &= 0xFE;
    struct ledger_hash odd = even;
    odd.bytes[31] |= 1;
    twin_clear(t);
    twin_put(t, even, twin_hash(t, 1), NULL);
    twin_put(t, odd, twin_hash(t, 2), NULL);
    twin_agrees(t);
    try_present(&t->pairs[0]);
    try_present(&t->pairs[1]);
    twin_remove(t, odd);
    twin_agrees(t);
    try_absent(odd);
    /* One neighbour at every depth: the longest path, all of whose siblings are leaves. */
    twin_put(t, odd, twin_hash(t, 3), NULL);
    for (unsigned depth = 0; depth < 255; depth++) {
        struct ledger_hash other = even;
        other.bytes[depth / 8] ^= (uint8_t)(0x80U >> depth % 8);
        twin_put(t, other, twin_hash(t, depth), NULL);
    }
    twin_agrees(t);
    for (size_t i = 0; i < t->count; i += 16) {
        try_present(&t->pairs[i]);
    }
    while (t->count > 1) {
        twin_remove(t, t->pairs[t->count / 2].key);
        twin_agrees(t);
    }
    ledger_prefix_map_free(&t->map);
}

void ledger_suite_prefix_tree(void)
{
    CU_pSuite suite = CU_add_suite("prefix_tree", start, stop);
    CU_ADD_TEST(suite, bits_count_from_the_most_significant);
    CU_ADD_TEST(suite, hashes_have_their_prefixes);
    CU_ADD_TEST(suite, proofs_hold_for_their_key_only);
    CU_ADD_TEST(suite, leaf_deeper_than_its_place_is_refused);
    CU_ADD_TEST(suite, keys_that_share_255_bits_are_kept_apart);
}
