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
}
