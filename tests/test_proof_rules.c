/*
 * What the proof of a record shows of the rules (proof_check.h).
 *
 * Each proof is of entry 1 of a ledger of two, which the operator signs whatever it says: only the
 * evidence decides.
 */
#include "ledger/law/proof_check.h"
#include "tests/ledger_samples.h"
#include "tests/suites.h"

#define ITEMS_MAX 12
#define RULE_ISSUE "rule forensic-appraisal issue after=- sign=appraiser:1,reviewer:1"
#define RULE_SUBJECT "rule forensic-appraisal issue"
#define RULE_CORRECT "rule forensic-appraisal correct after=issue sign=appraiser:1 parties=1"

struct fixture {
    struct samples *s;
    struct ledger_authority *authority; /* in force before the entry */
    struct ledger_policy *policy;
    uint8_t *memory;
    struct ledger_proof_report *report;
    struct ledger_evidence *items;
    unsigned count;
};

static void change(struct fixture *f, struct ledger_span note)
{
    bool done = false;
    struct ledger_record record = samples_parsed(f->s, note);
    CU_ASSERT_EQUAL(
        ledger_authority_change(f->authority, f->s->hasher, &f->s->verdict, &done, &record, 0),
        LEDGER_OK);
    CU_ASSERT_FATAL(done);
}

static struct fixture fixture_new(bool rules)
{
    struct fixture f = {.s = samples_new()};
    f.memory = samples_memory(f.s, LEDGER_EVIDENCE_MAX);
    f.report = samples_memory(f.s, sizeof *f.report);
    f.items = samples_memory(f.s, ITEMS_MAX * sizeof *f.items);
    CU_ASSERT_EQUAL_FATAL(ledger_policy_new(&f.policy), LEDGER_OK);
    ledger_policy_of_log(f.policy, samples_vkey(f.s, SAMPLE_OPERATOR));
    CU_ASSERT_EQUAL_FATAL(ledger_authority_new(&f.authority), LEDGER_OK);
    change(&f, samples_genesis(f.s));
    if (rules) {
        struct sample_record what = {.kind = LEDGER_KIND_AUTHORITY,
                                     .sets = {"rules required", RULE_ISSUE, RULE_CORRECT}};
        change(&f, samples_record(f.s, &what));
    }
    return f;
}

static void fixture_free(struct fixture *f)
{
    ledger_authority_free(&f->authority);
    ledger_policy_free(&f->policy);
    samples_free(&f->s);
}

static struct ledger_evidence *next_item(struct fixture *f)
{
    CU_ASSERT_FATAL(f->count < ITEMS_MAX);
    return &f->items[f->count++];
}

static void show(struct fixture *f, const char *subject)
{
    struct ledger_evidence *item = next_item(f);
    const struct ledger_authority_line *line =
        ledger_authority_find(f->authority, f->s->hasher, ledger_span_of(subject));
    CU_ASSERT_PTR_NOT_NULL_FATAL(line);
    item->absent = false;
    item->line = line != NULL ? line->text : ledger_span_of("");
    CU_ASSERT(
        ledger_authority_path(f->authority, f->s->hasher, &item->path, ledger_span_of(subject)));
}

static void show_key(struct fixture *f, enum sample_who who)
{
    show(f, samples_line(f->s, "key ", who, ""));
}

static struct ledger_evidence *show_absent(struct fixture *f, const char *subject)
{
    struct ledger_evidence *item = next_item(f);
    item->absent = true;
    item->line = ledger_span_of(subject);
    CU_ASSERT(
        ledger_authority_absence(f->authority, f->s->hasher, &item->path, &item->end, item->line));
    return item;
}

static struct ledger_span evidence_of(struct fixture *f, struct ledger_span entry)
{
    struct sample_text evidence;
    sample_start(&evidence, "");
    ledger_evidence_start(&evidence.buffer);
    for (unsigned i = 0; i < f->count; i++) {
        const struct ledger_evidence *item = &f->items[i];
        if (item->absent) {
            ledger_evidence_add_absent(&evidence.buffer, item->line, &item->path, &item->end);
        } else {
            ledger_evidence_add(&evidence.buffer, item->line, &item->path);
        }
    }
    ledger_evidence_finish(&evidence.buffer, entry);
    return samples_copy(f->s, sample_span(&evidence));
}

/* Checks the proof of a record under the authority, with the items shown so far. */
static enum ledger_finding check(struct fixture *f, const struct sample_record *what)
{
    struct sample_text text;
    struct ledger_hash root;
    struct ledger_tree_proof path = {.count = 1};
    struct ledger_proof proof;
    struct ledger_entry entry = {
        .index = 1, .time_ms = SAMPLE_TIME, .note = samples_record(f->s, what)};
    ledger_authority_root(f->authority, f->s->hasher, &entry.authority);
    struct ledger_span bytes = samples_entry(f->s, &entry);
    ledger_tree_leaf(f->s->hasher, &root, bytes);
    ledger_tree_parent(f->s->hasher, &root, &path.hashes[0], &root);
    sample_start(&text, "");
    ledger_proof_write(&text.buffer, 1, &path, evidence_of(f, bytes),
                       samples_checkpoint(f->s, SAMPLE_ORIGIN, 2, &root, SAMPLE_OPERATOR));
    ledger_verdict_clear(&f->s->verdict);
    bool valid = ledger_proof_parse(&proof, &f->s->verdict, f->memory,
                                    samples_copy(f->s, sample_span(&text))) &&
                 ledger_proof_check(f->s->hasher, &f->s->verdict, f->report, &proof, f->policy);
    CU_ASSERT_EQUAL(valid, f->s->verdict.finding == LEDGER_VALID);
    return f->s->verdict.finding;
}

#define APPRAISAL(...)                                                                             \
    {                                                                                              \
        .kind = "forensic-appraisal", .institution = SAMPLE_FORENSICS, .signers = { __VA_ARGS__ }  \
    }

/* The lines of who signs and for whom: all that is needed but the rule. */
static void show_people(struct fixture *f)
{
    f->count = 0;
    show_key(f, SAMPLE_ZHAO);
    show_key(f, SAMPLE_WANG);
    show(f, "institution " SAMPLE_FORENSICS);
}

static void a_record_is_proved_with_the_rule_it_meets(void)
{
    const struct sample_record what = APPRAISAL(SAMPLE_ZHAO, SAMPLE_WANG);
    struct fixture f = fixture_new(true);
    show_people(&f);
    show(&f, RULE_SUBJECT);
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_VALID);
    CU_ASSERT_FALSE(f.report->rules_absent);
    CU_ASSERT(f.report->entitled.ruled);
    CU_ASSERT(ledger_span_is(f.report->entitled.rule.event, "issue"));
    CU_ASSERT(ledger_span_is(f.report->entitled.signers[0].role, "reviewer"));
    CU_ASSERT(ledger_span_is(f.report->entitled.signers[1].role, "appraiser"));
    /* Any order, twice, and with more. */
    f.count = 0;
    show(&f, RULE_SUBJECT);
    show_absent(&f, "institution nowhere.example");
    show(&f, "rules");
    show(&f, "institution " SAMPLE_FORENSICS);
    show_key(&f, SAMPLE_WANG);
    show(&f, RULE_SUBJECT);
    show(&f, "rule forensic-appraisal correct");
    show_key(&f, SAMPLE_ZHAO);
    show_key(&f, SAMPLE_WANG);
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_VALID);
    CU_ASSERT_EQUAL(f.report->line_count, 8);
    fixture_free(&f);
}

/* Whose place in the report nothing else has taken. */
static void the_rule_of_the_proof_before_helps_nobody(void)
{
    const struct sample_record what = APPRAISAL(SAMPLE_ZHAO, SAMPLE_WANG);
    struct fixture f = fixture_new(true);
    show_people(&f);
    show(&f, RULE_SUBJECT);
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_VALID);
    f.count--;
    f.memory = samples_memory(f.s, LEDGER_EVIDENCE_MAX); /* the text of its rule stays */
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_EVIDENCE_MISSING);
    fixture_free(&f);
}

/* All who signed are shown, so nothing is missing: not even a signer of the proof before. */
static void that_nobody_of_the_institution_signed_is_proved(void)
{
    const struct sample_record what = {.institution = SAMPLE_NOTARY, .signers = {SAMPLE_WANG}};
    struct fixture f = fixture_new(false);
    show_key(&f, SAMPLE_WANG);
    show(&f, "institution " SAMPLE_NOTARY);
    show_absent(&f, "rules");
    memset(&f.report->entitled, 0, sizeof f.report->entitled);
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_INSTITUTION_UNSIGNED);
    fixture_free(&f);
}

static void a_record_that_does_not_meet_the_rule_is_not_proved(void)
{
    const struct sample_record alone = APPRAISAL(SAMPLE_ZHAO);
    struct fixture f = fixture_new(true);
    show_people(&f);
    show(&f, RULE_SUBJECT);
    CU_ASSERT_EQUAL(check(&f, &alone), LEDGER_ROLE_MISSING);
    CU_ASSERT_FALSE(f.report->entitled.ruled);
    fixture_free(&f);
}

static void neither_the_rule_nor_its_absence_shown_is_missing_evidence(void)
{
    const struct sample_record what = APPRAISAL(SAMPLE_ZHAO, SAMPLE_WANG);
    struct fixture f = fixture_new(true);
    show_people(&f);
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_EVIDENCE_MISSING);
    show(&f, "rules");
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_EVIDENCE_MISSING);
    /* The rule of another event, and absences that say nothing about rules. */
    show(&f, "rule forensic-appraisal correct");
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_EVIDENCE_MISSING);
    show_absent(&f, "rule forensic-appraisal issues");
    show_absent(&f, "rules ");
    fixture_free(&f);
    f = fixture_new(false);
    show_people(&f);
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_EVIDENCE_MISSING);
    show_absent(&f, RULE_SUBJECT);
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_EVIDENCE_MISSING);
    show_absent(&f, "rule");
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_EVIDENCE_MISSING);
    show_absent(&f, "rules");
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_VALID);
    CU_ASSERT(f.report->rules_absent);
    CU_ASSERT_FALSE(f.report->entitled.ruled);
    fixture_free(&f);
}

static void the_line_of_every_enrolled_signer_is_needed(void)
{
    const struct sample_record what = APPRAISAL(SAMPLE_ZHAO, SAMPLE_WANG);
    struct fixture f = fixture_new(true);
    for (unsigned missing = 0; missing < 4; missing++) {
        show_people(&f);
        show(&f, RULE_SUBJECT);
        f.items[missing] = f.items[--f.count];
        CU_ASSERT_EQUAL(check(&f, &what), LEDGER_EVIDENCE_MISSING);
    }
    fixture_free(&f);
}

static void an_absence_must_be_true(void)
{
    const struct sample_record what = APPRAISAL(SAMPLE_ZHAO, SAMPLE_WANG);
    struct fixture f = fixture_new(false);
    show_people(&f);
    struct ledger_evidence *item = show_absent(&f, "rules");
    const struct ledger_evidence good = *item;
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_VALID);
    item->path.siblings[0].bytes[5] ^= 1;
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_EVIDENCE_FALSE);
    *item = good;
    item->path.depth--;
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_EVIDENCE_FALSE);
    *item = good;
    item->end.occupied = !item->end.occupied;
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_EVIDENCE_FALSE);
    *item = good;
    item->line = ledger_span_of("threshold");
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_EVIDENCE_FALSE);
    fixture_free(&f);
}

/* What is in force cannot be shown to be absent, not even by what was true before it was set. */
static void the_absence_of_what_is_in_force_cannot_be_shown(void)
{
    const struct sample_record what = APPRAISAL(SAMPLE_ZHAO, SAMPLE_WANG);
    const struct ledger_span subject = ledger_span_of("rules");
    struct fixture f = fixture_new(true);
    show_people(&f);
    struct ledger_evidence *item = next_item(&f);
    *item = (struct ledger_evidence){.absent = true, .line = subject};
    CU_ASSERT(ledger_authority_path(f.authority, f.s->hasher, &item->path, subject));
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_EVIDENCE_FALSE);
    item->end.occupied = true;
    ledger_hash_bytes(f.s->hasher, &item->end.key, subject);
    ledger_hash_bytes(f.s->hasher, &item->end.value, ledger_span_of("rules required"));
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_EVIDENCE_FALSE);
    f.count--;
    item = show_absent(&f, "rules-");
    item->line = subject;
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_EVIDENCE_FALSE);
    struct fixture before = fixture_new(false);
    *item = *show_absent(&before, "rules");
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_EVIDENCE_FALSE);
    fixture_free(&before);
    fixture_free(&f);
}

static void a_party_is_shown_by_the_record_itself(void)
{
    struct sample_record what = APPRAISAL(SAMPLE_WANG, SAMPLE_STRANGER);
    what.event = "correct";
    what.parties[0] = SAMPLE_STRANGER;
    struct fixture f = fixture_new(true);
    show_key(&f, SAMPLE_WANG);
    show(&f, "institution " SAMPLE_FORENSICS);
    show(&f, "rule forensic-appraisal correct");
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_VALID);
    CU_ASSERT(f.report->entitled.signers[1].party);
    CU_ASSERT_PTR_NULL(f.report->entitled.signers[1].line);
    what.signers[1] = SAMPLE_NOBODY;
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_PARTY_UNSIGNED);
    fixture_free(&f);
}

static void a_registrars_change_is_proved_by_key_and_institution(void)
{
    struct sample_record what = {
        .kind = LEDGER_KIND_AUTHORITY, .institution = SAMPLE_NOTARY, .signers = {SAMPLE_LI_SI}};
    struct fixture f = fixture_new(true);
    what.unsets[0] = samples_line(f.s, "key ", SAMPLE_ZHANG, "");
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_EVIDENCE_MISSING);
    show_key(&f, SAMPLE_LI_SI);
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_EVIDENCE_MISSING);
    show(&f, "institution " SAMPLE_NOTARY);
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_VALID);
    show_key(&f, SAMPLE_ZHANG);
    what.signers[0] = SAMPLE_ZHANG;
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_ROLE_MISSING);
    what.institution = NULL;
    what.signers[0] = SAMPLE_LI_SI;
    CU_ASSERT_EQUAL(check(&f, &what), LEDGER_EVIDENCE_MISSING);
    fixture_free(&f);
}

void ledger_suite_proof_rules(void)
{
    CU_pSuite suite = CU_add_suite("proof_rules", NULL, NULL);
    CU_ADD_TEST(suite, a_record_is_proved_with_the_rule_it_meets);
    CU_ADD_TEST(suite, a_record_that_does_not_meet_the_rule_is_not_proved);
    CU_ADD_TEST(suite, neither_the_rule_nor_its_absence_shown_is_missing_evidence);
    CU_ADD_TEST(suite, the_line_of_every_enrolled_signer_is_needed);
    CU_ADD_TEST(suite, an_absence_must_be_true);
    CU_ADD_TEST(suite, the_absence_of_what_is_in_force_cannot_be_shown);
    CU_ADD_TEST(suite, a_party_is_shown_by_the_record_itself);
    CU_ADD_TEST(suite, a_registrars_change_is_proved_by_key_and_institution);
    CU_ADD_TEST(suite, the_rule_of_the_proof_before_helps_nobody);
    CU_ADD_TEST(suite, that_nobody_of_the_institution_signed_is_proved);
}
