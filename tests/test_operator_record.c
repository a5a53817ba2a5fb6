/* The forms of what the operator records, and that nobody else uses their matters. */
#include "ledger/law/operator_record.h"

#include <CUnit/CUnit.h>
#include <string.h>

#include "tests/ledger_samples.h"
#include "tests/suites.h"

#define AT 7u
#define ROOT "root AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="

static const struct ledger_document figures = {
    .digest = {{9}}, .size = 512, .name = {(const uint8_t *)"figures.csv", 11}};

static const struct sample_record index_of_matters = {.kind = "index",
                                                      .event = "root",
                                                      .matter = "index",
                                                      .institution = SAMPLE_ORIGIN,
                                                      .fields = {"size 7", ROOT},
                                                      .signers = {SAMPLE_OPERATOR}};
static const struct sample_record statistics = {.kind = "statistics",
                                                .event = "report",
                                                .matter = "statistics",
                                                .institution = SAMPLE_ORIGIN,
                                                .fields = {"size 7"},
                                                .documents = &figures,
                                                .document_count = 1,
                                                .signers = {SAMPLE_OPERATOR}};

static const char *why; /* the detail of the last check */

static enum ledger_finding check(struct sample_record what, uint64_t index)
{
    struct samples *s = samples_new();
    static struct ledger_verdict verdict;
    struct ledger_record record = samples_parsed(s, samples_record(s, &what));
    ledger_verdict_clear(&verdict);
    bool fits = ledger_operator_record_check(&verdict, &record, index);
    CU_ASSERT_EQUAL(fits, verdict.finding == LEDGER_NOT_CHECKED);
    why = verdict.detail;
    samples_free(&s);
    return verdict.finding;
}

static void kinds_are_told_by_their_names(void)
{
    static const struct {
        const char *kind;
        bool index;
        bool statistics;
    } cases[] = {{"index", true, false},
                 {"statistics", false, true},
                 {"indexes", false, false},
                 {"notarial-deed", false, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct ledger_record record = {.kind = ledger_span_of(cases[i].kind)};
        CU_ASSERT_EQUAL(ledger_record_is_index(&record), cases[i].index);
        CU_ASSERT_EQUAL(ledger_record_is_statistics(&record), cases[i].statistics);
        CU_ASSERT_EQUAL(ledger_record_is_operators(&record), cases[i].index || cases[i].statistics);
    }
}

static void the_forms_fit(void)
{
    CU_ASSERT_EQUAL(check(index_of_matters, AT), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(check(statistics, AT), LEDGER_NOT_CHECKED);
}

static void they_speak_of_all_entries_before_them(void)
{
    static const uint64_t others[] = {0, AT - 1, AT + 1, UINT64_MAX};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        CU_ASSERT_EQUAL(check(index_of_matters, others[i]), LEDGER_BAD_INDEX);
        CU_ASSERT_PTR_NOT_NULL(strstr(why, "it speaks of the first 7 entries"));
        CU_ASSERT_EQUAL(check(statistics, others[i]), LEDGER_BAD_STATISTICS);
    }
}

/* Each head in another way, and all else right. */
static void their_heads_are_fixed(void)
{
    for (unsigned which = 0; which < 2; which++) {
        for (unsigned part = 0; part < 3; part++) {
            struct sample_record what = which == 0 ? index_of_matters : statistics;
            what.event = part == 0 ? "other" : what.event;
            what.matter = part == 1 ? "other" : what.matter;
            what.institution = part == 2 ? SAMPLE_NOTARY : what.institution;
            CU_ASSERT_EQUAL(check(what, AT), which == 0 ? LEDGER_BAD_INDEX : LEDGER_BAD_STATISTICS);
            CU_ASSERT_PTR_NOT_NULL(strstr(why, which == 0 ? "of event 'root', matter 'index'"
                                                          : "of event 'report', matter"));
        }
    }
}

static void they_have_no_other_line(void)
{
    struct sample_record what[7];
    for (unsigned which = 0; which < 2; which++) {
        for (size_t i = 0; i < 7; i++) {
            what[i] = which == 0 ? index_of_matters : statistics;
        }
        what[0].category = "civil";
        what[1].parties[0] = SAMPLE_STRANGER;
        what[2].refers = "粤鉴〔2026〕1号";
        what[3].data = "{\"a\":1}";
        what[4].fields[0] = NULL;
        what[5].fields[which == 0 ? 2 : 1] = "zeal 1";
        what[6].documents = &figures;
        what[6].document_count = which == 0 ? 1 : 0;
        for (size_t i = 0; i < 7; i++) {
            CU_ASSERT_EQUAL(check(what[i], AT),
                            which == 0 ? LEDGER_BAD_INDEX : LEDGER_BAD_STATISTICS);
            CU_ASSERT_PTR_NOT_NULL(strstr(why, which == 0 ? "has the fields 'size' and 'root' and "
                                                          : "has the field 'size', one document"));
        }
    }
}

static void their_fields_have_one_spelling_and_order(void)
{
    static const struct {
        const char *fields[2];
        const char *why;
    } cases[] = {{{"number 7", ROOT}, "'size <decimal>'"},
                 {{ROOT, "size 7"}, "'size <decimal>'"},
                 {{"size 07", ROOT}, "'size <decimal>'"},
                 {{"size seven", ROOT}, "'size <decimal>'"},
                 {{"size 18446744073709551616", ROOT}, "'size <decimal>'"},
                 {{"size 7", "stem 7"}, "'root <base64 of 32 bytes>'"},
                 {{"size 7", "root AAAA"}, "'root <base64 of 32 bytes>'"},
                 {{"size 7", ROOT "A"}, "'root <base64 of 32 bytes>'"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sample_record what = index_of_matters;
        memcpy(what.fields, cases[i].fields, sizeof cases[i].fields);
        CU_ASSERT_EQUAL(check(what, AT), LEDGER_BAD_INDEX);
        CU_ASSERT_PTR_NOT_NULL(strstr(why, cases[i].why));
    }
}

static void their_matters_are_nobody_elses(void)
{
    struct sample_record what = {.matter = "index"};
    CU_ASSERT_EQUAL(check(what, AT), LEDGER_BAD_INDEX);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "the matter 'index' is the operator's"));
    what.matter = "statistics";
    CU_ASSERT_EQUAL(check(what, AT), LEDGER_BAD_STATISTICS);
    what.matter = "index 1";
    CU_ASSERT_EQUAL(check(what, AT), LEDGER_NOT_CHECKED);
}

static void what_they_claim_is_read(void)
{
    struct samples *s = samples_new();
    struct ledger_record record = samples_parsed(s, samples_record(s, &index_of_matters));
    struct ledger_hash root;
    struct ledger_document told;
    ledger_index_claim(&root, &record);
    for (unsigned i = 0; i < sizeof root.bytes; i++) {
        CU_ASSERT_EQUAL(root.bytes[i], i + 1);
    }
    record = samples_parsed(s, samples_record(s, &statistics));
    ledger_statistics_claim(&told, &record);
    CU_ASSERT_EQUAL(told.size, figures.size);
    CU_ASSERT(ledger_hash_equal(&told.digest, &figures.digest));
    samples_free(&s);
}

void ledger_suite_operator_record(void)
{
    CU_pSuite suite = CU_add_suite("operator_record", NULL, NULL);
    CU_ADD_TEST(suite, kinds_are_told_by_their_names);
    CU_ADD_TEST(suite, the_forms_fit);
    CU_ADD_TEST(suite, they_speak_of_all_entries_before_them);
    CU_ADD_TEST(suite, their_heads_are_fixed);
    CU_ADD_TEST(suite, they_have_no_other_line);
    CU_ADD_TEST(suite, their_fields_have_one_spelling_and_order);
    CU_ADD_TEST(suite, their_matters_are_nobody_elses);
    CU_ADD_TEST(suite, what_they_claim_is_read);
}
