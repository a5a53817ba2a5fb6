/* Appending and recovering where rules are required. */
#include "ledger/ops/append.h"

#include <stdio.h>

#include "tests/ruled_samples.h"
#include "tests/suites.h"

static const struct ledger_span nothing = {NULL, 0};

static void a_matter_proceeds_by_its_rules(void)
{
    struct fixture f = ruled_new();
    ruled_proceed(&f, "a", 5);
    CU_ASSERT_EQUAL(ruled_append(&f, samples_reappraisal("b", "a")), LEDGER_VALID);
    finds(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
    CU_ASSERT_EQUAL(f.report->ruled, 6);
    CU_ASSERT_EQUAL(f.report->entries, RULED_ENTRIES + 6);
    fixture_free(&f);
}

static void a_second_opening_is_refused_with_both_hashes(void)
{
    struct fixture f = ruled_new();
    struct ledger_appender *a = NULL;
    struct sample_record what = samples_appraisal("a", "accept");
    struct ledger_span notes[2] = {samples_record(f.s, &what), samples_record(f.s, &what)};
    ruled_proceed(&f, "other", 2);
    CU_ASSERT_EQUAL_FATAL(samples_open(f.s, &a), LEDGER_OK);
    CU_ASSERT_EQUAL(samples_append(f.s, a, notes[0], NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_VALID);
    CU_ASSERT_EQUAL(samples_append(f.s, a, notes[1], NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_ALREADY_OPEN);
    CU_ASSERT_PTR_NOT_NULL(strstr(f.s->verdict.detail, "entry 4 "));
    for (size_t i = 0; i < 2; i++) {
        char hex[65] = {0};
        struct ledger_buffer buffer = ledger_buffer_in((uint8_t *)hex, 64);
        struct ledger_record record = samples_parsed(f.s, notes[i]);
        struct ledger_hash hash;
        ledger_hash_bytes(f.s->hasher, &hash, record.note.text);
        ledger_buffer_hex(&buffer, hash.bytes, sizeof hash.bytes);
        CU_ASSERT_EQUAL(samples_append(f.s, a, notes[1], NULL), LEDGER_OK);
        CU_ASSERT_PTR_NOT_NULL(strstr(f.s->verdict.detail, hex));
    }
    ledger_appender_close(&a);
    finds_only(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
}

static void entries_of_the_batch_are_history(void)
{
    static const char *const events[] = {"accept", "appraise", "review", "issue"};
    struct fixture f = ruled_new();
    struct ledger_span notes[5];
    struct ledger_receipt receipts[5];
    struct ledger_appender *a = NULL;
    size_t refused = 0;
    for (size_t i = 0; i < 4; i++) {
        struct sample_record what = samples_appraisal("a", events[i]);
        notes[i] = samples_record(f.s, &what);
    }
    struct sample_record again = samples_appraisal("a", "accept");
    notes[4] = samples_record(f.s, &again);
    CU_ASSERT_EQUAL_FATAL(samples_open(f.s, &a), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_append(a, receipts, &refused, &f.s->verdict, notes, 5, &f.s->error),
                    LEDGER_OK);
    CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_ALREADY_OPEN);
    CU_ASSERT_EQUAL(refused, 4);
    /* What was given up with its batch is no history; the state that starts anew has one too. */
    CU_ASSERT_EQUAL(ledger_append(a, receipts, &refused, &f.s->verdict, notes + 1, 1, &f.s->error),
                    LEDGER_OK);
    CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_WRONG_ORDER);
    CU_ASSERT_EQUAL(ledger_append(a, receipts, &refused, &f.s->verdict, notes, 4, &f.s->error),
                    LEDGER_OK);
    CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_VALID);
    ledger_appender_close(&a);
    finds_only(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
}

static void what_does_not_follow_is_refused_and_the_ledger_goes_on(void)
{
    struct fixture f = ruled_new();
    struct sample_record what = samples_appraisal("a", "appraise");
    CU_ASSERT_EQUAL(ruled_append(&f, what), LEDGER_WRONG_ORDER);
    ruled_proceed(&f, "a", 2);
    CU_ASSERT_EQUAL(ruled_append(&f, samples_appraisal("a", "issue")), LEDGER_WRONG_ORDER);
    what.signers[0] = SAMPLE_ZHAO;
    CU_ASSERT_EQUAL(ruled_append(&f, what), LEDGER_VALID);
    CU_ASSERT_EQUAL(ruled_append(&f, samples_appraisal("a", "review")), LEDGER_SIGNER_EXCLUDED);
    CU_ASSERT_EQUAL(ruled_append(&f, samples_reappraisal("b", "a")), LEDGER_BAD_REFERENCE);
    CU_ASSERT_EQUAL(ruled_append(&f, (struct sample_record){.kind = "will"}), LEDGER_NO_RULE);
    finds_only(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
}

static void entries_that_were_not_signed_are_judged_by_their_rules(void)
{
    struct fixture f = ruled_new();
    struct ledger_appender *a = NULL;
    ruled_proceed(&f, "a", 2);
    (void)ruled_slip(&f, samples_appraisal("a", "review"), false);
    (void)ruled_slip(&f, samples_appraisal("a", "issue"), false);
    CU_ASSERT_EQUAL(samples_open(f.s, &a), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_appender_recovered(a), 2);
    ledger_appender_close(&a);
    finds(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
    uint64_t index = ruled_slip(&f, samples_appraisal("a", "issue"), false);
    CU_ASSERT_EQUAL(samples_open(f.s, &a), LEDGER_DAMAGED);
    CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_WRONG_ORDER);
    CU_ASSERT_EQUAL(f.s->verdict.entry, index);
    fixture_free(&f);
}

/* An index that leads astray stops the appender; it does not let it judge by another history. */
static void a_row_that_leads_to_another_matter_is_damage(void)
{
    static const uint64_t leads_to[] = {0, 4, 77};
    for (size_t i = 0; i < 3; i++) {
        struct fixture f = ruled_new();
        struct ledger_appender *a = NULL;
        uint8_t key[LEDGER_ROW_KEY_SIZE];
        ruled_proceed(&f, "a", 2);
        ruled_proceed(&f, "b", 1);
        f.edit = store_edit_open(f.s->path);
        store_edit_put(f.edit, "matters", ruled_row(&f, key, "a", leads_to[i]), nothing);
        store_edit_close(&f.edit);
        struct sample_record what = samples_appraisal("a", "review");
        CU_ASSERT_EQUAL_FATAL(samples_open(f.s, &a), LEDGER_OK);
        enum ledger_status status = samples_append(f.s, a, samples_record(f.s, &what), NULL);
        /* A row of an entry to come is not read: the audit counts rows. */
        CU_ASSERT_EQUAL(status, i == 2 ? LEDGER_OK : LEDGER_DAMAGED);
        CU_ASSERT(i == 2 || strstr(f.s->error.what, "cannot judge entry 5: ") != NULL);
        CU_ASSERT(i == 2 || strstr(f.s->error.what, "'matters'") != NULL);
        ledger_appender_close(&a);
        /* It reads the first of them; those after the last entry it counts. */
        finds_only(&f, LEDGER_WRONG_INDEX_ROW, i == 0 ? 0 : LEDGER_NO_ENTRY);
    }
}

static void a_row_that_lies_stops_a_recovery_with_its_reason(void)
{
    struct fixture f = ruled_new();
    struct ledger_appender *a = NULL;
    uint8_t key[LEDGER_ROW_KEY_SIZE];
    ruled_proceed(&f, "a", 2);
    (void)ruled_slip(&f, samples_appraisal("a", "review"), false);
    f.edit = store_edit_open(f.s->path);
    store_edit_put(f.edit, "matters", ruled_row(&f, key, "a", 1), nothing);
    store_edit_close(&f.edit);
    CU_ASSERT_EQUAL(samples_open(f.s, &a), LEDGER_DAMAGED);
    CU_ASSERT_PTR_NOT_NULL(strstr(f.s->error.what, "cannot judge entry 4: the index 'matters'"));
    fixture_free(&f);
}

void ledger_suite_ruled_append(void)
{
    CU_pSuite suite = CU_add_suite("ruled_append", NULL, NULL);
    CU_ADD_TEST(suite, a_matter_proceeds_by_its_rules);
    CU_ADD_TEST(suite, a_second_opening_is_refused_with_both_hashes);
    CU_ADD_TEST(suite, entries_of_the_batch_are_history);
    CU_ADD_TEST(suite, what_does_not_follow_is_refused_and_the_ledger_goes_on);
    CU_ADD_TEST(suite, entries_that_were_not_signed_are_judged_by_their_rules);
    CU_ADD_TEST(suite, a_row_that_leads_to_another_matter_is_damage);
    CU_ADD_TEST(suite, a_row_that_lies_stops_a_recovery_with_its_reason);
}
