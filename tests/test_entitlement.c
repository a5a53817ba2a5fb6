#include "ledger/law/entitlement.h"

#include "tests/entitlement_samples.h"
#include "tests/suites.h"

static void a_key_of_the_institution_may_sign_its_records(void)
{
    struct fixture f;
    fixture_start(&f);
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_ZHANG)), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_LI_SI, SAMPLE_ZHANG)), LEDGER_NOT_CHECKED);
    for (uint64_t i = 0; i < 12; i++) {
        CU_ASSERT_EQUAL(judge_note(&f, samples_ordinary(f.s, i)), LEDGER_NOT_CHECKED);
    }
    fixture_end(&f);
}

static void people_of_other_institutions_may_sign_beside_but_not_alone(void)
{
    struct fixture f;
    fixture_start(&f);
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_WANG, SAMPLE_SUN, SAMPLE_ZHANG)), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_WANG, SAMPLE_SUN)), LEDGER_INSTITUTION_UNSIGNED);
    fixture_end(&f);
}

static void every_signer_must_be_enrolled(void)
{
    struct fixture f;
    fixture_start(&f);
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_STRANGER)), LEDGER_NOT_ENROLLED);
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_ZHANG, SAMPLE_STRANGER)), LEDGER_NOT_ENROLLED);
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_OPERATOR)), LEDGER_NOT_ENROLLED);
    fixture_end(&f);
}

static void a_governor_does_not_sign_ordinary_records(void)
{
    struct fixture f;
    fixture_start(&f);
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_LI_NA, SAMPLE_ZHANG)), LEDGER_NOT_ENROLLED);
    fixture_end(&f);
}

static void a_key_does_not_sign_changes_of_the_authority(void)
{
    struct fixture f;
    fixture_start(&f);
    CU_ASSERT_EQUAL(judge(&f, CHANGE_BY(SAMPLE_LI_NA, SAMPLE_CHEN_JIE, SAMPLE_ZHANG)),
                    LEDGER_NOT_ENROLLED);
    CU_ASSERT_EQUAL(judge(&f, CHANGE_BY(SAMPLE_OPERATOR, SAMPLE_LI_NA)), LEDGER_NOT_ENROLLED);
    fixture_end(&f);
}

static void a_key_signs_once(void)
{
    struct fixture f;
    fixture_start(&f);
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_ZHANG, SAMPLE_LI_SI, SAMPLE_ZHANG)),
                    LEDGER_REPEATED_SIGNER);
    CU_ASSERT_EQUAL(judge(&f, CHANGE_BY(SAMPLE_LI_NA, SAMPLE_LI_NA)), LEDGER_REPEATED_SIGNER);
    fixture_end(&f);
}

static void a_change_needs_as_many_governors_as_the_threshold(void)
{
    struct fixture f;
    fixture_start(&f);
    CU_ASSERT_EQUAL(judge(&f, CHANGE_BY(SAMPLE_LI_NA)), LEDGER_TOO_FEW_GOVERNORS);
    CU_ASSERT_EQUAL(judge(&f, CHANGE_BY(SAMPLE_LI_NA, SAMPLE_HE_MIN)), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(judge(&f, CHANGE_BY(SAMPLE_LI_NA, SAMPLE_HE_MIN, SAMPLE_CHEN_JIE)),
                    LEDGER_NOT_CHECKED);
    f.hidden = "threshold";
    CU_ASSERT_EQUAL(judge(&f, CHANGE_BY(SAMPLE_LI_NA, SAMPLE_HE_MIN)), LEDGER_TOO_FEW_GOVERNORS);
    fixture_end(&f);
}

static void the_institution_must_be_in_force(void)
{
    struct fixture f;
    fixture_start(&f);
    struct sample_record what = {.institution = "nowhere.example", .signers = {SAMPLE_ZHANG}};
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_UNKNOWN_INSTITUTION);
    what.institution = SAMPLE_FIRM;
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_INSTITUTION_UNSIGNED);
    fixture_end(&f);
}

/* A note of ZHANG whose signature line has `size` bytes after the key ID. */
static struct ledger_span with_signature(struct samples *s, const uint8_t *signature, size_t size)
{
    struct sample_text note;
    uint8_t bytes[4 + LEDGER_COSIGNATURE_SIZE + 1];
    uint32_t id = samples_vkey(s, SAMPLE_ZHANG)->id;
    struct ledger_record record =
        samples_parsed(s, samples_record(s, &(struct sample_record){.nonce = 7}));
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(id >> (24 - 8 * i));
    }
    memcpy(bytes + 4, signature, size);
    sample_start(&note, "");
    ledger_buffer_add(&note.buffer, record.note.text);
    ledger_buffer_text(&note.buffer, "\n\xe2\x80\x94 " SAMPLE_NOTARY "/zhang-san ");
    ledger_buffer_base64(&note.buffer, bytes, 4 + size);
    ledger_buffer_text(&note.buffer, "\n");
    return samples_copy(s, sample_span(&note));
}

static void a_signature_has_64_bytes_and_verifies(void)
{
    struct fixture f;
    uint8_t good[LEDGER_COSIGNATURE_SIZE + 1] = {0};
    fixture_start(&f);
    struct ledger_record record =
        samples_parsed(f.s, samples_record(f.s, &(struct sample_record){.nonce = 7}));
    crypto_sign_detached(good, NULL, record.note.text.data, record.note.text.size,
                         f.s->keys[SAMPLE_ZHANG].secret);
    CU_ASSERT_EQUAL(judge_note(&f, with_signature(f.s, good, 64)), LEDGER_NOT_CHECKED);
    static const size_t wrong[] = {1, 32, 63, 65, 68, 72, 73};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CU_ASSERT_EQUAL(judge_note(&f, with_signature(f.s, good, wrong[i])), LEDGER_BAD_SIGNATURE);
    }
    for (size_t i = 0; i < 64; i++) {
        good[i] ^= 1;
        CU_ASSERT_EQUAL(judge_note(&f, with_signature(f.s, good, 64)), LEDGER_BAD_SIGNATURE);
        good[i] ^= 1;
    }
    fixture_end(&f);
}

static void a_cosignature_does_not_sign_a_record(void)
{
    struct fixture f;
    uint8_t cosignature[LEDGER_COSIGNATURE_SIZE];
    struct sample_text message;
    fixture_start(&f);
    struct ledger_record record =
        samples_parsed(f.s, samples_record(f.s, &(struct sample_record){.nonce = 7}));
    sample_start(&message, "");
    ledger_cosignature_message(&message.buffer, 1679315147, record.note.text);
    ledger_put_be64(cosignature, 1679315147);
    crypto_sign_detached(cosignature + 8, NULL, message.buffer.data, message.buffer.size,
                         f.s->keys[SAMPLE_ZHANG].secret);
    CU_ASSERT_EQUAL(judge_note(&f, with_signature(f.s, cosignature, sizeof cosignature)),
                    LEDGER_BAD_SIGNATURE);
    CU_ASSERT_EQUAL(judge_note(&f, with_signature(f.s, cosignature + 8, 64)), LEDGER_BAD_SIGNATURE);
    fixture_end(&f);
}

static void a_signature_of_another_text_is_refused(void)
{
    struct fixture f;
    fixture_start(&f);
    struct ledger_span note = samples_record(f.s, BY(SAMPLE_ZHANG));
    CU_ASSERT_EQUAL(judge_note(&f, samples_replaced(f.s, note, "1234", "1235")),
                    LEDGER_BAD_SIGNATURE);
    fixture_end(&f);
}

static void signatures_are_judged_in_order_and_before_the_rule(void)
{
    struct fixture f;
    fixture_start(&f);
    struct ledger_span bad = samples_replaced(
        f.s, samples_record(f.s, BY(SAMPLE_ZHANG, SAMPLE_STRANGER)), "1234", "1235");
    CU_ASSERT_EQUAL(judge_note(&f, bad), LEDGER_BAD_SIGNATURE);
    bad = samples_replaced(f.s, samples_record(f.s, BY(SAMPLE_STRANGER, SAMPLE_ZHANG)), "1234",
                           "1235");
    CU_ASSERT_EQUAL(judge_note(&f, bad), LEDGER_NOT_ENROLLED);
    struct sample_record what = {.institution = "nowhere.example",
                                 .signers = {SAMPLE_SUN, SAMPLE_SUN}};
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_REPEATED_SIGNER);
    CU_ASSERT_EQUAL(judge(&f, CHANGE_BY(SAMPLE_STRANGER)), LEDGER_NOT_ENROLLED);
    fixture_end(&f);
}

static void a_lookup_of_some_lines_misses_evidence(void)
{
    struct fixture f;
    fixture_start(&f);
    f.lookup.partial = true;
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_ZHANG)), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_STRANGER)), LEDGER_EVIDENCE_MISSING);
    f.hidden = "institution " SAMPLE_NOTARY;
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_ZHANG)), LEDGER_EVIDENCE_MISSING);
    f.hidden = samples_line(f.s, "key ", SAMPLE_ZHANG, "");
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_ZHANG)), LEDGER_EVIDENCE_MISSING);
    f.hidden = "threshold";
    CU_ASSERT_EQUAL(judge(&f, CHANGE_BY(SAMPLE_LI_NA, SAMPLE_HE_MIN)), LEDGER_EVIDENCE_MISSING);
    f.hidden = samples_line(f.s, "governor ", SAMPLE_HE_MIN, "");
    CU_ASSERT_EQUAL(judge(&f, CHANGE_BY(SAMPLE_LI_NA, SAMPLE_HE_MIN)), LEDGER_EVIDENCE_MISSING);
    struct sample_record index = {.kind = "index",
                                  .event = "root",
                                  .matter = "index",
                                  .institution = SAMPLE_ORIGIN,
                                  .signers = {SAMPLE_OPERATOR}};
    CU_ASSERT_EQUAL(judge(&f, &index), LEDGER_NOT_CHECKED);
    f.hidden = "operator";
    CU_ASSERT_EQUAL(judge(&f, &index), LEDGER_EVIDENCE_MISSING);
    /* What the lines do say is not excused. */
    f.hidden = NULL;
    CU_ASSERT_EQUAL(judge(&f, CHANGE_BY(SAMPLE_LI_NA)), LEDGER_TOO_FEW_GOVERNORS);
    CU_ASSERT_EQUAL(judge(&f, BY(SAMPLE_SUN)), LEDGER_INSTITUTION_UNSIGNED);
    fixture_end(&f);
}

static enum ledger_finding belongs(struct samples *s, const struct sample_record *what,
                                   uint64_t index)
{
    struct ledger_record record = samples_parsed(s, samples_record(s, what));
    ledger_verdict_clear(&s->verdict);
    bool yes =
        ledger_belongs(&s->verdict, &record,
                       index == 0 ? ledger_span_of("") : ledger_span_of(SAMPLE_ORIGIN), index);
    CU_ASSERT_EQUAL(yes, s->verdict.finding == LEDGER_NOT_CHECKED);
    return s->verdict.finding;
}

static void a_record_belongs_to_its_ledger_and_place(void)
{
    struct samples *s = samples_new();
    struct sample_record genesis = samples_founding(s);
    struct sample_record change = {.kind = "authority", .sets = {"threshold 1"}};
    struct sample_record ordinary = {.ledger = NULL};
    CU_ASSERT_EQUAL(belongs(s, &genesis, 0), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(belongs(s, &genesis, 1), LEDGER_BAD_GENESIS);
    CU_ASSERT_EQUAL(belongs(s, &change, 0), LEDGER_BAD_GENESIS);
    CU_ASSERT_EQUAL(belongs(s, &change, 1), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(belongs(s, &ordinary, 0), LEDGER_BAD_GENESIS);
    CU_ASSERT_EQUAL(belongs(s, &ordinary, 1), LEDGER_NOT_CHECKED);
    ordinary.event = "genesis";
    CU_ASSERT_EQUAL(belongs(s, &ordinary, 0), LEDGER_BAD_GENESIS);
    CU_ASSERT_EQUAL(belongs(s, &ordinary, 1), LEDGER_NOT_CHECKED);
    ordinary.ledger = "other.example/2026";
    CU_ASSERT_EQUAL(belongs(s, &ordinary, 1), LEDGER_OTHER_LEDGER);
    genesis.ledger = "other.example/2026";
    CU_ASSERT_EQUAL(belongs(s, &genesis, 1), LEDGER_OTHER_LEDGER);
    CU_ASSERT_EQUAL(belongs(s, &genesis, 0), LEDGER_BAD_GENESIS);
    genesis.institution = genesis.ledger;
    CU_ASSERT_EQUAL(belongs(s, &genesis, 0), LEDGER_NOT_CHECKED);
    genesis.matter = "authorities";
    CU_ASSERT_EQUAL(belongs(s, &genesis, 0), LEDGER_BAD_GENESIS);
    samples_free(&s);
}

static void a_change_has_the_event_and_matter_of_one(void)
{
    struct samples *s = samples_new();
    const struct sample_record change = {.kind = "authority", .sets = {"threshold 1"}};
    struct sample_record wrong = change;
    wrong.event = "changes";
    CU_ASSERT_EQUAL(belongs(s, &wrong, 5), LEDGER_BAD_CHANGE);
    wrong = change;
    wrong.matter = "Authority";
    CU_ASSERT_EQUAL(belongs(s, &wrong, 5), LEDGER_BAD_CHANGE);
    CU_ASSERT_EQUAL(belongs(s, &change, 5), LEDGER_NOT_CHECKED);
    samples_free(&s);
}

/* What distinguishes it is the institution. */
static void a_registrars_change_has_them_too_and_founds_nothing(void)
{
    struct samples *s = samples_new();
    const struct sample_record change = {
        .kind = "authority", .institution = SAMPLE_NOTARY, .sets = {"threshold 1"}};
    CU_ASSERT_EQUAL(belongs(s, &change, 5), LEDGER_NOT_CHECKED);
    struct sample_record wrong = change;
    wrong.event = "changes";
    CU_ASSERT_EQUAL(belongs(s, &wrong, 5), LEDGER_BAD_CHANGE);
    wrong = change;
    wrong.matter = "Authority";
    CU_ASSERT_EQUAL(belongs(s, &wrong, 5), LEDGER_BAD_CHANGE);
    wrong = samples_founding(s);
    wrong.institution = SAMPLE_NOTARY;
    CU_ASSERT_EQUAL(belongs(s, &wrong, 0), LEDGER_BAD_GENESIS);
    CU_ASSERT_EQUAL(belongs(s, &wrong, 5), LEDGER_BAD_GENESIS);
    samples_free(&s);
}

/* ---- in batches -------------------------------------------------------------------------------
 */

static void who_may_sign_may_sign_in_a_batch(void)
{
    struct fixture f;
    fixture_start(&f);
    const struct sample_record what = {
        .signers = {SAMPLE_ZHANG, SAMPLE_WANG, SAMPLE_STRANGER, SAMPLE_LI_SI},
        .parties = {SAMPLE_STRANGER, SAMPLE_LI_SI},
        .batched = 0xd};
    CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_NOT_CHECKED);
    for (unsigned i = 0; i < 4; i++) {
        const struct ledger_signer *signer = &f.entitled.signers[i];
        CU_ASSERT_EQUAL(signer->batch.size, i == 1 ? 0 : 3);
        CU_ASSERT_EQUAL(signer->batch.position, i == 1 ? 0 : 1);
        CU_ASSERT_EQUAL(signer->key_id, samples_vkey(f.s, what.signers[i])->id);
        CU_ASSERT_EQUAL(signer->party, i >= 2);
    }
    fixture_end(&f);
}

static void nobody_else_may(void)
{
    struct fixture f;
    fixture_start(&f);
    CU_ASSERT_EQUAL(judge(&f, &(struct sample_record){.signers = {SAMPLE_STRANGER}, .batched = 1}),
                    LEDGER_NOT_ENROLLED);
    CU_ASSERT_EQUAL(judge(&f, &(struct sample_record){.signers = {SAMPLE_LI_NA}, .batched = 1}),
                    LEDGER_NOT_ENROLLED);
    CU_ASSERT_EQUAL(judge(&f, &(struct sample_record){.signers = {SAMPLE_WANG}, .batched = 1}),
                    LEDGER_INSTITUTION_UNSIGNED);
    f.lookup.partial = true;
    f.hidden = samples_line(f.s, "key ", SAMPLE_ZHANG, "");
    CU_ASSERT_EQUAL(judge(&f, &(struct sample_record){.batched = 1}), LEDGER_EVIDENCE_MISSING);
    fixture_end(&f);
}

static void a_key_signs_by_itself_or_in_a_batch_but_once(void)
{
    struct fixture f;
    fixture_start(&f);
    for (unsigned batched = 0; batched < 4; batched++) {
        const struct sample_record what = {.signers = {SAMPLE_ZHANG, SAMPLE_ZHANG},
                                           .batched = batched};
        CU_ASSERT_EQUAL(judge(&f, &what), LEDGER_REPEATED_SIGNER);
    }
    fixture_end(&f);
}

static void changes_of_the_authority_are_not_signed_in_a_batch(void)
{
    struct fixture f;
    fixture_start(&f);
    struct sample_record governors = {
        .kind = LEDGER_KIND_AUTHORITY, .sets = {"threshold 1"}, .batched = 2};
    CU_ASSERT_EQUAL(judge(&f, &governors), LEDGER_BAD_SIGNATURE);
    CU_ASSERT(says(&f, "one by one"));
    struct sample_record registrar = *FILED_BY(SAMPLE_LI_SI);
    CU_ASSERT_EQUAL(judge(&f, &registrar), LEDGER_NOT_CHECKED);
    registrar.batched = 1;
    CU_ASSERT_EQUAL(judge(&f, &registrar), LEDGER_BAD_SIGNATURE);
    f.lookup.partial = true;
    CU_ASSERT_EQUAL(judge(&f, &registrar), LEDGER_BAD_SIGNATURE);
    fixture_end(&f);
}

void ledger_suite_entitlement(void)
{
    CU_pSuite suite = CU_add_suite("entitlement", NULL, NULL);
    CU_ADD_TEST(suite, a_key_of_the_institution_may_sign_its_records);
    CU_ADD_TEST(suite, people_of_other_institutions_may_sign_beside_but_not_alone);
    CU_ADD_TEST(suite, every_signer_must_be_enrolled);
    CU_ADD_TEST(suite, a_governor_does_not_sign_ordinary_records);
    CU_ADD_TEST(suite, a_key_does_not_sign_changes_of_the_authority);
    CU_ADD_TEST(suite, a_key_signs_once);
    CU_ADD_TEST(suite, a_change_needs_as_many_governors_as_the_threshold);
    CU_ADD_TEST(suite, the_institution_must_be_in_force);
    CU_ADD_TEST(suite, a_signature_has_64_bytes_and_verifies);
    CU_ADD_TEST(suite, a_cosignature_does_not_sign_a_record);
    CU_ADD_TEST(suite, a_signature_of_another_text_is_refused);
    CU_ADD_TEST(suite, signatures_are_judged_in_order_and_before_the_rule);
    CU_ADD_TEST(suite, a_lookup_of_some_lines_misses_evidence);
    CU_ADD_TEST(suite, a_record_belongs_to_its_ledger_and_place);
    CU_ADD_TEST(suite, a_change_has_the_event_and_matter_of_one);
    CU_ADD_TEST(suite, a_registrars_change_has_them_too_and_founds_nothing);
    CU_ADD_TEST(suite, who_may_sign_may_sign_in_a_batch);
    CU_ADD_TEST(suite, nobody_else_may);
    CU_ADD_TEST(suite, a_key_signs_by_itself_or_in_a_batch_but_once);
    CU_ADD_TEST(suite, changes_of_the_authority_are_not_signed_in_a_batch);
}
