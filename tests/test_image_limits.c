#include <CUnit/CUnit.h>

#include "ledger/store/image_check.h"
#include "tests/image_samples.h"
#include "tests/suites.h"

/* Files with next to nothing in them, so that one check alone stands between them and liblmdb. */

static enum ledger_status check_bytes(const struct folder *folder, const struct bytes *bytes)
{
    struct ledger_image_report report;
    put_file(folder->file, bytes->data, bytes->size);
    return ledger_image_check(&report, folder->file, NULL);
}

/* Two meta pages and nothing else. */
static struct bytes make_empty(const struct folder *folder)
{
    struct database db = open_database(folder->file);
    close_database(&db);
    struct bytes bytes = get_file(folder->file);
    CU_ASSERT_EQUAL_FATAL(bytes.size, 2 * PAGE);
    return bytes;
}

static void page_size_outside_the_limits_is_refused(void)
{
    static const struct {
        uint32_t size;
        enum ledger_status status;
    } cases[] = {
        {512, LEDGER_DAMAGED}, {2048, LEDGER_DAMAGED},  {4096, LEDGER_OK},       {8192, LEDGER_OK},
        {32768, LEDGER_OK},    {12288, LEDGER_DAMAGED}, {65536, LEDGER_DAMAGED},
    };
    struct folder folder = make_folder();
    struct bytes empty = make_empty(&folder);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bytes file = {calloc(1, 2 * 65536), 2 * 65536};
        CU_ASSERT_PTR_NOT_NULL_FATAL(file.data);
        for (unsigned j = 0; j < 2; j++) {
            uint8_t *meta = file.data + j * cases[i].size;
            memcpy(meta, empty.data + j * PAGE, 152);
            put(meta + META_FREE, 4, cases[i].size);
        }
        CU_ASSERT_EQUAL(check_bytes(&folder, &file), cases[i].status);
        free(file.data);
    }
    put(empty.data + PAGE + META_FREE, 4, 2 * PAGE);
    CU_ASSERT_EQUAL(check_bytes(&folder, &empty), LEDGER_DAMAGED);
    free(empty.data);
    remove_folder(&folder);
}

static void meta_page_that_is_cut_off_is_refused(void)
{
    struct folder folder = make_folder();
    struct bytes empty = make_empty(&folder);
    CU_ASSERT_EQUAL(check_bytes(&folder, &empty), LEDGER_OK);
    empty.size--;
    CU_ASSERT_EQUAL(check_bytes(&folder, &empty), LEDGER_DAMAGED);
    free(empty.data);
    remove_folder(&folder);
}

/* Pages that were made and freed in one transaction are not written; but there is an end to it. */
static void unwritten_pages_are_limited(void)
{
    struct folder folder = make_folder();
    struct bytes empty = make_empty(&folder);
    for (uint64_t i = 0; i < 2; i++) {
        for (unsigned j = 0; j < 2; j++) {
            put(empty.data + j * PAGE + META_MAP, 8, UINT64_C(1) << 47);
            put(empty.data + j * PAGE + META_LAST, 8, (UINT64_C(1) << 20) + 2 + i);
        }
        CU_ASSERT_EQUAL(check_bytes(&folder, &empty), i == 0 ? LEDGER_OK : LEDGER_DAMAGED);
    }
    free(empty.data);
    remove_folder(&folder);
}

static struct bytes make_one_entry(const struct folder *folder, size_t size)
{
    static uint8_t value[LONG_VALUE];
    struct database db = open_database(folder->file);
    MDB_val k = {8, value};
    MDB_val v = {size, value};
    CU_ASSERT_EQUAL_FATAL(mdb_txn_begin(db.env, NULL, 0, &db.txn), 0);
    CU_ASSERT_EQUAL_FATAL(mdb_dbi_open(db.txn, NULL, 0, &db.entries), 0);
    CU_ASSERT_EQUAL_FATAL(mdb_put(db.txn, db.entries, &k, &v, 0), 0);
    commit(&db);
    close_database(&db);
    return get_file(folder->file);
}

static void run_that_is_cut_off_is_refused(void)
{
    struct folder folder = make_folder();
    struct bytes file = make_one_entry(&folder, LONG_VALUE);
    CU_ASSERT_EQUAL(check_bytes(&folder, &file), LEDGER_OK);
    file.size -= PAGE;
    CU_ASSERT_EQUAL(check_bytes(&folder, &file), LEDGER_DAMAGED);
    free(file.data);
    remove_folder(&folder);
}

/* Makes the only leaf hold one entry with a key and a value of these sizes. */
static void set_only_entry(struct bytes *file, size_t key, size_t value)
{
    uint8_t *leaf = file->data + get(file->data + PAGE + META_MAIN + TREE_ROOT, 8) * PAGE;
    size_t offset = PAGE - (8 + key + value + 1) / 2 * 2;
    memset(leaf + 16, 7, PAGE - 16);
    put(leaf + 14, 2, offset);
    put(leaf + 16, 2, offset);
    put(leaf + offset, 4, value);
    put(leaf + offset + 4, 2, 0);
    put(leaf + offset + 6, 2, key);
}

static void sizes_of_entries_are_limited(void)
{
    static const struct {
        size_t key;
        size_t value;
        enum ledger_status status;
    } cases[] = {
        {1, 0, LEDGER_OK},        {511, 0, LEDGER_OK},         {0, 8, LEDGER_DAMAGED},
        {512, 0, LEDGER_DAMAGED}, {8, 2022, LEDGER_OK},        {8, 2024, LEDGER_DAMAGED},
        {511, 1519, LEDGER_OK},   {511, 1520, LEDGER_DAMAGED}, {8, 4000, LEDGER_DAMAGED},
    };
    struct folder folder = make_folder();
    struct bytes file = make_one_entry(&folder, 100);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        set_only_entry(&file, cases[i].key, cases[i].value);
        CU_ASSERT_EQUAL(check_bytes(&folder, &file), cases[i].status);
    }
    free(file.data);
    remove_folder(&folder);
}

/* Around the size from which liblmdb moves a value to pages of its own, with keys of any size. */
static void files_with_entries_of_all_sizes_are_sound(void)
{
    struct folder folder = make_folder();
    struct ledger_image_report report;
    static uint8_t key[511];
    static uint8_t value[3 * PAGE];
    struct database db = open_database(folder.file);
    uint64_t state = SEED;
    for (unsigned i = 0; i < 200; i++) {
        begin(&db);
        for (unsigned j = 0; j < 8; j++) {
            put(key, 8, next_random(&state));
            MDB_val k = {j % 2 == 0 ? sizeof key : 1 + below(&state, sizeof key), key};
            MDB_val v = {2038 - 8 - k.mv_size - 4 + below(&state, 9), value};
            v.mv_size = j < 6 ? v.mv_size : (j - 5) * PAGE - 16 - 4 + below(&state, 9);
            CU_ASSERT_EQUAL_FATAL(mdb_put(db.txn, db.hashes, &k, &v, 0), 0);
        }
        commit(&db);
        CU_ASSERT_EQUAL(ledger_image_check(&report, folder.file, NULL), LEDGER_OK);
    }
    close_database(&db);
    remove_folder(&folder);
}

static void leaf_without_entries_is_refused(void)
{
    struct folder folder = make_folder();
    struct bytes file = make_one_entry(&folder, 100);
    uint8_t *tree = file.data + PAGE + META_MAIN;
    uint8_t *leaf = file.data + get(tree + TREE_ROOT, 8) * PAGE;
    put(tree + TREE_ENTRIES, 8, 0);
    put(leaf + 12, 2, 16);
    put(leaf + 14, 2, PAGE);
    CU_ASSERT_EQUAL(check_bytes(&folder, &file), LEDGER_DAMAGED);
    free(file.data);
    remove_folder(&folder);
}

static void number_of_tables_is_limited(void)
{
    struct folder folder = make_folder();
    struct ledger_image_report report;
    MDB_env *env;
    CU_ASSERT_EQUAL_FATAL(mdb_env_create(&env), 0);
    CU_ASSERT_EQUAL_FATAL(mdb_env_set_maxdbs(env, 200), 0);
    CU_ASSERT_EQUAL_FATAL(mdb_env_open(env, folder.file, MDB_NOSUBDIR | MDB_NOLOCK, 0600), 0);
    for (unsigned i = 0; i < 129; i++) {
        char name[16];
        MDB_txn *txn;
        MDB_dbi table;
        (void)snprintf(name, sizeof name, "table %u", i);
        CU_ASSERT_EQUAL_FATAL(mdb_txn_begin(env, NULL, 0, &txn), 0);
        CU_ASSERT_EQUAL_FATAL(mdb_dbi_open(txn, name, MDB_CREATE, &table), 0);
        CU_ASSERT_EQUAL_FATAL(mdb_txn_commit(txn), 0);
        enum ledger_status status = ledger_image_check(&report, folder.file, NULL);
        CU_ASSERT_EQUAL(status, i < 128 ? LEDGER_OK : LEDGER_DAMAGED);
    }
    mdb_env_close(env);
    remove_folder(&folder);
}

void ledger_suite_image_limits(void)
{
    CU_pSuite suite = CU_add_suite("image_limits", NULL, NULL);
    CU_add_test(suite, "page_size_outside_the_limits_is_refused",
                page_size_outside_the_limits_is_refused);
    CU_add_test(suite, "meta_page_that_is_cut_off_is_refused",
                meta_page_that_is_cut_off_is_refused);
    CU_add_test(suite, "unwritten_pages_are_limited", unwritten_pages_are_limited);
    CU_add_test(suite, "run_that_is_cut_off_is_refused", run_that_is_cut_off_is_refused);
    CU_add_test(suite, "sizes_of_entries_are_limited", sizes_of_entries_are_limited);
    CU_add_test(suite, "files_with_entries_of_all_sizes_are_sound",
                files_with_entries_of_all_sizes_are_sound);
    CU_add_test(suite, "leaf_without_entries_is_refused", leaf_without_entries_is_refused);
    CU_add_test(suite, "number_of_tables_is_limited", number_of_tables_is_limited);
}
