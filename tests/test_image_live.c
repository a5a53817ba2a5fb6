#include "ledger/store/image_check.h"

#include "tests/busy_file.h"
#include "tests/image_samples.h"
#include "tests/suites.h"

static void a_small_file_is_walked_and_of_a_large_one_the_head(void)
{
    struct folder folder = make_folder();
    struct bytes sample = make_sample(&folder);
    struct ledger_image_report report;
    CU_ASSERT_EQUAL(ledger_image_check_live(&report, folder.file, sample.size, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(report.entries, 520);
    CU_ASSERT_EQUAL(report.tables, 2);
    CU_ASSERT_EQUAL(ledger_image_check_live(&report, folder.file, sample.size - 1, NULL),
                    LEDGER_OK);
    CU_ASSERT_EQUAL(report.pages, 0);
    busy_file_damage(folder.file);
    CU_ASSERT_EQUAL(ledger_image_check_live(&report, folder.file, sample.size, NULL),
                    LEDGER_DAMAGED);
    CU_ASSERT_EQUAL(ledger_image_check_live(&report, folder.file, 0, NULL), LEDGER_OK);
    busy_file_behead(folder.file);
    CU_ASSERT_EQUAL(ledger_image_check_live(&report, folder.file, 0, NULL), LEDGER_DAMAGED);
    put_file(folder.file, sample.data, sample.size - PAGE);
    CU_ASSERT_EQUAL(ledger_image_check_live(&report, folder.file, 0, NULL), LEDGER_DAMAGED);
    free(sample.data);
    remove_folder(&folder);
    CU_ASSERT_EQUAL(ledger_image_check_live(&report, folder.file, 0, NULL), LEDGER_NOT_FOUND);
}

static void a_writer_without_pause_is_borne_if_the_head_is_sound(void)
{
    struct folder folder = make_folder();
    struct bytes sample = make_sample(&folder);
    struct ledger_image_report report;
    struct ledger_error error = {0};
    busy_file_damage(folder.file);
    busy_file_start(folder.file);
    CU_ASSERT_EQUAL(ledger_image_check(&report, folder.file, NULL), LEDGER_BUSY);
    CU_ASSERT_EQUAL(ledger_image_check_live(&report, folder.file, UINT64_MAX, &error), LEDGER_OK);
    CU_ASSERT_EQUAL(error.status, LEDGER_OK);
    CU_ASSERT_EQUAL(report.pages, 0);
    CU_ASSERT_EQUAL(report.tables, 0);
    busy_file_behead(folder.file);
    CU_ASSERT_EQUAL(ledger_image_check_live(&report, folder.file, UINT64_MAX, &error), LEDGER_BUSY);
    CU_ASSERT_EQUAL(error.status, LEDGER_BUSY);
    busy_file_stop();
    free(sample.data);
    remove_folder(&folder);
}

static void grow(void *context)
{
    const struct folder *folder = context;
    uint64_t state = SEED;
    struct database db = open_database(folder->file);
    put_range(&db, 1000, 1400, &state);
    close_database(&db);
}

/* The pages of a commit that came when the file had been measured are no pages beyond its end. */
static void a_file_that_grows_while_it_is_measured_is_sound(void)
{
    for (unsigned way = 0; way < 3; way++) {
        struct folder folder = make_folder();
        struct bytes sample = make_sample(&folder);
        struct ledger_image_report report;
        struct ledger_error error = {0};
        struct stat info;
        busy_file_next(grow, &folder);
        CU_ASSERT_EQUAL(way == 0 ? ledger_image_check(&report, folder.file, &error)
                                 : ledger_image_check_live(&report, folder.file,
                                                           way == 1 ? UINT64_MAX : 0, &error),
                        LEDGER_OK);
        CU_ASSERT(stat(folder.file, &info) == 0 && (size_t)info.st_size > sample.size);
        free(sample.data);
        remove_folder(&folder);
    }
}

void ledger_suite_image_live(void)
{
    CU_pSuite suite = CU_add_suite("image_live", NULL, NULL);
    CU_ADD_TEST(suite, a_small_file_is_walked_and_of_a_large_one_the_head);
    CU_ADD_TEST(suite, a_file_that_grows_while_it_is_measured_is_sound);
    CU_ADD_TEST(suite, a_writer_without_pause_is_borne_if_the_head_is_sound);
}
