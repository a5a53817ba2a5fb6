/* The entries of a publication are judged as those of a ledger are. */
#include "ledger/ops/audit_published.h"

#include "tests/published_samples.h"
#include "tests/ruled_samples.h"
#include "tests/suites.h"

/* Ledger and publication get the same verdict. */
static void both_are(struct fixture *f, enum ledger_finding finding, uint64_t entry)
{
    finds(f, finding, entry);
    uint64_t ruled = f->report->ruled;
    CU_ASSERT_EQUAL_FATAL(publish(f), LEDGER_OK);
    files_are(f, finding, entry);
    CU_ASSERT_EQUAL(f->report->ruled, ruled);
}

static void a_matter_that_proceeds_by_its_rules_holds(void)
{
    struct fixture f = ruled_new();
    ruled_proceed(&f, "a", 5);
    ruled_proceed(&f, "b", 4);
    CU_ASSERT_EQUAL(ruled_append(&f, samples_reappraisal("c", "a")), LEDGER_VALID);
    both_are(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
    CU_ASSERT_EQUAL(f.report->ruled, 10);
    fixture_free(&f);
}

static void steps_against_the_rules_are_found(void)
{
    static const struct {
        const char *matter;
        const char *event;
        enum ledger_finding finding;
    } steps[] = {{"a", "accept", LEDGER_ALREADY_OPEN},
                 {"b", "issue", LEDGER_WRONG_ORDER},
                 {"a", "issue", LEDGER_WRONG_ORDER},
                 {"a", "invent", LEDGER_NO_RULE}};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct fixture f = ruled_new();
        ruled_proceed(&f, "a", 2);
        ruled_proceed(&f, "other", 4);
        uint64_t at = ruled_slip(&f, samples_appraisal(steps[i].matter, steps[i].event), true);
        both_are(&f, steps[i].finding, at);
        fixture_free(&f);
    }
}

static void a_reference_against_the_rules_is_found(void)
{
    struct fixture f = ruled_new();
    ruled_proceed(&f, "a", 2);
    uint64_t at = ruled_slip(&f, samples_reappraisal("c", "a"), true);
    both_are(&f, LEDGER_BAD_REFERENCE, at);
    fixture_free(&f);
}

static void a_record_by_a_stranger_is_found(void)
{
    struct fixture f = fixture_new(5);
    struct sample_record what = {.signers = {SAMPLE_STRANGER}};
    uint64_t at = ruled_slip(&f, what, true);
    both_are(&f, LEDGER_NOT_ENROLLED, at);
    fixture_free(&f);
}

/* The repeat is known only after the last entry, and counts before what comes later. */
static void a_repeated_record_comes_before_what_is_found_later(void)
{
    struct fixture f = fixture_new(5);
    append_again(&f, 3);
    append_again(&f, 4);
    CU_ASSERT_EQUAL_FATAL(publish(&f), LEDGER_OK);
    files_are(&f, LEDGER_REPEATED_RECORD, 5);
    struct ledger_audit_report first = *f.report;
    CU_ASSERT_EQUAL(first.entries, 5);
    struct sample_record what = {.signers = {SAMPLE_STRANGER}};
    (void)ruled_slip(&f, what, true);
    CU_ASSERT_EQUAL_FATAL(publish(&f), LEDGER_OK);
    files_are(&f, LEDGER_REPEATED_RECORD, 5);
    CU_ASSERT_EQUAL(f.report->size, first.size + 1);
    f.report->size = first.size;
    CU_ASSERT_EQUAL(memcmp(f.report, &first, sizeof first), 0);
    fixture_free(&f);
}

/* Before it counts what comes before. */
static void a_repeated_record_comes_after_what_is_found_before(void)
{
    struct fixture f = fixture_new(5);
    struct sample_record what = {.signers = {SAMPLE_STRANGER}};
    uint64_t at = ruled_slip(&f, what, true);
    (void)ruled_slip_note(&f, samples_record(f.s, &what), true);
    CU_ASSERT_EQUAL_FATAL(publish(&f), LEDGER_OK);
    files_are(&f, LEDGER_NOT_ENROLLED, at);
    fixture_free(&f);
}

struct seen {
    unsigned count;
    uint64_t entries[8];
};

static void take_notice(void *context, const struct ledger_notice *notice)
{
    struct seen *seen = context;
    if (seen->count < 8) {
        seen->entries[seen->count] = notice->entry;
    }
    seen->count++;
}

static void entries_in_doubt_are_listed(void)
{
    struct fixture f = fixture_new(1);
    struct seen seen = {0};
    for (uint64_t i = 1; i <= 3; i++) {
        struct sample_record what = {.matter = "x"};
        CU_ASSERT_EQUAL(ruled_append(&f, what), LEDGER_VALID);
    }
    const char *line = samples_line(f.s, "compromise ", SAMPLE_ZHANG, " 2");
    struct sample_record change = {.kind = "authority",
                                   .event = "change",
                                   .matter = "authority",
                                   .institution = SAMPLE_ORIGIN,
                                   .unsets = {samples_line(f.s, "key ", SAMPLE_ZHANG, "")},
                                   .sets = {line}};
    CU_ASSERT_EQUAL(ruled_append(&f, change), LEDGER_VALID);
    CU_ASSERT_EQUAL_FATAL(publish(&f), LEDGER_OK);
    struct ledger_audit_options options = {
        .policy = f.policy, .notice = take_notice, .notice_context = &seen};
    CU_ASSERT_EQUAL(
        ledger_audit_published(f.report, &f.s->verdict, published_dir(&f), &options, &f.s->error),
        LEDGER_OK);
    CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_VALID);
    CU_ASSERT_EQUAL(f.report->compromised, 1);
    CU_ASSERT_EQUAL(f.report->doubtful, 2);
    CU_ASSERT_EQUAL(seen.count, 3);
    CU_ASSERT_EQUAL(seen.entries[1], 2);
    CU_ASSERT_EQUAL(seen.entries[2], 3);
    fixture_free(&f);
}

/* Puts another publication, which holds, in the place of the one that has a repeat. */
struct swapper {
    struct fixture *f;
    unsigned calls;
};

static void swap(void *context, uint64_t done, uint64_t total)
{
    struct swapper *swapper = context;
    if (done == total && swapper->calls++ == 0) {
        const char *command = samples_text(swapper->f->s, "rm -rf '%s' && cp -r '%s.good' '%s'",
                                           published_dir(swapper->f), published_dir(swapper->f),
                                           published_dir(swapper->f));
        CU_ASSERT_EQUAL(system(command), 0);
    }
}

static void a_repeat_that_is_gone_when_it_is_looked_at_again_is_a_change(void)
{
    struct fixture f = fixture_new(5);
    struct swapper swapper = {&f, 0};
    CU_ASSERT_EQUAL_FATAL(publish(&f), LEDGER_OK);
    const char *command =
        samples_text(f.s, "cp -r '%s' '%s.good'", published_dir(&f), published_dir(&f));
    CU_ASSERT_EQUAL_FATAL(system(command), 0);
    append_again(&f, 3);
    CU_ASSERT_EQUAL_FATAL(publish(&f), LEDGER_OK);
    struct ledger_audit_options options = {
        .policy = f.policy, .jobs = 1, .progress = swap, .progress_context = &swapper};
    CU_ASSERT_EQUAL(
        ledger_audit_published(f.report, &f.s->verdict, published_dir(&f), &options, &f.s->error),
        LEDGER_OK);
    CU_ASSERT(swapper.calls > 0);
    CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_STORE_DAMAGED);
    files_hold(&f);
    fixture_free(&f);
}

/* Changes the first bundle once the audit is past it. */
struct meddler {
    struct fixture *f;
    uint64_t at;
    struct ledger_span bytes;
};

static void meddle(void *context, uint64_t done, uint64_t total)
{
    struct meddler *meddler = context;
    (void)total;
    if (done == meddler->at) {
        samples_write_file(published_file(meddler->f, "tile/entries/000"), meddler->bytes);
    }
}

static void a_file_that_changes_while_it_is_read_is_found(void)
{
    struct fixture f = ruled_new();
    ruled_proceed(&f, "a", 2);
    struct sample_record again = samples_appraisal("a", "appraise");
    for (uint64_t i = RULED_ENTRIES + 2; i < 260; i++) {
        CU_ASSERT_EQUAL_FATAL(ruled_append(&f, again), LEDGER_VALID);
    }
    CU_ASSERT_EQUAL_FATAL(publish(&f), LEDGER_OK);
    struct ledger_span good = samples_file(f.s, published_file(&f, "tile/entries/000"));
    struct meddler meddler = {&f, 256, flipped(&f, "tile/entries/000", good.size - 1)};
    struct ledger_audit_options options = {
        .policy = f.policy, .progress = meddle, .progress_context = &meddler};
    CU_ASSERT_EQUAL(
        ledger_audit_published(f.report, &f.s->verdict, published_dir(&f), &options, &f.s->error),
        LEDGER_OK);
    CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_STORE_DAMAGED);
    CU_ASSERT_EQUAL(f.s->verdict.entry, 255);
    samples_write_file(published_file(&f, "tile/entries/000"), good);
    files_hold(&f);
    fixture_free(&f);
}

void ledger_suite_audit_published(void)
{
    CU_pSuite suite = CU_add_suite("audit_published", NULL, NULL);
    CU_ADD_TEST(suite, a_matter_that_proceeds_by_its_rules_holds);
    CU_ADD_TEST(suite, steps_against_the_rules_are_found);
    CU_ADD_TEST(suite, a_reference_against_the_rules_is_found);
    CU_ADD_TEST(suite, a_record_by_a_stranger_is_found);
    CU_ADD_TEST(suite, a_repeated_record_comes_before_what_is_found_later);
    CU_ADD_TEST(suite, a_repeated_record_comes_after_what_is_found_before);
    CU_ADD_TEST(suite, a_repeat_that_is_gone_when_it_is_looked_at_again_is_a_change);
    CU_ADD_TEST(suite, entries_in_doubt_are_listed);
    CU_ADD_TEST(suite, a_file_that_changes_while_it_is_read_is_found);
}
