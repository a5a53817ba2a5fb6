#include "ledger/ops/audit.h"

#include "tests/audit_samples.h"
#include "tests/suites.h"

static struct ledger_span entry_at(struct fixture *f, uint64_t index)
{
    return samples_copy(f->s, store_edit_get_at(f->edit, "entries", index));
}

static struct ledger_entry parsed(struct fixture *f, struct ledger_span bytes)
{
    struct ledger_entry entry;
    CU_ASSERT_FATAL(ledger_entry_parse(&entry, &f->s->verdict, bytes));
    return entry;
}

/* Makes the chain whole again from entry `from` to `size`, a millisecond later. */
static void link_again(struct fixture *f, uint64_t from, uint64_t size)
{
    struct ledger_hash previous;
    ledger_tree_leaf(f->s->hasher, &previous, entry_at(f, from - 1));
    for (uint64_t i = from; i < size; i++) {
        struct ledger_span bytes = entry_at(f, i);
        struct ledger_entry entry = parsed(f, bytes);
        entry.previous = previous;
        entry.time_ms++;
        bytes = samples_entry(f->s, &entry);
        ledger_tree_leaf(f->s->hasher, &previous, bytes);
        store_edit_put_at(f->edit, "entries", i, bytes);
    }
}

static struct ledger_hash root_of(struct fixture *f, uint64_t size)
{
    struct ledger_frontier frontier;
    struct ledger_hash hash;
    ledger_frontier_start(&frontier);
    for (uint64_t i = 0; i < size; i++) {
        ledger_tree_leaf(f->s->hasher, &hash, entry_at(f, i));
        ledger_frontier_append(f->s->hasher, &frontier, &hash, NULL, NULL);
    }
    ledger_frontier_root(f->s->hasher, &hash, &frontier);
    return hash;
}

static void sign(struct fixture *f, const char *origin, uint64_t size, enum sample_who who)
{
    struct ledger_hash root = root_of(f, size < ENTRIES ? size : ENTRIES);
    store_edit_put_at(f->edit, "checkpoints", size,
                      samples_checkpoint(f->s, origin, size, &root, who));
}

static void count_rows(struct fixture *f, uint64_t entries, struct ledger_audit_report *expected)
{
    f->edit = store_edit_open(f->s->path);
    for (uint64_t i = 0; i < entries; i++) {
        struct ledger_span bytes = entry_at(f, i);
        struct ledger_entry entry = parsed(f, bytes);
        bool change = ledger_record_is_authority(&entry.record);
        expected->bytes += bytes.size;
        expected->signatures += entry.record.note.count;
        /* The sample documents of a record all differ. */
        expected->rows += 2 + entry.record.documents.count + (change ? 1 : 0);
        if (entry.record.documents.count == 2) {
            struct ledger_lines lines = entry.record.documents;
            struct ledger_document one;
            struct ledger_document two;
            CU_ASSERT(ledger_record_next_document(&lines, &one));
            CU_ASSERT(ledger_record_next_document(&lines, &two));
            expected->rows -= ledger_hash_equal(&one.digest, &two.digest) ? 1 : 0;
        }
    }
    expected->root = root_of(f, entries);
    store_edit_close(&f->edit);
}

static void the_report_of_a_valid_ledger_counts_everything(void)
{
    static const uint64_t sizes[] = {1, 3, ENTRIES, 520};
    static const uint64_t nodes[] = {0, 0, 0, 3};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct fixture f = fixture_new(sizes[i]);
        struct ledger_audit_report *expected = samples_memory(f.s, sizeof *expected);
        count_rows(&f, sizes[i], expected);
        finds(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
        CU_ASSERT_STRING_EQUAL(f.report->origin, SAMPLE_ORIGIN);
        CU_ASSERT_EQUAL(f.report->size, sizes[i]);
        CU_ASSERT_EQUAL(f.report->entries, sizes[i]);
        CU_ASSERT_EQUAL(f.report->bytes, expected->bytes);
        CU_ASSERT_EQUAL(f.report->signatures, expected->signatures);
        CU_ASSERT_EQUAL(f.report->authority_records, sizes[i] > 1 ? 2 : 1);
        CU_ASSERT_EQUAL(f.report->authority_lines, SAMPLE_LINES - (sizes[i] > 1 ? 1 : 0));
        CU_ASSERT_EQUAL(f.report->checkpoints, sizes[i] > 1 ? 2 : 1);
        CU_ASSERT_EQUAL(f.report->nodes, nodes[i]);
        CU_ASSERT_EQUAL(f.report->rows, expected->rows);
        CU_ASSERT_EQUAL(f.report->first_time_ms, SAMPLE_TIME);
        CU_ASSERT_EQUAL(f.report->last_time_ms, SAMPLE_TIME);
        CU_ASSERT(ledger_hash_equal(&f.report->root, &expected->root));
        CU_ASSERT_EQUAL(f.report->since_size, 0);
        struct ledger_span guard = samples_file(f.s, f.s->guard);
        struct ledger_span kept = {f.report->checkpoint, f.report->checkpoint_size};
        CU_ASSERT(ledger_span_equal(guard, kept));
        fixture_free(&f);
    }
}

static void an_entry_that_is_gone_is_missed(void)
{
    for (uint64_t i = 0; i < ENTRIES - 1; i += 5) {
        struct fixture f = edited();
        store_edit_delete_at(f.edit, "entries", i);
        finds_only(&f, LEDGER_ENTRY_MISSING, i);
    }
    struct fixture f = edited();
    for (uint64_t i = 0; i < ENTRIES; i++) {
        store_edit_delete_at(f.edit, "entries", i);
    }
    finds_only(&f, LEDGER_ENTRY_MISSING, 0);
}

static void entries_stand_in_their_order(void)
{
    struct fixture f = edited();
    struct ledger_span four = entry_at(&f, 4);
    store_edit_put_at(f.edit, "entries", 4, entry_at(&f, 5));
    store_edit_put_at(f.edit, "entries", 5, four);
    finds_only(&f, LEDGER_WRONG_INDEX, 4);
    f = edited();
    store_edit_put_at(f.edit, "entries", 5, entry_at(&f, 4));
    finds_only(&f, LEDGER_WRONG_INDEX, 5);
}

static void a_changed_entry_is_found(void)
{
    struct fixture f = edited();
    store_edit_put_at(f.edit, "entries", 4,
                      samples_replaced(f.s, entry_at(&f, 4), "event issue", "event issuf"));
    finds_only(&f, LEDGER_BAD_SIGNATURE, 4);
    f = edited();
    struct ledger_entry entry = parsed(&f, entry_at(&f, 4));
    entry.time_ms++;
    store_edit_put_at(f.edit, "entries", 4, samples_entry(f.s, &entry));
    finds_only(&f, LEDGER_BROKEN_CHAIN, 5);
    f = edited();
    link_again(&f, ENTRIES - 1, ENTRIES);
    finds_only(&f, LEDGER_CHECKPOINT_ROOT, ENTRIES - 1);
    f = edited();
    store_edit_put_at(f.edit, "entries", 4, ledger_span_of("nothing\n"));
    finds_only(&f, LEDGER_BAD_ENTRY, 4);
}

static void a_chain_linked_again_contradicts_the_checkpoints(void)
{
    struct fixture f = edited();
    link_again(&f, 5, ENTRIES);
    finds_only(&f, LEDGER_CHECKPOINT_ROOT, ENTRIES - 1);
}

static void a_history_signed_anew_is_a_fork_of_the_one_seen(void)
{
    struct fixture f = edited();
    struct ledger_span seen = samples_file(f.s, f.s->guard);
    link_again(&f, 5, ENTRIES);
    sign(&f, SAMPLE_ORIGIN, ENTRIES, SAMPLE_OPERATOR);
    finds(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
    f.since = seen;
    finds(&f, LEDGER_FORK, ENTRIES - 1);
    CU_ASSERT_EQUAL(f.report->since_size, ENTRIES);
    fixture_free(&f);
}

static void the_checkpoint_seen_before_is_extended(void)
{
    struct fixture f = fixture_new(ENTRIES);
    f.edit = store_edit_open(f.s->path);
    for (uint64_t size = 1; size <= ENTRIES; size++) {
        struct ledger_hash root = root_of(&f, size);
        f.since = samples_checkpoint(f.s, SAMPLE_ORIGIN, size, &root, SAMPLE_OPERATOR);
        store_edit_close(&f.edit);
        finds(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
        CU_ASSERT_EQUAL(f.report->since_size, size);
        root.bytes[0] ^= 1;
        f.since = samples_checkpoint(f.s, SAMPLE_ORIGIN, size, &root, SAMPLE_OPERATOR);
        finds(&f, LEDGER_FORK, size - 1);
        f.edit = store_edit_open(f.s->path);
    }
    struct ledger_hash root = root_of(&f, ENTRIES);
    f.since = samples_checkpoint(f.s, SAMPLE_ORIGIN, ENTRIES + 1, &root, SAMPLE_OPERATOR);
    finds(&f, LEDGER_OLDER_THAN_SEEN, ENTRIES);
    f.since = samples_checkpoint(f.s, SAMPLE_ORIGIN, 5, &root, SAMPLE_STRANGER);
    finds(&f, LEDGER_LOG_UNTRUSTED, LEDGER_NO_ENTRY);
    f.since = samples_checkpoint(f.s, "other.example", 5, &root, SAMPLE_OPERATOR);
    finds(&f, LEDGER_OTHER_ORIGIN, LEDGER_NO_ENTRY);
    f.since = ledger_span_of("nothing\n");
    finds(&f, LEDGER_BAD_NOTE, LEDGER_NO_ENTRY);
    fixture_free(&f);
}

static void a_checkpoint_seen_is_one_that_a_trusted_log_signed(void)
{
    struct fixture f = fixture_new(2);
    struct ledger_verdict *verdict = &f.s->verdict;
    struct ledger_checkpoint seen;
    struct ledger_hash root = {{1}};
    struct ledger_span notes[] = {
        samples_checkpoint(f.s, SAMPLE_ORIGIN, 9, &root, SAMPLE_STRANGER),
        samples_checkpoint(f.s, "other.example", 9, &root, SAMPLE_OPERATOR),
        ledger_span_of("nothing\n")};
    static const enum ledger_finding findings[] = {LEDGER_LOG_UNTRUSTED, LEDGER_OTHER_ORIGIN,
                                                   LEDGER_BAD_NOTE};
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++) {
        CU_ASSERT_FALSE(ledger_checkpoint_seen(&seen, verdict, notes[i], f.policy));
        CU_ASSERT_EQUAL(verdict->finding, findings[i]);
    }
    struct ledger_span good = samples_checkpoint(f.s, SAMPLE_ORIGIN, 9, &root, SAMPLE_OPERATOR);
    ledger_verdict_clear(verdict);
    CU_ASSERT(ledger_checkpoint_seen(&seen, verdict, good, f.policy));
    CU_ASSERT_EQUAL(seen.size, 9);
    CU_ASSERT_EQUAL(verdict->finding, LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void a_history_cut_off_is_noticed(void)
{
    struct fixture f = edited();
    struct ledger_span seen = samples_file(f.s, f.s->guard);
    for (uint64_t i = 9; i < ENTRIES; i++) {
        store_edit_delete_at(f.edit, "entries", i);
    }
    finds(&f, LEDGER_CHECKPOINT_BEYOND, 9);
    f.edit = store_edit_open(f.s->path);
    store_edit_delete_at(f.edit, "checkpoints", ENTRIES);
    finds(&f, LEDGER_CHECKPOINT_MISSING, 1);
    f.edit = store_edit_open(f.s->path);
    sign(&f, SAMPLE_ORIGIN, 9, SAMPLE_OPERATOR);
    finds(&f, LEDGER_WRONG_INDEX_ROW, LEDGER_NO_ENTRY);
    f.since = seen;
    finds_only(&f, LEDGER_OLDER_THAN_SEEN, 9);
}

/* Appends to the store, without its index rows, an entry around `note` that the operator signs. */
static void file(struct fixture *f, struct ledger_span note)
{
    struct ledger_entry entry = parsed(f, entry_at(f, ENTRIES - 1));
    ledger_tree_leaf(f->s->hasher, &entry.previous, entry_at(f, ENTRIES - 1));
    entry.index = ENTRIES;
    entry.note = note;
    store_edit_put_at(f->edit, "entries", ENTRIES, samples_entry(f->s, &entry));
    struct ledger_hash root = root_of(f, ENTRIES + 1);
    store_edit_put_at(f->edit, "checkpoints", ENTRIES + 1,
                      samples_checkpoint(f->s, SAMPLE_ORIGIN, ENTRIES + 1, &root, SAMPLE_OPERATOR));
}

static void the_operator_alone_cannot_file_for_others(void)
{
    struct fixture f = edited();
    struct sample_record by_stranger = {.signers = {SAMPLE_STRANGER}};
    file(&f, samples_record(f.s, &by_stranger));
    finds_only(&f, LEDGER_NOT_ENROLLED, ENTRIES);
    f = edited();
    file(&f, samples_record(f.s, &(struct sample_record){.ledger = "other.example"}));
    finds_only(&f, LEDGER_OTHER_LEDGER, ENTRIES);
    f = edited();
    struct sample_record change = {
        .kind = LEDGER_KIND_AUTHORITY, .sets = {"threshold 1"}, .signers = {SAMPLE_LI_NA}};
    file(&f, samples_record(f.s, &change));
    finds_only(&f, LEDGER_TOO_FEW_GOVERNORS, ENTRIES);
}

static void a_record_stands_in_the_ledger_once(void)
{
    struct fixture f = edited();
    struct ledger_entry four = parsed(&f, entry_at(&f, 4));
    file(&f, four.note);
    finds(&f, LEDGER_REPEATED_RECORD, ENTRIES);
    /* Also when the index leads to the second. */
    uint8_t value[8];
    struct ledger_hash text;
    ledger_put_be64(value, ENTRIES);
    ledger_hash_bytes(f.s->hasher, &text, four.record.note.text);
    f.edit = store_edit_open(f.s->path);
    store_edit_put(f.edit, "records", (struct ledger_span){text.bytes, sizeof text.bytes},
                   (struct ledger_span){value, sizeof value});
    finds_only(&f, LEDGER_REPEATED_RECORD, ENTRIES);
}

static void every_checkpoint_is_signed_by_the_operator(void)
{
    static const enum sample_who others[] = {SAMPLE_OPERATOR_NEXT, SAMPLE_STRANGER, SAMPLE_LI_NA};
    for (size_t i = 0; i < 3; i++) {
        struct fixture f = edited();
        sign(&f, SAMPLE_ORIGIN, 7, others[i]);
        finds_only(&f, LEDGER_CHECKPOINT_UNSIGNED, 6);
    }
    struct fixture f = edited();
    sign(&f, SAMPLE_ORIGIN, ENTRIES + 3, SAMPLE_STRANGER);
    finds_only(&f, LEDGER_CHECKPOINT_UNSIGNED, ENTRIES);
}

static void every_checkpoint_is_of_these_entries(void)
{
    struct fixture f = edited();
    sign(&f, SAMPLE_ORIGIN, 7, SAMPLE_OPERATOR);
    finds(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
    CU_ASSERT_EQUAL(f.report->checkpoints, 3);
    f.edit = store_edit_open(f.s->path);
    struct ledger_hash root = root_of(&f, 6);
    store_edit_put_at(f.edit, "checkpoints", 7,
                      samples_checkpoint(f.s, SAMPLE_ORIGIN, 7, &root, SAMPLE_OPERATOR));
    finds(&f, LEDGER_CHECKPOINT_ROOT, 6);
    f.edit = store_edit_open(f.s->path);
    store_edit_put_at(f.edit, "checkpoints", 7,
                      samples_checkpoint(f.s, SAMPLE_ORIGIN, 6, &root, SAMPLE_OPERATOR));
    finds(&f, LEDGER_BAD_CHECKPOINT, 6);
    f.edit = store_edit_open(f.s->path);
    sign(&f, "other.example", 7, SAMPLE_OPERATOR);
    finds(&f, LEDGER_OTHER_ORIGIN, 6);
    f.edit = store_edit_open(f.s->path);
    store_edit_put_at(f.edit, "checkpoints", 7, ledger_span_of("7\n"));
    finds_only(&f, LEDGER_BAD_NOTE, 6);
}

static void the_last_entries_are_under_a_checkpoint(void)
{
    struct fixture f = edited();
    store_edit_delete_at(f.edit, "checkpoints", ENTRIES);
    finds(&f, LEDGER_CHECKPOINT_MISSING, 1);
    f.edit = store_edit_open(f.s->path);
    sign(&f, SAMPLE_ORIGIN, ENTRIES - 1, SAMPLE_OPERATOR);
    finds(&f, LEDGER_CHECKPOINT_MISSING, ENTRIES - 1);
    f.edit = store_edit_open(f.s->path);
    store_edit_delete_at(f.edit, "checkpoints", 1);
    store_edit_delete_at(f.edit, "checkpoints", ENTRIES - 1);
    finds_only(&f, LEDGER_CHECKPOINT_MISSING, 0);
}

static void the_policy_decides_whom_to_trust(void)
{
    struct fixture f = fixture_new(ENTRIES);
    struct sample_key witness;
    uint8_t memory[LEDGER_VKEY_MAX + 1] = {0};
    struct ledger_buffer buffer = ledger_buffer_in(memory, LEDGER_VKEY_MAX);
    sample_key(&witness, LEDGER_KEY_COSIGNATURE, "court.gz.example/witness", 99);
    ledger_vkey_write(&buffer, &witness.vkey);
    const char *text =
        samples_text(f.s, "%s\nwitness court %s\nquorum court\n",
                     samples_line(f.s, "log ", SAMPLE_OPERATOR, ""), (const char *)memory);
    CU_ASSERT_FATAL(
        ledger_policy_parse(f.s->hasher, f.policy, &f.s->verdict, ledger_span_of(text)));
    finds(&f, LEDGER_QUORUM_MISSING, LEDGER_NO_ENTRY);
    /* A quorum is asked of the newest checkpoint, not of the one seen before. */
    struct ledger_span note = samples_file(f.s, f.s->guard);
    struct ledger_checkpoint checkpoint;
    struct sample_text cosigned;
    CU_ASSERT_FATAL(ledger_checkpoint_parse(&checkpoint, &f.s->verdict, note));
    sample_start(&cosigned, "");
    ledger_buffer_add(&cosigned.buffer, note);
    sample_sign(&cosigned, &witness, checkpoint.note.text, 1679315147);
    f.edit = store_edit_open(f.s->path);
    store_edit_put_at(f.edit, "checkpoints", ENTRIES, sample_span(&cosigned));
    f.since = note;
    finds(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
    CU_ASSERT_EQUAL(f.report->policy.cosigned, 1);
    ledger_policy_of_log(f.policy, samples_vkey(f.s, SAMPLE_STRANGER));
    f.since = (struct ledger_span){NULL, 0};
    finds_only(&f, LEDGER_LOG_UNTRUSTED, LEDGER_NO_ENTRY);
}

void ledger_suite_audit(void)
{
    CU_pSuite suite = CU_add_suite("audit", NULL, NULL);
    CU_ADD_TEST(suite, the_report_of_a_valid_ledger_counts_everything);
    CU_ADD_TEST(suite, an_entry_that_is_gone_is_missed);
    CU_ADD_TEST(suite, entries_stand_in_their_order);
    CU_ADD_TEST(suite, a_changed_entry_is_found);
    CU_ADD_TEST(suite, a_chain_linked_again_contradicts_the_checkpoints);
    CU_ADD_TEST(suite, a_history_signed_anew_is_a_fork_of_the_one_seen);
    CU_ADD_TEST(suite, the_checkpoint_seen_before_is_extended);
    CU_ADD_TEST(suite, a_checkpoint_seen_is_one_that_a_trusted_log_signed);
    CU_ADD_TEST(suite, a_history_cut_off_is_noticed);
    CU_ADD_TEST(suite, the_operator_alone_cannot_file_for_others);
    CU_ADD_TEST(suite, a_record_stands_in_the_ledger_once);
    CU_ADD_TEST(suite, every_checkpoint_is_signed_by_the_operator);
    CU_ADD_TEST(suite, every_checkpoint_is_of_these_entries);
    CU_ADD_TEST(suite, the_last_entries_are_under_a_checkpoint);
    CU_ADD_TEST(suite, the_policy_decides_whom_to_trust);
}
