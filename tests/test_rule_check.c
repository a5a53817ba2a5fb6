#include "ledger/law/rule_check.h"

#include "tests/ledger_samples.h"
#include "tests/suites.h"

#define HOUSE SAMPLE_FORENSICS
#define ISSUE "rule forensic-appraisal issue after=- "

struct fixture {
    struct samples *s;
    struct ledger_entitlement entitled;
    struct ledger_authority_line lines[LEDGER_SIGNATURES_MAX];
};

static void fixture_start(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    f->s = samples_new();
}

static void fixture_end(struct fixture *f)
{
    samples_free(&f->s);
}

static void nobody_signs(struct fixture *f)
{
    f->entitled.count = 0;
}

/* One more enrolled person signs. */
static void signs(struct fixture *f, const char *institution, const char *grants)
{
    unsigned n = f->entitled.count++;
    struct sample_key key;
    uint8_t vkey[LEDGER_VKEY_MAX + 1] = {0};
    struct ledger_buffer buffer = ledger_buffer_in(vkey, LEDGER_VKEY_MAX);
    sample_key(&key, LEDGER_KEY_ED25519, samples_text(f->s, "%s/p%u", institution, n),
               (uint8_t)(n + 1));
    ledger_vkey_write(&buffer, &key.vkey);
    const char *text = samples_text(f->s, "key %s %s %s", (char *)vkey, institution, grants);
    CU_ASSERT_FATAL(ledger_authority_line_parse(f->s->hasher, &f->lines[n], &f->s->verdict,
                                                ledger_span_of(text)));
    f->entitled.signers[n] = (struct ledger_signer){.line = &f->lines[n],
                                                    .name = ledger_vkey_name(&f->lines[n].vkey),
                                                    .key_id = f->lines[n].vkey.id};
}

/* Somebody signs who is not enrolled. */
static void party_signs(struct fixture *f)
{
    f->entitled.signers[f->entitled.count++] =
        (struct ledger_signer){.name = ledger_span_of("party"), .party = true};
}

static void take_rule(struct fixture *f, const char *rule)
{
    bool parsed = ledger_rule_parse(&f->entitled.rule, &f->s->verdict, ledger_span_of(rule));
    if (!parsed) {
        printf("\n%s: %s\n", rule, f->s->verdict.detail);
    }
    CU_ASSERT_FATAL(parsed);
}

/* A record of the house; its signatures are not looked at. */
static struct ledger_record record_of(struct fixture *f, const struct sample_record *what)
{
    struct sample_record own = *what;
    own.kind = "forensic-appraisal";
    own.institution = what->institution != NULL ? what->institution : HOUSE;
    return samples_parsed(f->s, samples_record(f->s, &own));
}

static enum ledger_finding judge(struct fixture *f, const char *rule,
                                 const struct sample_record *what)
{
    struct ledger_record record = record_of(f, what);
    take_rule(f, rule);
    ledger_verdict_clear(&f->s->verdict);
    bool met = ledger_rule_is_met(&f->entitled, &f->s->verdict, &record);
    CU_ASSERT_EQUAL(met, f->s->verdict.finding == LEDGER_NOT_CHECKED);
    return f->s->verdict.finding;
}

#define PLAIN (&(struct sample_record){.kind = NULL})
#define OF(text) (&(struct sample_record){.category = (text)})

static bool says(const struct fixture *f, const char *text)
{
    bool found = strstr(f->s->verdict.detail, text) != NULL;
    if (!found) {
        printf("\n%s\n", f->s->verdict.detail);
    }
    return found;
}

static bool counted_as(const struct fixture *f, unsigned signer, const char *role)
{
    return ledger_span_is(f->entitled.signers[signer].role, role);
}

static void as_many_sign_in_each_role_as_the_rule_asks(void)
{
    struct fixture f;
    fixture_start(&f);
    const char *rule = ISSUE "sign=appraiser:2,reviewer:1";
    signs(&f, HOUSE, "appraiser");
    signs(&f, HOUSE, "reviewer");
    CU_ASSERT_EQUAL(judge(&f, rule, OF("pathology")), LEDGER_ROLE_MISSING);
    CU_ASSERT(says(&f, "rule forensic-appraisal issue: sign=appraiser:2: 1 competent signer of "
                       "smu-forensics.gz.example has role appraiser for category pathology"));
    CU_ASSERT(counted_as(&f, 0, ""));
    signs(&f, HOUSE, "appraiser");
    CU_ASSERT_EQUAL(judge(&f, rule, OF("pathology")), LEDGER_NOT_CHECKED);
    CU_ASSERT(counted_as(&f, 0, "appraiser"));
    CU_ASSERT(counted_as(&f, 1, "reviewer"));
    CU_ASSERT(counted_as(&f, 2, "appraiser"));
    CU_ASSERT_EQUAL(judge(&f, ISSUE "sign=appraiser:2,reviewer:2", PLAIN), LEDGER_ROLE_MISSING);
    CU_ASSERT(says(&f, "sign=reviewer:2: 1 competent signer"));
    CU_ASSERT_EQUAL(judge(&f, ISSUE "sign=clerk:1", PLAIN), LEDGER_ROLE_MISSING);
    CU_ASSERT(says(&f, "sign=clerk:1: 0 competent signers of smu-forensics.gz.example have role "
                       "clerk in a record without category"));
    fixture_end(&f);
}

static void who_signs_beside_is_counted_as_nothing(void)
{
    struct fixture f;
    fixture_start(&f);
    signs(&f, SAMPLE_FIRM, "lawyer,appraiser");
    signs(&f, HOUSE, "clerk");
    signs(&f, HOUSE, "appraiser");
    party_signs(&f);
    CU_ASSERT_EQUAL(judge(&f, ISSUE "sign=appraiser:1", PLAIN), LEDGER_NOT_CHECKED);
    CU_ASSERT(counted_as(&f, 0, ""));
    CU_ASSERT(counted_as(&f, 1, ""));
    CU_ASSERT(counted_as(&f, 2, "appraiser"));
    CU_ASSERT(counted_as(&f, 3, ""));
    fixture_end(&f);
}

static void only_signers_of_the_filing_institution_count(void)
{
    struct fixture f;
    fixture_start(&f);
    signs(&f, SAMPLE_FIRM, "appraiser");
    party_signs(&f);
    CU_ASSERT_EQUAL(judge(&f, ISSUE "sign=appraiser:1", PLAIN), LEDGER_ROLE_MISSING);
    CU_ASSERT(says(&f, "0 competent signers of smu-forensics.gz.example"));
    struct sample_record firm = {.institution = SAMPLE_FIRM};
    CU_ASSERT_EQUAL(judge(&f, ISSUE "sign=appraiser:1", &firm), LEDGER_NOT_CHECKED);
    fixture_end(&f);
}

static void a_limited_role_counts_in_its_categories_only(void)
{
    struct fixture f;
    const char *rule = ISSUE "sign=appraiser:1";
    fixture_start(&f);
    signs(&f, HOUSE, "appraiser/pathology+toxicology,reviewer");
    CU_ASSERT_EQUAL(judge(&f, rule, OF("pathology")), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(judge(&f, rule, OF("toxicology")), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(judge(&f, rule, OF("pathology-2")), LEDGER_ROLE_MISSING);
    CU_ASSERT_EQUAL(judge(&f, rule, OF("path")), LEDGER_ROLE_MISSING);
    CU_ASSERT_EQUAL(judge(&f, rule, PLAIN), LEDGER_ROLE_MISSING);
    /* The limit is that of one role. */
    CU_ASSERT_EQUAL(judge(&f, ISSUE "sign=reviewer:1", PLAIN), LEDGER_NOT_CHECKED);
    nobody_signs(&f);
    signs(&f, HOUSE, "appraiser");
    CU_ASSERT_EQUAL(judge(&f, rule, OF("pathology")), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(judge(&f, rule, PLAIN), LEDGER_NOT_CHECKED);
    fixture_end(&f);
}

static void nobody_takes_two_places(void)
{
    struct fixture f;
    const char *rule = ISSUE "sign=appraiser:1,reviewer:1";
    fixture_start(&f);
    signs(&f, HOUSE, "appraiser,reviewer");
    CU_ASSERT_EQUAL(judge(&f, rule, PLAIN), LEDGER_ROLE_MISSING);
    CU_ASSERT(says(&f, "rule forensic-appraisal issue: nobody takes two places, so that the "
                       "competent signers of smu-forensics.gz.example can take only 1 of the 2 of "
                       "sign=appraiser:1,reviewer:1"));
    CU_ASSERT(counted_as(&f, 0, ""));
    signs(&f, HOUSE, "clerk");
    CU_ASSERT_EQUAL(judge(&f, rule, PLAIN), LEDGER_ROLE_MISSING);
    signs(&f, HOUSE, "reviewer");
    CU_ASSERT_EQUAL(judge(&f, rule, PLAIN), LEDGER_NOT_CHECKED);
    CU_ASSERT(counted_as(&f, 0, "appraiser"));
    CU_ASSERT(counted_as(&f, 2, "reviewer"));
    fixture_end(&f);
}

/* Whoever comes first must make room where the next can sit nowhere else. */
static void signers_are_placed_so_that_all_places_are_taken(void)
{
    struct fixture f;
    fixture_start(&f);
    signs(&f, HOUSE, "appraiser,reviewer");
    signs(&f, HOUSE, "appraiser");
    CU_ASSERT_EQUAL(judge(&f, ISSUE "sign=appraiser:1,reviewer:1", PLAIN), LEDGER_NOT_CHECKED);
    CU_ASSERT(counted_as(&f, 0, "reviewer"));
    CU_ASSERT(counted_as(&f, 1, "appraiser"));
    CU_ASSERT_EQUAL(judge(&f, ISSUE "sign=reviewer:1,appraiser:1", PLAIN), LEDGER_NOT_CHECKED);
    fixture_end(&f);
}

/* Signer i is of roles i and i+1. Asked for 1 to 63 first, each takes the higher one; role 0 then
 * moves every one of them. */
static void the_longest_chain_of_moves_is_found(void)
{
    struct fixture f;
    char rule[LEDGER_AUTHORITY_LINE_MAX] = ISSUE "sign=r1:1";
    fixture_start(&f);
    for (unsigned i = 0; i < LEDGER_SIGNATURES_MAX; i++) {
        signs(&f, HOUSE, samples_text(f.s, i < 63 ? "r%u,r%u" : "r%u", i, i + 1));
    }
    for (unsigned i = 2; i < 64; i++) {
        strcat(rule, samples_text(f.s, ",r%u:1", i));
    }
    strcat(rule, ",r0:1");
    CU_ASSERT_EQUAL(judge(&f, rule, PLAIN), LEDGER_NOT_CHECKED);
    for (unsigned i = 0; i < 64; i++) {
        CU_ASSERT(counted_as(&f, i, samples_text(f.s, "r%u", i)));
    }
    f.entitled.signers[63].line = NULL;
    CU_ASSERT_EQUAL(judge(&f, rule, PLAIN), LEDGER_ROLE_MISSING);
    CU_ASSERT(says(&f, "can take only 63 of the 64 of sign=r1:1,r2:1,"));
    fixture_end(&f);
}

static void a_rule_of_64_places_needs_64_signers(void)
{
    struct fixture f;
    fixture_start(&f);
    for (unsigned i = 1; i < LEDGER_SIGNATURES_MAX; i++) {
        signs(&f, HOUSE, "member");
    }
    CU_ASSERT_EQUAL(judge(&f, ISSUE "sign=member:64", PLAIN), LEDGER_ROLE_MISSING);
    CU_ASSERT(says(&f, "sign=member:64: 63 competent signers"));
    signs(&f, HOUSE, "member");
    CU_ASSERT_EQUAL(judge(&f, ISSUE "sign=member:64", PLAIN), LEDGER_NOT_CHECKED);
    CU_ASSERT(counted_as(&f, 63, "member"));
    fixture_end(&f);
}

/* Whether the places from `place` on can be given to signers not in `taken`: every way is tried. */
static bool can_be_seated(const unsigned *roles_of, unsigned signers, const unsigned *places,
                          unsigned count, unsigned place, unsigned taken)
{
    if (place == count) {
        return true;
    }
    for (unsigned i = 0; i < signers; i++) {
        if ((taken >> i & 1) == 0 && (roles_of[i] >> places[place] & 1) != 0 &&
            can_be_seated(roles_of, signers, places, count, place + 1, taken | 1U << i)) {
            return true;
        }
    }
    return false;
}

static void every_case_of_four_signers_agrees_with_trying_all_ways(void)
{
    static const char *const grants[] = {"x", "a", "b", "a,b", "c", "a,c", "b,c", "a,b,c"};
    static const struct {
        const char *rule;
        unsigned places[4];
        unsigned count;
    } rules[] = {{ISSUE "sign=a:1,b:1,c:1", {0, 1, 2}, 3},
                 {ISSUE "sign=a:2,b:1", {0, 0, 1}, 3},
                 {ISSUE "sign=c:2,a:1,b:1", {2, 2, 0, 1}, 4}};
    struct fixture f;
    unsigned met = 0;
    fixture_start(&f);
    struct ledger_record record = record_of(&f, PLAIN);
    for (unsigned i = 0; i < 8; i++) {
        signs(&f, HOUSE, grants[i]);
    }
    f.entitled.count = 4;
    for (unsigned n = 0; n < 3 * 4096; n++) {
        unsigned roles_of[4];
        for (unsigned i = 0; i < 4; i++) {
            roles_of[i] = n / 3 >> 3 * i & 7;
            f.entitled.signers[i].line = &f.lines[roles_of[i]];
        }
        take_rule(&f, rules[n % 3].rule);
        bool possible = can_be_seated(roles_of, 4, rules[n % 3].places, rules[n % 3].count, 0, 0);
        CU_ASSERT_EQUAL(ledger_rule_is_met(&f.entitled, &f.s->verdict, &record), possible);
        met += possible;
    }
    CU_ASSERT(met > 1000);
    CU_ASSERT(met < 3 * 4096 - 1000);
    fixture_end(&f);
}

static void as_many_parties_are_named_as_the_rule_asks(void)
{
    struct fixture f;
    const char *two = ISSUE "sign=appraiser:1 parties=2";
    struct sample_record what = {.parties = {SAMPLE_ZHANG}};
    fixture_start(&f);
    signs(&f, HOUSE, "appraiser");
    CU_ASSERT_EQUAL(judge(&f, two, &what), LEDGER_LINE_MISSING);
    CU_ASSERT(says(&f, "rule forensic-appraisal issue: parties=2: the record has 1 line 'party'"));
    what.parties[1] = SAMPLE_STRANGER;
    CU_ASSERT_EQUAL(judge(&f, two, &what), LEDGER_NOT_CHECKED);
    what.parties[2] = SAMPLE_ZHOU;
    CU_ASSERT_EQUAL(judge(&f, two, &what), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(judge(&f, two, PLAIN), LEDGER_LINE_MISSING);
    fixture_end(&f);
}

static void a_party_needs_a_clause_that_provides_for_it(void)
{
    struct fixture f;
    fixture_start(&f);
    signs(&f, HOUSE, "appraiser");
    struct sample_record what = {.parties = {SAMPLE_STRANGER}};
    CU_ASSERT_EQUAL(judge(&f, ISSUE "sign=appraiser:1", &what), LEDGER_LINE_MISSING);
    CU_ASSERT(says(&f, "rule forensic-appraisal issue: it has no clause 'parties'"));
    CU_ASSERT_EQUAL(judge(&f, ISSUE "sign=appraiser:1 parties=1", &what), LEDGER_NOT_CHECKED);
    fixture_end(&f);
}

static void every_line_needed_must_be_there(void)
{
    struct ledger_document document = {.size = 7, .name = ledger_span_of("鉴定意见书.pdf")};
    const struct sample_record full = {.category = "pathology",
                                       .fields = {"origin court", "result done"},
                                       .documents = &document,
                                       .document_count = 1,
                                       .data = "{}"};
    const char *rule =
        ISSUE "sign=appraiser:1 needs=category,document,data,result,origin among=origin:court";
    struct fixture f;
    fixture_start(&f);
    signs(&f, HOUSE, "appraiser");
    CU_ASSERT_EQUAL(judge(&f, rule, &full), LEDGER_NOT_CHECKED);
    struct sample_record what = full;
    what.category = NULL;
    CU_ASSERT_EQUAL(judge(&f, rule, &what), LEDGER_LINE_MISSING);
    CU_ASSERT(says(&f, "issue: needs=category: the record has no line 'category'"));
    what = full;
    what.document_count = 0;
    CU_ASSERT_EQUAL(judge(&f, rule, &what), LEDGER_LINE_MISSING);
    CU_ASSERT(says(&f, "needs=document: the record has no line 'document'"));
    what = full;
    what.data = NULL;
    CU_ASSERT_EQUAL(judge(&f, rule, &what), LEDGER_LINE_MISSING);
    CU_ASSERT(says(&f, "needs=data: the record has no line 'data'"));
    what = full;
    what.fields[1] = "results done";
    CU_ASSERT_EQUAL(judge(&f, rule, &what), LEDGER_LINE_MISSING);
    CU_ASSERT(says(&f, "needs=result: the record has no line 'field result'"));
    what.fields[0] = "result done";
    CU_ASSERT_EQUAL(judge(&f, rule, &what), LEDGER_LINE_MISSING);
    CU_ASSERT(says(&f, "needs=origin: the record has no line 'field origin'"));
    fixture_end(&f);
}

static void a_matter_is_referred_to_if_and_only_if_the_rule_says_so(void)
{
    const char *without = ISSUE "sign=appraiser:1";
    const char *with = ISSUE "sign=appraiser:1 referred=any:mediation/agree";
    struct sample_record what = {.refers = "粤调〔2026〕第1号"};
    struct fixture f;
    fixture_start(&f);
    signs(&f, HOUSE, "appraiser");
    CU_ASSERT_EQUAL(judge(&f, with, &what), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(judge(&f, without, &what), LEDGER_LINE_MISSING);
    CU_ASSERT(says(&f, "rule forensic-appraisal issue: it has no clause 'referred'"));
    CU_ASSERT_EQUAL(judge(&f, with, PLAIN), LEDGER_LINE_MISSING);
    CU_ASSERT(says(&f, "referred: the record has no line 'refers' that names a matter of kind "
                       "mediation with an entry agree"));
    fixture_end(&f);
}

static void a_field_has_one_of_the_values_that_the_rule_allows(void)
{
    static const struct {
        const char *field;
        bool allowed;
    } cases[] = {
        {"result granted", true},  {"result refused", true},     {"result partly", true},
        {"result grant", false},   {"result granted2", false},   {"result refused+partly", false},
        {"result Granted", false}, {"result granted ok", false}, {"other refused2", true}};
    struct fixture f;
    fixture_start(&f);
    signs(&f, HOUSE, "appraiser");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sample_record what = {.fields = {cases[i].field}};
        CU_ASSERT_EQUAL(
            judge(&f, ISSUE "sign=appraiser:1 among=kind-of:a,result:granted+refused+partly",
                  &what),
            cases[i].allowed ? LEDGER_NOT_CHECKED : LEDGER_LINE_MISSING);
        CU_ASSERT(
            cases[i].allowed ||
            says(&f, "issue: among=result:granted+refused+partly: the field result has none"));
    }
    fixture_end(&f);
}

static void the_clauses_are_judged_in_their_order(void)
{
    struct ledger_document document = {.size = 7, .name = ledger_span_of("鉴定意见书.pdf")};
    const char *rule = ISSUE "sign=appraiser:1 parties=1 needs=document among=result:yes";
    struct sample_record what = {.refers = "1", .fields = {"result no"}};
    struct fixture f;
    fixture_start(&f);
    CU_ASSERT_EQUAL(judge(&f, rule, &what), LEDGER_ROLE_MISSING);
    signs(&f, HOUSE, "appraiser");
    CU_ASSERT_EQUAL(judge(&f, rule, &what), LEDGER_LINE_MISSING);
    CU_ASSERT(says(&f, "parties=1"));
    what.parties[0] = SAMPLE_STRANGER;
    CU_ASSERT_EQUAL(judge(&f, rule, &what), LEDGER_LINE_MISSING);
    CU_ASSERT(says(&f, "needs=document"));
    what.documents = &document;
    what.document_count = 1;
    CU_ASSERT_EQUAL(judge(&f, rule, &what), LEDGER_LINE_MISSING);
    CU_ASSERT(says(&f, "'referred'"));
    what.refers = NULL;
    CU_ASSERT_EQUAL(judge(&f, rule, &what), LEDGER_LINE_MISSING);
    CU_ASSERT(says(&f, "among=result:yes"));
    what.fields[0] = "result yes";
    CU_ASSERT_EQUAL(judge(&f, rule, &what), LEDGER_NOT_CHECKED);
    fixture_end(&f);
}

void ledger_suite_rule_check(void)
{
    CU_pSuite suite = CU_add_suite("rule_check", NULL, NULL);
    CU_ADD_TEST(suite, as_many_sign_in_each_role_as_the_rule_asks);
    CU_ADD_TEST(suite, who_signs_beside_is_counted_as_nothing);
    CU_ADD_TEST(suite, only_signers_of_the_filing_institution_count);
    CU_ADD_TEST(suite, a_limited_role_counts_in_its_categories_only);
    CU_ADD_TEST(suite, nobody_takes_two_places);
    CU_ADD_TEST(suite, signers_are_placed_so_that_all_places_are_taken);
    CU_ADD_TEST(suite, the_longest_chain_of_moves_is_found);
    CU_ADD_TEST(suite, a_rule_of_64_places_needs_64_signers);
    CU_ADD_TEST(suite, every_case_of_four_signers_agrees_with_trying_all_ways);
    CU_ADD_TEST(suite, as_many_parties_are_named_as_the_rule_asks);
    CU_ADD_TEST(suite, a_party_needs_a_clause_that_provides_for_it);
    CU_ADD_TEST(suite, every_line_needed_must_be_there);
    CU_ADD_TEST(suite, a_matter_is_referred_to_if_and_only_if_the_rule_says_so);
    CU_ADD_TEST(suite, a_field_has_one_of_the_values_that_the_rule_allows);
    CU_ADD_TEST(suite, the_clauses_are_judged_in_their_order);
}
