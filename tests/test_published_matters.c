/* What the operator recorded (indexes of matters, figures) is judged in a publication as in a ledger,
 * and an import keeps what the next index is made from. */
#include "ledger/law/statistics.h"
#include "ledger/ops/import.h"
#include "tests/index_samples.h"
#include "tests/published_samples.h"
#include "tests/ruled_samples.h"
#include "tests/suites.h"

/* Ledger and publication get the same verdict, and the same counts. */
static void both_are(struct fixture *f, enum ledger_finding finding, uint64_t entry)
{
    finds(f, finding, entry);
    struct ledger_audit_report whole = *f->report;
    CU_ASSERT_EQUAL_FATAL(publish(f), LEDGER_OK);
    files_are(f, finding, entry);
    CU_ASSERT_EQUAL(f->report->entries, whole.entries);
    CU_ASSERT_EQUAL(f->report->index_entries, whole.index_entries);
    CU_ASSERT_EQUAL(f->report->statistics, whole.statistics);
    if (finding == LEDGER_VALID) {
        CU_ASSERT_EQUAL(f->report->matters, whole.matters);
    }
}

/* Appends `records` records in matters of their own, each followed by one in a matter that all
 * share, and an index. */
static void grow_indexed(struct fixture *f, uint64_t first, unsigned records)
{
    struct ledger_appender *a = opened(f->s);
    for (uint64_t i = first; i < first + records; i++) {
        CU_ASSERT_EQUAL(append_one(f->s, a, index_ordinary(f->s, i), NULL), LEDGER_VALID);
        CU_ASSERT_EQUAL(append_one(f->s, a, index_ordinary(f->s, 0), NULL), LEDGER_VALID);
    }
    (void)index_append(f->s, a);
    ledger_appender_close(&a);
}

/* A ledger of 1 + 7 + 5 entries with two indexes. */
static struct fixture indexed(void)
{
    struct fixture f = fixture_new(1);
    grow_indexed(&f, 1, 3);
    grow_indexed(&f, 11, 2);
    return f;
}

static enum ledger_status count(void *context, const struct ledger_entry *entry,
                                const struct ledger_step *step, const struct ledger_hash *leaf)
{
    (void)leaf;
    return ledger_statistics_add(context, entry, step);
}

/* A record of the figures of all entries, off by `off` in their digest. */
static struct ledger_span figures_note(struct fixture *f, uint8_t off)
{
    struct ledger_statistics *figures = NULL;
    struct ledger_document document;
    CU_ASSERT_EQUAL_FATAL(ledger_statistics_new(&figures), LEDGER_OK);
    struct ledger_audit_options options = {
        .policy = f->policy, .unlocked = true, .entry = count, .entry_context = figures};
    CU_ASSERT_EQUAL(ledger_audit(f->report, &f->s->verdict, f->s->path, &options, &f->s->error),
                    LEDGER_OK);
    ledger_statistics_digest(&document, f->s->hasher, figures);
    document.digest.bytes[0] ^= off;
    document.name = ledger_span_of("figures.csv");
    struct sample_record record = {
        .kind = LEDGER_KIND_STATISTICS,
        .event = "report",
        .matter = LEDGER_KIND_STATISTICS,
        .institution = SAMPLE_ORIGIN,
        .fields = {samples_text(f->s, "size %llu", (unsigned long long)f->report->entries)},
        .documents = &document,
        .document_count = 1,
        .signers = {SAMPLE_OPERATOR}};
    ledger_statistics_free(&figures);
    return samples_record(f->s, &record);
}

static struct ledger_span false_index(struct fixture *f, uint64_t size)
{
    struct ledger_hash root = index_reference_root(f->s, size);
    root.bytes[31] ^= 1;
    return index_note(f->s, size, &root, SAMPLE_OPERATOR);
}

static void indexes_and_figures_hold(void)
{
    struct fixture f = indexed();
    (void)ruled_slip_note(&f, figures_note(&f, 0), true);
    both_are(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
    CU_ASSERT_EQUAL(f.report->index_entries, 2);
    CU_ASSERT_EQUAL(f.report->statistics, 1);
    CU_ASSERT(f.report->matters >= 8);
    fixture_free(&f);
}

static void without_an_index_no_matters_are_told(void)
{
    struct fixture f = fixture_new(5);
    both_are(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
    CU_ASSERT_EQUAL(f.report->matters, 0);
    fixture_free(&f);
}

static void a_false_root_is_found(void)
{
    for (unsigned indexes = 0; indexes < 2; indexes++) {
        struct fixture f = indexes == 0 ? fixture_new(5) : indexed();
        uint64_t size = indexes == 0 ? 5 : 13;
        CU_ASSERT_EQUAL(ruled_slip_note(&f, false_index(&f, size), true), size);
        both_are(&f, LEDGER_INDEX_ROOT, size);
        fixture_free(&f);
    }
}

static void false_figures_are_found(void)
{
    struct fixture f = indexed();
    uint64_t at = ruled_slip_note(&f, figures_note(&f, 1), true);
    both_are(&f, LEDGER_OTHER_FIGURES, at);
    fixture_free(&f);
}

static void an_index_by_another_is_found(void)
{
    struct fixture f = fixture_new(5);
    struct ledger_hash root = index_reference_root(f.s, 5);
    uint64_t at = ruled_slip_note(&f, index_note(f.s, 5, &root, SAMPLE_ZHANG), true);
    both_are(&f, LEDGER_NOT_ENROLLED, at);
    fixture_free(&f);
}

struct watcher {
    uint64_t count;
    uint64_t end; /* gives up there */
};

static enum ledger_status watch(void *context, const struct ledger_entry *entry,
                                const struct ledger_step *step, const struct ledger_hash *leaf)
{
    struct watcher *w = context;
    (void)step;
    (void)leaf;
    CU_ASSERT_EQUAL(entry->index, w->count);
    w->count++;
    return w->count == w->end ? LEDGER_CLOCK : LEDGER_OK;
}

static void every_entry_that_holds_is_shown(void)
{
    struct fixture f = published_new(300);
    static const uint64_t ends[] = {0, 7, 257};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct watcher watcher = {.end = ends[i]};
        struct ledger_audit_options options = {
            .policy = f.policy, .entry = watch, .entry_context = &watcher};
        CU_ASSERT_EQUAL(ledger_audit_published(f.report, &f.s->verdict, published_dir(&f), &options,
                                               &f.s->error),
                        ends[i] == 0 ? LEDGER_OK : LEDGER_CLOCK);
        CU_ASSERT_EQUAL(f.s->verdict.finding, ends[i] == 0 ? LEDGER_VALID : LEDGER_NOT_CHECKED);
        CU_ASSERT_EQUAL(watcher.count, ends[i] == 0 ? 300 : ends[i]);
    }
    fixture_free(&f);
}

/* --- import --- */

static void import_is(struct fixture *f, enum ledger_finding finding, uint64_t entry)
{
    struct ledger_import_report report;
    struct ledger_import_options options = {.policy = f->policy, .map_size = SAMPLE_MAP_SIZE};
    CU_ASSERT_EQUAL_FATAL(publish(f), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_import(&report, &f->s->verdict, published_dir(f),
                                  samples_text(f->s, "%s/imported", f->s->directory), &options,
                                  &f->s->error),
                    LEDGER_OK);
    CU_ASSERT_EQUAL(f->s->verdict.finding, finding);
    CU_ASSERT_EQUAL(f->s->verdict.entry, entry);
}

static void turn_to_import(struct fixture *f)
{
    (void)snprintf(f->s->path, sizeof f->s->path, "%s/imported", f->s->directory);
    (void)snprintf(f->s->guard, sizeof f->s->guard, "%s/imported.guard", f->s->directory);
}

/* Everything in the import that is derived is as in the ledger: the audit compares all of it. */
static void an_import_has_the_parts_of_the_last_index(void)
{
    for (unsigned after = 0; after < 2; after++) {
        struct fixture f = indexed();
        if (after != 0) {
            grow_to(&f, 13, 16);
        }
        (void)ruled_slip_note(&f, figures_note(&f, 0), true);
        finds(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
        uint64_t rows = f.report->rows;
        import_is(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
        turn_to_import(&f);
        finds(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
        CU_ASSERT_EQUAL(f.report->rows, rows);
        CU_ASSERT_EQUAL(f.report->index_entries, 2);
        fixture_free(&f);
    }
}

static void the_operator_goes_on_with_an_index(void)
{
    struct fixture f = indexed();
    import_is(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
    turn_to_import(&f);
    grow_indexed(&f, 21, 4);
    finds(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
    CU_ASSERT_EQUAL(f.report->index_entries, 3);
    CU_ASSERT_EQUAL(publish(&f), LEDGER_OK);
    files_hold(&f);
    CU_ASSERT_EQUAL(f.report->index_entries, 3);
    fixture_free(&f);
}

static void an_import_without_an_index_gets_its_first(void)
{
    struct fixture f = fixture_new(9);
    import_is(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
    turn_to_import(&f);
    grow_indexed(&f, 21, 2);
    finds(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
    CU_ASSERT_EQUAL(f.report->index_entries, 1);
    fixture_free(&f);
}

static void what_the_operator_says_falsely_is_not_imported(void)
{
    struct fixture f = indexed();
    uint64_t at = ruled_slip_note(&f, false_index(&f, 13), true);
    import_is(&f, LEDGER_INDEX_ROOT, at);
    fixture_free(&f);
    f = indexed();
    at = ruled_slip_note(&f, figures_note(&f, 1), true);
    import_is(&f, LEDGER_OTHER_FIGURES, at);
    fixture_free(&f);
}

void ledger_suite_published_matters(void)
{
    CU_pSuite suite = CU_add_suite("published_matters", NULL, NULL);
    CU_ADD_TEST(suite, indexes_and_figures_hold);
    CU_ADD_TEST(suite, without_an_index_no_matters_are_told);
    CU_ADD_TEST(suite, a_false_root_is_found);
    CU_ADD_TEST(suite, false_figures_are_found);
    CU_ADD_TEST(suite, an_index_by_another_is_found);
    CU_ADD_TEST(suite, every_entry_that_holds_is_shown);
    CU_ADD_TEST(suite, an_import_has_the_parts_of_the_last_index);
    CU_ADD_TEST(suite, the_operator_goes_on_with_an_index);
    CU_ADD_TEST(suite, an_import_without_an_index_gets_its_first);
    CU_ADD_TEST(suite, what_the_operator_says_falsely_is_not_imported);
}
