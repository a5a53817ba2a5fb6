#include <CUnit/CUnit.h>
#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/tree/tree.h"
#include "tests/suites.h"

#define LEAVES_MAX 100

static struct ledger_hasher *hasher;

static int start(void)
{
    return ledger_hasher_new(&hasher) == LEDGER_OK ? 0 : 1;
}

static int stop(void)
{
    ledger_hasher_free(&hasher);
    return 0;
}

static bool is_hex(const struct ledger_hash *hash, const char *hex)
{
    struct ledger_hash wanted;
    return ledger_read_hex(wanted.bytes, LEDGER_HASH_SIZE, ledger_span_of(hex)) &&
           ledger_hash_equal(hash, &wanted);
}

/* The leaf inputs and hashes of the Merkle tree tests of Certificate Transparency. */
static const char *const inputs[8] = {"",
                                      "00",
                                      "10",
                                      "2021",
                                      "3031",
                                      "40414243",
                                      "5051525354555657",
                                      "606162636465666768696a6b6c6d6e6f"};

static const char *const roots[9] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

struct known_node {
    unsigned level;
    uint64_t index;
    const char *hex;
};

/* In the order in which appending eight leaves completes them. */
static const struct known_node known_nodes[15] = {
    {0, 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {0, 1, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"},
    {1, 0, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
    {0, 2, "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7"},
    {0, 3, "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7"},
    {1, 1, "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"},
    {2, 0, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
    {0, 4, "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"},
    {0, 5, "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658"},
    {1, 2, "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"},
    {0, 6, "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"},
    {0, 7, "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1"},
    {1, 3, "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"},
    {2, 1, "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"},
    {3, 0, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"}};

static void input_leaf(struct ledger_hash *leaf, unsigned which)
{
    uint8_t bytes[16];
    size_t size = strlen(inputs[which]) / 2;
    CU_ASSERT_FATAL(ledger_read_hex(bytes, size, ledger_span_of(inputs[which])));
    ledger_tree_leaf(hasher, leaf, (struct ledger_span){bytes, size});
}

static void compare_node(void *context, struct ledger_node node, const struct ledger_hash *hash)
{
    unsigned *seen = context;
    CU_ASSERT_FATAL(*seen < 15);
    const struct known_node *known = &known_nodes[(*seen)++];
    CU_ASSERT(node.level == known->level && node.index == known->index);
    CU_ASSERT(is_hex(hash, known->hex));
}

static void vectors_of_certificate_transparency(void)
{
    struct ledger_frontier frontier;
    struct ledger_hash root;
    unsigned seen = 0;
    ledger_frontier_start(&frontier);
    for (unsigned size = 0; size <= 8; size++) {
        ledger_frontier_root(hasher, &root, &frontier);
        CU_ASSERT(is_hex(&root, roots[size]));
        CU_ASSERT(frontier.size == size);
        if (size < 8) {
            struct ledger_hash leaf;
            input_leaf(&leaf, size);
            ledger_frontier_append(hasher, &frontier, &leaf, compare_node, &seen);
        }
    }
    CU_ASSERT(seen == 15);
}

static void empty_root_is_the_hash_of_nothing(void)
{
    struct ledger_hash root;
    ledger_tree_empty_root(hasher, &root);
    CU_ASSERT(is_hex(&root, roots[0]));
}

/* MTH of RFC 6962 section 2.1, word for word; recursion is bounded by log2(count). */
static void slow_root(struct ledger_hash *out, const struct ledger_hash *leaves, size_t count)
{
    if (count == 1) {
        *out = leaves[0];
        return;
    }
    size_t k = 1;
    while (k * 2 < count) {
        k *= 2;
    }
    struct ledger_hash left;
    struct ledger_hash right;
    slow_root(&left, leaves, k);
    slow_root(&right, leaves + k, count - k);
    ledger_tree_parent(hasher, out, &left, &right);
}

static void make_leaves(struct ledger_hash leaves[LEAVES_MAX])
{
    for (unsigned i = 0; i < LEAVES_MAX; i++) {
        uint8_t entry[8];
        ledger_put_be64(entry, i);
        ledger_tree_leaf(hasher, &leaves[i], (struct ledger_span){entry, sizeof entry});
    }
}

static void roots_agree_with_the_slow_reference(void)
{
    struct ledger_hash leaves[LEAVES_MAX];
    struct ledger_frontier frontier;
    make_leaves(leaves);
    ledger_frontier_start(&frontier);
    for (size_t size = 1; size <= LEAVES_MAX; size++) {
        struct ledger_hash fast;
        struct ledger_hash slow;
        ledger_frontier_append(hasher, &frontier, &leaves[size - 1], NULL, NULL);
        ledger_frontier_root(hasher, &fast, &frontier);
        slow_root(&slow, leaves, size);
        CU_ASSERT(ledger_hash_equal(&fast, &slow));
    }
}

static void frontier_nodes_are_the_full_subtrees(void)
{
    struct ledger_hash leaves[LEAVES_MAX];
    struct ledger_frontier frontier;
    make_leaves(leaves);
    ledger_frontier_start(&frontier);
    for (size_t size = 1; size <= LEAVES_MAX; size++) {
        struct ledger_node nodes[LEDGER_TREE_LEVELS];
        uint64_t covered = 0;
        ledger_frontier_append(hasher, &frontier, &leaves[size - 1], NULL, NULL);
        unsigned count = ledger_frontier_nodes(nodes, size);
        CU_ASSERT_FATAL(count == frontier.count);
        for (unsigned i = 0; i < count; i++) {
            struct ledger_hash slow;
            size_t width = (size_t)1 << nodes[i].level;
            CU_ASSERT_FATAL(nodes[i].index * width == covered && covered + width <= size);
            slow_root(&slow, leaves + covered, width);
            CU_ASSERT(ledger_hash_equal(&slow, &frontier.nodes[i]));
            covered += width;
        }
        CU_ASSERT(covered == size);
    }
}

static void frontier_starts_anew_whatever_it_held(void)
{
    struct ledger_hash leaves[LEAVES_MAX];
    struct ledger_frontier frontier;
    struct ledger_hash root;
    struct ledger_hash empty;
    make_leaves(leaves);
    ledger_frontier_start(&frontier);
    ledger_frontier_append(hasher, &frontier, &leaves[0], NULL, NULL);
    ledger_frontier_start(&frontier);
    ledger_frontier_root(hasher, &root, &frontier);
    ledger_tree_empty_root(hasher, &empty);
    CU_ASSERT(frontier.size == 0 && ledger_hash_equal(&root, &empty));
}

static void frontier_nodes_of_extreme_sizes(void)
{
    struct ledger_node nodes[LEDGER_TREE_LEVELS];
    CU_ASSERT(ledger_frontier_nodes(nodes, 0) == 0);
    CU_ASSERT(ledger_frontier_nodes(nodes, LEDGER_TREE_SIZE_MAX) == 62);
    CU_ASSERT(nodes[0].level == 61 && nodes[0].index == 0);
    CU_ASSERT(nodes[61].level == 0 && nodes[61].index == LEDGER_TREE_SIZE_MAX - 1);
    CU_ASSERT(ledger_frontier_nodes(nodes, UINT64_C(1) << 61) == 1);
    CU_ASSERT(nodes[0].level == 61 && nodes[0].index == 0);
}

static void parent_may_be_written_over_a_child(void)
{
    struct ledger_hash left = {{1}};
    struct ledger_hash right = {{2}};
    struct ledger_hash parent;
    struct ledger_hash over_left = left;
    struct ledger_hash over_right = right;
    ledger_tree_parent(hasher, &parent, &left, &right);
    ledger_tree_parent(hasher, &over_left, &over_left, &right);
    ledger_tree_parent(hasher, &over_right, &left, &over_right);
    CU_ASSERT(ledger_hash_equal(&parent, &over_left) && ledger_hash_equal(&parent, &over_right));
}

void ledger_suite_tree(void)
{
    CU_pSuite suite = CU_add_suite("tree", start, stop);
    CU_ADD_TEST(suite, vectors_of_certificate_transparency);
    CU_ADD_TEST(suite, empty_root_is_the_hash_of_nothing);
    CU_ADD_TEST(suite, roots_agree_with_the_slow_reference);
    CU_ADD_TEST(suite, frontier_nodes_are_the_full_subtrees);
    CU_ADD_TEST(suite, frontier_starts_anew_whatever_it_held);
    CU_ADD_TEST(suite, frontier_nodes_of_extreme_sizes);
    CU_ADD_TEST(suite, parent_may_be_written_over_a_child);
}
