#include "ledger/law/proof_check.h"

#include "ledger/ops/prove.h"
#include "tests/ledger_samples.h"
#include "tests/suites.h"

#define ENTRIES 300
#define LINES_MAX 8

/* A proof taken apart, so that each piece can be replaced. */
struct pieces {
    uint64_t index;
    struct ledger_tree_proof path;
    struct ledger_evidence lines[LINES_MAX];
    unsigned line_count;
    struct ledger_span entry;
    struct ledger_span checkpoint;
};

struct fixture {
    struct samples *s;
    struct ledger_reader *reader;
    struct ledger_prover *prover;
    struct ledger_policy *policy;
    uint8_t *memory;
    struct ledger_proof proof;
    struct ledger_proof_report *report;
};

static struct fixture *fixture_new(uint64_t entries)
{
    struct fixture *f = calloc(1, sizeof *f);
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    f->s = samples_new();
    f->memory = samples_memory(f->s, LEDGER_EVIDENCE_MAX);
    f->report = samples_memory(f->s, sizeof *f->report);
    samples_ledger(f->s, entries);
    CU_ASSERT_EQUAL_FATAL(ledger_policy_new(&f->policy), LEDGER_OK);
    ledger_policy_of_log(f->policy, samples_vkey(f->s, SAMPLE_OPERATOR));
    CU_ASSERT_EQUAL_FATAL(ledger_reader_open(&f->reader, f->s->path, false, &f->s->error),
                          LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_prover_new(&f->prover, f->reader, &f->s->error), LEDGER_OK);
    return f;
}

static void fixture_free(struct fixture **f)
{
    ledger_prover_free(&(*f)->prover);
    ledger_reader_close(&(*f)->reader);
    ledger_policy_free(&(*f)->policy);
    samples_free(&(*f)->s);
    free(*f);
    *f = NULL;
}

static enum ledger_finding check_bytes(struct fixture *f, struct ledger_span bytes)
{
    ledger_verdict_clear(&f->s->verdict);
    bool valid = ledger_proof_parse(&f->proof, &f->s->verdict, f->memory, bytes) &&
                 ledger_proof_check(f->s->hasher, &f->s->verdict, f->report, &f->proof, f->policy);
    CU_ASSERT_EQUAL(valid, f->s->verdict.finding == LEDGER_VALID);
    return f->s->verdict.finding;
}

static struct pieces take_apart(struct fixture *f, uint64_t index)
{
    struct pieces pieces;
    struct ledger_span bytes;
    memset(&pieces, 0, sizeof pieces);
    CU_ASSERT_EQUAL_FATAL(ledger_prove(f->prover, &bytes, index, &f->s->error), LEDGER_OK);
    CU_ASSERT_EQUAL(check_bytes(f, bytes), LEDGER_VALID);
    uint8_t *memory = samples_memory(f->s, LEDGER_EVIDENCE_MAX);
    struct ledger_span own = samples_copy(f->s, bytes);
    CU_ASSERT_FATAL(ledger_proof_parse(&f->proof, &f->s->verdict, memory, own));
    struct ledger_span rest = f->proof.lines;
    while (ledger_evidence_next(&rest, &pieces.lines[pieces.line_count])) {
        CU_ASSERT_FATAL(++pieces.line_count < LINES_MAX);
    }
    pieces.index = f->proof.index;
    pieces.path = f->proof.path;
    pieces.entry = f->proof.entry;
    CU_ASSERT_EQUAL_FATAL(ledger_reader_checkpoint(f->reader, &pieces.checkpoint, 0, NULL),
                          LEDGER_OK);
    return pieces;
}

static enum ledger_finding check(struct fixture *f, const struct pieces *pieces)
{
    struct sample_text evidence;
    struct sample_text proof;
    sample_start(&evidence, "");
    sample_start(&proof, "");
    ledger_evidence_start(&evidence.buffer);
    for (unsigned i = 0; i < pieces->line_count; i++) {
        const struct ledger_evidence *item = &pieces->lines[i];
        if (item->absent) {
            ledger_evidence_add_absent(&evidence.buffer, item->line, &item->path, &item->end);
        } else {
            ledger_evidence_add(&evidence.buffer, item->line, &item->path);
        }
    }
    ledger_evidence_finish(&evidence.buffer, pieces->entry);
    ledger_proof_write(&proof.buffer, pieces->index, &pieces->path, sample_span(&evidence),
                       pieces->checkpoint);
    return check_bytes(f, sample_span(&proof));
}

static void the_proof_of_every_entry_is_valid(void)
{
    struct fixture *f = fixture_new(ENTRIES);
    for (uint64_t i = 0; i < ENTRIES; i++) {
        struct ledger_span bytes;
        CU_ASSERT_EQUAL_FATAL(ledger_prove(f->prover, &bytes, i, &f->s->error), LEDGER_OK);
        CU_ASSERT_EQUAL(check_bytes(f, bytes), LEDGER_VALID);
        CU_ASSERT_EQUAL(f->report->entry.index, i);
        CU_ASSERT_EQUAL(f->report->entitled.count, f->report->entry.record.note.count);
        CU_ASSERT_EQUAL(f->report->rules_absent,
                        !ledger_record_is_authority(&f->report->entry.record));
        CU_ASSERT_FALSE(f->report->entitled.ruled);
        CU_ASSERT_EQUAL(f->s->verdict.entry, i);
    }
    fixture_free(&f);
}

static void a_proof_of_another_entry_is_refused(void)
{
    struct fixture *f = fixture_new(ENTRIES);
    const struct pieces good = take_apart(f, 40);
    const struct pieces other = take_apart(f, 41);
    struct pieces p = good;
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_VALID);
    p.entry = other.entry;
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_NOT_INCLUDED);
    p = good;
    p.path = other.path;
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_NOT_INCLUDED);
    static const uint64_t indexes[] = {0, 39, 41, 299, 300, UINT64_C(1) << 40};
    for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++) {
        p = good;
        p.index = indexes[i];
        CU_ASSERT_EQUAL(check(f, &p), LEDGER_NOT_INCLUDED);
    }
    fixture_free(&f);
}

static void a_path_of_another_length_or_with_a_changed_hash_is_refused(void)
{
    struct fixture *f = fixture_new(ENTRIES);
    const struct pieces good = take_apart(f, 40);
    struct pieces p = good;
    for (unsigned count = 0; count <= LEDGER_PROOF_MAX; count++) {
        p.path.count = count;
        CU_ASSERT_EQUAL(check(f, &p),
                        count == good.path.count ? LEDGER_VALID : LEDGER_NOT_INCLUDED);
    }
    for (unsigned i = 0; i < good.path.count; i++) {
        p = good;
        p.path.hashes[i].bytes[i] ^= 0x40;
        CU_ASSERT_EQUAL(check(f, &p), LEDGER_NOT_INCLUDED);
    }
    fixture_free(&f);
}

static void the_entry_must_say_the_index_at_which_it_stands(void)
{
    struct fixture *f = fixture_new(3);
    struct pieces p = take_apart(f, 1);
    struct ledger_entry entry;
    struct ledger_hash root;
    CU_ASSERT_FATAL(ledger_entry_parse(&entry, &f->s->verdict, p.entry));
    entry.index = 0;
    p.entry = samples_entry(f->s, &entry);
    /* The operator signs a tree of this one entry at another place than it says. */
    ledger_tree_leaf(f->s->hasher, &root, p.entry);
    ledger_tree_parent(f->s->hasher, &root, &p.path.hashes[0], &root);
    p.path.count = 1;
    p.checkpoint = samples_checkpoint(f->s, SAMPLE_ORIGIN, 2, &root, SAMPLE_OPERATOR);
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_OTHER_ENTRY);
    entry.index = 1;
    p.entry = samples_entry(f->s, &entry);
    ledger_tree_leaf(f->s->hasher, &root, p.entry);
    ledger_tree_parent(f->s->hasher, &root, &p.path.hashes[0], &root);
    p.checkpoint = samples_checkpoint(f->s, SAMPLE_ORIGIN, 2, &root, SAMPLE_OPERATOR);
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_VALID);
    fixture_free(&f);
}

static void the_checkpoint_must_be_signed_by_the_log(void)
{
    struct fixture *f = fixture_new(20);
    const struct pieces good = take_apart(f, 5);
    struct pieces p = good;
    struct ledger_checkpoint checkpoint;
    CU_ASSERT_FATAL(ledger_checkpoint_parse(&checkpoint, &f->s->verdict, good.checkpoint));
    p.checkpoint =
        samples_checkpoint(f->s, SAMPLE_ORIGIN, 20, &checkpoint.root, SAMPLE_OPERATOR_NEXT);
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_LOG_UNTRUSTED);
    p.checkpoint = samples_checkpoint(f->s, "other.example", 20, &checkpoint.root, SAMPLE_OPERATOR);
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_OTHER_ORIGIN);
    p.checkpoint = samples_replaced(f->s, good.checkpoint, "\n20\n", "\n21\n");
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_BAD_SIGNATURE);
    checkpoint.root.bytes[0] ^= 1;
    p.checkpoint = samples_checkpoint(f->s, SAMPLE_ORIGIN, 20, &checkpoint.root, SAMPLE_OPERATOR);
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_NOT_INCLUDED);
    checkpoint.root.bytes[0] ^= 1;
    p.checkpoint = samples_checkpoint(f->s, SAMPLE_ORIGIN, 40, &checkpoint.root, SAMPLE_OPERATOR);
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_NOT_INCLUDED);
    ledger_policy_of_log(f->policy, samples_vkey(f->s, SAMPLE_STRANGER));
    CU_ASSERT_EQUAL(check(f, &good), LEDGER_LOG_UNTRUSTED);
    fixture_free(&f);
}

static void an_old_checkpoint_proves_what_it_covers(void)
{
    struct fixture *f = fixture_new(20);
    struct pieces p = take_apart(f, 0);
    CU_ASSERT_EQUAL_FATAL(ledger_reader_checkpoint(f->reader, &p.checkpoint, 1, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_NOT_INCLUDED);
    p.path.count = 0;
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_VALID);
    fixture_free(&f);
}

/* Each line of the evidence is needed, in whatever order; more lines in force do no harm. */
static void a_line_that_is_missing_is_missed(void)
{
    struct fixture *f = fixture_new(20);
    static const uint64_t indexes[] = {1, 2, 4, 5};
    for (size_t k = 0; k < sizeof indexes / sizeof indexes[0]; k++) {
        const struct pieces good = take_apart(f, indexes[k]);
        CU_ASSERT_FATAL(good.line_count >= 2);
        for (unsigned i = 0; i < good.line_count; i++) {
            struct pieces p = good;
            p.lines[i] = p.lines[--p.line_count];
            CU_ASSERT_EQUAL(check(f, &p), LEDGER_EVIDENCE_MISSING);
        }
        struct pieces p = good;
        p.lines[0] = good.lines[good.line_count - 1];
        p.lines[p.line_count - 1] = good.lines[0];
        CU_ASSERT_EQUAL(check(f, &p), LEDGER_VALID);
        p.lines[p.line_count++] = good.lines[0];
        CU_ASSERT_EQUAL(check(f, &p), LEDGER_VALID);
        p.line_count = 0;
        CU_ASSERT_EQUAL(check(f, &p), LEDGER_EVIDENCE_MISSING);
    }
    fixture_free(&f);
}

/* Wherever it stood in the proof before, whose lines the report still holds. */
static void a_line_of_the_proof_before_helps_nobody(void)
{
    struct fixture *f = fixture_new(20);
    static const uint64_t indexes[] = {1, 2, 4, 5};
    for (size_t k = 0; k < sizeof indexes / sizeof indexes[0]; k++) {
        const struct pieces good = take_apart(f, indexes[k]);
        for (unsigned i = 0; i < good.line_count; i++) {
            struct pieces p = good;
            p.lines[i] = good.lines[good.line_count - 1];
            p.lines[good.line_count - 1] = good.lines[i];
            CU_ASSERT_EQUAL(check(f, &p), LEDGER_VALID);
            p.line_count--;
            CU_ASSERT_EQUAL(check(f, &p), LEDGER_EVIDENCE_MISSING);
        }
    }
    fixture_free(&f);
}

static void nothing_of_the_proof_before_is_left_in_the_report(void)
{
    struct fixture *f = fixture_new(20);
    struct ledger_verdict verdict = {.finding = LEDGER_VALID, .entry = 7, .line = 9};
    CU_ASSERT_EQUAL(take_apart(f, 4).index, 4);
    CU_ASSERT(f->report->entitled.count > 0 && f->report->rules_absent);
    f->report->entitled.ruled = true;
    ledger_policy_of_log(f->policy, samples_vkey(f->s, SAMPLE_STRANGER));
    CU_ASSERT_FALSE(ledger_proof_check(f->s->hasher, &verdict, f->report, &f->proof, f->policy));
    CU_ASSERT(verdict.entry == 4 && verdict.line == 0);
    CU_ASSERT_EQUAL(verdict.finding, LEDGER_LOG_UNTRUSTED);
    CU_ASSERT(f->report->line_count == 0 && f->report->entitled.count == 0);
    CU_ASSERT_FALSE(f->report->entitled.ruled || f->report->rules_absent);
    verdict = (struct ledger_verdict){.finding = LEDGER_NOT_INCLUDED, .entry = 7, .line = 9};
    CU_ASSERT(ledger_proof_check_entry(f->s->hasher, &verdict, f->report, &f->proof));
    CU_ASSERT(verdict.finding == LEDGER_VALID && verdict.entry == 4 && verdict.line == 0);
    fixture_free(&f);
}

static void a_line_must_have_been_in_force_at_the_entry(void)
{
    struct fixture *f = fixture_new(20);
    const struct pieces good = take_apart(f, 4);
    struct pieces p = good;
    p.lines[0].path.siblings[0].bytes[3] ^= 1;
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_EVIDENCE_FALSE);
    p = good;
    p.lines[0].path.depth--;
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_EVIDENCE_FALSE);
    p = good;
    p.lines[0].path = good.lines[1].path;
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_EVIDENCE_FALSE);
    p = good;
    p.lines[0].line = samples_replaced(f->s, good.lines[0].line, " notary", " registrar");
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_EVIDENCE_FALSE);
    p.lines[0].line = samples_replaced(f->s, good.lines[0].line, " notary", "  notary");
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_BAD_AUTHORITY_LINE);
    /* Right lines, of another entry with another authority: before and after the change. */
    p = good;
    memcpy(p.lines, take_apart(f, 1).lines, sizeof p.lines);
    p.line_count = take_apart(f, 1).line_count;
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_EVIDENCE_FALSE);
    p = good;
    p.lines[p.line_count++] = take_apart(f, 2).lines[0];
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_EVIDENCE_FALSE);
    fixture_free(&f);
}

static void a_line_of_another_ledger_does_not_help(void)
{
    struct fixture *f = fixture_new(4);
    struct samples *s = f->s;
    struct ledger_state *state = samples_state(s);
    struct sample_record founding = samples_founding(s);
    founding.sets[9] = samples_line(s, "key ", SAMPLE_STRANGER, " " SAMPLE_NOTARY " notary");
    CU_ASSERT(samples_accept(s, state, NULL, samples_record(s, &founding)));
    struct pieces p = take_apart(f, 3);
    struct ledger_span subject = ledger_span_of(samples_line(s, "key ", SAMPLE_STRANGER, ""));
    p.lines[0].line = ledger_span_of(founding.sets[9]);
    CU_ASSERT(
        ledger_authority_path(ledger_state_authority(state), s->hasher, &p.lines[0].path, subject));
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_EVIDENCE_FALSE);
    ledger_state_free(&state);
    fixture_free(&f);
}

static void the_genesis_carries_its_own_evidence(void)
{
    struct fixture *f = fixture_new(20);
    const struct pieces good = take_apart(f, 0);
    CU_ASSERT_EQUAL(good.line_count, 0);
    CU_ASSERT_EQUAL(f->report->entitled.count, 2);
    struct pieces p = good;
    p.lines[p.line_count++] = take_apart(f, 1).lines[0];
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_EVIDENCE_FALSE);
    const struct pieces ordinary = take_apart(f, 1);
    p.lines[0] = ordinary.lines[ordinary.line_count - 1];
    CU_ASSERT(p.lines[0].absent);
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_EVIDENCE_FALSE);
    fixture_free(&f);
}

/* A proof of one entry, the first, under a checkpoint of size 1 that the operator signs. */
static enum ledger_finding found(struct fixture *f, struct sample_record what,
                                 const struct ledger_hash *authority)
{
    struct pieces p = {.index = 0};
    struct ledger_hash root;
    struct ledger_entry entry = {
        .time_ms = SAMPLE_TIME, .authority = *authority, .note = samples_record(f->s, &what)};
    ledger_tree_empty_root(f->s->hasher, &entry.previous);
    p.entry = samples_entry(f->s, &entry);
    ledger_tree_leaf(f->s->hasher, &root, p.entry);
    p.checkpoint = samples_checkpoint(f->s, SAMPLE_ORIGIN, 1, &root, SAMPLE_OPERATOR);
    return check(f, &p);
}

static void what_is_in_the_tree_but_no_entry_is_refused(void)
{
    struct fixture *f = fixture_new(1);
    struct pieces p = take_apart(f, 0);
    struct ledger_hash root;
    p.entry = samples_replaced(f->s, p.entry, "entry/v1", "entry/v2");
    ledger_tree_leaf(f->s->hasher, &root, p.entry);
    p.checkpoint = samples_checkpoint(f->s, SAMPLE_ORIGIN, 1, &root, SAMPLE_OPERATOR);
    CU_ASSERT_EQUAL(check(f, &p), LEDGER_BAD_ENTRY);
    fixture_free(&f);
}

static void a_genesis_is_proved_only_if_it_founds_a_ledger(void)
{
    struct fixture *f = fixture_new(1);
    const struct ledger_hash empty = {{0}};
    struct ledger_hash other = empty;
    const struct sample_record good = samples_founding(f->s);
    struct sample_record what = good;
    CU_ASSERT_EQUAL(found(f, what, &empty), LEDGER_VALID);
    other.bytes[31] = 1;
    CU_ASSERT_EQUAL(found(f, what, &other), LEDGER_BAD_GENESIS);
    what.signers[0] = SAMPLE_LI_NA;
    CU_ASSERT_EQUAL(found(f, what, &empty), LEDGER_TOO_FEW_GOVERNORS);
    what.signers[1] = SAMPLE_STRANGER;
    CU_ASSERT_EQUAL(found(f, what, &empty), LEDGER_NOT_ENROLLED);
    what = good;
    what.event = "change";
    CU_ASSERT_EQUAL(found(f, what, &empty), LEDGER_BAD_GENESIS);
    what = good;
    what.sets[4] = "threshold 9";
    CU_ASSERT_EQUAL(found(f, what, &empty), LEDGER_BAD_CHANGE);
    what.sets[4] = "threshold nine";
    CU_ASSERT_EQUAL(found(f, what, &empty), LEDGER_BAD_AUTHORITY_LINE);
    what = good;
    what.sets[15] = samples_line(f->s, "compromise ", SAMPLE_STRANGER, " 0");
    CU_ASSERT_EQUAL(found(f, what, &empty), LEDGER_VALID);
    what.sets[15] = samples_line(f->s, "compromise ", SAMPLE_STRANGER, " 1"); /* not yet */
    CU_ASSERT_EQUAL(found(f, what, &empty), LEDGER_BAD_CHANGE);
    what = good;
    what.ledger = what.institution = "other.example";
    CU_ASSERT_EQUAL(found(f, what, &empty), LEDGER_OTHER_LEDGER);
    CU_ASSERT_EQUAL(found(f, (struct sample_record){.kind = "deed"}, &empty), LEDGER_BAD_GENESIS);
    fixture_free(&f);
}

/* Entry 1 of a tree of two leaves, composed by the operator, with the evidence of a real one. */
static enum ledger_finding second(struct fixture *f, struct sample_record what)
{
    struct pieces p = take_apart(f, 1);
    struct ledger_entry entry;
    struct ledger_hash root;
    CU_ASSERT_FATAL(ledger_entry_parse(&entry, &f->s->verdict, p.entry));
    entry.note = samples_record(f->s, &what);
    p.entry = samples_entry(f->s, &entry);
    p.path.count = 1;
    ledger_tree_leaf(f->s->hasher, &root, p.entry);
    ledger_tree_parent(f->s->hasher, &root, &p.path.hashes[0], &root);
    p.checkpoint = samples_checkpoint(f->s, SAMPLE_ORIGIN, 2, &root, SAMPLE_OPERATOR);
    return check(f, &p);
}

static void the_operator_cannot_prove_what_nobody_entitled_signed(void)
{
    struct fixture *f = fixture_new(3);
    struct sample_record what = {.institution = SAMPLE_FORENSICS, .signers = {SAMPLE_WANG}};
    CU_ASSERT_EQUAL(second(f, what), LEDGER_VALID);
    what.signers[0] = SAMPLE_STRANGER;
    CU_ASSERT_EQUAL(second(f, what), LEDGER_EVIDENCE_MISSING);
    what.signers[0] = SAMPLE_WANG;
    what.signers[1] = SAMPLE_WANG;
    CU_ASSERT_EQUAL(second(f, what), LEDGER_REPEATED_SIGNER);
    what.signers[1] = SAMPLE_NOBODY;
    what.institution = SAMPLE_NOTARY;
    CU_ASSERT_EQUAL(second(f, what), LEDGER_EVIDENCE_MISSING);
    what.institution = SAMPLE_FORENSICS;
    what.ledger = "other.example";
    CU_ASSERT_EQUAL(second(f, what), LEDGER_OTHER_LEDGER);
    CU_ASSERT_EQUAL(second(f, samples_founding(f->s)), LEDGER_BAD_GENESIS);
    what = (struct sample_record){.kind = "authority", .event = "x", .sets = {"threshold 1"}};
    CU_ASSERT_EQUAL(second(f, what), LEDGER_BAD_CHANGE);
    fixture_free(&f);
}

void ledger_suite_proof_check(void)
{
    CU_pSuite suite = CU_add_suite("proof_check", NULL, NULL);
    CU_ADD_TEST(suite, the_proof_of_every_entry_is_valid);
    CU_ADD_TEST(suite, a_proof_of_another_entry_is_refused);
    CU_ADD_TEST(suite, a_path_of_another_length_or_with_a_changed_hash_is_refused);
    CU_ADD_TEST(suite, the_entry_must_say_the_index_at_which_it_stands);
    CU_ADD_TEST(suite, the_checkpoint_must_be_signed_by_the_log);
    CU_ADD_TEST(suite, an_old_checkpoint_proves_what_it_covers);
    CU_ADD_TEST(suite, a_line_that_is_missing_is_missed);
    CU_ADD_TEST(suite, a_line_of_the_proof_before_helps_nobody);
    CU_ADD_TEST(suite, nothing_of_the_proof_before_is_left_in_the_report);
    CU_ADD_TEST(suite, what_is_in_the_tree_but_no_entry_is_refused);
    CU_ADD_TEST(suite, a_line_must_have_been_in_force_at_the_entry);
    CU_ADD_TEST(suite, a_line_of_another_ledger_does_not_help);
    CU_ADD_TEST(suite, the_genesis_carries_its_own_evidence);
    CU_ADD_TEST(suite, a_genesis_is_proved_only_if_it_founds_a_ledger);
    CU_ADD_TEST(suite, the_operator_cannot_prove_what_nobody_entitled_signed);
}
