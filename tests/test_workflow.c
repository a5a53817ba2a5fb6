#include "tests/law_samples.h"
#include "tests/suites.h"

#define DAY (INT64_C(24) * 3600 * 1000)

/* ---- order ---- */

static const char *const ordered[] = {"rule " DEED " open after=- sign=notary:1",
                                      "rule " DEED " draft after=open,draft sign=notary:1",
                                      "rule " DEED " issue after=draft sign=notary:1 "
                                      "makes=effective",
                                      "rule " DEED " note after=-,issue,note sign=notary:1", NULL};

static void an_event_follows_only_what_its_rule_names(void)
{
    struct law *l = law_new(ordered);
    struct sample_record what = {.matter = "a"};
    what.event = "draft";
    law_expect(l, LEDGER_WRONG_ORDER, what);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "after=open,draft"));
    what.event = "open";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "issue";
    law_expect(l, LEDGER_WRONG_ORDER, what);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "after=draft"));
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "'open', in entry 3"));
    what.event = "draft";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "note";
    law_expect(l, LEDGER_WRONG_ORDER, what);
    what.event = "issue";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    CU_ASSERT(law_step(l)->ruled);
    CU_ASSERT_EQUAL(law_step(l)->makes, LEDGER_STANDING_EFFECTIVE);
    law_expect(l, LEDGER_WRONG_ORDER, what);
    what.event = "draft";
    law_expect(l, LEDGER_WRONG_ORDER, what);
    what.event = "note";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    CU_ASSERT_EQUAL(law_step(l)->makes, LEDGER_STANDING_AS_BEFORE);
    /* Another matter begins at its own beginning. */
    what.matter = "b";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "draft";
    law_expect(l, LEDGER_WRONG_ORDER, what);
    law_free(&l);
}

static const char *hash_of(struct samples *s, struct ledger_span note)
{
    struct ledger_record record = samples_parsed(s, note);
    struct ledger_hash hash;
    char *hex = samples_memory(s, 65);
    struct ledger_buffer buffer = ledger_buffer_in((uint8_t *)hex, 64);
    ledger_hash_bytes(s->hasher, &hash, record.note.text);
    ledger_buffer_hex(&buffer, hash.bytes, sizeof hash.bytes);
    return hex;
}

static void a_matter_is_opened_once_and_the_second_is_refused_with_both_hashes(void)
{
    struct law *l = law_new(ordered);
    struct sample_record what = {.matter = "a", .event = "open"};
    struct ledger_span one = samples_record(l->s, &what);
    struct ledger_span two = samples_record(l->s, &what);
    const char *hash_one = hash_of(l->s, one);
    const char *hash_two = hash_of(l->s, two);
    CU_ASSERT_EQUAL(law_offer_note(l, one), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(law_offer_note(l, two), LEDGER_ALREADY_OPEN);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "entry 3 "));
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, samples_text(l->s, "%s; ", hash_one)));
    const char *end = l->s->verdict.detail + strlen(l->s->verdict.detail);
    CU_ASSERT_STRING_EQUAL(end - strlen(hash_two), hash_two);
    /* Whatever happened in it since, and whoever files. */
    what.event = "draft";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    CU_ASSERT_EQUAL(law_offer_note(l, two), LEDGER_ALREADY_OPEN);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, hash_one));
    what.event = "open";
    what.institution = OTHER_NOTARY;
    what.signers[0] = SAMPLE_STRANGER;
    law_expect(l, LEDGER_ALREADY_OPEN, what);
    law_free(&l);
}

static void a_matter_is_opened_only_under_a_plain_number(void)
{
    struct law *l = law_new(ordered);
    struct sample_record what = {.matter = "穗〔2026〕１号", .event = "open"};
    CU_ASSERT_EQUAL(law_offer(l, what), LEDGER_BAD_MATTER);
    what.matter = "穗〔2026〕1号";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    law_free(&l);
}

static void a_change_of_the_authority_is_no_step_of_a_matter(void)
{
    struct law *l = law_new(ordered);
    law_expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = "a", .event = "open"});
    CU_ASSERT(law_step(l)->ruled && law_step(l)->opened);
    struct sample_record what = {.kind = LEDGER_KIND_AUTHORITY,
                                 .sets = {"threshold 1"},
                                 .signers = {SAMPLE_LI_NA, SAMPLE_CHEN_JIE}};
    CU_ASSERT_EQUAL(law_offer(l, what), LEDGER_NOT_CHECKED);
    CU_ASSERT_FALSE(law_step(l)->ruled || law_step(l)->opened);
    CU_ASSERT(law_step(l)->makes == LEDGER_STANDING_AS_BEFORE && law_step(l)->term_days == 0);
    law_free(&l);
}

static void a_matter_is_of_one_kind(void)
{
    static const char *const rules[] = {"rule " DEED " open after=- sign=notary:1",
                                        "rule " DEED " issue after=open,issue sign=notary:1",
                                        "rule translation open after=- sign=notary:1",
                                        "rule translation issue after=open,issue sign=notary:1",
                                        NULL};
    struct law *l = law_without_rules();
    struct sample_record what = {.matter = "old", .kind = DEED, .event = "open"};
    /* Before there were rules, a matter could be of two kinds; it can no longer be moved on. */
    law_expect(l, LEDGER_NOT_CHECKED, what);
    CU_ASSERT_FALSE(law_step(l)->ruled);
    what.kind = "translation";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    law_require(l, rules);
    CU_ASSERT_FALSE(law_step(l)->ruled);
    what.event = "issue";
    law_expect(l, LEDGER_OTHER_KIND, what);
    what.kind = DEED;
    law_expect(l, LEDGER_OTHER_KIND, what);
    what = (struct sample_record){.matter = "new", .kind = DEED, .event = "open"};
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.kind = "translation";
    law_expect(l, LEDGER_OTHER_KIND, what);
    what.event = "issue";
    law_expect(l, LEDGER_OTHER_KIND, what);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "'" DEED "'"));
    what.kind = DEED;
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.matter = "authority";
    law_expect(l, LEDGER_OTHER_KIND, what);
    law_free(&l);
}

static void the_institution_is_compared_with_that_which_opened(void)
{
    static const char *const rules[] = {
        "rule " DEED " open after=- sign=notary:1",
        "rule " DEED " same after=open,same,other,any sign=notary:1",
        "rule " DEED " other after=open,same,other,any sign=notary:1 institution=other",
        "rule " DEED " any after=open,same,other,any sign=notary:1 institution=any", NULL};
    struct law *l = law_new(rules);
    struct sample_record own = {.matter = "a", .event = "open"};
    struct sample_record foreign = {
        .matter = "a", .institution = OTHER_NOTARY, .signers = {SAMPLE_STRANGER}};
    law_expect(l, LEDGER_NOT_CHECKED, own);
    own.event = foreign.event = "same";
    law_expect(l, LEDGER_WRONG_INSTITUTION, foreign);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, SAMPLE_NOTARY));
    law_expect(l, LEDGER_NOT_CHECKED, own);
    own.event = foreign.event = "other";
    law_expect(l, LEDGER_WRONG_INSTITUTION, own);
    law_expect(l, LEDGER_NOT_CHECKED, foreign);
    /* Not with that which was last. */
    law_expect(l, LEDGER_WRONG_INSTITUTION, own);
    own.event = foreign.event = "same";
    law_expect(l, LEDGER_WRONG_INSTITUTION, foreign);
    own.event = foreign.event = "any";
    law_expect(l, LEDGER_NOT_CHECKED, own);
    law_expect(l, LEDGER_NOT_CHECKED, foreign);
    law_free(&l);
}

/* ---- term ---- */

static const char *const timed[] = {"rule " DEED " open after=- sign=notary:1",
                                    "rule " DEED " resume after=open,resume sign=notary:1",
                                    "rule " DEED " note after=open,resume,note sign=notary:1 "
                                    "term=1:resume",
                                    "rule " DEED " issue after=open,resume,note,issue "
                                    "sign=notary:1 term=30:open+resume makes=closed",
                                    NULL};

static void issue_after(struct law *l, const char *matter, int64_t ms, uint64_t from, int64_t late)
{
    l->s->now += ms;
    law_expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = matter, .event = "issue"});
    CU_ASSERT(law_step(l)->ruled);
    CU_ASSERT_EQUAL(law_step(l)->makes, LEDGER_STANDING_CLOSED);
    CU_ASSERT_EQUAL(law_step(l)->term_days, 30);
    CU_ASSERT_EQUAL(law_step(l)->term_from, from);
    CU_ASSERT_EQUAL(law_step(l)->late_ms, late);
}

static void a_term_is_missed_by_a_millisecond_and_never_a_reason_to_refuse(void)
{
    struct law *l = law_new(timed);
    struct sample_record open = {.matter = "a", .event = "open"};
    law_expect(l, LEDGER_NOT_CHECKED, open);
    CU_ASSERT_EQUAL(law_step(l)->term_days, 0);
    issue_after(l, "a", 30 * DAY, 3, 0);
    issue_after(l, "a", 1, 3, 1);
    issue_after(l, "a", 400 * DAY, 3, 400 * DAY + 1);
    open.matter = "b";
    law_expect(l, LEDGER_NOT_CHECKED, open);
    CU_ASSERT_EQUAL(law_step(l)->late_ms, 0);
    issue_after(l, "b", 30 * DAY + 1, 7, 1);
    open.matter = "c";
    law_expect(l, LEDGER_NOT_CHECKED, open);
    law_expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = "c", .event = "resume"});
    l->s->now += DAY + 2;
    law_expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = "c", .event = "note"});
    CU_ASSERT(law_step(l)->term_days == 1 && law_step(l)->late_ms == 2);
    law_free(&l);
}

static void a_term_runs_from_the_latest_of_its_steps(void)
{
    struct law *l = law_new(timed);
    law_expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = "a", .event = "open"});
    /* No step was taken that this one runs from. */
    l->s->now += 5 * DAY;
    law_expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = "b", .event = "open"});
    law_expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = "b", .event = "note"});
    CU_ASSERT_EQUAL(law_step(l)->term_days, 0);
    CU_ASSERT_EQUAL(law_step(l)->late_ms, 0);
    l->s->now += 20 * DAY;
    law_expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = "a", .event = "resume"});
    issue_after(l, "a", 30 * DAY, 6, 0);
    issue_after(l, "a", 2, 6, 2);
    law_free(&l);
}

/* ---- the order of checks, the cost, and trouble ---- */

static void the_clauses_are_checked_in_their_order(void)
{
    static const char *const rules[] = {
        "rule " DEED " open after=- sign=notary:1", "rule " DEED " draft after=open sign=notary:1",
        "rule " DEED " issue after=draft sign=notary:1 by=notary:1:draft not-by=open "
        "referred=any:" DEED "/draft keeps=category:draft",
        NULL};
    struct law *l = law_new(rules);
    struct sample_record what = {.matter = "a", .category = "civil"};
    what.event = "open";
    what.signers[0] = SAMPLE_LI_SI;
    law_expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "issue";
    what.category = "criminal";
    what.refers = "none";
    what.institution = OTHER_NOTARY;
    what.signers[0] = SAMPLE_STRANGER;
    what.signers[1] = SAMPLE_LI_SI;
    law_expect(l, LEDGER_WRONG_ORDER, what);
    law_expect(
        l, LEDGER_NOT_CHECKED,
        (struct sample_record){
            .matter = "a", .event = "draft", .category = "civil", .signers = {SAMPLE_ZHANG}});
    law_expect(l, LEDGER_WRONG_INSTITUTION, what);
    what.institution = NULL;
    law_expect(l, LEDGER_BAD_REFERENCE, what);
    what.refers = "a"; /* its own */
    law_expect(l, LEDGER_BAD_REFERENCE, what);
    struct sample_record other = {.matter = "b", .event = "open"};
    law_expect(l, LEDGER_NOT_CHECKED, other);
    other.event = "draft";
    law_expect(l, LEDGER_NOT_CHECKED, other);
    what.refers = "b";
    law_expect(l, LEDGER_ORIGINAL_MISSING, what);
    what.signers[0] = SAMPLE_ZHANG;
    law_expect(l, LEDGER_SIGNER_EXCLUDED, what);
    what.signers[1] = SAMPLE_NOBODY;
    law_expect(l, LEDGER_LINE_CHANGED, what);
    what.category = "civil";
    law_expect(l, LEDGER_NOT_CHECKED, what);
    law_free(&l);
}

static void a_record_reads_the_first_and_the_latest_entry_and_no_more(void)
{
    struct law *l = law_new(ordered);
    struct sample_record what = {.matter = "a", .event = "note"};
    for (unsigned i = 0; i < 100; i++) {
        l->reads = 0;
        law_expect(l, LEDGER_NOT_CHECKED, what);
        CU_ASSERT(l->reads <= (i == 1 ? 2 : 1)); /* the first entry is remembered */
    }
    law_free(&l);
    l = law_without_rules();
    law_expect(l, LEDGER_NOT_CHECKED, what);
    CU_ASSERT_EQUAL(l->reads, 0);
    law_free(&l);
}

static void trouble_of_the_history_is_a_status_and_changes_nothing(void)
{
    struct law *l = law_new(ordered);
    struct sample_record what = {.matter = "a", .event = "open"};
    l->failure = LEDGER_IO;
    CU_ASSERT_EQUAL(law_status(l, samples_record(l->s, &what)), LEDGER_IO);
    CU_ASSERT_EQUAL(ledger_state_size(l->state), 3);
    l->failure = LEDGER_OK;
    law_expect(l, LEDGER_NOT_CHECKED, what);
    law_free(&l);
}

/* Once a matter is known to have entries, one that cannot be found is damage, and no reason to refuse
 * a record. */
static void what_is_known_and_is_gone_is_damage(void)
{
    static const enum ledger_status failures[] = {LEDGER_NOT_FOUND, LEDGER_IO};
    for (unsigned i = 0; i < 2; i++) {
        struct law *l = law_new(ordered);
        struct sample_record what = {.matter = "a", .event = "open"};
        law_expect(l, LEDGER_NOT_CHECKED, what);
        law_expect(l, LEDGER_ALREADY_OPEN, what);
        l->reads = 0;
        law_expect(l, LEDGER_ALREADY_OPEN, what);
        CU_ASSERT_EQUAL_FATAL(l->reads, 1);
        l->failure = failures[i];
        CU_ASSERT_EQUAL(law_status(l, samples_record(l->s, &what)),
                        i == 0 ? LEDGER_DAMAGED : LEDGER_IO);
        law_free(&l);
    }
}

/* A matter that is looked back into, and one that is referred to: trouble at each read. */
static void trouble_at_any_read_is_a_status(void)
{
    static const char *const rules[] = {
        "rule " DEED " draft after=-,draft,note sign=notary:1",
        "rule " DEED " note after=draft,note sign=notary:1",
        "rule copy open after=- sign=notary:1 not-by=refers/note,refers/draft "
        "referred=any:" DEED "/draft keeps=category:refers/draft",
        NULL};
    unsigned troubled = 0;
    enum ledger_status status = LEDGER_IO;
    for (unsigned good = 0; status != LEDGER_OK; good++) {
        struct law *l = law_new(rules);
        struct sample_record what = {.matter = "a", .event = "draft", .category = "civil"};
        law_expect(l, LEDGER_NOT_CHECKED, what);
        what.event = "note";
        law_expect(l, LEDGER_NOT_CHECKED, what);
        law_expect(l, LEDGER_NOT_CHECKED, what);
        struct sample_record copy = {.kind = "copy",
                                     .event = "open",
                                     .matter = "b",
                                     .refers = "a",
                                     .category = "civil",
                                     .signers = {SAMPLE_LI_SI}};
        l->failure = LEDGER_IO;
        l->good_reads = good;
        status = law_status(l, samples_record(l->s, &copy));
        CU_ASSERT(status == LEDGER_OK || status == LEDGER_IO);
        troubled += status != LEDGER_OK ? 1 : 0;
        law_free(&l);
        CU_ASSERT_FATAL(good < 100);
    }
    CU_ASSERT(troubled >= 3);
}

void ledger_suite_workflow(void)
{
    CU_pSuite suite = CU_add_suite("workflow", NULL, NULL);
    CU_ADD_TEST(suite, an_event_follows_only_what_its_rule_names);
    CU_ADD_TEST(suite, a_matter_is_opened_once_and_the_second_is_refused_with_both_hashes);
    CU_ADD_TEST(suite, a_matter_is_opened_only_under_a_plain_number);
    CU_ADD_TEST(suite, a_change_of_the_authority_is_no_step_of_a_matter);
    CU_ADD_TEST(suite, a_matter_is_of_one_kind);
    CU_ADD_TEST(suite, the_institution_is_compared_with_that_which_opened);
    CU_ADD_TEST(suite, a_term_is_missed_by_a_millisecond_and_never_a_reason_to_refuse);
    CU_ADD_TEST(suite, a_term_runs_from_the_latest_of_its_steps);
    CU_ADD_TEST(suite, the_clauses_are_checked_in_their_order);
    CU_ADD_TEST(suite, a_record_reads_the_first_and_the_latest_entry_and_no_more);
    CU_ADD_TEST(suite, what_is_known_and_is_gone_is_damage);
    CU_ADD_TEST(suite, trouble_at_any_read_is_a_status);
    CU_ADD_TEST(suite, trouble_of_the_history_is_a_status_and_changes_nothing);
}
