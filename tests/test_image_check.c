#include <CUnit/CUnit.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "ledger/store/image_check.h"
#include "tests/image_samples.h"
#include "tests/suites.h"

static enum ledger_status check(const char *path)
{
    struct ledger_image_report report;
    return ledger_image_check(&report, path, NULL);
}

/* --- sound files --- */

static void check_counts(const char *path, uint64_t entries)
{
    struct ledger_image_report report;
    struct ledger_error error = {0};
    enum ledger_status status = ledger_image_check(&report, path, &error);
    CU_ASSERT_EQUAL(status, LEDGER_OK);
    if (status != LEDGER_OK) {
        printf("  %s\n", error.what);
        return;
    }
    CU_ASSERT_EQUAL(report.entries, entries);
    CU_ASSERT_EQUAL(report.page_size, PAGE);
}

static void files_of_all_sizes_are_sound(void)
{
    static const uint64_t sizes[] = {0, 1, 2, 3, 10, 51, 100, 1000, 20000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct folder folder = make_folder();
        uint64_t state = SEED + i;
        struct database db = open_database(folder.file);
        check_counts(folder.file, 0);
        put_range(&db, 0, sizes[i], &state);
        check_counts(folder.file, 2 * sizes[i]);
        delete_range(&db, sizes[i] / 4, sizes[i]);
        check_counts(folder.file, 2 * (sizes[i] / 4));
        delete_range(&db, 0, sizes[i] / 4);
        check_counts(folder.file, 0);
        close_database(&db);
        remove_folder(&folder);
    }
}

static void file_is_sound_after_every_commit(void)
{
    struct folder folder = make_folder();
    uint64_t state = SEED;
    uint64_t first = 0;
    uint64_t end = 0;
    struct database db = open_database(folder.file);
    for (unsigned i = 0; i < 400; i++) {
        uint64_t add = below(&state, 12);
        uint64_t drop = end > first + 100 ? below(&state, 12) : 0;
        if (i % 100 == 99) {
            drop = end - first;
        }
        put_range(&db, end, end + add, &state);
        delete_range(&db, first, first + drop);
        end += add;
        first += drop;
        check_counts(folder.file, 2 * (end - first));
    }
    close_database(&db);
    remove_folder(&folder);
}

/* A value replaced by a shorter one in the same transaction keeps its long run of pages. */
static void shortened_value_is_sound(void)
{
    struct folder folder = make_folder();
    struct database db = open_database(folder.file);
    static uint8_t value[LONG_VALUE];
    MDB_val k = {3, value};
    begin(&db);
    for (size_t size = LONG_VALUE; size > 1; size /= 3) {
        MDB_val v = {size, value};
        CU_ASSERT_EQUAL_FATAL(mdb_put(db.txn, db.entries, &k, &v, 0), 0);
    }
    commit(&db);
    check_counts(folder.file, 1);
    close_database(&db);
    remove_folder(&folder);
}

static void copies_are_sound(void)
{
    struct folder folder = make_folder();
    struct folder target = make_folder();
    struct bytes sample = make_sample(&folder);
    struct database db = open_database(folder.file);
    CU_ASSERT_EQUAL(mdb_env_copy2(db.env, target.file, 0), 0);
    check_counts(target.file, 520);
    CU_ASSERT_EQUAL(unlink(target.file), 0);
    CU_ASSERT_EQUAL(mdb_env_copy2(db.env, target.file, MDB_CP_COMPACT), 0);
    check_counts(target.file, 520);
    close_database(&db);
    free(sample.data);
    remove_folder(&target);
    remove_folder(&folder);
}

static void write_until_killed(const char *path)
{
    alarm(60);
    uint64_t state = SEED;
    struct database db = open_database(path);
    for (uint64_t i = 1000;; i++) {
        put_range(&db, i, i + 1, &state);
        delete_range(&db, i, i + 1);
    }
}

static void live_writer_raises_no_false_alarm(void)
{
    struct folder folder = make_folder();
    struct bytes sample = make_sample(&folder);
    pid_t writer = fork();
    CU_ASSERT_FATAL(writer >= 0);
    if (writer == 0) {
        write_until_killed(folder.file);
        _exit(0);
    }
    unsigned sound = 0;
    for (unsigned i = 0; i < 300; i++) {
        struct ledger_error error = {0};
        struct ledger_image_report report;
        enum ledger_status status = ledger_image_check(&report, folder.file, &error);
        CU_ASSERT(status == LEDGER_OK || status == LEDGER_BUSY);
        if (status != LEDGER_OK && status != LEDGER_BUSY) {
            printf("  %s\n", error.what);
        }
        sound += status == LEDGER_OK;
    }
    CU_ASSERT(sound > 0);
    kill(writer, SIGKILL);
    waitpid(writer, NULL, 0);
    free(sample.data);
    remove_folder(&folder);
}

static void copy_in_memory_can_be_checked(void)
{
    struct folder folder = make_folder();
    struct bytes sample = make_sample(&folder);
    struct ledger_image_report report;
    int fd = memfd_create("copy", MFD_CLOEXEC);
    CU_ASSERT_FATAL(fd >= 0);
    CU_ASSERT_EQUAL(ledger_image_check_open(&report, fd, "copy", NULL), LEDGER_DAMAGED);
    CU_ASSERT_EQUAL_FATAL(write(fd, sample.data, sample.size), (ssize_t)sample.size);
    CU_ASSERT_EQUAL(ledger_image_check_open(&report, fd, "copy", NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(report.entries, 520);
    CU_ASSERT_EQUAL(report.tables, 2);
    CU_ASSERT_EQUAL(report.transaction, 3);
    CU_ASSERT_EQUAL(close(fd), 0);
    free(sample.data);
    remove_folder(&folder);
}

static void finding_names_the_page(void)
{
    struct folder folder = make_folder();
    struct bytes sample = make_sample(&folder);
    struct ledger_error error = {0};
    struct ledger_image_report report = {.pages = 77};
    sample.data[1] ^= 1;
    put_file(folder.file, sample.data, sample.size);
    CU_ASSERT_EQUAL(ledger_image_check(&report, folder.file, &error), LEDGER_DAMAGED);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.what, "page 0: not a meta page"));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.what, folder.file));
    CU_ASSERT_EQUAL(report.pages, 77);
    free(sample.data);
    remove_folder(&folder);
}

/* --- what is not a file of ours --- */

static void other_things_are_refused(void)
{
    struct folder folder = make_folder();
    struct folder link = make_folder();
    CU_ASSERT_EQUAL(check(folder.file), LEDGER_NOT_FOUND);
    CU_ASSERT_EQUAL(check(folder.path), LEDGER_INVALID);
    CU_ASSERT_EQUAL_FATAL(mkfifo(folder.file, 0600), 0);
    CU_ASSERT_EQUAL(check(folder.file), LEDGER_INVALID);
    CU_ASSERT_EQUAL(unlink(folder.file), 0);
    struct bytes sample = make_sample(&folder);
    CU_ASSERT_EQUAL_FATAL(symlink(folder.file, link.file), 0);
    CU_ASSERT_EQUAL(check(folder.file), LEDGER_OK);
    CU_ASSERT_EQUAL(check(link.file), LEDGER_IO);
    free(sample.data);
    remove_folder(&link);
    remove_folder(&folder);
}

/* Tables with duplicates or other orders are not ours, and liblmdb's code for them is not safe. */
static void tables_of_other_kinds_are_refused(void)
{
    static const unsigned kinds[] = {MDB_REVERSEKEY, MDB_DUPSORT, MDB_INTEGERKEY,
                                     MDB_DUPSORT | MDB_DUPFIXED};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct folder folder = make_folder();
        struct database db = open_database(folder.file);
        MDB_dbi other;
        begin(&db);
        CU_ASSERT_EQUAL_FATAL(mdb_dbi_open(db.txn, "other", MDB_CREATE | kinds[i], &other), 0);
        commit(&db);
        close_database(&db);
        CU_ASSERT_EQUAL(check(folder.file), LEDGER_DAMAGED);
        remove_folder(&folder);
    }
}

static void every_truncation_is_refused(void)
{
    struct folder folder = make_folder();
    struct bytes sample = make_sample(&folder);
    uint64_t state = SEED;
    CU_ASSERT_EQUAL_FATAL(check(folder.file), LEDGER_OK);
    for (size_t i = 0; i < 500; i++) {
        size_t size = i * PAGE < sample.size ? i * PAGE : below(&state, sample.size);
        put_file(folder.file, sample.data, size);
        CU_ASSERT_EQUAL(check(folder.file), LEDGER_DAMAGED);
    }
    free(sample.data);
    remove_folder(&folder);
}

/* --- aimed damage --- */

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
    put_file(aim->folder->file, aim->bad.data, aim->bad.size);
    enum ledger_status status = check(aim->folder->file);
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

void ledger_suite_image_check(void)
{
    CU_pSuite suite = CU_add_suite("image_check", NULL, NULL);
    CU_add_test(suite, "files_of_all_sizes_are_sound", files_of_all_sizes_are_sound);
    CU_add_test(suite, "file_is_sound_after_every_commit", file_is_sound_after_every_commit);
    CU_add_test(suite, "shortened_value_is_sound", shortened_value_is_sound);
    CU_add_test(suite, "copies_are_sound", copies_are_sound);
    CU_add_test(suite, "live_writer_raises_no_false_alarm", live_writer_raises_no_false_alarm);
    CU_add_test(suite, "copy_in_memory_can_be_checked", copy_in_memory_can_be_checked);
    CU_add_test(suite, "finding_names_the_page", finding_names_the_page);
    CU_add_test(suite, "other_things_are_refused", other_things_are_refused);
    CU_add_test(suite, "tables_of_other_kinds_are_refused", tables_of_other_kinds_are_refused);
    CU_add_test(suite, "every_truncation_is_refused", every_truncation_is_refused);
    CU_add_test(suite, "aimed_damage_is_refused", aimed_damage_is_refused);
}
