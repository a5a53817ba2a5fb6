/* Who must have signed a step before, and who must not: the clauses by and not-by. */
#include "tests/law_samples.h"
#include "tests/suites.h"

static const char *const original[] = {
    "rule " DEED " open after=- sign=notary:1",
    "rule " DEED " draft after=open,draft sign=notary:1",
    "rule " DEED " note after=draft,note sign=notary:1",
    "rule " DEED " correct after=note sign=notary:1 by=notary:1:draft",
    "rule " DEED " replace after=note sign=notary:1 by=notary:2:open+draft",
    "rule copy open after=- sign=notary:1 by=notary:1:refers/draft referred=same:" DEED "/draft",
    NULL};

/* Opened by ZHANG, drafted by LI_SI, noted by both. */
static struct law *drafted(const char *const *rules)
{
    struct law *l = law_new(rules);
    struct sample_record what = {.matter = "a", .event = "open", .signers = {SAMPLE_ZHANG}};
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "draft";
    what.signers[0] = SAMPLE_LI_SI;
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "note";
    what.signers[1] = SAMPLE_ZHANG;
    law_expect(l, LEDGER_NOT_CHECKED, what);
    return l;
}

static void those_who_signed_a_step_must_sign_again(void)
{
    struct law *l = drafted(original);
    struct sample_record what = {.matter = "a", .event = "correct", .signers = {SAMPLE_ZHANG}};
    law_expect(l, LEDGER_ORIGINAL_MISSING, what);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "by=notary:1:draft"));
    what.signers[1] = SAMPLE_STRANGER; /* signs, but took no part */
    law_expect(l, LEDGER_ORIGINAL_MISSING, what);
    what.event = "replace";
    law_expect(l, LEDGER_ORIGINAL_MISSING, what);
    /* Two of these steps, each signed by one of them, are enough. */
    what.signers[1] = SAMPLE_LI_SI;
    law_expect(l, LEDGER_NOT_CHECKED, what);
    law_free(&l);
    l = drafted(original);
    what = (struct sample_record){.matter = "a", .event = "replace", .signers = {SAMPLE_LI_SI}};
    law_expect(l, LEDGER_ORIGINAL_MISSING, what);
    what.event = "correct";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    law_free(&l);
}

static void nobody_counts_twice_as_an_original_signer(void)
{
    struct law *l = law_new(original);
    static const char *const events[] = {"open", "draft", "draft", "note"};
    struct sample_record what = {.matter = "a", .signers = {SAMPLE_ZHANG}};
    for (unsigned i = 0; i < 4; i++) {
        what.event = events[i];
        law_expect(l, LEDGER_NOT_CHECKED, what);
    }
    what.event = "replace";
    what.signers[1] = SAMPLE_LI_SI;
    law_expect(l, LEDGER_ORIGINAL_MISSING, what);
    law_free(&l);
}

static void the_original_signers_may_be_those_of_the_matter_referred_to(void)
{
    struct law *l = drafted(original);
    struct sample_record copy = {
        .kind = "copy", .event = "open", .matter = "c", .refers = "a", .signers = {SAMPLE_ZHANG}};
    law_expect(l, LEDGER_ORIGINAL_MISSING, copy);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "by=notary:1:refers/draft"));
    copy.signers[0] = SAMPLE_LI_SI;
    law_expect(l, LEDGER_NOT_CHECKED, copy);
    law_free(&l);
}

/* OPERATOR and OPERATOR_NEXT are two keys of one name. */
static void a_signer_is_known_again_by_name_under_another_key(void)
{
    struct law *l = law_new(original);
    struct sample_record what = {.matter = "a", .event = "open", .signers = {SAMPLE_OPERATOR}};
    struct sample_record change = {
        .kind = LEDGER_KIND_AUTHORITY,
        .sets = {samples_line(l->s, "key ", SAMPLE_OPERATOR, " " SAMPLE_NOTARY " notary")}};
    law_expect(l, LEDGER_NOT_CHECKED, change);
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "draft";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    change.unsets[0] = samples_line(l->s, "key ", SAMPLE_OPERATOR, "");
    change.sets[0] = samples_line(l->s, "key ", SAMPLE_OPERATOR_NEXT, " " SAMPLE_NOTARY " notary");
    law_expect(l, LEDGER_NOT_CHECKED, change);
    what.event = "note";
    what.signers[0] = SAMPLE_OPERATOR_NEXT;
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "correct";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    law_free(&l);
}

static const char *const excluding[] = {
    "rule " DEED " open after=- sign=notary:1",
    "rule " DEED " draft after=open,draft sign=notary:1",
    "rule " DEED " note after=draft,note sign=notary:1",
    "rule " DEED " review after=note sign=notary:1 not-by=draft",
    "rule " DEED " check after=note sign=notary:1 not-by=open,draft",
    "rule copy open after=- sign=notary:1 not-by=refers/draft referred=any:" DEED "/draft",
    NULL};

static void those_who_signed_a_step_may_not_sign(void)
{
    struct law *l = drafted(excluding);
    struct sample_record what = {.matter = "a", .event = "review", .signers = {SAMPLE_LI_SI}};
    law_expect(l, LEDGER_SIGNER_EXCLUDED, what);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "not-by=draft"));
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "li-si' signed entry 4"));
    /* Nor beside one who may. */
    what.signers[0] = SAMPLE_ZHANG;
    what.signers[1] = SAMPLE_LI_SI;
    law_expect(l, LEDGER_SIGNER_EXCLUDED, what);
    what.event = "check";
    what.signers[1] = SAMPLE_NOBODY;
    law_expect(l, LEDGER_SIGNER_EXCLUDED, what);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "not-by=open"));
    what.signers[0] = SAMPLE_LI_SI;
    law_expect(l, LEDGER_SIGNER_EXCLUDED, what);
    what.event = "review";
    what.signers[0] = SAMPLE_ZHANG;
    law_expect(l, LEDGER_NOT_CHECKED, what);
    law_free(&l);
}

static void those_excluded_may_be_of_the_matter_referred_to(void)
{
    struct law *l = drafted(excluding);
    struct sample_record copy = {
        .kind = "copy", .event = "open", .matter = "c", .refers = "a", .signers = {SAMPLE_LI_SI}};
    law_expect(l, LEDGER_SIGNER_EXCLUDED, copy);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "not-by=refers/draft"));
    copy.signers[0] = SAMPLE_ZHANG;
    law_expect(l, LEDGER_NOT_CHECKED, copy);
    law_free(&l);
}

/* Every step is looked at, not only the latest of them. */
static void the_earliest_of_many_steps_excludes_too(void)
{
    struct law *l = law_new(excluding);
    struct sample_record what = {.matter = "a", .event = "open"};
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "draft";
    what.signers[0] = SAMPLE_LI_SI;
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.signers[0] = SAMPLE_ZHANG;
    for (unsigned i = 0; i < 20; i++) {
        law_expect(l, LEDGER_NOT_CHECKED, what);
    }
    what.event = "note";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "review";
    what.signers[0] = SAMPLE_LI_SI;
    law_expect(l, LEDGER_SIGNER_EXCLUDED, what);
    law_free(&l);
}

/* Not enrolled, a party is nobody whom a rule keeps out or asks for. */
static void a_party_is_no_enrolled_signer(void)
{
    static const char *const rules[] = {
        "rule " DEED " open after=- sign=notary:1 parties=1",
        "rule " DEED " review after=open,review sign=notary:1 parties=1 not-by=open",
        "rule " DEED " correct after=open,review sign=notary:1 parties=1 by=notary:1:open", NULL};
    struct law *l = law_new(rules);
    struct sample_record what = {.matter = "a",
                                 .event = "open",
                                 .parties = {SAMPLE_HE_MIN},
                                 .signers = {SAMPLE_ZHANG, SAMPLE_HE_MIN}};
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "correct";
    what.signers[0] = SAMPLE_LI_SI;
    law_expect(l, LEDGER_ORIGINAL_MISSING, what);
    what.event = "review";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    law_free(&l);
}

/* LI_SI is enrolled, but opened the matter as a party: no original, and not kept out. */
static void who_signed_a_step_as_a_party_is_neither_original_nor_excluded(void)
{
    static const char *const rules[] = {
        "rule " DEED " open after=- sign=notary:1 parties=1",
        "rule " DEED " draft after=open sign=notary:1",
        "rule " DEED " review after=open,draft sign=notary:1 not-by=open+draft",
        "rule " DEED " correct after=open sign=notary:1 by=notary:1:open", NULL};
    struct law *l = law_new(rules);
    struct sample_record what = {.matter = "a",
                                 .event = "open",
                                 .parties = {SAMPLE_LI_SI},
                                 .signers = {SAMPLE_ZHANG, SAMPLE_LI_SI}};
    struct sample_record next = {.matter = "a", .signers = {SAMPLE_LI_SI}};
    law_expect(l, LEDGER_NOT_CHECKED, what);
    next.event = "correct";
    law_expect(l, LEDGER_ORIGINAL_MISSING, next);
    next.event = "review";
    law_expect(l, LEDGER_NOT_CHECKED, next);
    /* Another entry of the same steps, which he signed for the institution. */
    what.matter = next.matter = "b";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    next.event = "draft";
    law_expect(l, LEDGER_NOT_CHECKED, next);
    next.event = "review";
    law_expect(l, LEDGER_SIGNER_EXCLUDED, next);
    law_free(&l);
}

/* Clauses that look back do so once; then only over what came since. */
static void a_matter_is_read_once(void)
{
    struct law *l = law_new(original);
    struct sample_record what = {.matter = "a", .event = "open"};
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "draft";
    for (unsigned i = 0; i < 100; i++) {
        law_expect(l, LEDGER_NOT_CHECKED, what);
    }
    what.event = "note";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "replace"; /* asks for two, and one signs */
    l->reads = 0;
    law_expect(l, LEDGER_ORIGINAL_MISSING, what);
    CU_ASSERT(l->reads >= 101 && l->reads <= 103);
    l->reads = 0;
    law_expect(l, LEDGER_ORIGINAL_MISSING, what);
    CU_ASSERT_EQUAL(l->reads, 0);
    what.event = "note";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    l->reads = 0;
    what.event = "correct"; /* asks about one of the same events */
    law_expect(l, LEDGER_NOT_CHECKED, what);
    CU_ASSERT(l->reads <= 2);
    law_free(&l);
}

void ledger_suite_workflow_signers(void)
{
    CU_pSuite suite = CU_add_suite("workflow_signers", NULL, NULL);
    CU_ADD_TEST(suite, those_who_signed_a_step_must_sign_again);
    CU_ADD_TEST(suite, nobody_counts_twice_as_an_original_signer);
    CU_ADD_TEST(suite, the_original_signers_may_be_those_of_the_matter_referred_to);
    CU_ADD_TEST(suite, a_signer_is_known_again_by_name_under_another_key);
    CU_ADD_TEST(suite, those_who_signed_a_step_may_not_sign);
    CU_ADD_TEST(suite, those_excluded_may_be_of_the_matter_referred_to);
    CU_ADD_TEST(suite, the_earliest_of_many_steps_excludes_too);
    CU_ADD_TEST(suite, a_party_is_no_enrolled_signer);
    CU_ADD_TEST(suite, who_signed_a_step_as_a_party_is_neither_original_nor_excluded);
    CU_ADD_TEST(suite, a_matter_is_read_once);
}
