#include "ledger/ops/import.h"

#include <dirent.h>

#include "tests/fake_sync.h"
#include "tests/published_samples.h"
#include "tests/ruled_samples.h"
#include "tests/suites.h"

static enum ledger_status import(struct fixture *f, struct ledger_import_report *report,
                                 const char *guard)
{
    struct ledger_import_options options = {
        .policy = f->policy, .guard_path = guard, .map_size = SAMPLE_MAP_SIZE};
    return ledger_import(report, &f->s->verdict, published_dir(f),
                         samples_text(f->s, "%s/imported", f->s->directory), &options,
                         &f->s->error);
}

/* The files beside the ledger; imports leave none behind. */
static unsigned files_beside(struct fixture *f)
{
    unsigned count = 0;
    DIR *directory = opendir(f->s->directory);
    CU_ASSERT_PTR_NOT_NULL_FATAL(directory);
    while (readdir(directory) != NULL) {
        count++;
    }
    closedir(directory);
    return count;
}

static void refuses(struct fixture *f, enum ledger_finding finding, uint64_t entry)
{
    struct ledger_import_report report;
    unsigned before = files_beside(f);
    CU_ASSERT_EQUAL(import(f, &report, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(f->s->verdict.finding, finding);
    CU_ASSERT_EQUAL(f->s->verdict.entry, entry);
    CU_ASSERT_EQUAL(files_beside(f), before);
}

/* Lets the fixture speak of what was imported. */
static void turn_to_import(struct fixture *f)
{
    (void)snprintf(f->s->path, sizeof f->s->path, "%s/imported", f->s->directory);
    (void)snprintf(f->s->guard, sizeof f->s->guard, "%s/imported.guard", f->s->directory);
}

static void what_was_published_becomes_the_same_ledger(void)
{
    static const uint64_t sizes[] = {1, 2, 256, 300, 1300};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct fixture f = published_new(sizes[i]);
        struct ledger_import_report report;
        finds(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
        struct ledger_audit_report original = *f.report;
        CU_ASSERT_EQUAL(import(&f, &report, NULL), LEDGER_OK);
        CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_VALID);
        CU_ASSERT_EQUAL(report.size, sizes[i]);
        CU_ASSERT_STRING_EQUAL(report.origin, SAMPLE_ORIGIN);
        CU_ASSERT_FALSE(report.guard_was_there);
        turn_to_import(&f);
        finds(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
        CU_ASSERT(ledger_hash_equal(&f.report->root, &original.root));
        CU_ASSERT(ledger_hash_equal(&f.report->root, &report.root));
        CU_ASSERT_EQUAL(f.report->rows, original.rows);
        CU_ASSERT_EQUAL(f.report->nodes, original.nodes);
        CU_ASSERT_EQUAL(f.report->checkpoints, 1);
        CU_ASSERT(ledger_span_equal(samples_file(f.s, f.s->guard),
                                    samples_file(f.s, published_file(&f, "checkpoint"))));
        fixture_free(&f);
    }
}

static void the_operator_goes_on_with_an_import(void)
{
    struct fixture f = published_new(300);
    struct ledger_import_report report;
    CU_ASSERT_EQUAL(import(&f, &report, NULL), LEDGER_OK);
    turn_to_import(&f);
    grow_to(&f, 300, 310);
    finds(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
    CU_ASSERT_EQUAL(f.report->entries, 310);
    CU_ASSERT_EQUAL(publish(&f), LEDGER_OK);
    files_hold(&f);
    fixture_free(&f);
}

static void rules_are_replayed(void)
{
    struct fixture f = ruled_new();
    struct ledger_import_report report;
    ruled_proceed(&f, "a", 5);
    CU_ASSERT_EQUAL(ruled_append(&f, samples_reappraisal("c", "a")), LEDGER_VALID);
    CU_ASSERT_EQUAL(publish(&f), LEDGER_OK);
    CU_ASSERT_EQUAL(import(&f, &report, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_VALID);
    uint64_t at = ruled_slip(&f, samples_appraisal("b", "issue"), true);
    CU_ASSERT_EQUAL(publish(&f), LEDGER_OK);
    CU_ASSERT_EQUAL(rename(samples_text(f.s, "%s/imported", f.s->directory),
                           samples_text(f.s, "%s/first", f.s->directory)),
                    0);
    CU_ASSERT_EQUAL(unlink(samples_text(f.s, "%s/imported.guard", f.s->directory)), 0);
    refuses(&f, LEDGER_WRONG_ORDER, at);
    fixture_free(&f);
}

static void a_publication_that_does_not_hold_is_not_imported(void)
{
    struct fixture f = published_new(600);
    const char *bundle = published_file(&f, "tile/entries/001");
    struct ledger_span good = samples_file(f.s, bundle);
    samples_write_file(bundle, flipped(&f, "tile/entries/001", good.size - 2));
    refuses(&f, LEDGER_BAD_TEXT, 511);
    samples_write_file(bundle, (struct ledger_span){good.data, good.size - 1});
    refuses(&f, LEDGER_STORE_DAMAGED, 256);
    CU_ASSERT_EQUAL(unlink(bundle), 0);
    refuses(&f, LEDGER_ENTRY_MISSING, 256);
    samples_write_file(bundle, good);
    struct ledger_checkpoint checkpoint;
    struct ledger_span note = samples_file(f.s, published_file(&f, "checkpoint"));
    CU_ASSERT_FATAL(ledger_checkpoint_parse(&checkpoint, &f.s->verdict, note));
    struct ledger_hash root = {{1}};
    const char *file = published_file(&f, "checkpoint");
    samples_write_file(file, samples_checkpoint(f.s, SAMPLE_ORIGIN, 600, &root, SAMPLE_OPERATOR));
    refuses(&f, LEDGER_CHECKPOINT_ROOT, 599);
    samples_write_file(
        file, samples_checkpoint(f.s, SAMPLE_ORIGIN, 600, &checkpoint.root, SAMPLE_STRANGER));
    refuses(&f, LEDGER_LOG_UNTRUSTED, LEDGER_NO_ENTRY);
    samples_write_file(file, ledger_span_of("no checkpoint\n"));
    refuses(&f, LEDGER_BAD_NOTE, LEDGER_NO_ENTRY);
    fixture_free(&f);
}

/* The policy may trust a key that is not the operator's in force. */
static void the_operator_in_force_must_have_signed(void)
{
    struct fixture f = published_new(5);
    struct ledger_checkpoint checkpoint;
    struct ledger_span note = samples_file(f.s, published_file(&f, "checkpoint"));
    CU_ASSERT_FATAL(ledger_checkpoint_parse(&checkpoint, &f.s->verdict, note));
    samples_write_file(
        published_file(&f, "checkpoint"),
        samples_checkpoint(f.s, SAMPLE_ORIGIN, 5, &checkpoint.root, SAMPLE_OPERATOR_NEXT));
    ledger_policy_of_log(f.policy, samples_vkey(f.s, SAMPLE_OPERATOR_NEXT));
    refuses(&f, LEDGER_CHECKPOINT_UNSIGNED, 4);
    fixture_free(&f);
}

static void a_repeated_record_is_not_imported(void)
{
    struct fixture f = fixture_new(5);
    struct ledger_import_report report;
    append_again(&f, 4);
    CU_ASSERT_EQUAL(publish(&f), LEDGER_OK);
    files_are(&f, LEDGER_REPEATED_RECORD, 5);
    refuses(&f, LEDGER_REPEATED_RECORD, 5);
    CU_ASSERT_EQUAL(import(&f, &report, NULL), LEDGER_OK);
    fixture_free(&f);
}

static void what_reads_back_otherwise_is_not_put_in_place(void)
{
    static char text[] = "\nindex 7\ntime 2";
    struct fixture f = published_new(9);
    struct ledger_import_report report;
    unsigned before = files_beside(&f);
    fake_sync("/data.mdb", 0, fake_sync_of_a_bad_disk, text);
    CU_ASSERT_EQUAL(import(&f, &report, NULL), LEDGER_SELF_CHECK);
    CU_ASSERT(fake_sync_count() > 0);
    fake_sync(NULL, 0, NULL, NULL);
    CU_ASSERT_EQUAL(files_beside(&f), before);
    fixture_free(&f);
}

static void nothing_is_replaced(void)
{
    struct fixture f = published_new(5);
    struct ledger_import_report report;
    CU_ASSERT_EQUAL(import(&f, &report, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(import(&f, &report, NULL), LEDGER_EXISTS);
    fixture_free(&f);
}

/* The ledger is gone, its guard is not. */
static void a_lost_ledger_is_put_back_under_its_guard(void)
{
    struct fixture f = published_new(5);
    struct ledger_import_report report;
    struct ledger_span five = samples_file(f.s, published_file(&f, "checkpoint"));
    grow_to(&f, 5, 300);
    struct ledger_span guard = samples_file(f.s, f.s->guard);
    CU_ASSERT_EQUAL(import(&f, &report, f.s->guard), LEDGER_ROLLED_BACK);
    CU_ASSERT(ledger_span_equal(samples_file(f.s, f.s->guard), guard));
    CU_ASSERT_EQUAL(publish(&f), LEDGER_OK);
    CU_ASSERT_EQUAL(import(&f, &report, f.s->guard), LEDGER_OK);
    CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_VALID);
    CU_ASSERT(report.guard_was_there);
    CU_ASSERT(ledger_span_equal(samples_file(f.s, f.s->guard), guard));
    /* A guard that stayed behind is moved forward. */
    const char *imported = samples_text(f.s, "%s/imported", f.s->directory);
    CU_ASSERT_EQUAL(rename(imported, samples_text(f.s, "%s/first", f.s->directory)), 0);
    samples_write_file(f.s->guard, five);
    CU_ASSERT_EQUAL(import(&f, &report, f.s->guard), LEDGER_OK);
    CU_ASSERT(ledger_span_equal(samples_file(f.s, f.s->guard), guard));
    fixture_free(&f);
}

static void a_guard_of_another_history_is_not_overruled(void)
{
    struct fixture f = published_new(20);
    struct ledger_import_report report;
    struct ledger_hash root = {{3}};
    const char *guard = samples_text(f.s, "%s/imported.guard", f.s->directory);
    const struct {
        struct ledger_span bytes;
        enum ledger_status status;
    } cases[] = {
        {samples_checkpoint(f.s, SAMPLE_ORIGIN, 7, &root, SAMPLE_OPERATOR), LEDGER_FORKED},
        {samples_checkpoint(f.s, SAMPLE_ORIGIN, 20, &root, SAMPLE_OPERATOR), LEDGER_FORKED},
        {samples_checkpoint(f.s, SAMPLE_ORIGIN, 21, &root, SAMPLE_OPERATOR), LEDGER_ROLLED_BACK},
        {samples_checkpoint(f.s, "other.example", 7, &root, SAMPLE_OPERATOR), LEDGER_FORKED},
        {ledger_span_of("nothing\n"), LEDGER_FORKED},
        {ledger_span_of(""), LEDGER_FORKED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        samples_write_file(guard, cases[i].bytes);
        unsigned before = files_beside(&f);
        CU_ASSERT_EQUAL(import(&f, &report, NULL), cases[i].status);
        CU_ASSERT_EQUAL(files_beside(&f), before);
        CU_ASSERT(ledger_span_equal(samples_file(f.s, guard), cases[i].bytes));
    }
    fixture_free(&f);
}

void ledger_suite_import(void)
{
    CU_pSuite suite = CU_add_suite("import", NULL, NULL);
    CU_ADD_TEST(suite, what_was_published_becomes_the_same_ledger);
    CU_ADD_TEST(suite, the_operator_goes_on_with_an_import);
    CU_ADD_TEST(suite, rules_are_replayed);
    CU_ADD_TEST(suite, a_publication_that_does_not_hold_is_not_imported);
    CU_ADD_TEST(suite, the_operator_in_force_must_have_signed);
    CU_ADD_TEST(suite, a_repeated_record_is_not_imported);
    CU_ADD_TEST(suite, what_reads_back_otherwise_is_not_put_in_place);
    CU_ADD_TEST(suite, nothing_is_replaced);
    CU_ADD_TEST(suite, a_lost_ledger_is_put_back_under_its_guard);
    CU_ADD_TEST(suite, a_guard_of_another_history_is_not_overruled);
}
