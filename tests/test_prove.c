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
}
