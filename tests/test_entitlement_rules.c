/*
 * Registrars, parties, and records where rules are required (entitlement.h).
 */
#include "tests/entitlement_samples.h"
#include "tests/suites.h"

static void registrars_alone_sign_the_changes_of_their_institution(void)
{
    struct fixture f;
    fixture_start(&f);
    CU_ASSERT_EQUAL(judge(&f, FILED_BY(SAMPLE_LI_SI)), LEDGER_NOT_CHECKED);
    CU_ASSERT_FALSE(f.entitled.ruled);
    CU_ASSERT_EQUAL(judge(&f, FILED_BY(SAMPLE_ZHANG)), LEDGER_ROLE_MISSING);
    CU_ASSERT(says(&f, "'" SAMPLE_NOTARY "/zhang-san' is no registrar of '" SAMPLE_NOTARY "'"));
    CU_ASSERT_EQUAL(judge(&f, FILED_BY(SAMPLE_LI_SI, SAMPLE_ZHANG)), LEDGER_ROLE_MISSING);
    CU_ASSERT_EQUAL(judge(&f, FILED_BY(SAMPLE_WANG, SAMPLE_LI_SI)), LEDGER_ROLE_MISSING);
    CU_ASSERT_EQUAL(judge(&f, FILED_BY(SAMPLE_LI_NA, SAMPLE_CHEN_JIE)), LEDGER_NOT_ENROLLED);
    CU_ASSERT_EQUAL(judge(&f, FILED_BY(SAMPLE_LI_SI, SAMPLE_LI_SI)), LEDGER_REPEATED_SIGNER);
    CU_ASSERT_EQUAL(judge(&f, CHANGE_BY(SAMPLE_LI_SI)), LEDGER_NOT_ENROLLED);
    struct sample_record other = *FILED_BY(SAMPLE_LI_SI);
    other.institution = SAMPLE_FORENSICS;
    CU_ASSERT_EQUAL(judge(&f, &other), LEDGER_ROLE_MISSING);
    other.institution = "nowhere.example";
    CU_ASSERT_EQUAL(judge(&f, &other), LEDGER_UNKNOWN_INSTITUTION);
    f.lookup.partial = true;
    CU_ASSERT_EQUAL(judge(&f, FILED_BY(SAMPLE_LI_SI)), LEDGER_NOT_CHECKED);
    f.hidden = "institution " SAMPLE_NOTARY;
    CU_ASSERT_EQUAL(judge(&f, FILED_BY(SAMPLE_LI_SI)), LEDGER_EVIDENCE_MISSING);
    f.hidden = samples_line(f.s, "key ", SAMPLE_LI_SI, "");
    CU_ASSERT_EQUAL(judge(&f, FILED_BY(SAMPLE_LI_SI)), LEDGER_EVIDENCE_MISSING);
    fixture_end(&f);
}

static void a_registrar_of_some_categories_is_none(void)
{
    struct fixture f;
    fixture_start(&f);
    change(&f, samples_change(f.s, NULL,
                              samples_line(f.s, "key ", SAMPLE_LI_SI,
                                           " " SAMPLE_NOTARY " registrar/wills,notary")));
    CU_ASSERT_EQUAL(judge(&f, FILED_BY(SAMPLE_LI_SI)), LEDGER_ROLE_MISSING);
    fixture_end(&f);
}

static void a_party_is_found_by_its_name_and_key(void)
{
    struct fixture f;
    fixture_start(&f);
    struct sample_record what = {.parties = {SAMPLE_STRANGER, SAMPLE_SUN}};
    struct ledger_record record = samples_parsed(f.s, samples_record(f.s, &what));
    const struct ledger_vkey *stranger = samples_vkey(f.s, SAMPLE_STRANGER);
    struct ledger_span name = ledger_vkey_name(stranger);
    const char *longer = samples_text(f.s, "%.*s%0200d", LEDGER_SPAN_ARGS(name), 0);
    struct ledger_vkey vkey;
    struct ledger_hasher *hasher = f.s->hasher;
    CU_ASSERT(ledger_party_find(&vkey, hasher, &record, name, stranger->id));
    CU_ASSERT(ledger_vkey_equal(&vkey, stranger));
    CU_ASSERT_FALSE(ledger_party_find(&vkey, hasher, &record, name, stranger->id + 1));
    CU_ASSERT_FALSE(
        ledger_party_find(&vkey, hasher, &record, ledger_span_of(longer), stranger->id));
    name.size--;
    CU_ASSERT_FALSE(ledger_party_find(&vkey, hasher, &record, name, stranger->id));
    fixture_end(&f);
}

static void a_party_signs_without_being_enrolled(void)
{
    struct fixture f;
    fixture_start(&f);
    struct sample_record what = {.parties = {SAMPLE_STRANGER, SAMPLE_OPERATOR},
                                 .signers = {SAMPLE_OPERATOR, SAMPLE_ZHANG, SAMPLE_STRANGER}};
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_NOT_CHECKED);
    CU_ASSERT(f.entitled.signers[0].party && f.entitled.signers[0].line == NULL);
    CU_ASSERT(!f.entitled.signers[1].party && f.entitled.signers[1].line != NULL);
    CU_ASSERT(ledger_span_is(f.entitled.signers[2].name, "stranger.example"));
    CU_ASSERT_EQUAL(f.entitled.signers[2].key_id, samples_vkey(f.s, SAMPLE_STRANGER)->id);
    struct ledger_span bad = samples_replaced(f.s, samples_record(f.s, &what), "1234", "1235");
    CU_ASSERT_EQUAL(judge_note(&f, bad), LEDGER_BAD_SIGNATURE);
    /* The key under another name, or the name with another key, is not the party. */
    struct ledger_span note = samples_record(f.s, &what);
    CU_ASSERT_EQUAL(
        judge_note(&f, samples_replaced(f.s, note, " stranger.example ", " other.example ")),
        LEDGER_NOT_ENROLLED);
    CU_ASSERT_EQUAL(
        judge_note(&f, samples_replaced(f.s, note, " stranger.example ", " stranger.exampl ")),
        LEDGER_NOT_ENROLLED);
    what.signers[0] = SAMPLE_OPERATOR_NEXT;
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_NOT_ENROLLED);
    fixture_end(&f);
}

static void every_party_must_sign(void)
{
    struct fixture f;
    fixture_start(&f);
    struct sample_record what = {.institution = "nowhere.example",
                                 .parties = {SAMPLE_STRANGER, SAMPLE_SUN},
                                 .signers = {SAMPLE_ZHANG, SAMPLE_STRANGER}};
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_PARTY_UNSIGNED);
    CU_ASSERT(says(&f, "the record names '" SAMPLE_MEDIATION "/sun-qi' (key ID "));
    what.signers[1] = SAMPLE_SUN;
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_PARTY_UNSIGNED);
    CU_ASSERT(says(&f, "the record names 'stranger.example'"));
    what.signers[2] = SAMPLE_STRANGER;
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_UNKNOWN_INSTITUTION);
    fixture_end(&f);
}

static void parties_alone_do_not_sign_for_the_institution(void)
{
    struct fixture f;
    fixture_start(&f);
    struct sample_record what = {.parties = {SAMPLE_STRANGER}, .signers = {SAMPLE_STRANGER}};
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_INSTITUTION_UNSIGNED);
    f.lookup.partial = true;
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_EVIDENCE_MISSING);
    fixture_end(&f);
}

static void who_is_enrolled_and_a_party_signs_for_the_institution_without_rules(void)
{
    struct fixture f;
    fixture_start(&f);
    struct sample_record what = {.parties = {SAMPLE_ZHANG}, .signers = {SAMPLE_ZHANG}};
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_NOT_CHECKED);
    CU_ASSERT(f.entitled.signers[0].party && f.entitled.signers[0].line != NULL);
    f.lookup.partial = true;
    f.hidden = samples_line(f.s, "key ", SAMPLE_ZHANG, "");
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_EVIDENCE_MISSING);
    fixture_end(&f);
}

static struct ledger_authority_line forged;

/* Finds a line for ZHANG that has the key ID of the party STRANGER, and STRANGER's name. */
static const struct ledger_authority_line *find_forged(void *context, enum ledger_line_type type,
                                                       struct ledger_span name, uint32_t key_id)
{
    struct fixture *f = context;
    if (key_id != samples_vkey(f->s, SAMPLE_STRANGER)->id) {
        return find_key(context, type, name, key_id);
    }
    const struct ledger_vkey *zhang = samples_vkey(f->s, SAMPLE_ZHANG);
    const struct ledger_authority_line *own =
        find_key(context, type, ledger_vkey_name(zhang), zhang->id);
    CU_ASSERT_PTR_NOT_NULL_FATAL(own);
    if (own == NULL) {
        return NULL;
    }
    forged = *own;
    memcpy(forged.vkey.name, "stranger.example", sizeof "stranger.example");
    forged.vkey.name_size = strlen("stranger.example");
    forged.vkey.id = key_id;
    return &forged;
}

/* A key ID has 32 bits: somebody can make a key that shares name and key ID with another. */
static void a_party_signs_with_its_own_key(void)
{
    struct fixture f;
    fixture_start(&f);
    f.lookup.key = find_forged;
    struct sample_record what = {.parties = {SAMPLE_STRANGER}, .signers = {SAMPLE_STRANGER}};
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_BAD_SIGNATURE);
    memcpy(f.s->keys[SAMPLE_STRANGER].secret, f.s->keys[SAMPLE_ZHANG].secret,
           sizeof f.s->keys[SAMPLE_STRANGER].secret);
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_PARTY_UNSIGNED);
    fixture_end(&f);
}

static void nobody_signs_under_two_keys_or_two_names(void)
{
    struct fixture f;
    fixture_start(&f);
    /* A party with the name of ZHANG and another key; a party with the key of LI_SI. */
    sample_key(&f.s->keys[SAMPLE_STRANGER], LEDGER_KEY_ED25519, SAMPLE_NOTARY "/zhang-san", 99);
    sample_key(&f.s->keys[SAMPLE_OPERATOR], LEDGER_KEY_ED25519, "other.example",
               (uint8_t)(SAMPLE_LI_SI + 1));
    struct sample_record what = {.parties = {SAMPLE_STRANGER},
                                 .signers = {SAMPLE_ZHANG, SAMPLE_STRANGER}};
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_REPEATED_SIGNER);
    what.parties[0] = SAMPLE_OPERATOR;
    what.signers[1] = SAMPLE_OPERATOR;
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_NOT_CHECKED);
    what.signers[2] = SAMPLE_LI_SI;
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_REPEATED_SIGNER);
    fixture_end(&f);
}

#define DEED "rule notarial-deed issue after=- sign=notary:"

/* Rules are required from now on; `rule` is the only one. */
static void require(struct fixture *f, const char *rule)
{
    struct sample_record what = {.kind = LEDGER_KIND_AUTHORITY, .sets = {"rules required", rule}};
    change(f, samples_record(f->s, &what));
}

static void a_record_needs_a_rule_where_rules_are_required(void)
{
    struct fixture f;
    fixture_start(&f);
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_ZHANG)), LEDGER_NOT_CHECKED);
    CU_ASSERT_FALSE(f.entitled.ruled);
    require(&f, DEED "1");
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_ZHANG)), LEDGER_NOT_CHECKED);
    CU_ASSERT(f.entitled.ruled);
    CU_ASSERT(ledger_span_is(f.entitled.rule.kind, "notarial-deed"));
    CU_ASSERT(ledger_span_is(f.entitled.signers[0].role, "notary"));
    struct sample_record what = {.event = "collect"};
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_NO_RULE);
    CU_ASSERT(says(&f, "kind 'notarial-deed' and event 'collect': governors can set a line 'rule "
                       "notarial-deed collect ...'"));
    CU_ASSERT_FALSE(f.entitled.ruled);
    what = (struct sample_record){.kind = "notarial-deeds"};
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_NO_RULE);
    /* Records that change the authority need none. */
    CU_ASSERT_EQUAL(judge(&f, CHANGE_BY(SAMPLE_LI_NA, SAMPLE_HE_MIN)), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(judge(&f, FILED_BY(SAMPLE_LI_SI)), LEDGER_NOT_CHECKED);
    fixture_end(&f);
}

static void the_rule_must_be_met_and_is_judged_last(void)
{
    struct fixture f;
    fixture_start(&f);
    require(&f, DEED "2 needs=document");
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_ZHANG)), LEDGER_ROLE_MISSING);
    CU_ASSERT(says(&f, "rule notarial-deed issue: sign=notary:2: 1 competent signer"));
    CU_ASSERT_FALSE(f.entitled.ruled);
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_ZHANG, SAMPLE_LI_SI)), LEDGER_LINE_MISSING);
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_SUN)), LEDGER_INSTITUTION_UNSIGNED);
    struct ledger_document document = {.size = 1, .name = ledger_span_of("公证书.pdf")};
    struct sample_record what = {
        .documents = &document, .document_count = 1, .signers = {SAMPLE_LI_SI, SAMPLE_ZHANG}};
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_NOT_CHECKED);
    what.parties[0] = SAMPLE_STRANGER;
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_PARTY_UNSIGNED);
    what.signers[2] = SAMPLE_STRANGER;
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_LINE_MISSING);
    CU_ASSERT(says(&f, "no clause 'parties'"));
    fixture_end(&f);
}

static void a_lookup_of_some_lines_must_show_the_rule_or_that_there_are_none(void)
{
    struct fixture f;
    fixture_start(&f);
    f.lookup.partial = true;
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_ZHANG)), LEDGER_NOT_CHECKED);
    f.absence_shown = false;
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_ZHANG)), LEDGER_EVIDENCE_MISSING);
    CU_ASSERT(
        says(&f, "neither the line of 'rule notarial-deed issue' nor the absence of 'rules'"));
    f.absence_shown = true;
    require(&f, DEED "1");
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_ZHANG)), LEDGER_NOT_CHECKED);
    CU_ASSERT(f.entitled.ruled);
    f.hidden = "rules";
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_ZHANG)), LEDGER_NOT_CHECKED);
    f.hidden = "rule notarial-deed issue";
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_ZHANG)), LEDGER_EVIDENCE_MISSING);
    struct sample_record what = {.event = "collect"};
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_EVIDENCE_MISSING);
    fixture_end(&f);
}

/* Else one key would be enough where the rule asks for two persons. */
static void who_is_named_as_a_party_acts_as_no_role(void)
{
    struct fixture f;
    fixture_start(&f);
    require(&f, DEED "1 parties=1");
    struct sample_record what = {.parties = {SAMPLE_ZHANG}, .signers = {SAMPLE_ZHANG}};
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_ROLE_MISSING);
    CU_ASSERT(says(&f, "sign=notary:1: 0 competent signers of " SAMPLE_NOTARY));
    CU_ASSERT(says(&f, "a party acts as no role"));
    what.signers[1] = SAMPLE_LI_SI;
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_NOT_CHECKED);
    CU_ASSERT(ledger_span_is(f.entitled.signers[0].role, ""));
    CU_ASSERT(ledger_span_is(f.entitled.signers[1].role, "notary"));
    /* So a proof that does not show a party's key line decides all the same. */
    f.lookup.partial = true;
    f.hidden = samples_line(f.s, "key ", SAMPLE_ZHANG, "");
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_NOT_CHECKED);
    what.parties[1] = SAMPLE_LI_SI;
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_ROLE_MISSING);
    fixture_end(&f);
}

void ledger_suite_entitlement_rules(void)
{
    CU_pSuite suite = CU_add_suite("entitlement_rules", NULL, NULL);
    CU_ADD_TEST(suite, registrars_alone_sign_the_changes_of_their_institution);
    CU_ADD_TEST(suite, a_registrar_of_some_categories_is_none);
    CU_ADD_TEST(suite, a_party_is_found_by_its_name_and_key);
    CU_ADD_TEST(suite, a_party_signs_without_being_enrolled);
    CU_ADD_TEST(suite, every_party_must_sign);
    CU_ADD_TEST(suite, parties_alone_do_not_sign_for_the_institution);
    CU_ADD_TEST(suite, who_is_enrolled_and_a_party_signs_for_the_institution_without_rules);
    CU_ADD_TEST(suite, a_party_signs_with_its_own_key);
    CU_ADD_TEST(suite, nobody_signs_under_two_keys_or_two_names);
    CU_ADD_TEST(suite, a_record_needs_a_rule_where_rules_are_required);
    CU_ADD_TEST(suite, the_rule_must_be_met_and_is_judged_last);
    CU_ADD_TEST(suite, a_lookup_of_some_lines_must_show_the_rule_or_that_there_are_none);
    CU_ADD_TEST(suite, who_is_named_as_a_party_acts_as_no_role);
}
