/* Damage aimed at each number of a data file that liblmdb trusts. */
#include "ledger/store/image_check.h"
#include "tests/image_samples.h"
#include "tests/suites.h"

static uint8_t *meta_in_force(const struct bytes *file)
{
    bool second =
        get(file->data + META_TRANSACTION, 8) < get(file->data + PAGE + META_TRANSACTION, 8);
    return file->data + (second ? PAGE : 0);
}

static uint8_t *page_at(const struct bytes *file, uint64_t number)
{
    CU_ASSERT_FATAL(number >= 2 && number < file->size / PAGE);
    return file->data + number * PAGE;
}

static uint8_t *node_at(uint8_t *page, unsigned index)
{
    return page + get(page + 16 + (size_t)index * 2, 2);
}

/* The record of table `index`: 0 is "entries", 1 is "hashes". The main tree is a single leaf. */
static uint8_t *table_at(const struct bytes *file, unsigned index)
{
    uint8_t *node =
        node_at(page_at(file, get(meta_in_force(file) + META_MAIN + TREE_ROOT, 8)), index);
    return node + 8 + get(node + 6, 2);
}

static uint8_t *root_of(const struct bytes *file, unsigned table)
{
    return page_at(file, get(table_at(file, table) + TREE_ROOT, 8));
}

static uint8_t *leaf_of(const struct bytes *file, unsigned table)
{
    uint8_t *page = root_of(file, table);
    while (page[10] == 1) {
        page = page_at(file, get(node_at(page, 0), 6));
    }
    return page;
}

static uint8_t *long_node(const struct bytes *file)
{
    uint8_t *leaf = leaf_of(file, 0);
    for (unsigned i = 0;; i++) {
        if (get(node_at(leaf, i) + 4, 2) == 1) {
            return node_at(leaf, i);
        }
    }
}

static uint8_t *long_run(const struct bytes *file)
{
    uint8_t *node = long_node(file);
    return page_at(file, get(node + 8 + get(node + 6, 2), 8));
}

/* The list of the latest transaction in the root of the free tree. */
static uint8_t *free_list(const struct bytes *file)
{
    uint8_t *page = page_at(file, get(meta_in_force(file) + META_FREE + TREE_ROOT, 8));
    CU_ASSERT_EQUAL_FATAL(page[10], 2);
    for (unsigned i = 0; i < (get(page + 12, 2) - 16) / 2; i++) {
        uint8_t *node = node_at(page, i);
        if (get(node + 4, 2) == 0 && get(node + 16, 8) >= 2) {
            return node + 16;
        }
    }
    CU_FAIL_FATAL("no list of free pages");
    return NULL;
}

struct aim {
    const struct folder *folder;
    const struct bytes *good;
    struct bytes bad;
};

static void spoil(struct aim *aim, unsigned line)
{
    struct ledger_image_report report;
    put_file(aim->folder->file, aim->bad.data, aim->bad.size);
    enum ledger_status status = ledger_image_check(&report, aim->folder->file, NULL);
    CU_ASSERT_EQUAL(status, LEDGER_DAMAGED);
    if (status != LEDGER_DAMAGED) {
        printf("  accepted: damage of line %u\n", line);
    }
    CU_ASSERT_FATAL(memcmp(aim->bad.data, aim->good->data, aim->good->size) != 0);
    memcpy(aim->bad.data, aim->good->data, aim->good->size);
}

#define SPOIL(change)                                                                              \
    do {                                                                                           \
        change;                                                                                    \
        spoil(aim, __LINE__);                                                                      \
    } while (0)

static void spoil_metas(struct aim *aim)
{
    struct bytes *bad = &aim->bad;
    uint8_t *meta = meta_in_force(bad);
    static const uint64_t sizes[] = {0, 1, 512, 2048, 4095, 8192, 65536, 1u << 20, UINT32_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        SPOIL(put(meta + META_FREE, 4, sizes[i]));
        SPOIL((put(bad->data + META_FREE, 4, sizes[i]),
               put(bad->data + PAGE + META_FREE, 4, sizes[i])));
    }
    for (unsigned i = 0; i < 2; i++) {
        uint8_t *page = bad->data + i * PAGE;
        uint8_t *other = bad->data + (1 - i) * PAGE;
        SPOIL(page[0] ^= 1);
        SPOIL(page[10] = 0x18);
        SPOIL(page[16] ^= 1);
        SPOIL(page[20] = 2);
        SPOIL(put(page + META_MAP, 8, (UINT64_C(1) << 47) + 1));
        SPOIL(put(page + META_MAP, 8, PAGE));
        SPOIL(put(page + META_LAST, 8, UINT64_MAX));
        SPOIL(put(page + META_LAST, 8, 0));
        SPOIL(put(page + META_FREE + TREE_FLAGS, 2, 0x0009)); /* fixed address */
        SPOIL(put(page + META_MAIN + TREE_FLAGS, 2, 0x0004)); /* duplicates */
        SPOIL(put(page + META_TRANSACTION, 8, get(other + META_TRANSACTION, 8)));
        SPOIL(page[META_TRANSACTION] ^= 4);
        SPOIL(page[META_TRANSACTION + 7] ^= 0x80);
    }
    SPOIL(swap(bad->data, bad->data + PAGE, PAGE));
    SPOIL(put(meta + META_LAST, 8, get(meta + META_LAST, 8) - 1));
    SPOIL(put(meta + META_LAST, 8, (get(meta + META_MAP, 8) / PAGE)));
}

static void spoil_trees(struct aim *aim)
{
    struct bytes *bad = &aim->bad;
    uint8_t *trees[] = {meta_in_force(bad) + META_FREE, meta_in_force(bad) + META_MAIN,
                        table_at(bad, 0), table_at(bad, 1)};
    for (size_t i = 0; i < 4; i++) {
        static const uint64_t roots[] = {0, 1, UINT64_MAX, UINT64_MAX - 1, UINT64_C(1) << 52};
        SPOIL(trees[i][TREE_DEPTH]++);
        SPOIL(trees[i][TREE_DEPTH]--);
        SPOIL(put(trees[i] + TREE_DEPTH, 2, 33));
        for (unsigned field = 8; field <= TREE_ENTRIES; field += 8) {
            SPOIL(trees[i][field]++);
        }
        for (size_t j = 0; j < sizeof roots / sizeof roots[0]; j++) {
            SPOIL(put(trees[i] + TREE_ROOT, 8, roots[j]));
        }
        SPOIL(put(trees[i] + TREE_ROOT, 8, get(trees[(i + 1) % 4] + TREE_ROOT, 8)));
    }
    SPOIL(put(table_at(bad, 0) + TREE_FLAGS, 2, 0x0004));
    SPOIL(memcpy(table_at(bad, 1), table_at(bad, 0), 48));
    SPOIL(put(table_at(bad, 0) - 15, 4, 49));  /* its name has 7 bytes, its node 8 more */
    SPOIL(node_at(leaf_of(bad, 1), 0)[4] = 2); /* a table within a table */
    SPOIL(node_at(leaf_of(bad, 1), 0)[4] = 4); /* duplicates */
}

static void spoil_pages(struct aim *aim)
{
    struct bytes *bad = &aim->bad;
    uint8_t *root = root_of(bad, 0);
    uint8_t *leaf = leaf_of(bad, 0);
    CU_ASSERT_EQUAL_FATAL(root[10], 1);
    static const uint8_t kinds[] = {0x00, 0x03, 0x04, 0x08, 0x11, 0x12, 0x22, 0x42};
    for (size_t i = 0; i < sizeof kinds; i++) {
        SPOIL(leaf[10] = kinds[i]);
        SPOIL(root[10] = kinds[i]);
    }
    SPOIL(leaf[10] = 1);
    SPOIL(root[10] = 2);
    SPOIL(leaf[11] = 0x80);
    SPOIL(put(leaf + 12, 2, 16));
    SPOIL(put(leaf + 12, 2, get(leaf + 12, 2) - 2));
    SPOIL(put(leaf + 12, 2, get(leaf + 12, 2) + 2));
    SPOIL(put(leaf + 12, 2, 0));
    SPOIL(put(leaf + 14, 2, 0));
    SPOIL(put(leaf + 14, 2, PAGE));
    SPOIL(put(leaf + 14, 2, get(leaf + 14, 2) - 2));
    SPOIL(put(leaf + 14, 2, 0xFFFE));
    SPOIL(swap(leaf + 16, leaf + 18, 2));            /* order of keys */
    SPOIL(memcpy(leaf + 16, leaf + 18, 2));          /* one node twice */
    SPOIL(put(leaf + 16, 2, get(leaf + 16, 2) + 1)); /* odd place */
    SPOIL(put(leaf + 16, 2, PAGE - 4));              /* beyond the page */
    SPOIL(put(leaf + 16, 2, 0));                     /* the header as a node */
    SPOIL(put(node_at(leaf, 0), 4, UINT32_MAX));     /* size of a value */
    SPOIL(put(node_at(leaf, 0) + 6, 2, 0));          /* empty key */
    SPOIL(put(node_at(leaf, 0) + 6, 2, 512));        /* long key */
    SPOIL(put(node_at(leaf, 0) + 8, 8, UINT64_MAX)); /* key above the bounds */
    SPOIL(put(node_at(leaf, (unsigned)(get(leaf + 12, 2) - 16) / 2 - 1) + 8, 8, UINT64_MAX));
    SPOIL(put(node_at(root, 0), 6, get(root, 8)));            /* a page as its own child */
    SPOIL(put(node_at(root, 1), 6, get(leaf, 8)));            /* a shared child */
    SPOIL(put(node_at(root, 0), 6, get(root_of(bad, 1), 8))); /* a child from another table */
    SPOIL(put(node_at(root, 0), 6, 0));
    SPOIL(put(node_at(root, 0), 6, UINT64_C(0xFFFFFFFFFFFF)));
    SPOIL(swap(node_at(root, 0), node_at(root, 1), 6)); /* children in the wrong order */
    SPOIL(swap(leaf, root, PAGE));
    SPOIL((swap(leaf, root, PAGE), swap(leaf, root, 8)));
}

static void spoil_runs_and_lists(struct aim *aim)
{
    struct bytes *bad = &aim->bad;
    uint8_t *node = long_node(bad);
    uint8_t *run = long_run(bad);
    uint8_t *list = free_list(bad);
    SPOIL(put(node, 4, UINT32_MAX));
    SPOIL(put(node, 4, get(node, 4) + 2 * PAGE));
    SPOIL(put(node + 16, 8, UINT64_MAX));
    SPOIL(put(node + 16, 8, get(node + 16, 8) + 1));
    SPOIL(put(node + 16, 8, get(root_of(bad, 1), 8)));
    SPOIL(put(run + 12, 4, UINT32_MAX));
    SPOIL(put(run + 12, 4, 0));
    SPOIL(put(run + 12, 4, get(run + 12, 4) + 1));
    SPOIL(put(run + 12, 4, get(run + 12, 4) - 1));
    SPOIL(put(run + 12, 4, bad->size / PAGE));
    SPOIL(run[10] = 0x14);
    SPOIL(run[0] ^= 1);
    SPOIL(put(list + 8, 8, bad->size / PAGE - 1)); /* a page that is in use */
    SPOIL(put(list - 8, 8, 0));
    SPOIL(put(list - 8, 8, UINT64_MAX));
    SPOIL(put(list, 8, UINT64_MAX));
    SPOIL(put(list, 8, get(list, 8) + 1));
    SPOIL(put(list + 8, 8, UINT64_MAX));
    SPOIL(put(list + 8, 8, get(list + 16, 8)));
    SPOIL(swap(list + 8, list + 16, 8));
    SPOIL(put(list + 8, 8, get(leaf_of(bad, 0), 8)));
    SPOIL(put(list + 8 * get(list, 8), 8, 1));
}

static void aimed_damage_is_refused(void)
{
    struct folder folder = make_folder();
    struct bytes sample = make_sample(&folder);
    struct aim aim = {&folder, &sample, {malloc(sample.size), sample.size}};
    CU_ASSERT_PTR_NOT_NULL_FATAL(aim.bad.data);
    memcpy(aim.bad.data, sample.data, sample.size);
    spoil_metas(&aim);
    spoil_trees(&aim);
    spoil_pages(&aim);
    spoil_runs_and_lists(&aim);
    free(aim.bad.data);
    free(sample.data);
    remove_folder(&folder);
}

void ledger_suite_image_aimed(void)
{
    CU_pSuite suite = CU_add_suite("image_aimed", NULL, NULL);
    CU_ADD_TEST(suite, aimed_damage_is_refused);
}
