#include "ledger/law/workflow.h"

#include <stdio.h>

#include "tests/ledger_samples.h"
#include "tests/suites.h"

#define ENTRIES_MAX 160
#define DAY (INT64_C(24) * 3600 * 1000)
#define DEED "notarial-deed"
#define OTHER_NOTARY "panyu-notary.gz.example"

/* A ledger in memory, whose history is found by looking at every entry. */
struct law {
    struct samples *s;
    struct ledger_state *state;
    struct ledger_history history;
    struct ledger_span entries[ENTRIES_MAX];
    unsigned count;
    unsigned reads;             /* that were asked of the history */
    enum ledger_status failure; /* what the history answers instead, unless LEDGER_OK */
};

static bool is_of(struct law *l, unsigned index, struct ledger_entry *entry,
                  struct ledger_span matter)
{
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    CU_ASSERT_FATAL(ledger_entry_parse(entry, &verdict, l->entries[index]));
    return ledger_span_equal(entry->record.matter, matter);
}

static enum ledger_status first(void *context, struct ledger_entry *entry,
                                struct ledger_span *bytes, struct ledger_span matter)
{
    struct law *l = context;
    l->reads++;
    for (unsigned i = 0; l->failure == LEDGER_OK && i < l->count; i++) {
        if (is_of(l, i, entry, matter)) {
            *bytes = l->entries[i];
            return LEDGER_OK;
        }
    }
    return l->failure != LEDGER_OK ? l->failure : LEDGER_NOT_FOUND;
}

static enum ledger_status latest(void *context, struct ledger_entry *entry,
                                 struct ledger_span *bytes, struct ledger_span matter,
                                 uint64_t before)
{
    struct law *l = context;
    l->reads++;
    CU_ASSERT(before <= l->count);
    for (unsigned i = (unsigned)before; l->failure == LEDGER_OK && i-- > 0;) {
        if (is_of(l, i, entry, matter)) {
            *bytes = l->entries[i];
            return LEDGER_OK;
        }
    }
    return l->failure != LEDGER_OK ? l->failure : LEDGER_NOT_FOUND;
}

/* Offers a note. What it is found to be; NOT_CHECKED if it fits. */
static enum ledger_finding offer_note(struct law *l, struct ledger_span note)
{
    CU_ASSERT_FATAL(l->count < ENTRIES_MAX);
    bool fits = samples_accept(l->s, l->state, &l->entries[l->count], note);
    CU_ASSERT_EQUAL(fits, l->s->verdict.finding == LEDGER_NOT_CHECKED);
    l->count += fits ? 1 : 0;
    return l->s->verdict.finding;
}

static enum ledger_finding offer(struct law *l, struct sample_record what)
{
    return offer_note(l, samples_record(l->s, &what));
}

static void expect(struct law *l, enum ledger_finding expected, struct sample_record what)
{
    enum ledger_finding finding = offer(l, what);
    CU_ASSERT_EQUAL(finding, expected);
    if (finding != expected) {
        printf("\n%s of %s: %s: %s\n", what.event, what.matter, ledger_finding_token(finding),
               l->s->verdict.detail);
    } else if (expected != LEDGER_NOT_CHECKED) {
        CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "rule "));
        CU_ASSERT_EQUAL(l->s->verdict.entry, l->count);
    }
}

/* The sample ledger with a second notary's office, but without rules. */
static struct law *law_without_rules(void)
{
    struct law *l = calloc(1, sizeof *l);
    CU_ASSERT_PTR_NOT_NULL_FATAL(l);
    l->s = samples_new();
    l->state = samples_state(l->s);
    l->history = (struct ledger_history){l, first, latest};
    ledger_state_set_history(l->state, &l->history);
    CU_ASSERT_EQUAL_FATAL(offer_note(l, samples_genesis(l->s)), LEDGER_NOT_CHECKED);
    struct sample_record second = {
        .kind = LEDGER_KIND_AUTHORITY,
        .sets = {"institution " OTHER_NOTARY " notary 番禺公证处",
                 samples_line(l->s, "key ", SAMPLE_STRANGER, " " OTHER_NOTARY " notary")}};
    CU_ASSERT_EQUAL_FATAL(offer(l, second), LEDGER_NOT_CHECKED);
    return l;
}

/* Sets these rules, at most eight, ended by NULL. */
static void require(struct law *l, const char *const *rules)
{
    struct sample_record change = {.kind = LEDGER_KIND_AUTHORITY, .sets = {"rules required"}};
    for (unsigned i = 0; i < 8 && rules[i] != NULL; i++) {
        change.sets[i + 1] = rules[i];
    }
    enum ledger_finding finding = offer(l, change);
    if (finding != LEDGER_NOT_CHECKED) {
        printf("\n%s: %s\n", ledger_finding_token(finding), l->s->verdict.detail);
    }
    CU_ASSERT_EQUAL_FATAL(finding, LEDGER_NOT_CHECKED);
}

static struct law *law_new(const char *const *rules)
{
    struct law *l = law_without_rules();
    require(l, rules);
    return l;
}

static void law_free(struct law **l)
{
    ledger_state_free(&(*l)->state);
    samples_free(&(*l)->s);
    free(*l);
    *l = NULL;
}

static const struct ledger_step *step(const struct law *l)
{
    return ledger_state_step(l->state);
}

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
    expect(l, LEDGER_WRONG_ORDER, what);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "after=open,draft"));
    what.event = "open";
    expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "issue";
    expect(l, LEDGER_WRONG_ORDER, what);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "after=draft"));
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "'open', in entry 3"));
    what.event = "draft";
    expect(l, LEDGER_NOT_CHECKED, what);
    expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "note";
    expect(l, LEDGER_WRONG_ORDER, what);
    what.event = "issue";
    expect(l, LEDGER_NOT_CHECKED, what);
    CU_ASSERT(step(l)->ruled);
    CU_ASSERT_EQUAL(step(l)->makes, LEDGER_STANDING_EFFECTIVE);
    expect(l, LEDGER_WRONG_ORDER, what);
    what.event = "draft";
    expect(l, LEDGER_WRONG_ORDER, what);
    what.event = "note";
    expect(l, LEDGER_NOT_CHECKED, what);
    CU_ASSERT_EQUAL(step(l)->makes, LEDGER_STANDING_AS_BEFORE);
    /* Another matter begins at its own beginning. */
    what.matter = "b";
    expect(l, LEDGER_NOT_CHECKED, what);
    expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "draft";
    expect(l, LEDGER_WRONG_ORDER, what);
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
    CU_ASSERT_EQUAL(offer_note(l, one), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(offer_note(l, two), LEDGER_ALREADY_OPEN);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "entry 3 "));
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, hash_one));
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, hash_two));
    /* Whatever happened in it since, and whoever files. */
    what.event = "draft";
    expect(l, LEDGER_NOT_CHECKED, what);
    CU_ASSERT_EQUAL(offer_note(l, two), LEDGER_ALREADY_OPEN);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, hash_one));
    what.event = "open";
    what.institution = OTHER_NOTARY;
    what.signers[0] = SAMPLE_STRANGER;
    expect(l, LEDGER_ALREADY_OPEN, what);
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
    expect(l, LEDGER_NOT_CHECKED, what);
    CU_ASSERT_FALSE(step(l)->ruled);
    what.kind = "translation";
    expect(l, LEDGER_NOT_CHECKED, what);
    require(l, rules);
    CU_ASSERT_FALSE(step(l)->ruled);
    what.event = "issue";
    expect(l, LEDGER_OTHER_KIND, what);
    what.kind = DEED;
    expect(l, LEDGER_OTHER_KIND, what);
    what = (struct sample_record){.matter = "new", .kind = DEED, .event = "open"};
    expect(l, LEDGER_NOT_CHECKED, what);
    what.kind = "translation";
    expect(l, LEDGER_OTHER_KIND, what);
    what.event = "issue";
    expect(l, LEDGER_OTHER_KIND, what);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "'" DEED "'"));
    what.kind = DEED;
    expect(l, LEDGER_NOT_CHECKED, what);
    what.matter = "authority";
    expect(l, LEDGER_OTHER_KIND, what);
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
    expect(l, LEDGER_NOT_CHECKED, own);
    own.event = foreign.event = "same";
    expect(l, LEDGER_WRONG_INSTITUTION, foreign);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, SAMPLE_NOTARY));
    expect(l, LEDGER_NOT_CHECKED, own);
    own.event = foreign.event = "other";
    expect(l, LEDGER_WRONG_INSTITUTION, own);
    expect(l, LEDGER_NOT_CHECKED, foreign);
    /* Not with that which was last. */
    expect(l, LEDGER_WRONG_INSTITUTION, own);
    own.event = foreign.event = "same";
    expect(l, LEDGER_WRONG_INSTITUTION, foreign);
    own.event = foreign.event = "any";
    expect(l, LEDGER_NOT_CHECKED, own);
    expect(l, LEDGER_NOT_CHECKED, foreign);
    law_free(&l);
}

/* ---- references ---- */

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
    expect(l, LEDGER_BAD_REFERENCE, copy);
    expect(l, LEDGER_NOT_CHECKED, deed);
    expect(l, LEDGER_BAD_REFERENCE, copy);
    deed.event = "issue";
    expect(l, LEDGER_NOT_CHECKED, deed);
    expect(l, LEDGER_NOT_CHECKED, copy);
    expect(l, LEDGER_NOT_CHECKED,
           (struct sample_record){.kind = "copy", .event = "issue", .matter = "c"});
    copy.matter = "c2";
    copy.refers = "c";
    expect(l, LEDGER_BAD_REFERENCE, copy);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "another kind"));
    copy.refers = "c2";
    expect(l, LEDGER_BAD_REFERENCE, copy);
    copy.refers = "authority";
    expect(l, LEDGER_BAD_REFERENCE, copy);
    copy.refers = NULL;
    expect(l, LEDGER_LINE_MISSING, copy);
    law_free(&l);
}

static void the_event_referred_to_may_be_the_first_any_or_the_latest(void)
{
    struct law *l = law_new(referring);
    struct sample_record deed = {.matter = "deed", .event = "open"};
    struct sample_record copy = {.kind = "copy", .event = "opened", .refers = "deed"};
    expect(l, LEDGER_NOT_CHECKED, deed);
    copy.matter = "1";
    expect(l, LEDGER_NOT_CHECKED, copy);
    deed.event = "issue";
    for (unsigned i = 0; i < 3; i++) {
        expect(l, LEDGER_NOT_CHECKED, deed);
    }
    copy.matter = "2";
    l->reads = 0;
    expect(l, LEDGER_NOT_CHECKED, copy);
    CU_ASSERT(l->reads <= 3); /* the own matter, and the ends of the other */
    copy.event = "any";
    copy.matter = "3";
    expect(l, LEDGER_NOT_CHECKED, copy);
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
        expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = "a", .event = with[i]});
        expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = "b", .event = without[i]});
    }
    struct sample_record copy = {.kind = "copy", .event = "any", .refers = "a", .matter = "1"};
    expect(l, LEDGER_NOT_CHECKED, copy);
    copy.refers = "b";
    copy.matter = "2";
    expect(l, LEDGER_BAD_REFERENCE, copy);
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
    expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = "deed", .event = "open"});
    expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = "deed", .event = "issue"});
    for (unsigned i = 0; i < 3; i++) {
        struct sample_record copy = {.kind = "copy", .event = events[i], .refers = "deed"};
        copy.matter = samples_text(l->s, "own %u", i);
        expect(l, own_fits[i], copy);
        copy.matter = samples_text(l->s, "foreign %u", i);
        copy.institution = OTHER_NOTARY;
        copy.signers[0] = SAMPLE_STRANGER;
        expect(l, foreign_fits[i], copy);
    }
    law_free(&l);
}

/* ---- who signed before ---- */

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
    expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "draft";
    what.signers[0] = SAMPLE_LI_SI;
    expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "note";
    what.signers[1] = SAMPLE_ZHANG;
    expect(l, LEDGER_NOT_CHECKED, what);
    return l;
}

static void those_who_signed_a_step_must_sign_again(void)
{
    struct law *l = drafted(original);
    struct sample_record what = {.matter = "a", .event = "correct", .signers = {SAMPLE_ZHANG}};
    expect(l, LEDGER_ORIGINAL_MISSING, what);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "by=notary:1:draft"));
    what.signers[1] = SAMPLE_STRANGER; /* signs, but took no part */
    expect(l, LEDGER_ORIGINAL_MISSING, what);
    what.event = "replace";
    expect(l, LEDGER_ORIGINAL_MISSING, what);
    /* Two of these steps, each signed by one of them, are enough. */
    what.signers[1] = SAMPLE_LI_SI;
    expect(l, LEDGER_NOT_CHECKED, what);
    law_free(&l);
    l = drafted(original);
    what = (struct sample_record){.matter = "a", .event = "replace", .signers = {SAMPLE_LI_SI}};
    expect(l, LEDGER_ORIGINAL_MISSING, what);
    what.event = "correct";
    expect(l, LEDGER_NOT_CHECKED, what);
    law_free(&l);
}

static void nobody_counts_twice_as_an_original_signer(void)
{
    struct law *l = law_new(original);
    static const char *const events[] = {"open", "draft", "draft", "note"};
    struct sample_record what = {.matter = "a", .signers = {SAMPLE_ZHANG}};
    for (unsigned i = 0; i < 4; i++) {
        what.event = events[i];
        expect(l, LEDGER_NOT_CHECKED, what);
    }
    what.event = "replace";
    what.signers[1] = SAMPLE_LI_SI;
    expect(l, LEDGER_ORIGINAL_MISSING, what);
    law_free(&l);
}

static void the_original_signers_may_be_those_of_the_matter_referred_to(void)
{
    struct law *l = drafted(original);
    struct sample_record copy = {
        .kind = "copy", .event = "open", .matter = "c", .refers = "a", .signers = {SAMPLE_ZHANG}};
    expect(l, LEDGER_ORIGINAL_MISSING, copy);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "by=notary:1:refers/draft"));
    copy.signers[0] = SAMPLE_LI_SI;
    expect(l, LEDGER_NOT_CHECKED, copy);
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
    expect(l, LEDGER_NOT_CHECKED, change);
    expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "draft";
    expect(l, LEDGER_NOT_CHECKED, what);
    change.unsets[0] = samples_line(l->s, "key ", SAMPLE_OPERATOR, "");
    change.sets[0] = samples_line(l->s, "key ", SAMPLE_OPERATOR_NEXT, " " SAMPLE_NOTARY " notary");
    expect(l, LEDGER_NOT_CHECKED, change);
    what.event = "note";
    what.signers[0] = SAMPLE_OPERATOR_NEXT;
    expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "correct";
    expect(l, LEDGER_NOT_CHECKED, what);
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
    expect(l, LEDGER_SIGNER_EXCLUDED, what);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "not-by=draft"));
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "li-si' signed entry 4"));
    /* Nor beside one who may. */
    what.signers[0] = SAMPLE_ZHANG;
    what.signers[1] = SAMPLE_LI_SI;
    expect(l, LEDGER_SIGNER_EXCLUDED, what);
    what.event = "check";
    what.signers[1] = SAMPLE_NOBODY;
    expect(l, LEDGER_SIGNER_EXCLUDED, what);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "not-by=open"));
    what.signers[0] = SAMPLE_LI_SI;
    expect(l, LEDGER_SIGNER_EXCLUDED, what);
    what.event = "review";
    what.signers[0] = SAMPLE_ZHANG;
    expect(l, LEDGER_NOT_CHECKED, what);
    law_free(&l);
}

static void those_excluded_may_be_of_the_matter_referred_to(void)
{
    struct law *l = drafted(excluding);
    struct sample_record copy = {
        .kind = "copy", .event = "open", .matter = "c", .refers = "a", .signers = {SAMPLE_LI_SI}};
    expect(l, LEDGER_SIGNER_EXCLUDED, copy);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "not-by=refers/draft"));
    copy.signers[0] = SAMPLE_ZHANG;
    expect(l, LEDGER_NOT_CHECKED, copy);
    law_free(&l);
}

/* Every step is looked at, not only the latest of them. */
static void the_earliest_of_many_steps_excludes_too(void)
{
    struct law *l = law_new(excluding);
    struct sample_record what = {.matter = "a", .event = "open"};
    expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "draft";
    what.signers[0] = SAMPLE_LI_SI;
    expect(l, LEDGER_NOT_CHECKED, what);
    what.signers[0] = SAMPLE_ZHANG;
    for (unsigned i = 0; i < 20; i++) {
        expect(l, LEDGER_NOT_CHECKED, what);
    }
    what.event = "note";
    expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "review";
    what.signers[0] = SAMPLE_LI_SI;
    expect(l, LEDGER_SIGNER_EXCLUDED, what);
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
    expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "correct";
    what.signers[0] = SAMPLE_LI_SI;
    expect(l, LEDGER_ORIGINAL_MISSING, what);
    what.event = "review";
    expect(l, LEDGER_NOT_CHECKED, what);
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
    expect(l, LEDGER_NOT_CHECKED, what);
    next.event = "correct";
    expect(l, LEDGER_ORIGINAL_MISSING, next);
    next.event = "review";
    expect(l, LEDGER_NOT_CHECKED, next);
    /* Another entry of the same steps, which he signed for the institution. */
    what.matter = next.matter = "b";
    expect(l, LEDGER_NOT_CHECKED, what);
    next.event = "draft";
    expect(l, LEDGER_NOT_CHECKED, next);
    next.event = "review";
    expect(l, LEDGER_SIGNER_EXCLUDED, next);
    law_free(&l);
}

/* ---- lines that are kept ---- */

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

/* With a change of one line, the issue of a draft is refused; without it, not. */
static void changed(struct law *l, struct sample_record what)
{
    what.event = "issue";
    expect(l, LEDGER_LINE_CHANGED, what);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "keeps="));
}

static void a_line_that_is_kept_is_as_it_was(void)
{
    struct law *l = law_new(keeping);
    struct sample_record what = full(l);
    expect(l, LEDGER_NOT_CHECKED, what);
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
    expect(l, LEDGER_NOT_CHECKED, what);
    law_free(&l);
}

static void documents_are_kept_by_digest_size_and_order(void)
{
    struct law *l = law_new(keeping);
    struct sample_record what = full(l);
    expect(l, LEDGER_NOT_CHECKED, what);
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
    expect(l, LEDGER_NOT_CHECKED, what);
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
        expect(l, LEDGER_NOT_CHECKED, what);
        changed(l, what);
    }
    law_free(&l);
}

static void a_line_is_kept_from_the_latest_of_the_steps(void)
{
    struct law *l = law_new(keeping);
    struct sample_record what = full(l);
    expect(l, LEDGER_NOT_CHECKED, what);
    what.fields[0] = "result another person";
    expect(l, LEDGER_NOT_CHECKED, what);
    struct sample_record note = {.matter = "a", .event = "note"};
    expect(l, LEDGER_NOT_CHECKED, note); /* is not one of the steps */
    changed(l, full(l));
    CU_ASSERT_PTR_NOT_NULL(strstr(l->s->verdict.detail, "as in entry 4"));
    what.event = "issue";
    expect(l, LEDGER_NOT_CHECKED, what);
    /* And from another matter. */
    struct sample_record copy = {.kind = "copy",
                                 .event = "open",
                                 .matter = "c",
                                 .refers = "a",
                                 .fields = {"result same person"}};
    expect(l, LEDGER_LINE_CHANGED, copy);
    copy.fields[0] = "result another person";
    expect(l, LEDGER_NOT_CHECKED, copy);
    law_free(&l);
}

static void where_no_such_step_was_taken_nothing_can_be_kept(void)
{
    static const char *const rules[] = {
        "rule " DEED " open after=- sign=notary:1", "rule " DEED " draft after=open sign=notary:1",
        "rule " DEED " issue after=open,draft sign=notary:1 keeps=category:draft", NULL};
    struct law *l = law_new(rules);
    struct sample_record what = {.matter = "a", .event = "open", .category = "civil"};
    expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "issue";
    expect(l, LEDGER_LINE_CHANGED, what);
    what.event = "draft";
    expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "issue";
    expect(l, LEDGER_NOT_CHECKED, what);
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
    expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = matter, .event = "issue"});
    CU_ASSERT(step(l)->ruled);
    CU_ASSERT_EQUAL(step(l)->makes, LEDGER_STANDING_CLOSED);
    CU_ASSERT_EQUAL(step(l)->term_days, 30);
    CU_ASSERT_EQUAL(step(l)->term_from, from);
    CU_ASSERT_EQUAL(step(l)->late_ms, late);
}

static void a_term_is_missed_by_a_millisecond_and_never_a_reason_to_refuse(void)
{
    struct law *l = law_new(timed);
    struct sample_record open = {.matter = "a", .event = "open"};
    expect(l, LEDGER_NOT_CHECKED, open);
    CU_ASSERT_EQUAL(step(l)->term_days, 0);
    issue_after(l, "a", 30 * DAY, 3, 0);
    issue_after(l, "a", 1, 3, 1);
    issue_after(l, "a", 400 * DAY, 3, 400 * DAY + 1);
    open.matter = "b";
    expect(l, LEDGER_NOT_CHECKED, open);
    CU_ASSERT_EQUAL(step(l)->late_ms, 0);
    issue_after(l, "b", 30 * DAY + 1, 7, 1);
    law_free(&l);
}

static void a_term_runs_from_the_latest_of_its_steps(void)
{
    struct law *l = law_new(timed);
    expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = "a", .event = "open"});
    /* No step was taken that this one runs from. */
    l->s->now += 5 * DAY;
    expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = "b", .event = "open"});
    expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = "b", .event = "note"});
    CU_ASSERT_EQUAL(step(l)->term_days, 0);
    CU_ASSERT_EQUAL(step(l)->late_ms, 0);
    l->s->now += 20 * DAY;
    expect(l, LEDGER_NOT_CHECKED, (struct sample_record){.matter = "a", .event = "resume"});
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
    expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "issue";
    what.category = "criminal";
    what.refers = "none";
    what.institution = OTHER_NOTARY;
    what.signers[0] = SAMPLE_STRANGER;
    what.signers[1] = SAMPLE_LI_SI;
    expect(l, LEDGER_WRONG_ORDER, what);
    expect(l, LEDGER_NOT_CHECKED,
           (struct sample_record){
               .matter = "a", .event = "draft", .category = "civil", .signers = {SAMPLE_ZHANG}});
    expect(l, LEDGER_WRONG_INSTITUTION, what);
    what.institution = NULL;
    expect(l, LEDGER_BAD_REFERENCE, what);
    what.refers = "a"; /* its own */
    expect(l, LEDGER_BAD_REFERENCE, what);
    struct sample_record other = {.matter = "b", .event = "open"};
    expect(l, LEDGER_NOT_CHECKED, other);
    other.event = "draft";
    expect(l, LEDGER_NOT_CHECKED, other);
    what.refers = "b";
    expect(l, LEDGER_ORIGINAL_MISSING, what);
    what.signers[0] = SAMPLE_ZHANG;
    expect(l, LEDGER_SIGNER_EXCLUDED, what);
    what.signers[1] = SAMPLE_NOBODY;
    expect(l, LEDGER_LINE_CHANGED, what);
    what.category = "civil";
    expect(l, LEDGER_NOT_CHECKED, what);
    law_free(&l);
}

static void a_record_reads_the_first_and_the_latest_entry_and_no_more(void)
{
    struct law *l = law_new(ordered);
    struct sample_record what = {.matter = "a", .event = "note"};
    for (unsigned i = 0; i < 100; i++) {
        l->reads = 0;
        expect(l, LEDGER_NOT_CHECKED, what);
        CU_ASSERT(l->reads <= (i == 1 ? 2 : 1)); /* the first entry is remembered */
    }
    law_free(&l);
    l = law_without_rules();
    expect(l, LEDGER_NOT_CHECKED, what);
    CU_ASSERT_EQUAL(l->reads, 0);
    law_free(&l);
}

/* Clauses that look back do so once; then only over what came since. */
static void a_matter_is_read_once(void)
{
    struct law *l = law_new(original);
    struct sample_record what = {.matter = "a", .event = "open"};
    expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "draft";
    for (unsigned i = 0; i < 100; i++) {
        expect(l, LEDGER_NOT_CHECKED, what);
    }
    what.event = "note";
    expect(l, LEDGER_NOT_CHECKED, what);
    what.event = "replace"; /* asks for two, and one signs */
    l->reads = 0;
    expect(l, LEDGER_ORIGINAL_MISSING, what);
    CU_ASSERT(l->reads >= 101 && l->reads <= 103);
    l->reads = 0;
    expect(l, LEDGER_ORIGINAL_MISSING, what);
    CU_ASSERT_EQUAL(l->reads, 0);
    what.event = "note";
    expect(l, LEDGER_NOT_CHECKED, what);
    l->reads = 0;
    what.event = "correct"; /* asks about one of the same events */
    expect(l, LEDGER_NOT_CHECKED, what);
    CU_ASSERT(l->reads <= 2);
    law_free(&l);
}

static void trouble_of_the_history_is_a_status_and_changes_nothing(void)
{
    struct law *l = law_new(ordered);
    struct sample_record what = {.matter = "a", .event = "open"};
    struct sample_text text;
    struct ledger_entry entry;
    struct ledger_hash leaf;
    bool fits = true;
    sample_start(&text, "");
    ledger_state_compose(l->state, &text.buffer, l->s->now, samples_record(l->s, &what));
    ledger_verdict_clear(&l->s->verdict);
    l->failure = LEDGER_IO;
    CU_ASSERT_EQUAL(
        ledger_state_accept(l->state, &l->s->verdict, &fits, &entry, &leaf, sample_span(&text)),
        LEDGER_IO);
    CU_ASSERT_FALSE(fits);
    CU_ASSERT_EQUAL(l->s->verdict.finding, LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(ledger_state_size(l->state), 3);
    l->failure = LEDGER_OK;
    expect(l, LEDGER_NOT_CHECKED, what);
    law_free(&l);
}

void ledger_suite_workflow(void)
{
    CU_pSuite suite = CU_add_suite("workflow", NULL, NULL);
    CU_ADD_TEST(suite, an_event_follows_only_what_its_rule_names);
    CU_ADD_TEST(suite, a_matter_is_opened_once_and_the_second_is_refused_with_both_hashes);
    CU_ADD_TEST(suite, a_matter_is_of_one_kind);
    CU_ADD_TEST(suite, the_institution_is_compared_with_that_which_opened);
    CU_ADD_TEST(suite, what_is_referred_to_must_be_there_and_of_that_kind_and_event);
    CU_ADD_TEST(suite, the_event_referred_to_may_be_the_first_any_or_the_latest);
    CU_ADD_TEST(suite, an_event_between_the_first_and_the_latest_is_found);
    CU_ADD_TEST(suite, whose_matter_is_referred_to_counts);
    CU_ADD_TEST(suite, those_who_signed_a_step_must_sign_again);
    CU_ADD_TEST(suite, nobody_counts_twice_as_an_original_signer);
    CU_ADD_TEST(suite, the_original_signers_may_be_those_of_the_matter_referred_to);
    CU_ADD_TEST(suite, a_signer_is_known_again_by_name_under_another_key);
    CU_ADD_TEST(suite, those_who_signed_a_step_may_not_sign);
    CU_ADD_TEST(suite, those_excluded_may_be_of_the_matter_referred_to);
    CU_ADD_TEST(suite, the_earliest_of_many_steps_excludes_too);
    CU_ADD_TEST(suite, a_party_is_no_enrolled_signer);
    CU_ADD_TEST(suite, who_signed_a_step_as_a_party_is_neither_original_nor_excluded);
    CU_ADD_TEST(suite, a_line_that_is_kept_is_as_it_was);
    CU_ADD_TEST(suite, documents_are_kept_by_digest_size_and_order);
    CU_ADD_TEST(suite, a_line_that_both_lack_is_not_kept);
    CU_ADD_TEST(suite, a_line_is_kept_from_the_latest_of_the_steps);
    CU_ADD_TEST(suite, where_no_such_step_was_taken_nothing_can_be_kept);
    CU_ADD_TEST(suite, a_term_is_missed_by_a_millisecond_and_never_a_reason_to_refuse);
    CU_ADD_TEST(suite, a_term_runs_from_the_latest_of_its_steps);
    CU_ADD_TEST(suite, the_clauses_are_checked_in_their_order);
    CU_ADD_TEST(suite, a_record_reads_the_first_and_the_latest_entry_and_no_more);
    CU_ADD_TEST(suite, a_matter_is_read_once);
    CU_ADD_TEST(suite, trouble_of_the_history_is_a_status_and_changes_nothing);
}
