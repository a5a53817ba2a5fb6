/* Lines that must be as they were in a step before: the clause keeps. */
#include "tests/law_samples.h"
#include "tests/suites.h"

static const char *const keeping[] = {"rule " DEED " draft after=-,draft,issue,note sign=notary:1",
                                      "rule " DEED " note after=draft,note sign=notary:1",
                                      "rule " DEED " issue after=draft,note sign=notary:1 "
                                      "keeps=category:draft,document:draft,data:draft,result:draft",
                                      "rule copy open after=- sign=notary:1 referred=any:" DEED
                                      "/draft "
                                      "keeps=result:refers/draft+issue",
                                      NULL};

static struct ledger_document *documents(struct law *l)
{
    struct ledger_document *made = samples_memory(l->s, 3 * sizeof *made);
    for (unsigned i = 0; i < 3; i++) {
        made[i] =
            (struct ledger_document){{{(uint8_t)i}}, 7 + i, ledger_span_of(i == 0 ? "a" : "b")};
    }
    return made;
}

static struct sample_record full(struct law *l)
{
    return (struct sample_record){.matter = "a",
                                  .event = "draft",
                                  .category = "civil",
                                  .documents = documents(l),
                                  .document_count = 2,
                                  .fields = {"result same person", "place 广州"},
                                  .data = "{\"n\":1}"};
}

static bool tells(const struct law *l, const char *what)
{
    return strstr(l->s->verdict.detail, what) != NULL;
}

/* With a change of one line, the issue of a draft is refused; without it, not. */
static void changed(struct law *l, struct sample_record what)
{
    what.event = "issue";
    law_expect(l, LEDGER_LINE_CHANGED, what);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "keeps="));
}

static void a_line_that_is_kept_is_as_it_was(void)
{
    struct law *l = law_new(keeping);
    struct sample_record what = full(l);
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.category = "criminal";
    changed(l, what);
    what.category = NULL;
    changed(l, what);
    what = full(l);
    what.data = "{\"n\":2}";
    changed(l, what);
    what.data = NULL;
    changed(l, what);
    what = full(l);
    what.fields[0] = "result another person";
    changed(l, what);
    what.fields[0] = NULL;
    changed(l, what);
    what = full(l);
    what.fields[1] = "place 深圳"; /* not kept */
    what.event = "issue";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    law_free(&l);
}

static void documents_are_kept_by_digest_size_and_order(void)
{
    struct law *l = law_new(keeping);
    struct sample_record what = full(l);
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.document_count = 1;
    changed(l, what);
    what.document_count = 3;
    changed(l, what);
    what.document_count = 0;
    changed(l, what);
    what = full(l);
    struct ledger_document *made = documents(l);
    what.documents = made;
    made[1].size++;
    changed(l, what);
    made[1].size--;
    made[1].digest.bytes[31] ^= 1;
    changed(l, what);
    made[1].digest.bytes[31] ^= 1;
    struct ledger_document swapped = made[0];
    made[0] = made[1];
    made[1] = swapped;
    changed(l, what);
    made[1] = made[0];
    made[0] = swapped;
    made[0].name = ledger_span_of("another name.pdf");
    what.event = "issue";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    law_free(&l);
}

static void a_line_that_both_lack_is_not_kept(void)
{
    struct law *l = law_new(keeping);
    for (unsigned i = 0; i < 4; i++) {
        struct sample_record what = full(l);
        what.matter = samples_text(l->s, "lacks %u", i);
        what.category = i == 0 ? NULL : what.category;
        what.document_count = i == 1 ? 0 : what.document_count;
        what.data = i == 2 ? NULL : what.data;
        what.fields[0] = i == 3 ? NULL : what.fields[0];
        law_expect(l, LEDGER_NOT_CHECKED, what);
        changed(l, what);
    }
    law_free(&l);
}

static void a_line_is_kept_from_the_latest_of_the_steps(void)
{
    struct law *l = law_new(keeping);
    struct sample_record what = full(l);
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.fields[0] = "result another person";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    struct sample_record note = {.matter = "a", .event = "note"};
    law_expect(l, LEDGER_NOT_CHECKED, note); /* is not one of the steps */
    changed(l, full(l));
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "as in entry 4"));
    what.event = "issue";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    /* And from another matter. */
    struct sample_record copy = {.kind = "copy",
                                 .event = "open",
                                 .matter = "c",
                                 .refers = "a",
                                 .fields = {"result same person"}};
    law_expect(l, LEDGER_LINE_CHANGED, copy);
    copy.fields[0] = "result another person";
    law_expect(l, LEDGER_NOT_CHECKED, copy);
    law_free(&l);
}

static void where_no_such_step_was_taken_nothing_can_be_kept(void)
{
    static const char *const rules[] = {
        "rule " DEED " open after=- sign=notary:1", "rule " DEED " draft after=open sign=notary:1",
        "rule " DEED " issue after=open,draft sign=notary:1 keeps=category:draft", NULL};
    struct law *l = law_new(rules);
    struct sample_record what = {.matter = "a", .event = "open", .category = "civil"};
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "issue";
    law_expect(l, LEDGER_LINE_CHANGED, what);
    what.event = "draft";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "issue";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    law_free(&l);
}

static void nor_from_a_step_that_the_matter_referred_to_lacks(void)
{
    static const char *const rules[] = {"rule " DEED " draft after=-,draft,note sign=notary:1",
                                        "rule " DEED " note after=draft,note sign=notary:1",
                                        "rule copy open after=- sign=notary:1 referred=any:" DEED
                                        "/draft keeps=category:refers/note",
                                        NULL};
    struct law *l = law_new(rules);
    struct sample_record deed = {.matter = "a", .event = "draft", .category = "civil"};
    struct sample_record copy = {
        .kind = "copy", .event = "open", .matter = "b", .refers = "a", .category = "civil"};
    law_expect(l, LEDGER_NOT_CHECKED, deed);
    law_expect(l, LEDGER_LINE_CHANGED, copy);
    CU_ASSERT(tells(l, "keeps=category:refers/note: there is no earlier"));
    deed.event = "note";
    law_expect(l, LEDGER_NOT_CHECKED, deed);
    law_expect(l, LEDGER_NOT_CHECKED, copy);
    law_free(&l);
}

static void what_a_line_was_and_is_now_is_told(void)
{
    struct law *l = law_new(keeping);
    struct sample_record what = full(l);
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.category = "criminal";
    changed(l, what);
    CU_ASSERT(tells(l, "which has 'civil'; this record has 'criminal'"));
    what = full(l);
    what.data = NULL;
    changed(l, what);
    CU_ASSERT(tells(l, "which has '{\"n\":1}'; this record has no such line"));
    what = full(l);
    what.fields[0] = "result another person";
    changed(l, what);
    CU_ASSERT(tells(l, "which has 'same person'; this record has 'another person'"));
    for (int before = 48; before <= 50; before++) { /* wherever in a character the cut falls */
        what.fields[0] = samples_text(
            l->s, "result %.*s%s", before, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字");
        changed(l, what);
        CU_ASSERT(tells(l, "字...'"));
        CU_ASSERT_PTR_NULL(strchr(l->s->verdict.detail, '?'));
    }
    what = full(l);
    what.document_count = 1;
    changed(l, what);
    CU_ASSERT(tells(l, "which has 'sha256 01000000"));
    CU_ASSERT(tells(l, "000 8'; this record has no such line"));
    law_free(&l);
}

static void an_entry_to_keep_from_that_is_gone_is_damage(void)
{
    static const enum ledger_status failures[] = {LEDGER_NOT_FOUND, LEDGER_IO};
    for (unsigned i = 0; i < 2; i++) {
        struct law *l = law_new(keeping);
        struct sample_record what = full(l);
        law_expect(l, LEDGER_NOT_CHECKED, what);
        l->reads = 0;
        what.category = "criminal";
        changed(l, what);
        what = full(l);
        what.event = "issue";
        l->failure = failures[i];
        l->good_reads = l->reads - 1; /* the last is for the line that is kept */
        CU_ASSERT_EQUAL(law_status(l, samples_record(l->s, &what)),
                        i == 0 ? LEDGER_DAMAGED : LEDGER_IO);
        law_free(&l);
    }
}

void ledger_suite_workflow_kept(void)
{
    CU_pSuite suite = CU_add_suite("workflow_kept", NULL, NULL);
    CU_ADD_TEST(suite, a_line_that_is_kept_is_as_it_was);
    CU_ADD_TEST(suite, documents_are_kept_by_digest_size_and_order);
    CU_ADD_TEST(suite, a_line_that_both_lack_is_not_kept);
    CU_ADD_TEST(suite, nor_from_a_step_that_the_matter_referred_to_lacks);
    CU_ADD_TEST(suite, an_entry_to_keep_from_that_is_gone_is_damage);
    CU_ADD_TEST(suite, what_a_line_was_and_is_now_is_told);
    CU_ADD_TEST(suite, a_line_is_kept_from_the_latest_of_the_steps);
    CU_ADD_TEST(suite, where_no_such_step_was_taken_nothing_can_be_kept);
}
