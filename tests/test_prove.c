#include "ledger/ops/prove.h"

#include "ledger/law/proof_check.h"
#include "tests/ledger_samples.h"
#include "tests/store_edit.h"
#include "tests/suites.h"

#define ENTRIES 700

struct fixture {
    struct samples *s;
    struct ledger_reader *reader;
    struct ledger_prover *prover;
    struct ledger_policy *policy;
    uint8_t *memory;
    struct ledger_proof proof;
    struct ledger_proof_report *report;
};

static void open_prover(struct fixture *f)
{
    CU_ASSERT_EQUAL_FATAL(ledger_reader_open(&f->reader, f->s->path, false, &f->s->error),
                          LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_prover_new(&f->prover, f->reader, &f->s->error), LEDGER_OK);
}

static void close_prover(struct fixture *f)
{
    ledger_prover_free(&f->prover);
    ledger_reader_close(&f->reader);
}

static struct fixture fixture_new(uint64_t entries)
{
    struct fixture f = {.s = samples_new()};
    f.memory = samples_memory(f.s, LEDGER_EVIDENCE_MAX);
    f.report = samples_memory(f.s, sizeof *f.report);
    samples_ledger(f.s, entries);
    CU_ASSERT_EQUAL_FATAL(ledger_policy_new(&f.policy), LEDGER_OK);
    ledger_policy_of_log(f.policy, samples_vkey(f.s, SAMPLE_OPERATOR));
    open_prover(&f);
    return f;
}

static void fixture_free(struct fixture *f)
{
    close_prover(f);
    ledger_policy_free(&f->policy);
    samples_free(&f->s);
}

static void prove_and_check(struct fixture *f, uint64_t index)
{
    struct ledger_span bytes;
    ledger_verdict_clear(&f->s->verdict);
    CU_ASSERT_EQUAL_FATAL(ledger_prove(f->prover, &bytes, index, &f->s->error), LEDGER_OK);
    CU_ASSERT(ledger_proof_parse(&f->proof, &f->s->verdict, f->memory, bytes));
    CU_ASSERT(ledger_proof_check(f->s->hasher, &f->s->verdict, f->report, &f->proof, f->policy));
    CU_ASSERT_EQUAL(f->report->entry.index, index);
}

static void proofs_are_made_in_any_order(void)
{
    struct fixture f = fixture_new(ENTRIES);
    for (uint64_t i = 0; i < ENTRIES; i++) {
        prove_and_check(&f, i);
    }
    for (uint64_t i = ENTRIES; i-- > 0;) {
        prove_and_check(&f, i);
    }
    fixture_free(&f);
}

static void consistency_with_every_smaller_size_is_proved(void)
{
    struct fixture f = fixture_new(ENTRIES);
    struct ledger_frontier frontier;
    struct ledger_hash root;
    struct ledger_hash old;
    struct ledger_tree_proof proof;
    uint64_t size = 0;
    ledger_frontier_start(&frontier);
    struct ledger_span note;
    struct ledger_checkpoint checkpoint;
    CU_ASSERT_EQUAL_FATAL(ledger_reader_checkpoint(f.reader, &note, 0, NULL), LEDGER_OK);
    CU_ASSERT_FATAL(ledger_checkpoint_parse(&checkpoint, &f.s->verdict, note));
    root = checkpoint.root;
    for (uint64_t i = 0; i < ENTRIES; i++) {
        struct ledger_span bytes;
        struct ledger_hash leaf;
        CU_ASSERT_EQUAL_FATAL(ledger_reader_entry(f.reader, &bytes, i, NULL), LEDGER_OK);
        ledger_tree_leaf(f.s->hasher, &leaf, bytes);
        ledger_frontier_append(f.s->hasher, &frontier, &leaf, NULL, NULL);
        ledger_frontier_root(f.s->hasher, &old, &frontier);
        CU_ASSERT_EQUAL(ledger_prove_consistency(f.prover, &proof, &size, i + 1, &f.s->error),
                        LEDGER_OK);
        CU_ASSERT_EQUAL(size, ENTRIES);
        CU_ASSERT(ledger_consistency_check(f.s->hasher, &proof, i + 1, size, &old, &root));
        old.bytes[0] ^= 1;
        CU_ASSERT_FALSE(ledger_consistency_check(f.s->hasher, &proof, i + 1, size, &old, &root));
    }
    size = 77;
    CU_ASSERT_EQUAL(ledger_prove_consistency(f.prover, &proof, &size, 0, &f.s->error),
                    LEDGER_INVALID);
    CU_ASSERT_EQUAL(ledger_prove_consistency(f.prover, &proof, &size, ENTRIES + 1, &f.s->error),
                    LEDGER_INVALID);
    CU_ASSERT_EQUAL(size, 77);
    fixture_free(&f);
}

static void what_is_under_no_checkpoint_is_not_proved(void)
{
    struct fixture f = fixture_new(5);
    struct ledger_span bytes;
    CU_ASSERT_EQUAL(ledger_prove(f.prover, &bytes, 5, &f.s->error), LEDGER_NOT_FOUND);
    CU_ASSERT_EQUAL(ledger_prove(f.prover, &bytes, UINT64_MAX, &f.s->error), LEDGER_NOT_FOUND);
    close_prover(&f);
    struct store_edit *edit = store_edit_open(f.s->path);
    store_edit_delete_at(edit, "checkpoints", 5);
    store_edit_close(&edit);
    open_prover(&f);
    prove_and_check(&f, 0);
    CU_ASSERT_EQUAL(ledger_prove(f.prover, &bytes, 1, &f.s->error), LEDGER_NOT_FOUND);
    fixture_free(&f);
}

static void without_a_checkpoint_there_is_no_prover(void)
{
    struct fixture f = fixture_new(1);
    close_prover(&f);
    struct store_edit *edit = store_edit_open(f.s->path);
    store_edit_delete_at(edit, "checkpoints", 1);
    store_edit_close(&edit);
    CU_ASSERT_EQUAL_FATAL(ledger_reader_open(&f.reader, f.s->path, false, &f.s->error), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_prover_new(&f.prover, f.reader, &f.s->error), LEDGER_NOT_FOUND);
    CU_ASSERT_PTR_NULL(f.prover);
    fixture_free(&f);
}

/* What a proof needs and the store has not is damage, never "not found". */
static void an_incomplete_store_is_damaged(void)
{
    static const uint64_t gone[] = {4, 5, 2};
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++) {
        struct fixture f = fixture_new(8);
        struct ledger_span bytes;
        close_prover(&f);
        struct store_edit *edit = store_edit_open(f.s->path);
        store_edit_delete_at(edit, "entries", gone[i]);
        store_edit_close(&edit);
        open_prover(&f);
        CU_ASSERT_EQUAL(ledger_prove(f.prover, &bytes, 5, &f.s->error), LEDGER_DAMAGED);
        CU_ASSERT_EQUAL(ledger_prove(f.prover, &bytes, 5, &f.s->error), LEDGER_DAMAGED);
        fixture_free(&f);
    }
}

static void a_missing_node_is_damage(void)
{
    struct fixture f = fixture_new(520);
    struct ledger_span bytes;
    uint8_t key[9] = {8};
    close_prover(&f);
    struct store_edit *edit = store_edit_open(f.s->path);
    ledger_put_be64(key + 1, 1);
    store_edit_delete(edit, "nodes", (struct ledger_span){key, sizeof key});
    store_edit_close(&edit);
    open_prover(&f);
    CU_ASSERT_EQUAL(ledger_prove(f.prover, &bytes, 3, &f.s->error), LEDGER_DAMAGED);
    prove_and_check(&f, 300);
    fixture_free(&f);
}

/* Entry 2 changes the authority; its hash is below a stored node. */
static void a_missing_change_of_the_authority_is_damage(void)
{
    struct fixture f = fixture_new(520);
    struct ledger_span bytes;
    close_prover(&f);
    struct store_edit *edit = store_edit_open(f.s->path);
    store_edit_delete_at(edit, "entries", 2);
    store_edit_close(&edit);
    open_prover(&f);
    CU_ASSERT_EQUAL(ledger_prove(f.prover, &bytes, 300, &f.s->error), LEDGER_DAMAGED);
    CU_ASSERT_EQUAL(ledger_prove(f.prover, &bytes, 301, &f.s->error), LEDGER_DAMAGED);
    fixture_free(&f);
}

/* Puts a record in the place of that of entry 5, and proves it. */
static enum ledger_status prove_instead(struct fixture *f, const struct sample_record *what)
{
    struct ledger_span bytes;
    struct ledger_entry entry;
    close_prover(f);
    struct store_edit *edit = store_edit_open(f->s->path);
    CU_ASSERT_FATAL(ledger_entry_parse(&entry, &f->s->verdict,
                                       samples_copy(f->s, store_edit_get_at(edit, "entries", 5))));
    entry.note = samples_record(f->s, what);
    store_edit_put_at(edit, "entries", 5, samples_entry(f->s, &entry));
    store_edit_close(&edit);
    open_prover(f);
    return ledger_prove(f->prover, &bytes, 5, &f->s->error);
}

static void what_nobody_entitled_signed_cannot_be_proved(void)
{
    struct fixture f = fixture_new(8);
    struct sample_record what = {.signers = {SAMPLE_ZHANG, SAMPLE_STRANGER}};
    CU_ASSERT_EQUAL(prove_instead(&f, &what), LEDGER_DAMAGED);
    what.parties[0] = SAMPLE_STRANGER;
    CU_ASSERT_EQUAL(prove_instead(&f, &what), LEDGER_OK);
    what.institution = "nowhere.example";
    CU_ASSERT_EQUAL(prove_instead(&f, &what), LEDGER_DAMAGED);
    fixture_free(&f);
}

static void append_all(struct samples *s, const struct ledger_span *notes, size_t count)
{
    struct ledger_appender *appender = NULL;
    CU_ASSERT_EQUAL_FATAL(samples_open(s, &appender), LEDGER_OK);
    for (size_t i = 0; i < count; i++) {
        CU_ASSERT_EQUAL_FATAL(samples_append(s, appender, notes[i], NULL), LEDGER_OK);
        CU_ASSERT_EQUAL_FATAL(s->verdict.finding, LEDGER_VALID);
    }
    ledger_appender_close(&appender);
}

static struct ledger_span rules_set(struct samples *s)
{
    struct sample_record what = {
        .kind = LEDGER_KIND_AUTHORITY,
        .sets = {"rules required", "rule notarial-deed issue after=- sign=notary:1",
                 "rule notarial-deed correct after=issue sign=notary:1 parties=1"}};
    return samples_record(s, &what);
}

static void the_rule_or_its_absence_is_proved_with_the_record(void)
{
    struct fixture f = fixture_new(2);
    struct samples *s = f.s;
    struct sample_record issue = {.matter = "m1", .signers = {SAMPLE_SUN, SAMPLE_ZHANG}};
    struct sample_record correct = {.matter = "m1",
                                    .event = "correct",
                                    .parties = {SAMPLE_STRANGER, SAMPLE_LI_SI},
                                    .signers = {SAMPLE_STRANGER, SAMPLE_LI_SI, SAMPLE_ZHANG}};
    struct sample_record enrol = {.kind = LEDGER_KIND_AUTHORITY,
                                  .institution = SAMPLE_NOTARY,
                                  .unsets = {samples_line(s, "key ", SAMPLE_ZHANG, "")},
                                  .signers = {SAMPLE_LI_SI}};
    close_prover(&f);
    const struct ledger_span notes[] = {rules_set(s), samples_record(s, &issue),
                                        samples_record(s, &correct), samples_record(s, &enrol)};
    append_all(s, notes, sizeof notes / sizeof notes[0]);
    open_prover(&f);
    static const struct {
        unsigned lines;
        bool ruled;
        bool absent;
    } expected[] = {{5, false, false}, {3, false, true}, {3, false, false},
                    {5, true, false},  {4, true, false}, {2, false, false}};
    for (uint64_t i = sizeof expected / sizeof expected[0]; i-- > 0;) {
        prove_and_check(&f, i);
        CU_ASSERT(i == 0 || f.report->line_count == expected[i].lines);
        CU_ASSERT_EQUAL(f.report->entitled.ruled, expected[i].ruled);
        CU_ASSERT_EQUAL(f.report->rules_absent, expected[i].absent);
        CU_ASSERT(i == 0 ||
                  f.proof.line_count == expected[i].lines + (expected[i].absent ? 1U : 0U));
    }
    fixture_free(&f);
}

/* Signers' lines in their order, then institutions, the record's first, then the rule. */
static void the_evidence_has_one_order(void)
{
    static const char *const heads[] = {
        "key " SAMPLE_MEDIATION, "key " SAMPLE_NOTARY, "institution " SAMPLE_NOTARY,
        "institution " SAMPLE_MEDIATION, "rule notarial-deed issue "};
    struct fixture f = fixture_new(1);
    struct sample_record issue = {.signers = {SAMPLE_SUN, SAMPLE_ZHANG}};
    close_prover(&f);
    const struct ledger_span notes[] = {rules_set(f.s), samples_record(f.s, &issue)};
    append_all(f.s, notes, 2);
    open_prover(&f);
    prove_and_check(&f, 2);
    CU_ASSERT_EQUAL_FATAL(f.report->line_count, sizeof heads / sizeof heads[0]);
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        CU_ASSERT(ledger_span_starts(f.report->lines[i].text, heads[i]));
    }
    fixture_free(&f);
}

/* The n-th of a row of institutions with one key each. */
static struct sample_key crowd_key(struct samples *s, unsigned n)
{
    struct sample_key key;
    sample_key(&key, LEDGER_KEY_ED25519, samples_text(s, "house-%u.example/one", n),
               (uint8_t)(100 + n));
    return key;
}

static struct ledger_span crowd_enrolled(struct samples *s, unsigned from, unsigned to)
{
    struct sample_record what = {.kind = LEDGER_KIND_AUTHORITY};
    unsigned count = 0;
    for (unsigned n = from; n < to; n++) {
        uint8_t memory[LEDGER_VKEY_MAX + 1] = {0};
        struct ledger_buffer vkey = ledger_buffer_in(memory, LEDGER_VKEY_MAX);
        struct sample_key key = crowd_key(s, n);
        ledger_vkey_write(&vkey, &key.vkey);
        what.sets[count++] =
            samples_text(s, "institution house-%u.example notary 第%u公证处", n, n);
        what.sets[count++] =
            samples_text(s, "key %s house-%u.example notary", (const char *)memory, n);
    }
    return samples_record(s, &what);
}

/* A record that all of them sign. */
static struct ledger_span crowd_signed(struct samples *s, unsigned size)
{
    struct sample_text note;
    struct sample_record what = {.institution = "house-0.example"};
    struct ledger_record record = samples_parsed(s, samples_record(s, &what));
    sample_start(&note, "");
    ledger_buffer_add(&note.buffer, record.note.text);
    ledger_buffer_text(&note.buffer, "\n");
    for (unsigned n = 0; n < size; n++) {
        struct sample_key key = crowd_key(s, n);
        sample_sign(&note, &key, record.note.text, 0);
    }
    return samples_copy(s, sample_span(&note));
}

static void the_most_signers_of_as_many_institutions_are_proved(void)
{
    struct fixture f = fixture_new(1);
    close_prover(&f);
    const struct ledger_span notes[] = {crowd_enrolled(f.s, 0, 32), crowd_enrolled(f.s, 32, 64),
                                        rules_set(f.s), crowd_signed(f.s, LEDGER_SIGNATURES_MAX)};
    append_all(f.s, notes, sizeof notes / sizeof notes[0]);
    open_prover(&f);
    prove_and_check(&f, 4);
    CU_ASSERT_EQUAL(f.report->line_count, 2 * LEDGER_SIGNATURES_MAX + 1);
    CU_ASSERT_EQUAL(f.report->entitled.count, LEDGER_SIGNATURES_MAX);
    CU_ASSERT(f.report->entitled.ruled);
    fixture_free(&f);
}

void ledger_suite_prove(void)
{
    CU_pSuite suite = CU_add_suite("prove", NULL, NULL);
    CU_ADD_TEST(suite, proofs_are_made_in_any_order);
    CU_ADD_TEST(suite, consistency_with_every_smaller_size_is_proved);
    CU_ADD_TEST(suite, what_is_under_no_checkpoint_is_not_proved);
    CU_ADD_TEST(suite, without_a_checkpoint_there_is_no_prover);
    CU_ADD_TEST(suite, an_incomplete_store_is_damaged);
    CU_ADD_TEST(suite, a_missing_node_is_damage);
    CU_ADD_TEST(suite, a_missing_change_of_the_authority_is_damage);
    CU_ADD_TEST(suite, the_rule_or_its_absence_is_proved_with_the_record);
    CU_ADD_TEST(suite, the_evidence_has_one_order);
    CU_ADD_TEST(suite, the_most_signers_of_as_many_institutions_are_proved);
    CU_ADD_TEST(suite, what_nobody_entitled_signed_cannot_be_proved);
}
