/* Published directories on several threads: an audit and an import find what they find on one. */
#include "ledger/ops/import.h"

#include <stdlib.h>

#include "tests/published_samples.h"
#include "tests/suites.h"
#include "tests/told_samples.h"

/* Three bundles, the last of them partial. */
#define MANY 700
#define BUNDLES 3

static const char *const bundles[BUNDLES] = {"tile/entries/000", "tile/entries/001",
                                             "tile/entries/002.p/188"};

static struct told *audited(struct fixture *f, unsigned jobs, size_t stop_after)
{
    struct told *told = samples_memory(f->s, sizeof *told);
    struct ledger_error error;
    struct ledger_audit_options options = told_options(f, told, jobs, stop_after);
    told->status =
        ledger_audit_published(&told->report, &told->verdict, published_dir(f), &options, &error);
    return told;
}

/* With any number of threads the audit is the one on this thread alone, which is given back. */
static const struct told *agreed(struct fixture *f, size_t stop_after)
{
    static const unsigned jobs[] = {2, 3, 8};
    const struct told *plain = audited(f, 1, stop_after);
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++) {
        CU_ASSERT(same(plain, audited(f, jobs[i], stop_after)));
    }
    return plain;
}

static void a_valid_publication_is_valid_on_any_number_of_threads(void)
{
    static const uint64_t sizes[] = {1, 2, 64, 66, 256, 257, MANY};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct fixture f = published_new(sizes[i]);
        const struct told *told = agreed(&f, 0);
        CU_ASSERT_EQUAL(told->verdict.finding, LEDGER_VALID);
        CU_ASSERT_EQUAL(told->leaf_count, sizes[i]);
        fixture_free(&f);
    }
}

/* Flips a bit of a file, cuts or lengthens it, takes it away, or puts another in its place. */
static void mutate(struct fixture *f, uint64_t *seed, const char *name)
{
    const char *path = published_file(f, name);
    struct ledger_span old = samples_file(f->s, path);
    uint8_t *changed = samples_memory(f->s, old.size + 100);
    memcpy(changed, old.data, old.size);
    struct ledger_span with = {changed, old.size};
    switch (any(seed, 8)) {
    case 0:
        CU_ASSERT_EQUAL(unlink(path), 0);
        return;
    case 1:
        with.size = any(seed, old.size);
        break;
    case 2:
        with.size += 1 + any(seed, 99);
        break;
    case 3:
        with = samples_file(f->s, published_file(f, bundles[any(seed, BUNDLES - 1)]));
        break;
    default:
        changed[any(seed, old.size)] ^= (uint8_t)(1u << any(seed, 7));
    }
    samples_write_file(path, with);
}

/* Every file is changed in half of the rounds, so that often there is more than one thing to find
 * and what is first decides. */
static void whatever_was_changed_the_same_is_found(void)
{
    struct fixture f = published_new(MANY);
    struct ledger_span good[BUNDLES];
    uint64_t seed = 20261124;
    unsigned found = 0;
    for (size_t i = 0; i < BUNDLES; i++) {
        good[i] = samples_copy(f.s, samples_file(f.s, published_file(&f, bundles[i])));
    }
    for (unsigned round = 0; round < 32; round++) {
        for (size_t i = 0; i < BUNDLES; i++) {
            if (any(&seed, 2) == 0) {
                mutate(&f, &seed, bundles[i]);
            }
        }
        found += agreed(&f, 0)->verdict.finding != LEDGER_VALID ? 1 : 0;
        for (size_t i = 0; i < BUNDLES; i++) {
            samples_write_file(published_file(&f, bundles[i]), good[i]);
        }
    }
    CU_ASSERT(found > 20);
    CU_ASSERT_EQUAL(agreed(&f, 0)->verdict.finding, LEDGER_VALID);
    fixture_free(&f);
}

/* That the files end is known early to who looks ahead, and said only when its turn comes. */
static void what_is_wrong_before_the_end_of_the_files_is_found_first(void)
{
    struct fixture f = published_new(MANY);
    CU_ASSERT_EQUAL(unlink(published_file(&f, bundles[1])), 0);
    CU_ASSERT_EQUAL(unlink(published_file(&f, bundles[2])), 0);
    const struct told *told = agreed(&f, 0);
    CU_ASSERT_EQUAL(told->verdict.finding, LEDGER_CHECKPOINT_BEYOND);
    CU_ASSERT_EQUAL(told->verdict.entry, 256);
    struct ledger_span good = samples_file(f.s, published_file(&f, bundles[0]));
    samples_write_file(published_file(&f, bundles[0]), flipped(&f, bundles[0], good.size - 10));
    told = agreed(&f, 0);
    CU_ASSERT_EQUAL(told->verdict.finding, LEDGER_BAD_TEXT);
    CU_ASSERT_EQUAL(told->verdict.entry, 255);
    fixture_free(&f);
}

static void an_audit_that_is_stopped_stops(void)
{
    struct fixture f = published_new(MANY);
    static const size_t stops[] = {1, 2, 64, 65, 300, MANY};
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        const struct told *told = agreed(&f, stops[i]);
        CU_ASSERT_EQUAL(told->status, LEDGER_DISK_FULL);
        CU_ASSERT_EQUAL(told->leaf_count, stops[i]);
    }
    fixture_free(&f);
}

/* --- import --- */

struct imported {
    enum ledger_status status;
    struct ledger_verdict verdict;
    struct ledger_import_report report;
};

static struct imported imported(struct fixture *f, unsigned jobs)
{
    struct imported made;
    struct ledger_error error;
    const char *path = samples_text(f->s, "%s/imported-%u", f->s->directory, jobs);
    const struct ledger_import_options options = {
        .policy = f->policy, .map_size = (uint64_t)64 << 20, .jobs = jobs};
    memset(&made, 0, sizeof made);
    made.status =
        ledger_import(&made.report, &made.verdict, published_dir(f), path, &options, &error);
    if (made.status == LEDGER_OK && made.verdict.finding == LEDGER_VALID) {
        CU_ASSERT_EQUAL(system(samples_text(f->s, "rm -r '%s' '%s.guard'", path, path)), 0);
    }
    return made;
}

static void imported_alike(struct fixture *f, enum ledger_finding finding, uint64_t entry)
{
    const struct imported plain = imported(f, 1);
    CU_ASSERT_EQUAL(plain.status, LEDGER_OK);
    CU_ASSERT_EQUAL(plain.verdict.finding, finding);
    CU_ASSERT_EQUAL(plain.verdict.entry, entry);
    for (unsigned jobs = 2; jobs <= 4; jobs++) {
        const struct imported other = imported(f, jobs);
        CU_ASSERT_EQUAL(other.status, plain.status);
        CU_ASSERT_EQUAL(other.verdict.finding, plain.verdict.finding);
        CU_ASSERT_EQUAL(other.verdict.entry, plain.verdict.entry);
        CU_ASSERT_STRING_EQUAL(other.verdict.detail, plain.verdict.detail);
        CU_ASSERT_EQUAL(other.report.size, plain.report.size);
        CU_ASSERT(ledger_hash_equal(&other.report.root, &plain.report.root));
    }
}

static void a_publication_is_imported_alike_on_any_number_of_threads(void)
{
    struct fixture f = published_new(MANY);
    imported_alike(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
    struct ledger_span good = samples_copy(f.s, samples_file(f.s, published_file(&f, bundles[0])));
    CU_ASSERT_EQUAL(unlink(published_file(&f, bundles[1])), 0);
    imported_alike(&f, LEDGER_ENTRY_MISSING, 256);
    samples_write_file(published_file(&f, bundles[0]), flipped(&f, bundles[0], good.size - 10));
    imported_alike(&f, LEDGER_BAD_TEXT, 255);
    fixture_free(&f);
}

void ledger_suite_ahead_published(void)
{
    CU_pSuite suite = CU_add_suite("ahead_published", NULL, NULL);
    CU_ADD_TEST(suite, a_valid_publication_is_valid_on_any_number_of_threads);
    CU_ADD_TEST(suite, whatever_was_changed_the_same_is_found);
    CU_ADD_TEST(suite, what_is_wrong_before_the_end_of_the_files_is_found_first);
    CU_ADD_TEST(suite, an_audit_that_is_stopped_stops);
    CU_ADD_TEST(suite, a_publication_is_imported_alike_on_any_number_of_threads);
}
