#include "ledger/ops/publish.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>

#include "ledger/store/tiles_write.h"
#include "tests/published_samples.h"
#include "tests/suites.h"

static void what_is_published_holds_at_every_size(void)
{
    static const uint64_t sizes[] = {1, 2, 3, 255, 256, 257, 511, 512, 700};
    struct fixture f = fixture_new(1);
    struct ledger_publish_report report;
    uint64_t before = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        if (i > 0) {
            grow_to(&f, before, sizes[i]);
        }
        CU_ASSERT_EQUAL(publish_with(&f, &report, false), LEDGER_OK);
        CU_ASSERT_EQUAL(report.before, before);
        CU_ASSERT_EQUAL(report.size, sizes[i]);
        files_hold(&f);
        CU_ASSERT_EQUAL(f.report->entries, sizes[i]);
        CU_ASSERT_EQUAL(f.report->nodes, sizes[i] + sizes[i] / 256);
        CU_ASSERT(ledger_hash_equal(&f.report->root, &report.root));
        before = sizes[i];
    }
    CU_ASSERT(file_is_there(&f, "tile/0/002.p/188"));
    CU_ASSERT(file_is_there(&f, "tile/entries/002.p/188"));
    CU_ASSERT_FALSE(file_is_there(&f, "tile/0/000.p"));
    CU_ASSERT_FALSE(file_is_there(&f, "tile/entries/001.p"));
    fixture_free(&f);
}

static void the_report_is_that_of_the_ledger(void)
{
    struct fixture f = published_new(300);
    files_hold(&f);
    struct ledger_audit_report files = *f.report;
    finds(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
    CU_ASSERT_STRING_EQUAL(files.origin, f.report->origin);
    CU_ASSERT_EQUAL(files.size, f.report->size);
    CU_ASSERT_EQUAL(files.bytes, f.report->bytes);
    CU_ASSERT_EQUAL(files.signatures, f.report->signatures);
    CU_ASSERT_EQUAL(files.authority_records, f.report->authority_records);
    CU_ASSERT_EQUAL(files.authority_lines, f.report->authority_lines);
    CU_ASSERT_EQUAL(files.first_time_ms, f.report->first_time_ms);
    CU_ASSERT_EQUAL(files.last_time_ms, f.report->last_time_ms);
    CU_ASSERT(ledger_hash_equal(&files.root, &f.report->root));
    CU_ASSERT_EQUAL(files.checkpoint_size, f.report->checkpoint_size);
    CU_ASSERT_EQUAL(memcmp(files.checkpoint, f.report->checkpoint, files.checkpoint_size), 0);
    fixture_free(&f);
}

static void only_what_is_new_is_looked_at(void)
{
    struct fixture f = published_new(600);
    struct ledger_publish_report report;
    struct ledger_span wrong = flipped(&f, "tile/0/000", 5);
    samples_write_file(published_file(&f, "tile/0/000"), wrong);
    CU_ASSERT_EQUAL(publish_with(&f, &report, false), LEDGER_OK);
    CU_ASSERT_EQUAL(report.written, 0);
    CU_ASSERT_EQUAL(report.kept, 4); /* the last bundle and tiles, and the checkpoint */
    files_are(&f, LEDGER_WRONG_NODE, 0);
    CU_ASSERT_EQUAL(publish_with(&f, &report, true), LEDGER_OK);
    CU_ASSERT_EQUAL(report.written, 1);
    CU_ASSERT_EQUAL(report.kept, 7);
    files_hold(&f);
    fixture_free(&f);
}

static void what_a_run_that_was_killed_left_is_not_trusted(void)
{
    struct fixture f = published_new(300);
    struct ledger_publish_report report;
    struct ledger_span old = samples_file(f.s, published_file(&f, "checkpoint"));
    grow_to(&f, 300, 600);
    CU_ASSERT_EQUAL(publish(&f), LEDGER_OK);
    samples_write_file(published_file(&f, "checkpoint"), old);
    samples_write_file(published_file(&f, "tile/0/001"), flipped(&f, "tile/0/001", 0));
    samples_write_file(published_file(&f, "tile/entries/001"), ledger_span_of("cut off"));
    samples_write_file(published_file(&f, LEDGER_TILES_TEMPORARY), ledger_span_of("unfinished"));
    CU_ASSERT_EQUAL(unlink(published_file(&f, "tile/0/002.p/88")), 0);
    CU_ASSERT_EQUAL(symlink("/etc/passwd", published_file(&f, "tile/0/002.p/88")), 0);
    CU_ASSERT_EQUAL(publish_with(&f, &report, false), LEDGER_OK);
    CU_ASSERT_EQUAL(report.written, 4); /* these three, and the checkpoint */
    CU_ASSERT_FALSE(file_is_there(&f, LEDGER_TILES_TEMPORARY));
    files_hold(&f);
    fixture_free(&f);
}

static void refuses(struct fixture *f, enum ledger_status status)
{
    struct ledger_span before = samples_file(f->s, published_file(f, "checkpoint"));
    CU_ASSERT_EQUAL(publish(f), status);
    CU_ASSERT_EQUAL(f->s->error.status, status);
    CU_ASSERT(ledger_span_equal(before, samples_file(f->s, published_file(f, "checkpoint"))));
}

static void a_directory_of_another_history_is_refused(void)
{
    struct fixture f = published_new(20);
    struct ledger_hash root;
    struct ledger_checkpoint checkpoint;
    const char *file = published_file(&f, "checkpoint");
    struct ledger_span good = samples_file(f.s, file);
    CU_ASSERT_FATAL(ledger_checkpoint_parse(&checkpoint, &f.s->verdict, good));
    root = checkpoint.root;
    root.bytes[3] ^= 1;
    samples_write_file(file, samples_checkpoint(f.s, SAMPLE_ORIGIN, 20, &root, SAMPLE_OPERATOR));
    refuses(&f, LEDGER_FORKED);
    samples_write_file(file, samples_checkpoint(f.s, SAMPLE_ORIGIN, 7, &root, SAMPLE_OPERATOR));
    refuses(&f, LEDGER_FORKED);
    samples_write_file(file, samples_checkpoint(f.s, SAMPLE_ORIGIN, 21, &root, SAMPLE_OPERATOR));
    refuses(&f, LEDGER_ROLLED_BACK);
    samples_write_file(
        file, samples_checkpoint(f.s, "other.example", 20, &checkpoint.root, SAMPLE_OPERATOR));
    refuses(&f, LEDGER_INVALID);
    samples_write_file(file, ledger_span_of("not a checkpoint\n"));
    refuses(&f, LEDGER_DAMAGED);
    samples_write_file(file, ledger_span_of(""));
    refuses(&f, LEDGER_DAMAGED);
    samples_write_file(file, good);
    CU_ASSERT_EQUAL(publish(&f), LEDGER_OK);
    fixture_free(&f);
}

static void a_checkpoint_that_got_cosignatures_stays(void)
{
    struct fixture f = published_new(20);
    const char *file = published_file(&f, "checkpoint");
    struct ledger_span note = samples_file(f.s, file);
    uint8_t bytes[2048];
    struct ledger_buffer buffer = ledger_buffer_in(bytes, sizeof bytes);
    uint8_t signature[LEDGER_SIGNATURE_SIZE] = {1};
    ledger_buffer_add(&buffer, note);
    ledger_note_write_signature(&buffer, samples_vkey(f.s, SAMPLE_STRANGER), signature,
                                sizeof signature);
    samples_write_file(file, ledger_buffer_span(&buffer));
    CU_ASSERT_EQUAL(publish(&f), LEDGER_OK);
    CU_ASSERT(ledger_span_equal(samples_file(f.s, file), ledger_buffer_span(&buffer)));
    files_hold(&f);
    /* One that the operator did not sign is replaced. */
    struct ledger_checkpoint checkpoint;
    CU_ASSERT_FATAL(ledger_checkpoint_parse(&checkpoint, &f.s->verdict, note));
    samples_write_file(
        file, samples_checkpoint(f.s, SAMPLE_ORIGIN, 20, &checkpoint.root, SAMPLE_STRANGER));
    CU_ASSERT_EQUAL(publish(&f), LEDGER_OK);
    CU_ASSERT(ledger_span_equal(samples_file(f.s, file), note));
    fixture_free(&f);
}

static void entries_under_no_checkpoint_are_not_published(void)
{
    struct fixture f = edited();
    store_edit_delete_at(f.edit, "checkpoints", ENTRIES);
    store_edit_close(&f.edit);
    CU_ASSERT_EQUAL(publish(&f), LEDGER_OK);
    files_hold(&f);
    CU_ASSERT_EQUAL(f.report->size, 1);
    fixture_free(&f);
}

static void a_ledger_that_is_not_what_was_signed_is_not_published(void)
{
    static const struct {
        uint64_t entries;
        uint64_t changed;
    } cases[] = {{12, 4}, {12, 11}, {600, 3}, {600, 255}, {600, 599}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture f = fixture_new(cases[i].entries);
        f.edit = store_edit_open(f.s->path);
        struct ledger_span entry =
            samples_copy(f.s, store_edit_get_at(f.edit, "entries", cases[i].changed));
        store_edit_put_at(f.edit, "entries", cases[i].changed,
                          samples_replaced(f.s, entry, "matter ", "mAtter "));
        store_edit_close(&f.edit);
        CU_ASSERT_EQUAL(publish(&f), LEDGER_DAMAGED);
        CU_ASSERT_FALSE(file_is_there(&f, "checkpoint"));
        CU_ASSERT_FALSE(file_is_there(&f, "tile"));
        fixture_free(&f);
    }
}

static void a_checkpoint_of_somebody_else_is_not_published(void)
{
    struct fixture f = edited();
    struct ledger_checkpoint checkpoint;
    struct ledger_span note = samples_copy(f.s, store_edit_get_at(f.edit, "checkpoints", ENTRIES));
    CU_ASSERT_FATAL(ledger_checkpoint_parse(&checkpoint, &f.s->verdict, note));
    store_edit_put_at(
        f.edit, "checkpoints", ENTRIES,
        samples_checkpoint(f.s, SAMPLE_ORIGIN, ENTRIES, &checkpoint.root, SAMPLE_STRANGER));
    store_edit_close(&f.edit);
    CU_ASSERT_EQUAL(publish(&f), LEDGER_DAMAGED);
    CU_ASSERT_FALSE(file_is_there(&f, "tile"));
    fixture_free(&f);
}

static void one_program_publishes_at_a_time(void)
{
    struct fixture f = published_new(5);
    int fd = open(published_dir(&f), O_RDONLY | O_CLOEXEC);
    CU_ASSERT_FATAL(fd >= 0 && flock(fd, LOCK_EX) == 0);
    refuses(&f, LEDGER_BUSY);
    close(fd);
    CU_ASSERT_EQUAL(publish(&f), LEDGER_OK);
    fixture_free(&f);
}

static void nothing_is_written_behind_a_symbolic_link(void)
{
    struct fixture f = published_new(5);
    const char *elsewhere = samples_text(f.s, "%s/elsewhere", f.s->directory);
    CU_ASSERT_EQUAL(rename(published_file(&f, "tile/entries"), elsewhere), 0);
    CU_ASSERT_EQUAL(symlink(elsewhere, published_file(&f, "tile/entries")), 0);
    grow_to(&f, 5, 9);
    refuses(&f, LEDGER_DAMAGED);
    CU_ASSERT_EQUAL(access(samples_text(f.s, "%s/000.p/9", elsewhere), F_OK), -1);
    fixture_free(&f);
}

void ledger_suite_publish(void)
{
    CU_pSuite suite = CU_add_suite("publish", NULL, NULL);
    CU_ADD_TEST(suite, what_is_published_holds_at_every_size);
    CU_ADD_TEST(suite, the_report_is_that_of_the_ledger);
    CU_ADD_TEST(suite, only_what_is_new_is_looked_at);
    CU_ADD_TEST(suite, what_a_run_that_was_killed_left_is_not_trusted);
    CU_ADD_TEST(suite, a_directory_of_another_history_is_refused);
    CU_ADD_TEST(suite, a_checkpoint_that_got_cosignatures_stays);
    CU_ADD_TEST(suite, entries_under_no_checkpoint_are_not_published);
    CU_ADD_TEST(suite, a_ledger_that_is_not_what_was_signed_is_not_published);
    CU_ADD_TEST(suite, a_checkpoint_of_somebody_else_is_not_published);
    CU_ADD_TEST(suite, one_program_publishes_at_a_time);
    CU_ADD_TEST(suite, nothing_is_written_behind_a_symbolic_link);
}
