#include "tests/authority_samples.h"
#include "tests/suites.h"

static void a_key_may_be_limited_where_its_institution_is_not(void)
{
    struct authority_fixture f = authority_fixture_new();
    authority_refuses(
        &f, LEDGER_BAD_CHANGE,
        &(struct sample_record){
            .sets = {samples_line(f.s, "key ", SAMPLE_STRANGER, " " SAMPLE_NOTARY " lawyer/a")}});
    authority_accepts(
        &f, &(struct sample_record){.sets = {samples_line(f.s, "key ", SAMPLE_STRANGER,
                                                          " " SAMPLE_NOTARY " notary/will")}});
    authority_fixture_free(&f);
}

#define LIMITED "institution " SAMPLE_MEDIATION " mediator/family+labour,registrar 天河区"

/* Whatever else stands beside it, and whichever is met first. */
static void every_key_of_a_change_has_its_institution(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *good = samples_line(f.s, "key ", SAMPLE_NEWCOMER, " " SAMPLE_NOTARY " notary");
    const char *bad = samples_line(f.s, "key ", SAMPLE_STRANGER, " nowhere.example notary");
    const char *worse = samples_line(f.s, "key ", SAMPLE_NEWCOMER, " nowhere.example notary");
    authority_refuses_saying(&f, "'nowhere.example', which is not set",
                             &(struct sample_record){.sets = {good, bad}});
    authority_refuses_saying(&f, "'nowhere.example', which is not set",
                             &(struct sample_record){.sets = {bad, worse}});
    authority_accepts(&f, &(struct sample_record){.sets = {good}});
    authority_fixture_free(&f);
}

static void a_key_has_only_categories_that_its_institution_may_hand_out(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *sun = samples_line(f.s, "key ", SAMPLE_SUN, " " SAMPLE_MEDIATION);
    authority_accepts(&f,
                      &(struct sample_record){
                          .sets = {LIMITED, samples_text(f.s, "%s mediator/labour+family", sun)}});
    static const char *const beyond[] = {" mediator", " mediator/family+traffic",
                                         " mediator/traffic", " registrar,mediator",
                                         " mediator/family,registrar/family,lawyer/family"};
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        authority_refuses(
            &f, LEDGER_BAD_CHANGE,
            &(struct sample_record){.sets = {samples_text(f.s, "%s%s", sun, beyond[i])}});
    }
    authority_refuses_saying(
        &f, "has 'mediator', which",
        &(struct sample_record){.sets = {samples_text(f.s, "%s mediator", sun)}});
    authority_refuses_saying(
        &f, "has 'mediator/traffic', which",
        &(struct sample_record){.sets = {samples_text(f.s, "%s mediator/traffic", sun)}});
    authority_refuses_saying(
        &f, "has 'mediator/t', which",
        &(struct sample_record){.sets = {samples_text(f.s, "%s mediator/t", sun)}});
    static const char *const within[] = {" mediator/family", " registrar,mediator/labour",
                                         " registrar/traffic"};
    for (size_t i = 0; i < sizeof within / sizeof within[0]; i++) {
        authority_accepts(
            &f, &(struct sample_record){.sets = {samples_text(f.s, "%s%s", sun, within[i])}});
    }
    authority_fixture_free(&f);
}

static void an_institution_is_limited_only_with_its_keys(void)
{
    struct authority_fixture f = authority_fixture_new();
    authority_refuses(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.sets = {LIMITED}});
    authority_accepts(
        &f, &(struct sample_record){
                .sets = {LIMITED, samples_line(f.s, "key ", SAMPLE_SUN,
                                               " " SAMPLE_MEDIATION " mediator/family")}});
    authority_refuses(&f, LEDGER_BAD_CHANGE,
                      &(struct sample_record){.sets = {"institution " SAMPLE_MEDIATION
                                                       " mediator/labour,registrar 天河区"}});
    authority_accepts(&f, &(struct sample_record){
                              .sets = {"institution " SAMPLE_MEDIATION " mediator/family 天河区"}});
    authority_accepts(
        &f, &(struct sample_record){.sets = {"institution " SAMPLE_MEDIATION " mediator 天河区"}});
    authority_fixture_free(&f);
}

static void a_compromise_begins_no_later_than_the_entry_that_declares_it(void)
{
    struct authority_fixture f = authority_fixture_new();
    f.index = 7;
    authority_refuses(
        &f, LEDGER_BAD_CHANGE,
        &(struct sample_record){.sets = {samples_line(f.s, "compromise ", SAMPLE_STRANGER, " 8")}});
    const char *const from[] = {" 7", " 3", " 0", " 6"};
    for (size_t i = 0; i < sizeof from / sizeof from[0]; i++) {
        authority_accepts(
            &f, &(struct sample_record){
                    .sets = {samples_line(f.s, "compromise ", SAMPLE_STRANGER, from[i])}});
    }
    CU_ASSERT_EQUAL(ledger_authority_count(f.authority), SAMPLE_LINES + 1);
    authority_fixture_free(&f);
}

static void a_key_in_use_is_declared_compromised_only_as_it_goes(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *zhou = samples_line(f.s, "compromise ", SAMPLE_ZHOU, " 0");
    const char *li = samples_line(f.s, "compromise ", SAMPLE_LI_NA, " 0");
    const char *first = samples_line(f.s, "compromise ", SAMPLE_OPERATOR, " 0");
    authority_refuses(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.sets = {zhou}});
    authority_refuses(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.sets = {li}});
    authority_refuses(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.sets = {first}});
    authority_accepts(
        &f, &(struct sample_record){.unsets = {samples_line(f.s, "key ", SAMPLE_ZHOU, "")},
                                    .sets = {zhou}});
    authority_accepts(
        &f, &(struct sample_record){.unsets = {samples_line(f.s, "governor ", SAMPLE_LI_NA, "")},
                                    .sets = {li}});
    authority_accepts(
        &f, &(struct sample_record){
                .sets = {first, samples_line(f.s, "operator ", SAMPLE_OPERATOR_NEXT, "")}});
    authority_fixture_free(&f);
}

/* Each use of the stranger's key or the next operator's. */
static void a_key_that_was_declared_compromised_is_not_used_again(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *stranger = samples_line(f.s, "compromise ", SAMPLE_STRANGER, "");
    const char *next = samples_line(f.s, "compromise ", SAMPLE_OPERATOR_NEXT, "");
    const char *const uses[] = {
        samples_line(f.s, "key ", SAMPLE_STRANGER, " " SAMPLE_NOTARY " notary"),
        samples_line(f.s, "governor ", SAMPLE_STRANGER, ""),
        samples_line(f.s, "operator ", SAMPLE_OPERATOR_NEXT, "")};
    struct sample_record declared = {
        .sets = {samples_text(f.s, "%s 0", stranger), samples_text(f.s, "%s 0", next)}};
    authority_accepts(&f, &declared);
    for (size_t i = 0; i < 3; i++) {
        authority_refuses(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.sets = {uses[i]}});
    }
    /* The operator in force has the same name and another key. */
    CU_ASSERT(ledger_vkey_equal(&ledger_authority_operator(f.authority)->vkey,
                                samples_vkey(f.s, SAMPLE_OPERATOR)));
    authority_accepts(&f, &(struct sample_record){.unsets = {stranger, next},
                                                  .sets = {uses[0], uses[1], uses[2]}});
    authority_fixture_free(&f);
}

static void one_change_cannot_declare_a_key_compromised_and_set_it(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *compromise = samples_line(f.s, "compromise ", SAMPLE_STRANGER, " 0");
    const char *key = samples_line(f.s, "key ", SAMPLE_STRANGER, " " SAMPLE_NOTARY " notary");
    authority_refuses(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.sets = {compromise, key}});
    authority_refuses(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.sets = {key, compromise}});
    authority_fixture_free(&f);
}

static void a_compromised_key_does_not_come_back_under_another_name(void)
{
    struct authority_fixture f = authority_fixture_new();
    struct sample_key renamed;
    uint8_t memory[LEDGER_VKEY_MAX + 1] = {0};
    struct ledger_buffer vkey = ledger_buffer_in(memory, LEDGER_VKEY_MAX);
    sample_key(&renamed, LEDGER_KEY_ED25519, "somebody.else.example", SAMPLE_STRANGER + 1);
    ledger_vkey_write(&vkey, &renamed.vkey);
    CU_ASSERT_EQUAL(memcmp(renamed.vkey.key, samples_vkey(f.s, SAMPLE_STRANGER)->key, 32), 0);
    const char *declared = samples_line(f.s, "compromise ", SAMPLE_STRANGER, " 0");
    const char *key = samples_text(f.s, "key %s " SAMPLE_NOTARY " notary", (const char *)memory);
    const char *again = samples_text(f.s, "compromise %s 0", (const char *)memory);
    authority_accepts(&f, &(struct sample_record){.sets = {declared}});
    authority_refuses_saying(&f, "declared compromised", &(struct sample_record){.sets = {key}});
    authority_refuses(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.sets = {again}});
    authority_fixture_free(&f);
}

/* A line with a key of this name. */
static const char *line_named(struct samples *s, const char *word, const char *name, uint8_t seed,
                              const char *after)
{
    uint8_t memory[LEDGER_VKEY_MAX + 1] = {0};
    struct ledger_buffer buffer = ledger_buffer_in(memory, LEDGER_VKEY_MAX);
    struct sample_key key;
    sample_key(&key, LEDGER_KEY_ED25519, name, seed);
    ledger_vkey_write(&buffer, &key.vkey);
    return samples_text(s, "%s %s%s", word, (const char *)memory, after);
}

static const char *const test_names[] = {"test", "test/x", "smu.test", "a.b.test/zhang-san",
                                         ".test"};
static const char *const other_names[] = {"test.example", "smu.example/x.test", "attest",
                                          "latest/y",     "smu.TEST",           "smu.test:80/x",
                                          "x/test"};

static void a_test_name_is_of_the_domain_of_tests(void)
{
    for (size_t i = 0; i < sizeof test_names / sizeof test_names[0]; i++) {
        CU_ASSERT(ledger_name_is_for_tests(ledger_span_of(test_names[i])));
    }
    for (size_t i = 0; i < sizeof other_names / sizeof other_names[0]; i++) {
        CU_ASSERT_FALSE(ledger_name_is_for_tests(ledger_span_of(other_names[i])));
    }
    CU_ASSERT_FALSE(ledger_name_is_for_tests(ledger_span_of("")));
}

static void a_test_key_is_of_no_use_in_a_ledger_that_counts(void)
{
    struct authority_fixture f = authority_fixture_new();
    static const char grants[] = " " SAMPLE_NOTARY " notary";
    for (size_t i = 0; i < sizeof test_names / sizeof test_names[0]; i++) {
        const char *name = test_names[i];
        authority_refuses_saying(
            &f, "has a test key",
            &(struct sample_record){.sets = {line_named(f.s, "key", name, 90, grants)}});
        authority_refuses_saying(
            &f, "has a test key",
            &(struct sample_record){.sets = {line_named(f.s, "governor", name, 90, "")}});
    }
    for (size_t i = 0; i < sizeof other_names / sizeof other_names[0]; i++) {
        const char *key = line_named(f.s, "key", other_names[i], (uint8_t)(100 + i), grants);
        authority_accepts(&f, &(struct sample_record){.sets = {key}});
    }
    authority_fixture_free(&f);
}

/* Founds a ledger for tests, with these names of its governor and its signer. */
static enum ledger_finding founds_for_tests(const char *governor, const char *signer)
{
    struct authority_fixture f = {samples_new(), NULL, 0};
    CU_ASSERT_EQUAL_FATAL(ledger_authority_new(&f.authority), LEDGER_OK);
    struct sample_record record = {
        .ledger = "gz.test/2026",
        .kind = LEDGER_KIND_AUTHORITY,
        .sets = {line_named(f.s, "operator", "gz.test/2026", 90, ""),
                 line_named(f.s, "governor", governor, 91, ""), "threshold 1",
                 "institution smu.example appraiser 南方",
                 line_named(f.s, "key", signer, 92, " smu.example appraiser")}};
    enum ledger_finding finding = authority_fixture_change(&f, samples_record(f.s, &record));
    authority_fixture_free(&f);
    return finding;
}

static void a_ledger_for_tests_has_test_keys_only(void)
{
    CU_ASSERT_EQUAL(founds_for_tests("li.test", "smu.test/zhang"), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(founds_for_tests("li.example", "smu.test/zhang"), LEDGER_BAD_CHANGE);
    CU_ASSERT_EQUAL(founds_for_tests("li.test", "smu.example/zhang"), LEDGER_BAD_CHANGE);
}

void ledger_suite_authority_sound(void)
{
    CU_pSuite suite = CU_add_suite("authority_sound", NULL, NULL);
    CU_ADD_TEST(suite, a_key_may_be_limited_where_its_institution_is_not);
    CU_ADD_TEST(suite, every_key_of_a_change_has_its_institution);
    CU_ADD_TEST(suite, a_key_has_only_categories_that_its_institution_may_hand_out);
    CU_ADD_TEST(suite, an_institution_is_limited_only_with_its_keys);
    CU_ADD_TEST(suite, a_compromise_begins_no_later_than_the_entry_that_declares_it);
    CU_ADD_TEST(suite, a_key_in_use_is_declared_compromised_only_as_it_goes);
    CU_ADD_TEST(suite, a_key_that_was_declared_compromised_is_not_used_again);
    CU_ADD_TEST(suite, one_change_cannot_declare_a_key_compromised_and_set_it);
    CU_ADD_TEST(suite, a_compromised_key_does_not_come_back_under_another_name);
    CU_ADD_TEST(suite, a_test_name_is_of_the_domain_of_tests);
    CU_ADD_TEST(suite, a_test_key_is_of_no_use_in_a_ledger_that_counts);
    CU_ADD_TEST(suite, a_ledger_for_tests_has_test_keys_only);
}
