#include "ledger/format/batch_maker.h"
#include "tests/state_samples.h"
#include "tests/suites.h"

static void an_entry_says_its_own_index(void)
{
    struct fixture *f = fixture_new(3);
    struct ledger_entry entry = next(f, samples_ordinary(f->s, 3));
    for (uint64_t i = 0; i < 6; i++) {
        entry.index = i;
        if (i != 3) {
            CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_WRONG_INDEX);
        }
    }
    entry.index = 3;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void an_entry_continues_the_one_before(void)
{
    struct fixture *f = fixture_new(3);
    struct ledger_entry good = next(f, samples_ordinary(f->s, 3));
    struct ledger_entry entry = good;
    entry.previous.bytes[31] ^= 1;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_BROKEN_CHAIN);
    ledger_tree_leaf(f->s->hasher, &entry.previous, f->entries[1]);
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_BROKEN_CHAIN);
    CU_ASSERT_EQUAL(offer_entry(f, good), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void time_never_decreases_but_may_stand_still(void)
{
    struct fixture *f = fixture_new(3);
    struct ledger_entry entry = next(f, samples_ordinary(f->s, 3));
    int64_t last = ledger_state_time(f->state);
    entry.time_ms = last - 1;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_TIME_REVERSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(f->s->verdict.detail, "its time is 1 ms before"));
    entry.time_ms = 0;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_TIME_REVERSED);
    entry.time_ms = last;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_NOT_CHECKED);
    entry = next(f, samples_ordinary(f->s, 4));
    entry.time_ms = LEDGER_TIME_MAX;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void an_entry_names_the_authority_before_it(void)
{
    struct fixture *f = fixture_new(2);
    struct ledger_entry good = next(f, samples_ordinary(f->s, 2));
    struct ledger_entry entry = good;
    CU_ASSERT_FALSE(ledger_hash_equal(&f->roots[1], &f->roots[2]));
    entry.authority = f->roots[1];
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_WRONG_AUTHORITY);
    memset(&entry.authority, 0, sizeof entry.authority);
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_WRONG_AUTHORITY);
    CU_ASSERT_EQUAL(offer_entry(f, good), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void the_steps_are_taken_in_their_order(void)
{
    struct fixture *f = fixture_new(2);
    struct sample_record what = {.ledger = "other.example", .signers = {SAMPLE_STRANGER}};
    struct ledger_entry good = next(f, samples_record(f->s, &what));
    struct ledger_entry entry = good;
    entry.index++;
    entry.previous.bytes[0] ^= 1;
    entry.time_ms = 0;
    entry.authority.bytes[0] ^= 1;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_WRONG_INDEX);
    entry.index = good.index;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_BROKEN_CHAIN);
    entry.previous = good.previous;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_TIME_REVERSED);
    entry.time_ms = good.time_ms;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_WRONG_AUTHORITY);
    entry.authority = good.authority;
    CU_ASSERT_EQUAL(offer_entry(f, entry), LEDGER_OTHER_LEDGER);
    what.ledger = NULL;
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_NOT_ENROLLED);
    fixture_free(&f);
}

static void what_is_not_an_entry_is_refused(void)
{
    struct fixture *f = fixture_new(2);
    struct ledger_entry entry = next(f, samples_ordinary(f->s, 2));
    struct ledger_span bytes = samples_entry(f->s, &entry);
    CU_ASSERT_EQUAL(offer(f, (struct ledger_span){NULL, 0}), LEDGER_BAD_ENTRY);
    CU_ASSERT_EQUAL(offer(f, samples_replaced(f->s, bytes, "entry/v1", "entry/v2")),
                    LEDGER_BAD_ENTRY);
    CU_ASSERT_EQUAL(offer(f, samples_replaced(f->s, bytes, "record/v1", "record/v2")),
                    LEDGER_BAD_RECORD);
    CU_ASSERT_EQUAL(offer(f, samples_replaced(f->s, bytes, "matter ", "matter \x01")),
                    LEDGER_BAD_TEXT);
    CU_ASSERT_EQUAL(offer(f, (struct ledger_span){bytes.data, bytes.size - 1}), LEDGER_BAD_NOTE);
    uint8_t *long_entry = samples_memory(f->s, LEDGER_ENTRY_MAX + 1);
    memset(long_entry, 'a', LEDGER_ENTRY_MAX + 1);
    CU_ASSERT_EQUAL(offer(f, (struct ledger_span){long_entry, LEDGER_ENTRY_MAX + 1}),
                    LEDGER_TOO_LONG);
    CU_ASSERT_EQUAL(offer(f, bytes), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void a_change_is_judged_by_the_governors_before_it(void)
{
    struct fixture *f = fixture_new(1);
    struct sample_record what = {
        .kind = LEDGER_KIND_AUTHORITY, .sets = {"threshold 1"}, .signers = {SAMPLE_LI_NA}};
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_TOO_FEW_GOVERNORS);
    what.sets[1] = samples_line(f->s, "governor ", SAMPLE_STRANGER, "");
    what.signers[1] = SAMPLE_STRANGER;
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_NOT_ENROLLED);
    what.signers[1] = SAMPLE_HE_MIN;
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_NOT_CHECKED);
    what = (struct sample_record){
        .kind = LEDGER_KIND_AUTHORITY, .sets = {"threshold 2"}, .signers = {SAMPLE_STRANGER}};
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void a_change_that_cannot_be_carried_out_is_refused(void)
{
    struct fixture *f = fixture_new(1);
    struct sample_record what = {.kind = LEDGER_KIND_AUTHORITY, .sets = {"threshold 4"}};
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_BAD_CHANGE);
    what.sets[0] = "threshold 04";
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_BAD_AUTHORITY_LINE);
    what.sets[0] = "threshold 3";
    what.event = "replace";
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_BAD_CHANGE);
    what.event = "genesis";
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_BAD_GENESIS);
    what.event = NULL;
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void a_key_counts_from_the_entry_after_its_line(void)
{
    struct fixture *f = fixture_new(1);
    struct sample_record by_stranger = {.signers = {SAMPLE_STRANGER}};
    const char *line = samples_line(f->s, "key ", SAMPLE_STRANGER, " " SAMPLE_NOTARY " notary");
    const char *subject = samples_line(f->s, "key ", SAMPLE_STRANGER, "");
    CU_ASSERT_EQUAL(offer_record(f, by_stranger), LEDGER_NOT_ENROLLED);
    CU_ASSERT_EQUAL(offer_entry(f, next(f, samples_change(f->s, NULL, line))), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(offer_record(f, by_stranger), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(offer_entry(f, next(f, samples_change(f->s, subject, NULL))),
                    LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(offer_record(f, by_stranger), LEDGER_NOT_ENROLLED);
    fixture_free(&f);
}

static void a_registrar_changes_the_keys_of_its_institution_and_nothing_else(void)
{
    struct fixture *f = fixture_new(1);
    struct sample_record what = {
        .kind = LEDGER_KIND_AUTHORITY,
        .institution = SAMPLE_NOTARY,
        .sets = {samples_line(f->s, "key ", SAMPLE_NEWCOMER, " " SAMPLE_FORENSICS " appraiser")},
        .signers = {SAMPLE_LI_SI}};
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_BEYOND_REACH);
    what.sets[0] = "threshold 1";
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_BEYOND_REACH);
    what.sets[0] = samples_line(f->s, "key ", SAMPLE_NEWCOMER, " " SAMPLE_NOTARY " appraiser");
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_BAD_CHANGE);
    what.sets[0] = samples_line(f->s, "key ", SAMPLE_NEWCOMER, " " SAMPLE_NOTARY " notary");
    what.signers[0] = SAMPLE_ZHANG;
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_ROLE_MISSING);
    what.signers[0] = SAMPLE_LI_SI;
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_NOT_CHECKED);
    struct sample_record by_newcomer = {.signers = {SAMPLE_NEWCOMER}};
    CU_ASSERT_EQUAL(offer_record(f, by_newcomer), LEDGER_NOT_CHECKED);
    /* What is out of a registrar's reach, governors may do. */
    what = (struct sample_record){
        .kind = LEDGER_KIND_AUTHORITY,
        .sets = {samples_line(f->s, "key ", SAMPLE_NEWCOMER, " " SAMPLE_FORENSICS " appraiser")}};
    CU_ASSERT_EQUAL(offer_record(f, what), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void a_compromise_is_declared_from_an_entry_not_after_its_own(void)
{
    struct fixture *f = fixture_new(1);
    add(f, samples_ordinary(f->s, 1));
    CU_ASSERT_EQUAL(offer_entry(f, next(f, declared(f, 3))), LEDGER_BAD_CHANGE);
    CU_ASSERT_EQUAL(offer_entry(f, next(f, declared(f, 2))), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void the_operator_can_be_replaced(void)
{
    struct fixture *f = fixture_new(1);
    const char *line = samples_line(f->s, "operator ", SAMPLE_OPERATOR_NEXT, "");
    struct ledger_error error;
    CU_ASSERT_EQUAL(ledger_check_operator(f->state, &f->s->operator_key, &error), LEDGER_OK);
    CU_ASSERT_EQUAL(offer_entry(f, next(f, samples_change(f->s, NULL, line))), LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(ledger_check_operator(f->state, &f->s->operator_key, &error), LEDGER_WRONG_KEY);
    CU_ASSERT_EQUAL(ledger_check_operator(f->state, &f->s->operator_next, &error), LEDGER_OK);
    fixture_free(&f);
}

/* Offers a genesis to a state without entries; afterwards the right one must fit. */
static enum ledger_finding found(struct sample_record what)
{
    struct fixture f = {.s = samples_new()};
    f.state = samples_state(f.s);
    what.kind = what.kind != NULL ? what.kind : LEDGER_KIND_AUTHORITY;
    enum ledger_finding finding = offer_record(&f, what);
    if (finding != LEDGER_NOT_CHECKED) {
        CU_ASSERT_EQUAL(ledger_authority_count(ledger_state_authority(f.state)), 0);
        CU_ASSERT_EQUAL(ledger_state_origin(f.state).size, 0);
        CU_ASSERT_EQUAL(offer_record(&f, samples_founding(f.s)), LEDGER_NOT_CHECKED);
    }
    CU_ASSERT(ledger_span_is(ledger_state_origin(f.state), SAMPLE_ORIGIN));
    ledger_state_free(&f.state);
    samples_free(&f.s);
    return finding;
}

static void a_genesis_sets_a_sound_authority_and_its_governors_sign(void)
{
    struct samples *s = samples_new();
    const struct sample_record good = samples_founding(s);
    struct sample_record what = good;
    CU_ASSERT_EQUAL(found(good), LEDGER_NOT_CHECKED);
    what.signers[0] = SAMPLE_LI_NA;
    CU_ASSERT_EQUAL(found(what), LEDGER_TOO_FEW_GOVERNORS);
    what.signers[1] = SAMPLE_STRANGER;
    CU_ASSERT_EQUAL(found(what), LEDGER_NOT_ENROLLED);
    what.signers[1] = SAMPLE_ZHANG;
    CU_ASSERT_EQUAL(found(what), LEDGER_NOT_ENROLLED);
    what.signers[1] = SAMPLE_HE_MIN;
    CU_ASSERT_EQUAL(found(what), LEDGER_NOT_CHECKED);
    what = good;
    what.sets[4] = "threshold 4";
    CU_ASSERT_EQUAL(found(what), LEDGER_BAD_CHANGE);
    what.sets[4] = "threshold 1x";
    CU_ASSERT_EQUAL(found(what), LEDGER_BAD_AUTHORITY_LINE);
    what = good;
    what.unsets[0] = "threshold";
    CU_ASSERT_EQUAL(found(what), LEDGER_BAD_CHANGE);
    what = good;
    what.sets[15] = samples_line(s, "compromise ", SAMPLE_STRANGER, " 1"); /* not yet */
    CU_ASSERT_EQUAL(found(what), LEDGER_BAD_CHANGE);
    what = good;
    what.ledger = what.institution = "other.example";
    CU_ASSERT_EQUAL(found(what), LEDGER_BAD_CHANGE);
    samples_free(&s);
}

static void only_a_genesis_comes_first(void)
{
    struct samples *s = samples_new();
    const struct sample_record good = samples_founding(s);
    struct sample_record what = good;
    what.event = "change";
    CU_ASSERT_EQUAL(found(what), LEDGER_BAD_GENESIS);
    what = good;
    what.matter = "x";
    CU_ASSERT_EQUAL(found(what), LEDGER_BAD_GENESIS);
    what = good;
    what.institution = SAMPLE_NOTARY;
    CU_ASSERT_EQUAL(found(what), LEDGER_BAD_GENESIS);
    CU_ASSERT_EQUAL(found((struct sample_record){.kind = "notarial-deed"}), LEDGER_BAD_GENESIS);
    samples_free(&s);
}

static void a_genesis_stands_on_nothing(void)
{
    struct fixture f = {.s = samples_new()};
    f.state = samples_state(f.s);
    struct ledger_entry good = next(&f, samples_genesis(f.s));
    struct ledger_entry entry = good;
    memset(&entry.previous, 0, sizeof entry.previous);
    CU_ASSERT_EQUAL(offer_entry(&f, entry), LEDGER_BROKEN_CHAIN);
    entry = good;
    entry.authority = good.previous;
    CU_ASSERT_EQUAL(offer_entry(&f, entry), LEDGER_WRONG_AUTHORITY);
    good.time_ms = 0;
    CU_ASSERT_EQUAL(offer_entry(&f, good), LEDGER_NOT_CHECKED);
    ledger_state_free(&f.state);
    samples_free(&f.s);
}

/* ---- batches -----------------------------------------------------------------------------------
 */

#define BATCH 5

/* Drafts of records, signed together by ZHANG. */
static void sign_together(struct samples *s, struct ledger_span notes[BATCH])
{
    uint8_t memory[LEDGER_BATCH_MESSAGE_MAX];
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
    struct ledger_buffer message = ledger_buffer_in(memory, sizeof memory);
    struct ledger_batch_maker *maker = samples_memory(s, sizeof *maker);
    ledger_batch_start(maker, s->hasher);
    for (unsigned i = 0; i < BATCH; i++) {
        struct ledger_span note = samples_record(s, &(struct sample_record){.data = "1"});
        notes[i] = samples_parsed(s, note).note.text;
        ledger_batch_add(maker, notes[i]);
    }
    ledger_batch_to_sign(maker, &message);
    crypto_sign_detached(signature, NULL, message.data, message.size, s->keys[SAMPLE_ZHANG].secret);
    for (unsigned i = 0; i < BATCH; i++) {
        struct sample_text note;
        sample_start(&note, "");
        ledger_buffer_add(&note.buffer, notes[i]);
        ledger_buffer_text(&note.buffer, "\n");
        ledger_batch_write_line(maker, &note.buffer, samples_vkey(s, SAMPLE_ZHANG), signature, i);
        notes[i] = samples_copy(s, sample_span(&note));
    }
}

static void a_batch_is_verified_once_and_every_record_of_it(void)
{
    struct samples *s = samples_new();
    struct ledger_state *state = samples_state(s);
    const struct ledger_batch_cache *known = ledger_state_batches(state);
    struct ledger_span notes[BATCH];
    CU_ASSERT_FATAL(samples_accept(s, state, NULL, samples_genesis(s)));
    sign_together(s, notes);
    CU_ASSERT(known->verified == 0 && known->met == 0);
    CU_ASSERT(samples_accept(s, state, NULL, notes[3]));
    CU_ASSERT(known->verified == 1 && known->met == 0);
    for (unsigned i = 0; i < 3; i++) {
        CU_ASSERT_FALSE(
            samples_accept(s, state, NULL, samples_replaced(s, notes[i], "data 1", "data 2")));
        CU_ASSERT_EQUAL(s->verdict.finding, LEDGER_BAD_SIGNATURE);
        CU_ASSERT(samples_accept(s, state, NULL, notes[i]));
        CU_ASSERT(known->verified == 1 && known->met == i + 1);
    }
    /* What is known of a batch does not enrol its signer. */
    CU_ASSERT(samples_accept(s, state, NULL,
                             samples_change(s, samples_line(s, "key ", SAMPLE_ZHANG, ""), NULL)));
    CU_ASSERT_FALSE(samples_accept(s, state, NULL, notes[4]));
    CU_ASSERT_EQUAL(s->verdict.finding, LEDGER_NOT_ENROLLED);
    ledger_state_free(&state);
    samples_free(&s);
}

void ledger_suite_state(void)
{
    CU_pSuite suite = CU_add_suite("state", NULL, NULL);
    CU_ADD_TEST(suite, an_entry_says_its_own_index);
    CU_ADD_TEST(suite, an_entry_continues_the_one_before);
    CU_ADD_TEST(suite, time_never_decreases_but_may_stand_still);
    CU_ADD_TEST(suite, an_entry_names_the_authority_before_it);
    CU_ADD_TEST(suite, the_steps_are_taken_in_their_order);
    CU_ADD_TEST(suite, what_is_not_an_entry_is_refused);
    CU_ADD_TEST(suite, a_change_is_judged_by_the_governors_before_it);
    CU_ADD_TEST(suite, a_change_that_cannot_be_carried_out_is_refused);
    CU_ADD_TEST(suite, a_key_counts_from_the_entry_after_its_line);
    CU_ADD_TEST(suite, a_registrar_changes_the_keys_of_its_institution_and_nothing_else);
    CU_ADD_TEST(suite, a_compromise_is_declared_from_an_entry_not_after_its_own);
    CU_ADD_TEST(suite, the_operator_can_be_replaced);
    CU_ADD_TEST(suite, a_genesis_sets_a_sound_authority_and_its_governors_sign);
    CU_ADD_TEST(suite, only_a_genesis_comes_first);
    CU_ADD_TEST(suite, a_genesis_stands_on_nothing);
    CU_ADD_TEST(suite, a_batch_is_verified_once_and_every_record_of_it);
}
