#include <CUnit/CUnit.h>
#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/tree/tree_proof.h"
#include "tests/suites.h"

#define LEAVES_MAX 100

static struct ledger_hasher *hasher;
static struct ledger_hash leaves[LEAVES_MAX];
static struct ledger_hash roots[LEAVES_MAX + 1];
static struct ledger_hash nodes[7][LEAVES_MAX];

static void keep_node(void *context, struct ledger_node node, const struct ledger_hash *hash)
{
    (void)context;
    nodes[node.level][node.index] = *hash;
}

static int start(void)
{
    struct ledger_frontier frontier;
    if (ledger_hasher_new(&hasher) != LEDGER_OK) {
        return 1;
    }
    ledger_frontier_start(&frontier);
    for (unsigned i = 0; i < LEAVES_MAX; i++) {
        uint8_t entry[8];
        ledger_put_be64(entry, i);
        ledger_tree_leaf(hasher, &leaves[i], (struct ledger_span){entry, sizeof entry});
        ledger_frontier_append(hasher, &frontier, &leaves[i], keep_node, NULL);
        ledger_frontier_root(hasher, &roots[i + 1], &frontier);
    }
    return 0;
}

static int stop(void)
{
    ledger_hasher_free(&hasher);
    return 0;
}

/* Gives only full subtrees within the size in `context`. */
static enum ledger_status read_node(void *context, struct ledger_hash *hash,
                                    struct ledger_node node)
{
    const uint64_t *size = context;
    if (node.level > 6 || (node.index + 1) << node.level > *size) {
        return LEDGER_NOT_FOUND;
    }
    *hash = nodes[node.level][node.index];
    return LEDGER_OK;
}

/* The slow reference: RFC 6962 section 2.1 as it is written, by recursion bounded by log2(n). */
static size_t split_point(size_t n)
{
    size_t k = 1;
    while (k * 2 < n) {
        k *= 2;
    }
    return k;
}

static void slow_root(struct ledger_hash *out, const struct ledger_hash *d, size_t n)
{
    if (n == 1) {
        *out = d[0];
        return;
    }
    size_t k = split_point(n);
    struct ledger_hash left;
    struct ledger_hash right;
    slow_root(&left, d, k);
    slow_root(&right, d + k, n - k);
    ledger_tree_parent(hasher, out, &left, &right);
}

static void slow_path(struct ledger_tree_proof *proof, size_t m, const struct ledger_hash *d,
                      size_t n)
{
    if (n == 1) {
        return;
    }
    size_t k = split_point(n);
    if (m < k) {
        slow_path(proof, m, d, k);
        slow_root(&proof->hashes[proof->count++], d + k, n - k);
    } else {
        slow_path(proof, m - k, d + k, n - k);
        slow_root(&proof->hashes[proof->count++], d, k);
    }
}

static void slow_subproof(struct ledger_tree_proof *proof, size_t m, const struct ledger_hash *d,
                          size_t n, bool whole)
{
    if (m == n) {
        if (!whole) {
            slow_root(&proof->hashes[proof->count++], d, n);
        }
        return;
    }
    size_t k = split_point(n);
    if (m <= k) {
        slow_subproof(proof, m, d, k, whole);
        slow_root(&proof->hashes[proof->count++], d + k, n - k);
    } else {
        slow_subproof(proof, m - k, d + k, n - k, false);
        slow_root(&proof->hashes[proof->count++], d, k);
    }
}

static bool same_proof(const struct ledger_tree_proof *a, const struct ledger_tree_proof *b)
{
    return a->count == b->count &&
           memcmp(a->hashes, b->hashes, a->count * sizeof a->hashes[0]) == 0;
}

static void make_inclusion(struct ledger_tree_proof *proof, uint64_t index, uint64_t size)
{
    memset(proof, 0, sizeof *proof);
    CU_ASSERT_FATAL(ledger_inclusion_prove(hasher, proof, index, size, read_node, &size) ==
                    LEDGER_OK);
}

static void make_consistency(struct ledger_tree_proof *proof, uint64_t old_size, uint64_t size)
{
    memset(proof, 0, sizeof *proof);
    CU_ASSERT_FATAL(ledger_consistency_prove(hasher, proof, old_size, size, read_node, &size) ==
                    LEDGER_OK);
}

static bool included(const struct ledger_tree_proof *proof, uint64_t index, uint64_t size)
{
    return ledger_inclusion_check(hasher, proof, index, size, &leaves[index], &roots[size]);
}

static bool consistent(const struct ledger_tree_proof *proof, uint64_t old_size, uint64_t size)
{
    return ledger_consistency_check(hasher, proof, old_size, size, &roots[old_size], &roots[size]);
}

static void inclusion_proofs_agree_with_the_rfc(void)
{
    for (uint64_t size = 1; size <= LEAVES_MAX; size++) {
        for (uint64_t index = 0; index < size; index++) {
            struct ledger_tree_proof fast;
            struct ledger_tree_proof slow = {.count = 0};
            make_inclusion(&fast, index, size);
            slow_path(&slow, index, leaves, size);
            CU_ASSERT(same_proof(&fast, &slow));
            CU_ASSERT(fast.count == ledger_inclusion_length(index, size));
            CU_ASSERT(included(&fast, index, size));
        }
    }
}

static void consistency_proofs_agree_with_the_rfc(void)
{
    for (uint64_t size = 1; size <= LEAVES_MAX; size++) {
        for (uint64_t old_size = 1; old_size <= size; old_size++) {
            struct ledger_tree_proof fast;
            struct ledger_tree_proof slow = {.count = 0};
            make_consistency(&fast, old_size, size);
            slow_subproof(&slow, old_size, leaves, size, true);
            CU_ASSERT(same_proof(&fast, &slow));
            CU_ASSERT(fast.count == ledger_consistency_length(old_size, size));
            CU_ASSERT(consistent(&fast, old_size, size));
        }
    }
}

/* Step by step it is the same, and below a level are the leaves that its node is over. */
static void a_proof_can_be_climbed_step_by_step(void)
{
    for (unsigned size = 1; size <= LEAVES_MAX; size++) {
        for (unsigned index = 0; index < size; index++) {
            struct ledger_tree_proof proof = {0};
            slow_path(&proof, index, leaves, size);
            struct ledger_hash at = leaves[index];
            unsigned step = 0;
            for (unsigned level = 0; level <= 64; level++) {
                unsigned below = ledger_inclusion_below(index, size, level);
                for (; step < below; step++) {
                    ledger_inclusion_step(hasher, &at, &at, &proof, step, index, size);
                }
                unsigned first = level < 32 ? index >> level << level : 0;
                unsigned end =
                    level < 7 && first + (1u << level) < size ? first + (1u << level) : size;
                struct ledger_hash slow;
                slow_root(&slow, leaves + first, end - first);
                CU_ASSERT(step == below && ledger_hash_equal(&at, &slow));
            }
            CU_ASSERT_EQUAL(step, proof.count);
        }
    }
}

static void every_broken_hash_of_an_inclusion_proof_is_refused(void)
{
    for (uint64_t size = 1; size <= LEAVES_MAX; size++) {
        for (uint64_t index = 0; index < size; index++) {
            struct ledger_tree_proof proof;
            make_inclusion(&proof, index, size);
            for (unsigned i = 0; i < proof.count; i++) {
                proof.hashes[i].bytes[(index + i) % 32] ^= 1;
                CU_ASSERT(!included(&proof, index, size));
                proof.hashes[i].bytes[(index + i) % 32] ^= 1;
            }
        }
    }
}

static void every_broken_hash_of_a_consistency_proof_is_refused(void)
{
    for (uint64_t size = 1; size <= LEAVES_MAX; size++) {
        for (uint64_t old_size = 1; old_size < size; old_size++) {
            struct ledger_tree_proof proof;
            make_consistency(&proof, old_size, size);
            for (unsigned i = 0; i < proof.count; i++) {
                proof.hashes[i].bytes[(old_size + i) % 32] ^= 1;
                CU_ASSERT(!consistent(&proof, old_size, size));
                proof.hashes[i].bytes[(old_size + i) % 32] ^= 1;
            }
        }
    }
}

static void proof_of_other_length_is_refused(void)
{
    for (uint64_t size = 1; size <= LEAVES_MAX; size++) {
        for (uint64_t at = 1; at <= size; at++) {
            struct ledger_tree_proof proof;
            make_inclusion(&proof, at - 1, size);
            unsigned right = proof.count;
            static const unsigned huge[] = {LEDGER_PROOF_MAX, LEDGER_PROOF_MAX + 1, UINT32_MAX};
            proof.count = right + 1;
            CU_ASSERT(!included(&proof, at - 1, size));
            proof.count = right - 1; /* of an empty proof: the largest number */
            CU_ASSERT(!included(&proof, at - 1, size));
            make_consistency(&proof, at, size);
            right = proof.count;
            proof.count = right + 1;
            CU_ASSERT(!consistent(&proof, at, size));
            proof.count = right - 1;
            CU_ASSERT(!consistent(&proof, at, size));
            for (size_t i = 0; i < 3; i++) {
                proof.count = huge[i];
                CU_ASSERT(!included(&proof, at - 1, size) && !consistent(&proof, at, size));
            }
        }
    }
}

/* A proof fits its own numbers only. Some sizes share the shape of a path, so that the wrong one
 * is told by its root. */
static void wrong_numbers_and_roots_are_refused(void)
{
    for (uint64_t size = 1; size < LEAVES_MAX; size++) {
        for (uint64_t index = 0; index < size; index++) {
            struct ledger_tree_proof proof;
            make_inclusion(&proof, index, size);
            CU_ASSERT(!included(&proof, index + 1, size));
            CU_ASSERT(index == 0 || !included(&proof, index - 1, size));
            CU_ASSERT(!included(&proof, index, size + 1));
            CU_ASSERT(index + 1 == size || !included(&proof, index, size - 1));
            CU_ASSERT(!ledger_inclusion_check(hasher, &proof, index, size, &leaves[index],
                                              &roots[size + 1]));
            CU_ASSERT(!ledger_inclusion_check(hasher, &proof, index, size, &leaves[index + 1],
                                              &roots[size]));
            CU_ASSERT(size == 1 ||
                      !ledger_inclusion_check(hasher, &proof, index == 0 ? 1 : index - 1, size,
                                              &leaves[index], &roots[size]));
        }
    }
}

static void wrong_sizes_and_roots_of_a_consistency_proof_are_refused(void)
{
    for (uint64_t size = 2; size < LEAVES_MAX; size++) {
        for (uint64_t old_size = 1; old_size < size; old_size++) {
            struct ledger_tree_proof proof;
            make_consistency(&proof, old_size, size);
            CU_ASSERT(!consistent(&proof, old_size + 1, size));
            CU_ASSERT(old_size == 1 || !consistent(&proof, old_size - 1, size));
            CU_ASSERT(!consistent(&proof, old_size, size + 1));
            CU_ASSERT(!consistent(&proof, old_size, size - 1));
            CU_ASSERT(!ledger_consistency_check(hasher, &proof, old_size, size, &roots[size],
                                                &roots[old_size]));
            CU_ASSERT(!ledger_consistency_check(hasher, &proof, old_size, size,
                                                &roots[old_size + 1], &roots[size]));
            CU_ASSERT(!ledger_consistency_check(hasher, &proof, old_size, size, &roots[old_size],
                                                &roots[size + 1]));
        }
    }
}

static void impossible_numbers_give_no(void)
{
    static const uint64_t sizes[] = {
        0, 1, LEDGER_TREE_SIZE_MAX, LEDGER_TREE_SIZE_MAX + 1, UINT64_C(1) << 63, UINT64_MAX};
    struct ledger_tree_proof proof = {.count = 0};
    for (size_t s = 0; s < 6; s++) {
        for (size_t i = 0; i < 6; i++) {
            for (proof.count = 0; proof.count <= LEDGER_PROOF_MAX; proof.count++) {
                bool one = sizes[s] == 1 && sizes[i] == 0 && proof.count == 0;
                CU_ASSERT(ledger_inclusion_check(hasher, &proof, sizes[i], sizes[s], &roots[1],
                                                 &roots[1]) == one);
                bool same = sizes[s] == sizes[i] && sizes[s] > 0 &&
                            sizes[s] <= LEDGER_TREE_SIZE_MAX && proof.count == 0;
                CU_ASSERT(ledger_consistency_check(hasher, &proof, sizes[i], sizes[s], &roots[1],
                                                   &roots[1]) == same);
            }
        }
    }
}

static void root_comes_only_from_a_path_of_the_right_length(void)
{
    static const uint64_t sizes[] = {
        0, 1, 2, 7, LEDGER_TREE_SIZE_MAX, LEDGER_TREE_SIZE_MAX + 1, UINT64_MAX};
    struct ledger_tree_proof proof = {.count = 0};
    for (size_t s = 0; s < 7; s++) {
        for (size_t i = 0; i < 7; i++) {
            bool possible = sizes[i] < sizes[s] && sizes[s] <= LEDGER_TREE_SIZE_MAX;
            unsigned length = possible ? ledger_inclusion_length(sizes[i], sizes[s]) : 0;
            for (proof.count = 0; proof.count <= LEDGER_PROOF_MAX; proof.count++) {
                struct ledger_hash root;
                CU_ASSERT(ledger_inclusion_root(hasher, &root, &proof, sizes[i], sizes[s],
                                                &leaves[0]) == (possible && proof.count == length));
            }
        }
    }
}

static void what_a_proof_held_before_is_forgotten(void)
{
    uint64_t size = 9;
    struct ledger_tree_proof proof = {.count = 3};
    CU_ASSERT(ledger_inclusion_prove(hasher, &proof, 8, size, read_node, &size) == LEDGER_OK);
    CU_ASSERT(included(&proof, 8, size));
    CU_ASSERT(ledger_consistency_prove(hasher, &proof, 8, size, read_node, &size) == LEDGER_OK);
    CU_ASSERT(consistent(&proof, 8, size));
}

static void same_size_needs_the_same_root_and_no_hash(void)
{
    struct ledger_tree_proof proof = {.count = 0};
    CU_ASSERT(consistent(&proof, 5, 5));
    CU_ASSERT(!ledger_consistency_check(hasher, &proof, 5, 5, &roots[5], &roots[6]));
    CU_ASSERT(!consistent(&proof, 0, 5));
    CU_ASSERT(!ledger_consistency_check(hasher, &proof, 0, 0, &roots[1], &roots[1]));
    proof.count = 1;
    CU_ASSERT(!consistent(&proof, 5, 5));
}

/* In a tree whose leaves are all alike the hash depends on level and width only, so that the
 * largest trees can be tried without storing them. */
static enum ledger_status read_alike(void *context, struct ledger_hash *hash,
                                     struct ledger_node node)
{
    const struct ledger_hash *levels = context;
    *hash = levels[node.level];
    return LEDGER_OK;
}

static void root_alike(struct ledger_hash *root, const struct ledger_hash *levels, uint64_t size)
{
    bool first = true;
    for (unsigned level = 0; level < 62; level++) {
        if ((size >> level & 1) == 0) {
            continue;
        }
        if (first) {
            *root = levels[level];
            first = false;
        } else {
            ledger_tree_parent(hasher, root, &levels[level], root);
        }
    }
}

static void largest_trees_are_proved(void)
{
    static const uint64_t max = LEDGER_TREE_SIZE_MAX;
    const uint64_t sizes[] = {max,
                              max - 1,
                              UINT64_C(1) << 61,
                              max / 2,
                              max / 2 + 2,
                              max / 3,
                              UINT64_C(1) << 32,
                              (UINT64_C(1) << 32) + 1,
                              UINT64_C(0xFFFFFFFF)};
    struct ledger_hash levels[62] = {{{7}}};
    for (unsigned i = 1; i < 62; i++) {
        ledger_tree_parent(hasher, &levels[i], &levels[i - 1], &levels[i - 1]);
    }
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        struct ledger_hash root;
        uint64_t size = sizes[s];
        root_alike(&root, levels, size);
        const uint64_t places[] = {1,        2,        3,   size / 3, size / 2, size / 2 + 1,
                                   size - 2, size - 1, size};
        for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
            struct ledger_tree_proof proof;
            struct ledger_hash old_root;
            root_alike(&old_root, levels, places[i]);
            CU_ASSERT_FATAL(ledger_inclusion_prove(hasher, &proof, places[i] - 1, size, read_alike,
                                                   levels) == LEDGER_OK);
            CU_ASSERT(
                ledger_inclusion_check(hasher, &proof, places[i] - 1, size, &levels[0], &root));
            CU_ASSERT_FATAL(ledger_consistency_prove(hasher, &proof, places[i], size, read_alike,
                                                     levels) == LEDGER_OK);
            CU_ASSERT(ledger_consistency_check(hasher, &proof, places[i], size, &old_root, &root));
        }
    }
}

struct failing {
    unsigned left;
};

static enum ledger_status read_failing(void *context, struct ledger_hash *hash,
                                       struct ledger_node node)
{
    struct failing *failing = context;
    uint64_t size = LEAVES_MAX;
    if (failing->left == 0) {
        return LEDGER_IO;
    }
    failing->left--;
    return read_node(&size, hash, node);
}

static void first_error_of_the_reader_is_returned(void)
{
    struct ledger_tree_proof proof;
    for (unsigned good = 0; good < 7; good++) {
        struct failing failing = {good};
        CU_ASSERT(ledger_inclusion_prove(hasher, &proof, 13, 99, read_failing, &failing) ==
                  LEDGER_IO);
        CU_ASSERT(!included(&proof, 13, 99));
        failing.left = good;
        CU_ASSERT(ledger_consistency_prove(hasher, &proof, 13, 99, read_failing, &failing) ==
                  LEDGER_IO);
        CU_ASSERT(!consistent(&proof, 13, 99));
    }
}

void ledger_suite_tree_proof(void)
{
    CU_pSuite suite = CU_add_suite("tree_proof", start, stop);
    CU_ADD_TEST(suite, inclusion_proofs_agree_with_the_rfc);
    CU_ADD_TEST(suite, a_proof_can_be_climbed_step_by_step);
    CU_ADD_TEST(suite, consistency_proofs_agree_with_the_rfc);
    CU_ADD_TEST(suite, every_broken_hash_of_an_inclusion_proof_is_refused);
    CU_ADD_TEST(suite, every_broken_hash_of_a_consistency_proof_is_refused);
    CU_ADD_TEST(suite, proof_of_other_length_is_refused);
    CU_ADD_TEST(suite, wrong_numbers_and_roots_are_refused);
    CU_ADD_TEST(suite, wrong_sizes_and_roots_of_a_consistency_proof_are_refused);
    CU_ADD_TEST(suite, impossible_numbers_give_no);
    CU_ADD_TEST(suite, root_comes_only_from_a_path_of_the_right_length);
    CU_ADD_TEST(suite, what_a_proof_held_before_is_forgotten);
    CU_ADD_TEST(suite, same_size_needs_the_same_root_and_no_hash);
    CU_ADD_TEST(suite, largest_trees_are_proved);
    CU_ADD_TEST(suite, first_error_of_the_reader_is_returned);
}
