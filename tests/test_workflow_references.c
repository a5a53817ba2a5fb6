/* The matter that a record refers to: whose it must be, of which kind, and with which event. */
#include "tests/law_samples.h"
#include "tests/suites.h"

static const char *const referring[] = {
    "rule " DEED " open after=- sign=notary:1",
    "rule " DEED " issue after=open,issue sign=notary:1",
    "rule copy same after=- sign=notary:1 referred=same:" DEED "/issue",
    "rule copy other after=- sign=notary:1 referred=other:" DEED "/issue",
    "rule copy any after=- sign=notary:1 referred=any:" DEED "/issue",
    "rule copy opened after=- sign=notary:1 referred=any:" DEED "/open",
    "rule copy issue after=any sign=notary:1",
    NULL};

static void what_is_referred_to_must_be_there_and_of_that_kind_and_event(void)
{
    struct law *l = law_new(referring);
    struct sample_record deed = {.matter = "deed", .event = "open"};
    struct sample_record copy = {.kind = "copy", .event = "any", .refers = "deed", .matter = "c"};
    law_expect(l, LEDGER_BAD_REFERENCE, copy);
    law_expect(l, LEDGER_NOT_CHECKED, deed);
    law_expect(l, LEDGER_BAD_REFERENCE, copy);
    deed.event = "issue";
    law_expect(l, LEDGER_NOT_CHECKED, deed);
    law_expect(l, LEDGER_NOT_CHECKED, copy);
    law_expect(l, LEDGER_NOT_CHECKED,
               (struct sample_record){.kind = "copy", .event = "issue", .matter = "c"});
    copy.matter = "c2";
    copy.refers = "c";
    law_expect(l, LEDGER_BAD_REFERENCE, copy);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "another kind"));
    copy.refers = "c2";
    law_expect(l, LEDGER_BAD_REFERENCE, copy);
    copy.refers = "authority";
    law_expect(l, LEDGER_BAD_REFERENCE, copy);
    copy.refers = NULL;
    law_expect(l, LEDGER_LINE_MISSING, copy);
    law_free(&l);
}

static void the_event_referred_to_may_be_the_first_any_or_the_latest(void)
{
    struct law *l = law_new(referring);
    struct sample_record deed = {.matter = "deed", .event = "open"};
    struct sample_record copy = {.kind = "copy", .event = "opened", .refers = "deed"};
    law_expect(l, LEDGER_NOT_CHECKED, deed);
    copy.matter = "1";
    law_expect(l, LEDGER_NOT_CHECKED, copy);
    deed.event = "issue";
    for (unsigned i = 0; i < 3; i++) {
        law_expect(l, LEDGER_NOT_CHECKED, deed);
    }
    copy.matter = "2";
    l->reads = 0;
    law_expect(l, LEDGER_NOT_CHECKED, copy);
    CU_ASSERT(l->reads <= 3); /* the own matter, and the ends of the other */
    copy.event = "any";
    copy.matter = "3";
    law_expect(l, LEDGER_NOT_CHECKED, copy);
    law_free(&l);
}

static void an_event_between_the_first_and_the_latest_is_found(void)
{
    static const char *const rules[] = {
        "rule " DEED " open after=- sign=notary:1", "rule " DEED " issue after=open sign=notary:1",
        "rule " DEED " note after=open,issue,note sign=notary:1",
        "rule copy any after=- sign=notary:1 referred=any:" DEED "/issue", NULL};
    static const char *const with[] = {"open", "issue", "note", "note"};
    static const char *const without[] = {"open", "note", "note", "note"};
    struct law *l = law_new(rules);
    for (unsigned i = 0; i < 4; i++) {
        law_expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = "a", .event = with[i]});
        law_expect(l, LEDGER_NOT_CHECKED,
                   (struct sample_record){.matter = "b", .event = without[i]});
    }
    struct sample_record copy = {.kind = "copy", .event = "any", .refers = "a", .matter = "1"};
    law_expect(l, LEDGER_NOT_CHECKED, copy);
    copy.refers = "b";
    copy.matter = "2";
    law_expect(l, LEDGER_BAD_REFERENCE, copy);
    law_free(&l);
}

static void whose_matter_is_referred_to_counts(void)
{
    static const char *const events[] = {"same", "other", "any"};
    static const enum ledger_finding own_fits[] = {LEDGER_NOT_CHECKED, LEDGER_BAD_REFERENCE,
                                                   LEDGER_NOT_CHECKED};
    static const enum ledger_finding foreign_fits[] = {LEDGER_BAD_REFERENCE, LEDGER_NOT_CHECKED,
                                                       LEDGER_NOT_CHECKED};
    struct law *l = law_new(referring);
    law_expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = "deed", .event = "open"});
    law_expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = "deed", .event = "issue"});
    for (unsigned i = 0; i < 3; i++) {
        struct sample_record copy = {.kind = "copy", .event = events[i], .refers = "deed"};
        copy.matter = samples_text(l->s, "own %u", i);
        law_expect(l, own_fits[i], copy);
        copy.matter = samples_text(l->s, "foreign %u", i);
        copy.institution = OTHER_NOTARY;
        copy.signers[0] = SAMPLE_STRANGER;
        law_expect(l, foreign_fits[i], copy);
    }
    law_free(&l);
}

void ledger_suite_workflow_references(void)
{
    CU_pSuite suite = CU_add_suite("workflow_references", NULL, NULL);
    CU_ADD_TEST(suite, what_is_referred_to_must_be_there_and_of_that_kind_and_event);
    CU_ADD_TEST(suite, the_event_referred_to_may_be_the_first_any_or_the_latest);
    CU_ADD_TEST(suite, an_event_between_the_first_and_the_latest_is_found);
    CU_ADD_TEST(suite, whose_matter_is_referred_to_counts);
}
