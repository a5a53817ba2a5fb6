#include "ledger/law/authority.h"

#include <stdio.h>

#include "tests/authority_samples.h"
#include "tests/suites.h"

#define KEY_OF_ZHANG(s) samples_line(s, "key ", SAMPLE_ZHANG, "")

static void refuse_alone(enum ledger_finding finding, const struct sample_record *what)
{
    struct authority_fixture f = authority_fixture_new();
    authority_refuses(&f, finding, what);
    authority_fixture_free(&f);
}

static void a_subject_is_changed_once_in_a_record(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *zhang = KEY_OF_ZHANG(f.s);
    const char *line = samples_line(f.s, "key ", SAMPLE_ZHANG, " " SAMPLE_NOTARY " registrar");
    authority_refuses(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.unsets = {zhang, zhang}});
    authority_refuses(&f, LEDGER_BAD_CHANGE,
                      &(struct sample_record){.unsets = {zhang}, .sets = {line}});
    authority_refuses(&f, LEDGER_BAD_CHANGE,
                      &(struct sample_record){.sets = {"threshold 1", "threshold 3"}});
    authority_refuses(&f, LEDGER_BAD_CHANGE,
                      &(struct sample_record){.unsets = {"threshold"}, .sets = {"threshold 2"}});
    authority_fixture_free(&f);
}

static void what_is_not_set_cannot_be_unset(void)
{
    struct authority_fixture f = authority_fixture_new();
    static const char *const absent[] = {"key nobody", "institution nowhere.example", "thresholds",
                                         "threshold 2", "Threshold"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        authority_refuses(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.unsets = {absent[i]}});
    }
    authority_refuses(
        &f, LEDGER_BAD_CHANGE,
        &(struct sample_record){.unsets = {samples_line(f.s, "governor ", SAMPLE_ZHANG, "")}});
    authority_fixture_free(&f);
}

static void a_line_in_force_cannot_be_set_again(void)
{
    struct authority_fixture f = authority_fixture_new();
    struct sample_record founding = samples_founding(f.s);
    for (size_t i = 0; founding.sets[i] != NULL; i++) {
        authority_refuses(&f, LEDGER_BAD_CHANGE,
                          &(struct sample_record){.sets = {founding.sets[i]}});
    }
    authority_fixture_free(&f);
}

static void a_line_must_be_of_the_form(void)
{
    struct authority_fixture f = authority_fixture_new();
    static const char *const bad[] = {"threshold 0",
                                      "threshold 02",
                                      "threshold 65",
                                      "rule a b",
                                      "institution x.example Notary name",
                                      "key x y z"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        authority_refuses(&f, LEDGER_BAD_AUTHORITY_LINE,
                          &(struct sample_record){.sets = {"threshold 3", bad[i]}});
    }
    authority_fixture_free(&f);
}

static void an_operator_must_be_left(void)
{
    refuse_alone(LEDGER_BAD_CHANGE, &(struct sample_record){.unsets = {"operator"}});
}

static void the_operator_is_named_like_the_ledger(void)
{
    struct authority_fixture f = authority_fixture_new();
    authority_refuses(
        &f, LEDGER_BAD_CHANGE,
        &(struct sample_record){.sets = {samples_line(f.s, "operator ", SAMPLE_STRANGER, "")}});
    CU_ASSERT_EQUAL(
        authority_fixture_change(
            &f,
            samples_change(f.s, NULL, samples_line(f.s, "operator ", SAMPLE_OPERATOR_NEXT, ""))),
        LEDGER_NOT_CHECKED);
    CU_ASSERT(ledger_vkey_equal(&ledger_authority_operator(f.authority)->vkey,
                                samples_vkey(f.s, SAMPLE_OPERATOR_NEXT)));
    authority_fixture_free(&f);
}

static void a_threshold_must_be_left_that_the_governors_can_reach(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *li = samples_line(f.s, "governor ", SAMPLE_LI_NA, "");
    const char *chen = samples_line(f.s, "governor ", SAMPLE_CHEN_JIE, "");
    authority_refuses(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.unsets = {"threshold"}});
    authority_refuses(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.sets = {"threshold 4"}});
    authority_refuses(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.unsets = {li, chen}});
    authority_refuses(&f, LEDGER_BAD_CHANGE,
                      &(struct sample_record){.unsets = {li}, .sets = {"threshold 3"}});
    CU_ASSERT_EQUAL(authority_fixture_change(&f, samples_change(f.s, li, NULL)),
                    LEDGER_NOT_CHECKED);
    authority_fixture_free(&f);
}

static struct sample_record governors(struct samples *s, unsigned first, unsigned count)
{
    struct sample_record what = {.kind = LEDGER_KIND_AUTHORITY};
    for (unsigned i = 0; i < count; i++) {
        struct sample_key key;
        uint8_t memory[LEDGER_VKEY_MAX + 16] = {0};
        struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory - 1);
        sample_key(&key, LEDGER_KEY_ED25519, "more.example", (uint8_t)(100 + first + i));
        ledger_buffer_text(&buffer, "governor ");
        ledger_vkey_write(&buffer, &key.vkey);
        what.sets[i] = samples_text(s, "%s", (const char *)memory);
    }
    return what;
}

static void at_most_64_governors(void)
{
    struct authority_fixture f = authority_fixture_new();
    struct sample_record more = governors(f.s, 0, 62);
    authority_refuses(&f, LEDGER_BAD_CHANGE, &more);
    more = governors(f.s, 0, 61);
    CU_ASSERT_EQUAL(authority_fixture_change(&f, samples_record(f.s, &more)), LEDGER_NOT_CHECKED);
    more = governors(f.s, 61, 1);
    authority_refuses(&f, LEDGER_BAD_CHANGE, &more);
    CU_ASSERT_EQUAL(authority_fixture_change(&f, samples_change(f.s, NULL, "threshold 64")),
                    LEDGER_NOT_CHECKED);
    authority_fixture_free(&f);
}

static void a_key_belongs_to_an_institution_in_force(void)
{
    struct authority_fixture f = authority_fixture_new();
    authority_refuses(&f, LEDGER_BAD_CHANGE,
                      &(struct sample_record){.sets = {samples_line(f.s, "key ", SAMPLE_STRANGER,
                                                                    " nowhere.example notary")}});
    authority_refuses(&f, LEDGER_BAD_CHANGE,
                      &(struct sample_record){.unsets = {"institution " SAMPLE_NOTARY}});
    authority_refuses(
        &f, LEDGER_BAD_CHANGE,
        &(struct sample_record){.unsets = {KEY_OF_ZHANG(f.s), "institution " SAMPLE_NOTARY}});
    struct sample_record whole = {.kind = LEDGER_KIND_AUTHORITY,
                                  .unsets = {"institution " SAMPLE_NOTARY, KEY_OF_ZHANG(f.s),
                                             samples_line(f.s, "key ", SAMPLE_LI_SI, "")}};
    CU_ASSERT_EQUAL(authority_fixture_change(&f, samples_record(f.s, &whole)), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(ledger_authority_count(f.authority), SAMPLE_LINES - 3);
    authority_fixture_free(&f);
}

static void a_key_may_come_before_its_institution_in_a_record(void)
{
    struct authority_fixture f = authority_fixture_new();
    struct sample_record both = {
        .kind = LEDGER_KIND_AUTHORITY,
        .sets = {samples_line(f.s, "key ", SAMPLE_STRANGER, " new.example arbiter"),
                 "institution new.example arbiter 广州仲裁委员会"}};
    CU_ASSERT_EQUAL(authority_fixture_change(&f, samples_record(f.s, &both)), LEDGER_NOT_CHECKED);
    authority_fixture_free(&f);
}

static void a_key_has_only_roles_that_its_institution_may_hand_out(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *const roles[] = {" " SAMPLE_NOTARY " lawyer", " " SAMPLE_NOTARY " notary,lawyer",
                                 " " SAMPLE_NOTARY " notar", " " SAMPLE_NOTARY " notary-registrar"};
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        authority_refuses(&f, LEDGER_BAD_CHANGE,
                          &(struct sample_record){
                              .sets = {samples_line(f.s, "key ", SAMPLE_STRANGER, roles[i])}});
    }
    static const char *const narrowed[] = {"institution " SAMPLE_NOTARY " notary x",
                                           "institution " SAMPLE_NOTARY " registrar x",
                                           "institution " SAMPLE_NOTARY " - x"};
    for (size_t i = 0; i < sizeof narrowed / sizeof narrowed[0]; i++) {
        authority_refuses(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.sets = {narrowed[i]}});
    }
    authority_fixture_free(&f);
}

/* A key whose public key is `number`: found so that two of one name share their key ID. */
static const char *colliding(struct samples *s, const char *word, uint64_t number,
                             const char *after)
{
    uint8_t key[LEDGER_ED25519_KEY_SIZE] = {0};
    uint8_t memory[LEDGER_VKEY_MAX + 1] = {0};
    struct ledger_buffer buffer = ledger_buffer_in(memory, LEDGER_VKEY_MAX);
    struct ledger_vkey vkey;
    ledger_put_be64(key, number);
    CU_ASSERT_FATAL(ledger_vkey_make(s->hasher, &vkey, LEDGER_KEY_ED25519,
                                     ledger_span_of(SAMPLE_NOTARY "/zhang-san"), key));
    CU_ASSERT_EQUAL_FATAL(vkey.id, 0xe45a5f25u);
    ledger_vkey_write(&buffer, &vkey);
    return samples_text(s, "%s %s%s", word, (const char *)memory, after);
}

static void two_lines_of_a_type_never_share_name_and_key_id(void)
{
    struct authority_fixture f = authority_fixture_new();
    static const char after[] = " " SAMPLE_NOTARY " notary";
    const char *one = colliding(f.s, "key", 11591, after);
    const char *two = colliding(f.s, "key", 77472, after);
    authority_refuses(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.sets = {one, two}});
    CU_ASSERT_EQUAL(authority_fixture_change(&f, samples_change(f.s, NULL, one)),
                    LEDGER_NOT_CHECKED);
    authority_refuses(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.sets = {two}});
    /* Another type is another signer; and an unset line makes room. */
    CU_ASSERT_EQUAL(authority_fixture_change(
                        &f, samples_change(f.s, NULL, colliding(f.s, "governor", 77472, ""))),
                    LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(
        authority_fixture_change(&f, samples_change(f.s, colliding(f.s, "key", 11591, ""), two)),
        LEDGER_NOT_CHECKED);
    authority_fixture_free(&f);
}

/* The public key of a sample under another name. */
static const char *alias(struct samples *s, const char *word, enum sample_who who,
                         const char *after)
{
    uint8_t memory[LEDGER_VKEY_MAX + 1] = {0};
    struct ledger_buffer buffer = ledger_buffer_in(memory, LEDGER_VKEY_MAX);
    struct ledger_vkey vkey;
    CU_ASSERT_FATAL(ledger_vkey_make(s->hasher, &vkey, LEDGER_KEY_ED25519,
                                     ledger_span_of("alias.example/x"), samples_vkey(s, who)->key));
    ledger_vkey_write(&buffer, &vkey);
    return samples_text(s, "%s %s%s", word, (const char *)memory, after);
}

static void one_public_key_is_one_line_of_its_type(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *twice = alias(f.s, "key", SAMPLE_ZHANG, " " SAMPLE_NOTARY " notary");
    authority_refuses(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.sets = {twice}});
    authority_refuses(&f, LEDGER_BAD_CHANGE,
                      &(struct sample_record){.sets = {alias(f.s, "governor", SAMPLE_HE_MIN, "")}});
    /* A governor may have a key line, and who goes may come back under another name. */
    CU_ASSERT_EQUAL(authority_fixture_change(
                        &f, samples_change(f.s, NULL, alias(f.s, "governor", SAMPLE_ZHANG, ""))),
                    LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(authority_fixture_change(&f, samples_change(f.s, KEY_OF_ZHANG(f.s), twice)),
                    LEDGER_NOT_CHECKED);
    authority_fixture_free(&f);
}

static void a_change_that_fails_at_its_last_line_leaves_nothing(void)
{
    struct authority_fixture f = authority_fixture_new();
    struct sample_record what = {
        .unsets = {KEY_OF_ZHANG(f.s), samples_line(f.s, "governor ", SAMPLE_HE_MIN, "")},
        .sets = {"threshold 1", "institution new.example arbiter 广州仲裁委员会",
                 samples_line(f.s, "operator ", SAMPLE_OPERATOR_NEXT, ""),
                 samples_line(f.s, "key ", SAMPLE_LI_SI, " new.example arbiter"),
                 samples_line(f.s, "key ", SAMPLE_STRANGER, " new.example arbiter"),
                 "institution " SAMPLE_FIRM " lawyer 越秀 律师事务所"}};
    authority_refuses(&f, LEDGER_BAD_CHANGE, &what);
    what.sets[5] = "threshold x";
    authority_refuses(&f, LEDGER_BAD_AUTHORITY_LINE, &what);
    what.sets[5] = "institution " SAMPLE_FORENSICS " appraiser 南方";
    authority_refuses(&f, LEDGER_BAD_CHANGE, &what);
    what.sets[5] = NULL;
    what.kind = LEDGER_KIND_AUTHORITY;
    CU_ASSERT_EQUAL(authority_fixture_change(&f, samples_record(f.s, &what)), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(ledger_authority_count(f.authority), SAMPLE_LINES - 2 + 2);
    authority_fixture_free(&f);
}

static void setting_a_subject_that_is_set_replaces_its_line(void)
{
    struct authority_fixture f = authority_fixture_new();
    const char *line = samples_line(f.s, "key ", SAMPLE_ZHANG, " " SAMPLE_FIRM " lawyer");
    CU_ASSERT_EQUAL(authority_fixture_change(&f, samples_change(f.s, NULL, line)),
                    LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(ledger_authority_count(f.authority), SAMPLE_LINES);
    const struct ledger_vkey *zhang = samples_vkey(f.s, SAMPLE_ZHANG);
    const struct ledger_authority_line *found = ledger_authority_find_key(
        f.authority, f.s->hasher, LEDGER_LINE_KEY, ledger_vkey_name(zhang), zhang->id);
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    CU_ASSERT(ledger_span_is(found->text, line));
    CU_ASSERT_PTR_EQUAL(
        found, ledger_authority_find(f.authority, f.s->hasher, ledger_span_of(KEY_OF_ZHANG(f.s))));
    CU_ASSERT_PTR_NULL(ledger_authority_find_key(f.authority, f.s->hasher, LEDGER_LINE_GOVERNOR,
                                                 ledger_vkey_name(zhang), zhang->id));
    authority_fixture_free(&f);
}

static void every_bit_of_a_key_id_counts(void)
{
    struct authority_fixture f = authority_fixture_new();
    const struct ledger_vkey *zhang = samples_vkey(f.s, SAMPLE_ZHANG);
    for (uint32_t bit = 1; bit != 0; bit <<= 1) {
        CU_ASSERT_PTR_NULL(ledger_authority_find_key(f.authority, f.s->hasher, LEDGER_LINE_KEY,
                                                     ledger_vkey_name(zhang), zhang->id ^ bit));
    }
    authority_fixture_free(&f);
}

static void a_key_is_found_by_the_key_id_of_its_batch_signatures(void)
{
    struct authority_fixture f = authority_fixture_new();
    const struct ledger_vkey *zhang = samples_vkey(f.s, SAMPLE_ZHANG);
    const struct ledger_authority_line *line =
        ledger_authority_find(f.authority, f.s->hasher, ledger_span_of(KEY_OF_ZHANG(f.s)));
    struct ledger_span name = ledger_vkey_name(zhang);
    CU_ASSERT_PTR_NOT_NULL_FATAL(line);
    CU_ASSERT_PTR_EQUAL(
        ledger_authority_find_key(f.authority, f.s->hasher, LEDGER_LINE_KEY, name, zhang->batch_id),
        line);
    CU_ASSERT_PTR_NULL(ledger_authority_find_key(f.authority, f.s->hasher, LEDGER_LINE_GOVERNOR,
                                                 name, zhang->batch_id));
    authority_accepts(&f, &(struct sample_record){.unsets = {KEY_OF_ZHANG(f.s)}});
    CU_ASSERT_PTR_NULL(ledger_authority_find_key(f.authority, f.s->hasher, LEDGER_LINE_KEY, name,
                                                 zhang->batch_id));
    authority_fixture_free(&f);
}

#define TWIN "nanfang-notary.gz.example/twin+"

/* Keys that somebody looked for until their IDs met: a key ID has 32 bits. */
static void key_ids_that_meet_are_refused(void)
{
    static const char *const pairs[][2] = {
        /* the key ID of batch signatures of both */
        {TWIN "9b4086b7+ASFCx/voQoVCsk0FUei9K92fHxvaj7yOsaz9UBk2Znb9",
         TWIN "96f6b4ce+AS7jy9Hi7PGKmaEfoctyX79DhB/BNMI7L25yEbT+t60u"},
        /* that of the first is the second's own */
        {TWIN "a52c7600+AeT7WidZ6n6/WkLQJJBFJw242RlPXn+3DdcsgxBWH96F",
         TWIN "e3089690+Aao8bD9rWVJ4QAAAV5yP2FLL4SBYmWSekDqm9rKLObgB"}};
    for (size_t i = 0; i < 4; i++) {
        struct authority_fixture f = authority_fixture_new();
        const char *one = samples_text(f.s, "key %s " SAMPLE_NOTARY " notary", pairs[i / 2][i % 2]);
        const char *other =
            samples_text(f.s, "key %s " SAMPLE_NOTARY " notary", pairs[i / 2][1 - i % 2]);
        authority_refuses_saying(&f, "name and a key ID",
                                 &(struct sample_record){.sets = {one, other}});
        authority_accepts(&f, &(struct sample_record){.sets = {one}});
        authority_refuses_saying(&f, "name and a key ID", &(struct sample_record){.sets = {other}});
        authority_accepts(
            &f, &(struct sample_record){
                    .unsets = {samples_text(f.s, "key %s", pairs[i / 2][i % 2])}, .sets = {other}});
        authority_fixture_free(&f);
    }
}

/* It took 2^32 trials to find it. */
static void a_key_may_have_the_same_key_id_for_both(void)
{
    static const char twin[] = "gz.test.example/twin+58e48fc9+"
                               "AWEga2V5IHdpdGggb25lIElEIGZvciBib3RoIJ4R384A";
    struct authority_fixture f = authority_fixture_new();
    struct ledger_vkey vkey;
    CU_ASSERT_FATAL(ledger_vkey_parse(f.s->hasher, &vkey, &f.s->verdict, ledger_span_of(twin)));
    CU_ASSERT_EQUAL(vkey.id, vkey.batch_id);
    const char *line = samples_text(f.s, "key %s " SAMPLE_NOTARY " notary", twin);
    authority_accepts(&f, &(struct sample_record){.sets = {line}});
    authority_refuses(&f, LEDGER_BAD_CHANGE,
                      &(struct sample_record){.unsets = {samples_text(f.s, "key %s", twin)},
                                              .sets = {"threshold 4"}});
    CU_ASSERT_PTR_NOT_NULL(ledger_authority_find_key(f.authority, f.s->hasher, LEDGER_LINE_KEY,
                                                     ledger_vkey_name(&vkey), vkey.id));
    authority_accepts(
        &f, &(struct sample_record){.unsets = {samples_text(f.s, "key %s", twin)},
                                    .sets = {samples_text(f.s, "compromise %s 0", twin)}});
    authority_accepts(
        &f, &(struct sample_record){.unsets = {samples_text(f.s, "compromise %s", twin)}});
    authority_fixture_free(&f);
}

void ledger_suite_authority(void)
{
    CU_pSuite suite = CU_add_suite("authority", NULL, NULL);
    CU_ADD_TEST(suite, a_subject_is_changed_once_in_a_record);
    CU_ADD_TEST(suite, what_is_not_set_cannot_be_unset);
    CU_ADD_TEST(suite, a_line_in_force_cannot_be_set_again);
    CU_ADD_TEST(suite, a_line_must_be_of_the_form);
    CU_ADD_TEST(suite, an_operator_must_be_left);
    CU_ADD_TEST(suite, the_operator_is_named_like_the_ledger);
    CU_ADD_TEST(suite, a_threshold_must_be_left_that_the_governors_can_reach);
    CU_ADD_TEST(suite, at_most_64_governors);
    CU_ADD_TEST(suite, a_key_belongs_to_an_institution_in_force);
    CU_ADD_TEST(suite, a_key_may_come_before_its_institution_in_a_record);
    CU_ADD_TEST(suite, a_key_has_only_roles_that_its_institution_may_hand_out);
    CU_ADD_TEST(suite, two_lines_of_a_type_never_share_name_and_key_id);
    CU_ADD_TEST(suite, one_public_key_is_one_line_of_its_type);
    CU_ADD_TEST(suite, a_change_that_fails_at_its_last_line_leaves_nothing);
    CU_ADD_TEST(suite, setting_a_subject_that_is_set_replaces_its_line);
    CU_ADD_TEST(suite, every_bit_of_a_key_id_counts);
    CU_ADD_TEST(suite, a_key_is_found_by_the_key_id_of_its_batch_signatures);
    CU_ADD_TEST(suite, key_ids_that_meet_are_refused);
    CU_ADD_TEST(suite, a_key_may_have_the_same_key_id_for_both);
}
