#include "ledger/law/registrar.h"

#include "tests/authority_samples.h"
#include "tests/suites.h"

#define OF_NOTARY " " SAMPLE_NOTARY
#define OF_FIRM " " SAMPLE_FIRM

/* What a registrar of SAMPLE_NOTARY changes: its reach first, then the ordinary soundness. */
static enum ledger_finding register_change(struct authority_fixture *f,
                                           const struct sample_record *what)
{
    struct sample_record record = *what;
    record.kind = LEDGER_KIND_AUTHORITY;
    record.institution = SAMPLE_NOTARY;
    record.signers[0] = SAMPLE_LI_SI;
    struct ledger_span note = samples_record(f->s, &record);
    struct ledger_record parsed = samples_parsed(f->s, note);
    CU_ASSERT(ledger_is_registrars(&parsed));
    ledger_verdict_clear(&f->s->verdict);
    if (!ledger_registrar_reaches(f->authority, f->s->hasher, &f->s->verdict, &parsed)) {
        CU_ASSERT_NOT_EQUAL(f->s->verdict.detail[0], '\0');
        return f->s->verdict.finding;
    }
    CU_ASSERT_EQUAL(f->s->verdict.finding, LEDGER_NOT_CHECKED);
    return authority_fixture_change(f, note);
}

static void expect(struct authority_fixture *f, enum ledger_finding finding,
                   const struct sample_record *what)
{
    struct ledger_hash root = authority_fixture_root(f);
    CU_ASSERT_EQUAL(register_change(f, what), finding);
    struct ledger_hash after = authority_fixture_root(f);
    CU_ASSERT_EQUAL(ledger_hash_equal(&root, &after), finding != LEDGER_NOT_CHECKED);
}

static void expect_alone(enum ledger_finding finding, const char *unset, const char *set)
{
    struct authority_fixture f = authority_fixture_new();
    expect(&f, finding, &(struct sample_record){.unsets = {unset}, .sets = {set}});
    authority_fixture_free(&f);
}

static void a_change_under_the_ledgers_name_is_not_a_registrars(void)
{
    struct authority_fixture f = authority_fixture_new();
    struct ledger_record record = samples_parsed(f.s, samples_change(f.s, NULL, "threshold 1"));
    CU_ASSERT_FALSE(ledger_is_registrars(&record));
    authority_fixture_free(&f);
}

static void own_keys_are_set_replaced_and_unset(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *newcomer = samples_line(f.s, "key ", SAMPLE_NEWCOMER, "");
    expect(
        &f, LEDGER_NOT_CHECKED,
        &(struct sample_record){.sets = {samples_text(f.s, "%s" OF_NOTARY " notary", newcomer)}});
    expect(&f, LEDGER_NOT_CHECKED,
           &(struct sample_record){
               .sets = {samples_text(f.s, "%s" OF_NOTARY " notary,registrar", newcomer)}});
    expect(&f, LEDGER_NOT_CHECKED, &(struct sample_record){.unsets = {newcomer}});
    struct sample_record both = {
        .unsets = {samples_line(f.s, "key ", SAMPLE_ZHANG, "")},
        .sets = {samples_text(f.s, "%s" OF_NOTARY " registrar/will", newcomer)}};
    expect(&f, LEDGER_NOT_CHECKED, &both);
    authority_fixture_free(&f);
}

static void keys_of_other_institutions_are_beyond_reach(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *zhou = samples_line(f.s, "key ", SAMPLE_ZHOU, "");
    const char *newcomer = samples_line(f.s, "key ", SAMPLE_NEWCOMER, OF_FIRM " lawyer");
    expect(&f, LEDGER_BEYOND_REACH, &(struct sample_record){.unsets = {zhou}});
    expect(&f, LEDGER_BEYOND_REACH, &(struct sample_record){.sets = {newcomer}});
    expect(&f, LEDGER_BEYOND_REACH,
           &(struct sample_record){
               .sets = {samples_text(f.s, "%s" OF_FIRM " lawyer,registrar", zhou)}});
    authority_fixture_free(&f);
}

static void a_key_does_not_move_between_institutions(void)
{
    struct authority_fixture f = authority_fixture_new();
    expect(&f, LEDGER_BEYOND_REACH,
           &(struct sample_record){
               .sets = {samples_line(f.s, "key ", SAMPLE_ZHOU, OF_NOTARY " notary")}});
    expect(&f, LEDGER_BEYOND_REACH,
           &(struct sample_record){
               .sets = {samples_line(f.s, "key ", SAMPLE_ZHANG, OF_FIRM " lawyer")}});
    authority_fixture_free(&f);
}

/* The line of a new key of SAMPLE_NOTARY with this name. */
static const char *line_named(struct authority_fixture *f, const char *name)
{
    uint8_t memory[LEDGER_VKEY_MAX + 1] = {0};
    struct ledger_buffer buffer = ledger_buffer_in(memory, LEDGER_VKEY_MAX);
    struct sample_key key;
    sample_key(&key, LEDGER_KEY_ED25519, name, 99);
    ledger_vkey_write(&buffer, &key.vkey);
    return samples_text(f->s, "key %s" OF_NOTARY " notary", (const char *)memory);
}

/* Else a registrar could act, and declare a compromise, under the name of somebody else's signer.
 */
static void a_key_that_a_registrar_sets_is_named_after_the_institution(void)
{
    static const char *const beyond[] = {SAMPLE_FORENSICS "/wang-wu",
                                         "zhang-san",
                                         SAMPLE_NOTARY,
                                         SAMPLE_NOTARY "/",
                                         SAMPLE_NOTARY "-2/zhang",
                                         SAMPLE_NOTARY "x",
                                         SAMPLE_NOTARY "/court/zhang",
                                         SAMPLE_NOTARY "//x",
                                         SAMPLE_NOTARY "/x/",
                                         "nanfang-notary",
                                         "Nanfang-notary.gz.example/x"};
    struct authority_fixture f = authority_fixture_new();
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        expect(&f, LEDGER_BEYOND_REACH,
               &(struct sample_record){.sets = {line_named(&f, beyond[i])}});
        CU_ASSERT_PTR_NOT_NULL(strstr(f.s->verdict.detail, "its name is not the institution"));
    }
    expect(&f, LEDGER_NOT_CHECKED,
           &(struct sample_record){.sets = {line_named(&f, SAMPLE_NOTARY "/x")}});
    authority_fixture_free(&f);
}

/* What governors enrolled under another name a registrar may end, but not set again. */
static void a_key_of_another_name_is_unset_and_not_replaced(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *key = samples_line(f.s, "key ", SAMPLE_STRANGER, "");
    authority_accepts(
        &f, &(struct sample_record){.sets = {samples_text(f.s, "%s" OF_NOTARY " notary", key)}});
    expect(
        &f, LEDGER_BEYOND_REACH,
        &(struct sample_record){.sets = {samples_text(f.s, "%s" OF_NOTARY " notary/will", key)}});
    expect(&f, LEDGER_NOT_CHECKED,
           &(struct sample_record){
               .unsets = {key}, .sets = {samples_line(f.s, "compromise ", SAMPLE_STRANGER, " 0")}});
    authority_fixture_free(&f);
}

/* Governors may enrol for one institution who is named after another. */
static void a_key_is_not_taken_from_another_institution_by_its_name(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *own = line_named(&f, SAMPLE_NOTARY "/y");
    size_t subject = strlen(own) - strlen(OF_NOTARY " notary");
    authority_accepts(
        &f, &(struct sample_record){
                .sets = {samples_text(f.s, "%.*s" OF_FIRM " lawyer", (int)subject, own)}});
    expect(&f, LEDGER_BEYOND_REACH, &(struct sample_record){.sets = {own}});
    CU_ASSERT_PTR_NOT_NULL(strstr(f.s->verdict.detail, "of another institution until now"));
    authority_fixture_free(&f);
}

/* Under another name the subject is new, and the line that is in its way is another's. */
static void a_key_of_another_institution_cannot_be_enrolled_under_another_name(void)
{
    struct authority_fixture f = authority_fixture_new();
    uint8_t memory[LEDGER_VKEY_MAX + 1] = {0};
    struct ledger_buffer buffer = ledger_buffer_in(memory, LEDGER_VKEY_MAX);
    struct ledger_vkey vkey;
    CU_ASSERT_FATAL(ledger_vkey_make(f.s->hasher, &vkey, LEDGER_KEY_ED25519,
                                     ledger_span_of(SAMPLE_NOTARY "/zhou"),
                                     samples_vkey(f.s, SAMPLE_ZHOU)->key));
    ledger_vkey_write(&buffer, &vkey);
    const char *line = samples_text(f.s, "key %s" OF_NOTARY " notary", (const char *)memory);
    expect(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.sets = {line}});
    authority_fixture_free(&f);
}

static void lines_that_are_not_keys_are_beyond_reach(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *const lines[] = {"threshold 1",
                                 "rules required",
                                 "rule notarial-deed issue after=- sign=notary:1",
                                 "institution " SAMPLE_NOTARY
                                 " notary,registrar,lawyer 广东省广州市南方公证处",
                                 "institution new.example - x",
                                 samples_line(f.s, "governor ", SAMPLE_STRANGER, ""),
                                 samples_line(f.s, "operator ", SAMPLE_OPERATOR_NEXT, "")};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        expect(&f, LEDGER_BEYOND_REACH, &(struct sample_record){.sets = {lines[i]}});
    }
    const char *const subjects[] = {"threshold", "operator", "institution " SAMPLE_NOTARY,
                                    samples_line(f.s, "governor ", SAMPLE_HE_MIN, "")};
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        expect(&f, LEDGER_BEYOND_REACH, &(struct sample_record){.unsets = {subjects[i]}});
    }
    authority_fixture_free(&f);
}

static void rules_and_compromises_in_force_are_not_unset(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *compromise = samples_line(f.s, "compromise ", SAMPLE_STRANGER, "");
    struct sample_record lines = {.sets = {"rules required",
                                           "rule notarial-deed issue after=- sign=notary:1",
                                           samples_text(f.s, "%s 0", compromise)}};
    authority_accepts(&f, &lines);
    const char *const subjects[] = {"rules", "rule notarial-deed issue", compromise};
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        expect(&f, LEDGER_BEYOND_REACH, &(struct sample_record){.unsets = {subjects[i]}});
    }
    authority_fixture_free(&f);
}

static void what_is_not_in_force_is_not_of_the_institution(void)
{
    struct authority_fixture f = authority_fixture_new();
    expect(&f, LEDGER_BEYOND_REACH,
           &(struct sample_record){.unsets = {samples_line(f.s, "key ", SAMPLE_STRANGER, "")}});
    authority_fixture_free(&f);
}

static void one_line_beyond_reach_refuses_the_whole_change(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *own = samples_line(f.s, "key ", SAMPLE_NEWCOMER, OF_NOTARY " notary");
    struct sample_record what = {.unsets = {samples_line(f.s, "key ", SAMPLE_ZHANG, "")},
                                 .sets = {own, "threshold 1"}};
    expect(&f, LEDGER_BEYOND_REACH, &what);
    what.sets[1] = NULL;
    what.unsets[1] = samples_line(f.s, "key ", SAMPLE_SUN, "");
    expect(&f, LEDGER_BEYOND_REACH, &what);
    what.unsets[1] = NULL;
    expect(&f, LEDGER_NOT_CHECKED, &what);
    authority_fixture_free(&f);
}

static void a_line_must_be_of_the_form(void)
{
    expect_alone(LEDGER_BAD_AUTHORITY_LINE, NULL, "key x");
    expect_alone(LEDGER_BAD_AUTHORITY_LINE, NULL, "threshold x");
}

static void roles_are_those_the_institution_may_hand_out(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *newcomer = samples_line(f.s, "key ", SAMPLE_NEWCOMER, OF_NOTARY);
    expect(&f, LEDGER_BAD_CHANGE,
           &(struct sample_record){.sets = {samples_text(f.s, "%s lawyer", newcomer)}});
    expect(&f, LEDGER_BAD_CHANGE,
           &(struct sample_record){.sets = {samples_text(f.s, "%s notary,lawyer", newcomer)}});
    expect(&f, LEDGER_NOT_CHECKED,
           &(struct sample_record){.sets = {samples_text(f.s, "%s notary", newcomer)}});
    authority_fixture_free(&f);
}

static void categories_are_within_the_institutions_licence(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *zhang = samples_line(f.s, "key ", SAMPLE_ZHANG, OF_NOTARY);
    const char *li = samples_line(f.s, "key ", SAMPLE_LI_SI, OF_NOTARY " notary/will,registrar");
    struct sample_record licence = {.sets = {"institution " SAMPLE_NOTARY
                                             " notary/will+deed,registrar x",
                                             samples_text(f.s, "%s notary/will", zhang), li}};
    authority_accepts(&f, &licence);
    expect(&f, LEDGER_BAD_CHANGE,
           &(struct sample_record){.sets = {samples_text(f.s, "%s notary/will+loan", zhang)}});
    expect(&f, LEDGER_BAD_CHANGE,
           &(struct sample_record){.sets = {samples_text(f.s, "%s notary", zhang)}});
    expect(&f, LEDGER_NOT_CHECKED,
           &(struct sample_record){.sets = {samples_text(f.s, "%s notary/deed+will", zhang)}});
    authority_fixture_free(&f);
}

static void an_own_key_is_declared_compromised_as_it_goes(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *compromise = samples_line(f.s, "compromise ", SAMPLE_ZHANG, " 4");
    const char *key = samples_line(f.s, "key ", SAMPLE_ZHANG, "");
    f.index = 3;
    expect(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.unsets = {key}, .sets = {compromise}});
    f.index = 4;
    expect(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.sets = {compromise}});
    expect(&f, LEDGER_NOT_CHECKED, &(struct sample_record){.unsets = {key}, .sets = {compromise}});
    authority_fixture_free(&f);
}

static void another_institutions_key_is_not_declared_compromised(void)
{
    struct authority_fixture f = authority_fixture_new();
    const enum sample_who others[] = {SAMPLE_ZHOU, SAMPLE_LI_NA, SAMPLE_OPERATOR, SAMPLE_STRANGER};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        expect(
            &f, LEDGER_BEYOND_REACH,
            &(struct sample_record){.sets = {samples_line(f.s, "compromise ", others[i], " 0")}});
    }
    authority_fixture_free(&f);
}

/* The key line in force before the change decides, so it cannot be set for the purpose. */
static void a_key_that_the_change_sets_is_not_declared_compromised(void)
{
    struct authority_fixture f = authority_fixture_new();
    struct sample_record what = {
        .sets = {samples_line(f.s, "key ", SAMPLE_NEWCOMER, OF_NOTARY " notary"),
                 samples_line(f.s, "compromise ", SAMPLE_NEWCOMER, " 0")}};
    expect(&f, LEDGER_BEYOND_REACH, &what);
    authority_fixture_free(&f);
}

void ledger_suite_registrar(void)
{
    CU_pSuite suite = CU_add_suite("registrar", NULL, NULL);
    CU_ADD_TEST(suite, a_change_under_the_ledgers_name_is_not_a_registrars);
    CU_ADD_TEST(suite, own_keys_are_set_replaced_and_unset);
    CU_ADD_TEST(suite, keys_of_other_institutions_are_beyond_reach);
    CU_ADD_TEST(suite, a_key_does_not_move_between_institutions);
    CU_ADD_TEST(suite, a_key_is_not_taken_from_another_institution_by_its_name);
    CU_ADD_TEST(suite, a_key_of_another_institution_cannot_be_enrolled_under_another_name);
    CU_ADD_TEST(suite, a_key_that_a_registrar_sets_is_named_after_the_institution);
    CU_ADD_TEST(suite, a_key_of_another_name_is_unset_and_not_replaced);
    CU_ADD_TEST(suite, lines_that_are_not_keys_are_beyond_reach);
    CU_ADD_TEST(suite, rules_and_compromises_in_force_are_not_unset);
    CU_ADD_TEST(suite, what_is_not_in_force_is_not_of_the_institution);
    CU_ADD_TEST(suite, one_line_beyond_reach_refuses_the_whole_change);
    CU_ADD_TEST(suite, a_line_must_be_of_the_form);
    CU_ADD_TEST(suite, roles_are_those_the_institution_may_hand_out);
    CU_ADD_TEST(suite, categories_are_within_the_institutions_licence);
    CU_ADD_TEST(suite, an_own_key_is_declared_compromised_as_it_goes);
    CU_ADD_TEST(suite, another_institutions_key_is_not_declared_compromised);
    CU_ADD_TEST(suite, a_key_that_the_change_sets_is_not_declared_compromised);
}
