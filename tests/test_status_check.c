#include "ledger/law/status_check.h"

#include "tests/status_samples.h"
#include "tests/suites.h"

static void all_entries_of_every_matter_are_proved(void)
{
    static const char *const matters[] = {"A", "B", "C", "F", "authority", "index"};
    static const unsigned counts[] = {3, 1, 1, 5, 2, 1};
    struct status_samples *f = status_world(0);
    for (size_t i = 0; i < sizeof matters / sizeof matters[0]; i++) {
        struct status_pieces p = status_pieces(f, matters[i], STATUS_SECOND);
        CU_ASSERT_EQUAL(p.count, counts[i]);
        CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_VALID);
        CU_ASSERT_EQUAL(f->report.entries, counts[i]);
        CU_ASSERT_EQUAL(f->report.as_of, STATUS_SECOND);
        CU_ASSERT_EQUAL(f->report.after, 1);
        CU_ASSERT_EQUAL(f->report.ruled, strcmp(matters[i], "F") == 0);
    }
    status_free(&f);
}

static void the_status_is_what_the_last_rule_that_says_one_made(void)
{
    struct status_samples *f = status_world(0);
    struct status_pieces p = status_pieces(f, "F", STATUS_SECOND);
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_VALID);
    CU_ASSERT_EQUAL(f->report.standing, LEDGER_STANDING_CORRECTED);
    CU_ASSERT_EQUAL(f->report.standing_entry, 12);
    CU_ASSERT_EQUAL(f->report.standing_ms, f->entry->entry.time_ms);
    p = status_pieces(f, "A", STATUS_SECOND);
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_VALID);
    CU_ASSERT_EQUAL(f->report.standing, LEDGER_STANDING_AS_BEFORE);
    CU_ASSERT_EQUAL(f->report.standing_entry, LEDGER_NO_ENTRY);
    status_free(&f);
}

static void an_older_index_is_valid_and_says_how_old_it_is(void)
{
    struct status_samples *f = status_world(0);
    struct status_pieces p = status_pieces(f, "A", STATUS_FIRST);
    CU_ASSERT_EQUAL(p.count, 2);
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_VALID);
    CU_ASSERT_EQUAL(f->report.as_of, STATUS_FIRST);
    CU_ASSERT_EQUAL(f->report.after, 9);
    p = status_pieces(f, "F", STATUS_FIRST);
    CU_ASSERT_EQUAL(p.count, 0);
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_VALID);
    CU_ASSERT_EQUAL(f->report.entries, 0);
    CU_ASSERT_EQUAL(f->entry->entry.index, STATUS_FIRST);
    CU_ASSERT_EQUAL(f->report.as_of_ms, f->entry->entry.time_ms);
    /* The list of one index with the index or the path of another. */
    const struct status_pieces older = status_pieces(f, "A", STATUS_FIRST);
    p = older;
    p.index = status_head(f, STATUS_SECOND);
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_ALL_ENTRIES);
    p = status_pieces(f, "A", STATUS_SECOND);
    p.index = older.index;
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_ALL_ENTRIES);
    CU_ASSERT_EQUAL(f->s->verdict.entry, 6);
    p = status_pieces(f, "A", STATUS_SECOND);
    p.path = older.path;
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_ALL_ENTRIES);
    status_free(&f);
}

static void leave_out(struct status_pieces *p, unsigned at)
{
    memmove(p->heads + at, p->heads + at + 1, (p->count - at - 1) * sizeof p->heads[0]);
    p->entries = --p->count;
}

static void put_in(struct status_pieces *p, unsigned at, struct ledger_span head)
{
    memmove(p->heads + at + 1, p->heads + at, (p->count - at) * sizeof p->heads[0]);
    p->heads[at] = head;
    p->entries = ++p->count;
}

static void an_entry_that_is_left_out_is_missed(void)
{
    struct status_samples *f = status_world(0);
    const struct status_pieces good = status_pieces(f, "F", STATUS_SECOND);
    for (unsigned i = 0; i < good.count; i++) {
        struct status_pieces p = good;
        leave_out(&p, i);
        CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_ALL_ENTRIES);
        CU_ASSERT_EQUAL(f->s->verdict.entry, STATUS_SECOND);
    }
    struct status_pieces p = good;
    while (p.count > 0) {
        leave_out(&p, p.count - 1);
        CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_ALL_ENTRIES);
    }
    status_free(&f);
}

static void an_entry_that_was_put_in_is_noticed(void)
{
    struct status_samples *f = status_world(0);
    const struct status_pieces good = status_pieces(f, "A", STATUS_SECOND);
    struct status_pieces p = good;
    put_in(&p, 1, status_head(f, 2));
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_OTHER_ENTRY);
    CU_ASSERT_EQUAL(f->s->verdict.entry, 2);
    for (unsigned i = 0; i < good.count; i++) {
        p = good;
        put_in(&p, i, good.heads[i]);
        CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_ALL_ENTRIES);
    }
    p = status_pieces(f, "A", STATUS_FIRST);
    put_in(&p, p.count, status_head(f, 6));
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_ALL_ENTRIES);
    p = status_pieces(f, "index", STATUS_SECOND);
    put_in(&p, p.count, status_head(f, STATUS_SECOND));
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_ALL_ENTRIES);
    CU_ASSERT_PTR_NOT_NULL(strstr(f->s->verdict.detail, "counts only the entries before it"));
    p = status_pieces(f, "G", STATUS_SECOND);
    CU_ASSERT_EQUAL(p.count, 0);
    put_in(&p, 0, status_head(f, 14));
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_ALL_ENTRIES);
    status_free(&f);
}

static void entries_in_another_order_are_refused(void)
{
    struct status_samples *f = status_world(0);
    const struct status_pieces good = status_pieces(f, "F", STATUS_SECOND);
    for (unsigned i = 0; i < good.count; i++) {
        for (unsigned k = i + 1; k < good.count; k++) {
            struct status_pieces p = good;
            p.heads[i] = good.heads[k];
            p.heads[k] = good.heads[i];
            CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_ALL_ENTRIES);
            CU_ASSERT_PTR_NOT_NULL(strstr(f->s->verdict.detail, "the entries must ascend"));
        }
    }
    struct status_pieces p = good;
    p.heads[0] = good.heads[1];
    p.heads[1] = good.heads[0];
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_ALL_ENTRIES);
    CU_ASSERT_PTR_NOT_NULL(strstr(f->s->verdict.detail, "it comes after entry 9:"));
    CU_ASSERT_EQUAL(f->s->verdict.entry, 8);
    status_free(&f);
}

static void a_matter_of_one_entry_has_the_status_that_its_rule_makes(void)
{
    struct status_samples *f = status_new();
    status_rules(f);
    CU_ASSERT_EQUAL(status_append(f, samples_appraisal("F", "accept")), 2);
    CU_ASSERT_EQUAL(status_index(f), 3);
    status_read(f);
    struct status_pieces p = status_pieces(f, "F", 3);
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_VALID);
    CU_ASSERT_EQUAL(f->report.entries, 1);
    CU_ASSERT(f->report.ruled);
    status_free(&f);
}

/* The line is that of the file, and the entry none: what the proof is of is not known. */
static void a_proof_of_other_form_is_named_with_its_line(void)
{
    struct status_samples *f = status_world(0);
    struct status_pieces p = status_pieces(f, "A", STATUS_SECOND);
    p.heads[0] = ledger_span_of("c2sp.org/tlog-proof@v2\n\n");
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_BAD_PROOF);
    struct ledger_span bytes = status_bytes(f, &p);
    uint32_t line = 1;
    for (size_t i = 0; i < bytes.size && memcmp(bytes.data + i, "proof@v2", 8) != 0; i++) {
        line += bytes.data[i] == '\n';
    }
    CU_ASSERT_EQUAL(f->s->verdict.line, line);
    CU_ASSERT_EQUAL(f->s->verdict.entry, LEDGER_NO_ENTRY);
    status_free(&f);
}

static void nothing_of_the_matter_before_is_left_in_the_report(void)
{
    struct status_samples *f = status_world(0);
    struct status_pieces p = status_pieces(f, "F", STATUS_SECOND);
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_VALID);
    CU_ASSERT(f->report.ruled && f->report.standing_ms != 0);
    p = status_pieces(f, "A", STATUS_SECOND);
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_VALID);
    CU_ASSERT_FALSE(f->report.ruled);
    CU_ASSERT(f->report.standing == LEDGER_STANDING_AS_BEFORE && f->report.standing_ms == 0);
    CU_ASSERT_EQUAL(f->report.standing_entry, LEDGER_NO_ENTRY);
    status_free(&f);
}

static void the_number_of_entries_is_that_of_the_proofs(void)
{
    struct status_samples *f = status_world(0);
    const struct status_pieces good = status_pieces(f, "F", STATUS_SECOND);
    static const uint64_t wrong[] = {0, 1, 4, 6, 7, 1000, UINT64_C(1) << 61};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct status_pieces p = good;
        p.entries = wrong[i];
        CU_ASSERT_NOT_EQUAL(status_check(f, &p), LEDGER_VALID);
    }
    status_free(&f);
}

static void a_path_of_another_length_or_with_another_hash_is_refused(void)
{
    struct status_samples *f = status_world(0);
    static const char *const matters[] = {"A", "B", "F", "no such", "nor this"};
    for (size_t i = 0; i < sizeof matters / sizeof matters[0]; i++) {
        const struct status_pieces good = status_pieces(f, matters[i], STATUS_SECOND);
        struct status_pieces p = good;
        for (unsigned depth = 0; depth <= LEDGER_PREFIX_DEPTH; depth++) {
            p.path.depth = depth;
            CU_ASSERT_EQUAL(status_check(f, &p),
                            depth == good.path.depth ? LEDGER_VALID : LEDGER_NOT_ALL_ENTRIES);
        }
        for (unsigned k = 0; k < good.path.depth; k++) {
            p = good;
            p.path.siblings[k].bytes[k] ^= 0x10;
            CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_ALL_ENTRIES);
        }
    }
    status_free(&f);
}

/* Both sorts of absence occur among these: an empty place, and another leaf in it. */
static void absence_is_proved_and_nothing_else_passes_for_it(void)
{
    struct status_samples *f = status_world(0);
    unsigned occupied = 0;
    unsigned empty = 0;
    for (unsigned i = 0; i < 40; i++) {
        const struct status_pieces good = status_pieces(f, samples_text(f->s, "none %u", i),
                                                        i % 2 == 0 ? STATUS_FIRST : STATUS_SECOND);
        CU_ASSERT_EQUAL(status_check(f, &good), LEDGER_VALID);
        CU_ASSERT_EQUAL(f->report.entries, 0);
        CU_ASSERT_FALSE(f->report.ruled);
        CU_ASSERT_EQUAL(f->report.standing, LEDGER_STANDING_AS_BEFORE);
        struct status_pieces p = good;
        p.end.occupied = !good.end.occupied;
        CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_ALL_ENTRIES);
        p = good;
        p.end.key.bytes[31] ^= good.end.occupied;
        CU_ASSERT_EQUAL(status_check(f, &p),
                        good.end.occupied ? LEDGER_NOT_ALL_ENTRIES : LEDGER_VALID);
        p = good;
        put_in(&p, 0, status_head(f, 1));
        CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_OTHER_ENTRY);
        occupied += good.end.occupied;
        empty += !good.end.occupied;
    }
    CU_ASSERT(occupied > 0 && empty > 0);
    status_free(&f);
}

static void what_is_there_is_not_shown_absent(void)
{
    struct status_samples *f = status_world(0);
    struct status_pieces p = status_pieces(f, "B", STATUS_SECOND);
    leave_out(&p, 0);
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_ALL_ENTRIES);
    /* With its own leaf at the end. */
    p.end.occupied = true;
    ledger_hash_bytes(f->s->hasher, &p.end.key, ledger_span_of("B"));
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_ALL_ENTRIES);
    /* With the absence of another matter, whose path leads to B's leaf or elsewhere. */
    for (unsigned i = 0; i < 40; i++) {
        p = status_pieces(f, samples_text(f->s, "none %u", i), STATUS_SECOND);
        p.matter = "B";
        CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_ALL_ENTRIES);
    }
    status_free(&f);
}

static void the_index_must_be_one_and_stand_under_the_checkpoint(void)
{
    struct status_samples *f = status_world(0);
    struct status_samples *other = status_world(1000); /* a ledger of the same name */
    const struct status_pieces good = status_pieces(f, "A", STATUS_SECOND);
    struct status_pieces p = good;
    for (uint64_t i = 0; i < f->count; i++) {
        p.index = status_head(f, i);
        if (i != STATUS_FIRST && i != STATUS_SECOND) {
            CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_BAD_INDEX);
            CU_ASSERT_EQUAL(f->s->verdict.entry, i);
        }
    }
    p = good;
    p.index = status_head(other, STATUS_SECOND);
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_INCLUDED);
    p = good;
    p.heads[1] = status_head(other, 3);
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_INCLUDED);
    p = good;
    CU_ASSERT_EQUAL(ledger_reader_checkpoint(f->reader, &p.checkpoint, STATUS_SECOND, NULL),
                    LEDGER_OK);
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_INCLUDED);
    p.checkpoint = other->checkpoint;
    CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_NOT_INCLUDED);
    ledger_policy_of_log(f->policy, samples_vkey(f->s, SAMPLE_STRANGER));
    CU_ASSERT_EQUAL(status_check(f, &good), LEDGER_LOG_UNTRUSTED);
    CU_ASSERT_EQUAL(f->s->verdict.entry, LEDGER_NO_ENTRY);
    status_free(&f);
    status_free(&other);
}

/* The proof that a matter is absent from an empty tree, by entry 1 of a tree of two, which the
 * operator signs whatever stands there; the evidence is that of the real index at 1. */
static enum ledger_finding forged(struct status_samples *f, struct ledger_span note)
{
    struct status_pieces p = status_pieces(f, "A", 1);
    struct sample_text evidence;
    struct sample_text head;
    struct ledger_proof proof;
    struct ledger_entry entry;
    struct ledger_evidence item;
    struct ledger_hash root;
    struct ledger_span rest = p.index;
    uint32_t lines;
    CU_ASSERT_FATAL(ledger_proof_head_parse(&proof, &f->s->verdict, f->memory, &rest, &lines));
    CU_ASSERT_FATAL(ledger_entry_parse(&entry, &f->s->verdict, proof.entry));
    CU_ASSERT_EQUAL(proof.line_count, 1);
    entry.note = note;
    struct ledger_span bytes = samples_entry(f->s, &entry);
    sample_start(&evidence, "");
    sample_start(&head, "");
    ledger_evidence_start(&evidence.buffer);
    rest = proof.lines;
    CU_ASSERT(ledger_evidence_next(&rest, &item));
    ledger_evidence_add(&evidence.buffer, item.line, &item.path);
    ledger_evidence_finish(&evidence.buffer, bytes);
    proof.path.count = 1;
    ledger_proof_head_write(&head.buffer, 1, &proof.path, sample_span(&evidence));
    ledger_tree_leaf(f->s->hasher, &root, bytes);
    ledger_tree_parent(f->s->hasher, &root, &proof.path.hashes[0], &root);
    p.index = sample_span(&head);
    p.checkpoint = samples_checkpoint(f->s, SAMPLE_ORIGIN, 2, &root, SAMPLE_OPERATOR);
    return status_check(f, &p);
}

static void only_the_operator_makes_an_index(void)
{
    struct status_samples *f = status_new();
    const struct ledger_hash zero = {{0}};
    CU_ASSERT_EQUAL(status_index(f), 1);
    status_read(f);
    struct ledger_hash root = status_root(f, 1);
    CU_ASSERT_EQUAL(forged(f, status_index_record(f, 1, &root, SAMPLE_OPERATOR)), LEDGER_VALID);
    const struct ledger_authority_line *line = f->entry->entitled.signers[0].line;
    CU_ASSERT(line != NULL && line->type == LEDGER_LINE_OPERATOR);
    CU_ASSERT_EQUAL(forged(f, status_index_record(f, 1, &zero, SAMPLE_OPERATOR)),
                    LEDGER_NOT_ALL_ENTRIES);
    static const enum sample_who others[] = {SAMPLE_STRANGER, SAMPLE_OPERATOR_NEXT, SAMPLE_LI_NA,
                                             SAMPLE_ZHANG};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        CU_ASSERT_EQUAL(forged(f, status_index_record(f, 1, &root, others[i])),
                        LEDGER_NOT_ENROLLED);
    }
    static const uint64_t sizes[] = {0, 2, 3};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        CU_ASSERT_EQUAL(forged(f, status_index_record(f, sizes[i], &root, SAMPLE_OPERATOR)),
                        LEDGER_BAD_INDEX);
    }
    status_free(&f);
}

static void the_evidence_of_every_entry_is_checked(void)
{
    struct status_samples *f = status_world(0);
    const struct status_pieces good = status_pieces(f, "F", STATUS_SECOND);
    for (unsigned i = 0; i < good.count; i++) {
        struct status_pieces p = good;
        struct sample_text head;
        struct sample_text evidence;
        struct ledger_proof proof;
        struct ledger_span rest = good.heads[i];
        uint32_t lines;
        CU_ASSERT_FATAL(ledger_proof_head_parse(&proof, &f->s->verdict, f->memory, &rest, &lines));
        sample_start(&evidence, "");
        sample_start(&head, "");
        ledger_evidence_start(&evidence.buffer);
        ledger_evidence_finish(&evidence.buffer, proof.entry);
        ledger_proof_head_write(&head.buffer, proof.index, &proof.path, sample_span(&evidence));
        p.heads[i] = sample_span(&head);
        CU_ASSERT_EQUAL(status_check(f, &p), LEDGER_EVIDENCE_MISSING);
        CU_ASSERT_EQUAL(f->s->verdict.entry, proof.index);
    }
    status_free(&f);
}

static void every_truncation_and_every_changed_byte_is_refused(void)
{
    struct status_samples *f = status_world(0);
    static const char *const matters[] = {"B", "no such"};
    for (size_t i = 0; i < sizeof matters / sizeof matters[0]; i++) {
        const struct status_pieces p = status_pieces(f, matters[i], STATUS_SECOND);
        struct ledger_span good = status_bytes(f, &p);
        uint8_t *bytes = samples_memory(f->s, good.size + 1);
        CU_ASSERT_EQUAL(status_check_bytes(f, good), LEDGER_VALID);
        for (size_t at = 0; at < good.size; at++) {
            struct ledger_span part = {good.data, at};
            CU_ASSERT_NOT_EQUAL(status_check_bytes(f, part), LEDGER_VALID);
            memcpy(bytes, good.data, good.size);
            bytes[at] ^= (uint8_t)(1u << (at % 7));
            part = (struct ledger_span){bytes, good.size};
            CU_ASSERT_NOT_EQUAL(status_check_bytes(f, part), LEDGER_VALID);
            bytes[at] = (uint8_t)(good.data[at] == '\n' ? ' ' : '\n');
            CU_ASSERT_NOT_EQUAL(status_check_bytes(f, part), LEDGER_VALID);
        }
        memcpy(bytes, good.data, good.size);
        bytes[good.size] = '\n';
        struct ledger_span longer = {bytes, good.size + 1};
        CU_ASSERT_NOT_EQUAL(status_check_bytes(f, longer), LEDGER_VALID);
    }
    status_free(&f);
}

/* The reference: a proof holds exactly if its list is that of the entries which the ledger has of
 * the matter before the index. */
static void a_list_holds_exactly_if_it_is_that_of_the_ledger(void)
{
    struct status_samples *f = status_world(0);
    static const char *const matters[] = {"A", "B", "F", "authority", "none"};
    uint32_t random = 1;
    unsigned valid = 0;
    for (unsigned round = 0; round < 600; round++) {
        const char *matter = matters[round % 5];
        uint64_t as_of = round % 2 == 0 ? STATUS_FIRST : STATUS_SECOND;
        struct status_pieces p = status_pieces(f, matter, as_of);
        bool right = true;
        unsigned next = 0;
        struct ledger_span heads[STATUS_HEADS_MAX];
        for (uint64_t i = 0; i < f->count; i++) {
            random = random * 1103515245u + 12345u;
            bool there = strcmp(f->matters[i], matter) == 0 && i < as_of;
            bool take = (random >> 16 & 15) == 0 ? !there : there;
            right &= take == there;
            if (take && next < STATUS_HEADS_MAX) {
                heads[next++] = status_head(f, i);
            }
        }
        memcpy(p.heads, heads, sizeof heads);
        p.entries = p.count = next;
        CU_ASSERT_EQUAL(status_check(f, &p) == LEDGER_VALID, right);
        valid += right;
    }
    CU_ASSERT(valid > 20 && valid < 580);
    status_free(&f);
}

static void count_visit(void *context, const struct ledger_proof_report *entry)
{
    uint64_t *seen = context;
    CU_ASSERT_EQUAL(entry->entry.index, 8 + *seen);
    CU_ASSERT(entry->entitled.ruled);
    (*seen)++;
}

static void every_entry_is_visited_in_order(void)
{
    struct status_samples *f = status_world(0);
    struct ledger_status_proof proof;
    struct status_pieces p = status_pieces(f, "F", STATUS_SECOND);
    uint64_t seen = 0;
    ledger_verdict_clear(&f->s->verdict);
    CU_ASSERT_FATAL(ledger_status_proof_parse(&proof, &f->s->verdict, status_bytes(f, &p)));
    CU_ASSERT(ledger_status_check(f->s->hasher, &f->s->verdict, &f->report, &proof, f->policy,
                                  f->entry, f->memory, count_visit, &seen));
    CU_ASSERT_EQUAL(seen, 5);
    CU_ASSERT(ledger_status_check_made(f->s->hasher, &f->s->verdict, &f->report, &proof, f->entry,
                                       f->memory));
    status_free(&f);
}

static void look_at_verdict(void *context, const struct ledger_proof_report *entry)
{
    const struct ledger_verdict *verdict = context;
    CU_ASSERT_EQUAL(verdict->finding, LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(verdict->entry, entry->entry.index);
}

static void nothing_is_valid_before_all_of_it_was_checked(void)
{
    struct status_samples *f = status_world(0);
    struct ledger_status_proof proof;
    struct status_pieces p = status_pieces(f, "F", STATUS_SECOND);
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    CU_ASSERT_FATAL(ledger_status_proof_parse(&proof, &verdict, status_bytes(f, &p)));
    CU_ASSERT(ledger_status_check(f->s->hasher, &verdict, &f->report, &proof, f->policy, f->entry,
                                  f->memory, look_at_verdict, &verdict));
    CU_ASSERT_EQUAL(verdict.finding, LEDGER_VALID);
    /* Of the verdict before, nothing is left. */
    ledger_policy_of_log(f->policy, samples_vkey(f->s, SAMPLE_STRANGER));
    CU_ASSERT_FALSE(ledger_status_check(f->s->hasher, &verdict, &f->report, &proof, f->policy,
                                        f->entry, f->memory, NULL, NULL));
    CU_ASSERT_EQUAL(verdict.finding, LEDGER_LOG_UNTRUSTED);
    CU_ASSERT_EQUAL(verdict.entry, LEDGER_NO_ENTRY);
    status_free(&f);
}

void ledger_suite_status_check(void)
{
    CU_pSuite suite = CU_add_suite("status_check", NULL, NULL);
    CU_ADD_TEST(suite, all_entries_of_every_matter_are_proved);
    CU_ADD_TEST(suite, the_status_is_what_the_last_rule_that_says_one_made);
    CU_ADD_TEST(suite, an_older_index_is_valid_and_says_how_old_it_is);
    CU_ADD_TEST(suite, an_entry_that_is_left_out_is_missed);
    CU_ADD_TEST(suite, an_entry_that_was_put_in_is_noticed);
    CU_ADD_TEST(suite, entries_in_another_order_are_refused);
    CU_ADD_TEST(suite, nothing_of_the_matter_before_is_left_in_the_report);
    CU_ADD_TEST(suite, the_number_of_entries_is_that_of_the_proofs);
    CU_ADD_TEST(suite, a_path_of_another_length_or_with_another_hash_is_refused);
    CU_ADD_TEST(suite, absence_is_proved_and_nothing_else_passes_for_it);
    CU_ADD_TEST(suite, what_is_there_is_not_shown_absent);
    CU_ADD_TEST(suite, the_index_must_be_one_and_stand_under_the_checkpoint);
    CU_ADD_TEST(suite, only_the_operator_makes_an_index);
    CU_ADD_TEST(suite, the_evidence_of_every_entry_is_checked);
    CU_ADD_TEST(suite, every_truncation_and_every_changed_byte_is_refused);
    CU_ADD_TEST(suite, a_list_holds_exactly_if_it_is_that_of_the_ledger);
    CU_ADD_TEST(suite, every_entry_is_visited_in_order);
    CU_ADD_TEST(suite, a_matter_of_one_entry_has_the_status_that_its_rule_makes);
    CU_ADD_TEST(suite, a_proof_of_other_form_is_named_with_its_line);
    CU_ADD_TEST(suite, nothing_is_valid_before_all_of_it_was_checked);
}
