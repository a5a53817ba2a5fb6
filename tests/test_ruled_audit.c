/* Auditing where rules are required: what slipped in is found at its entry. */
#include "ledger/ops/audit.h"

#include "tests/ruled_samples.h"
#include "tests/suites.h"

#define DAY (INT64_C(24) * 3600 * 1000)

static const struct ledger_span nothing = {NULL, 0};

/* A ledger of these entries:
 *   2 to 6   "done": accept, appraise, review, issue, correct
 *   7 to 9   "open": accept, appraise, review
 *   10, 11   "twice": accept, and an appraisal by ZHAO, who reviews
 */
static struct fixture proceeding(void)
{
    struct fixture f = ruled_new();
    ruled_proceed(&f, "done", 5);
    ruled_proceed(&f, "open", 3);
    ruled_proceed(&f, "twice", 1);
    struct sample_record by_zhao = samples_appraisal("twice", "appraise");
    by_zhao.signers[0] = SAMPLE_ZHAO;
    CU_ASSERT_EQUAL(ruled_append(&f, by_zhao), LEDGER_VALID);
    return f;
}

/* A record that slipped in at the end of that ledger is found there, or does no harm. */
static void slipped(struct sample_record what, enum ledger_finding finding)
{
    struct fixture f = proceeding();
    uint64_t index = ruled_slip(&f, what, true);
    CU_ASSERT_EQUAL(index, 12);
    finds_only(&f, finding, finding == LEDGER_VALID ? LEDGER_NO_ENTRY : index);
}

static void what_slipped_in_out_of_order_is_found(void)
{
    slipped(samples_appraisal("open", "issue"), LEDGER_VALID);
    slipped(samples_appraisal("open", "accept"), LEDGER_ALREADY_OPEN);
    slipped(samples_appraisal("done", "accept"), LEDGER_ALREADY_OPEN);
    slipped(samples_appraisal("open", "correct"), LEDGER_WRONG_ORDER);
    slipped(samples_appraisal("done", "issue"), LEDGER_WRONG_ORDER);
    slipped(samples_appraisal("new", "issue"), LEDGER_WRONG_ORDER);
    slipped(samples_reappraisal("open", "done"), LEDGER_OTHER_KIND);
}

static void what_the_wrong_people_slipped_in_is_found(void)
{
    struct sample_record what = samples_appraisal("twice", "review");
    slipped(what, LEDGER_SIGNER_EXCLUDED);
    what = samples_appraisal("done", "correct");
    what.signers[0] = SAMPLE_ZHAO;
    slipped(what, LEDGER_ORIGINAL_MISSING);
    what = samples_appraisal("open", "issue");
    what.institution = SAMPLE_SECOND;
    what.signers[0] = SAMPLE_STRANGER;
    slipped(what, LEDGER_WRONG_INSTITUTION);
    what = samples_appraisal("open", "appraise");
    what.signers[0] = SAMPLE_SUN;
    slipped(what, LEDGER_INSTITUTION_UNSIGNED);
    what = samples_appraisal("twice", "review");
    what.signers[0] = SAMPLE_WANG;
    slipped(what, LEDGER_ROLE_MISSING);
}

static void what_slipped_in_with_other_lines_is_found(void)
{
    struct sample_record what = samples_appraisal("open", "issue");
    what.fields[0] = "conclusion 非同一人书写";
    slipped(what, LEDGER_LINE_CHANGED);
    what = samples_appraisal("twice", "appraise");
    what.fields[0] = NULL;
    slipped(what, LEDGER_LINE_MISSING);
    what = samples_appraisal("new", "withdraw");
    slipped(what, LEDGER_NO_RULE);
}

static void a_reference_that_slipped_in_is_found(void)
{
    slipped(samples_reappraisal("again", "done"), LEDGER_VALID);
    slipped(samples_reappraisal("again", "nowhere"), LEDGER_BAD_REFERENCE);
    slipped(samples_reappraisal("again", "open"), LEDGER_BAD_REFERENCE);
    slipped(samples_reappraisal("again", "again"), LEDGER_BAD_REFERENCE);
    slipped(samples_reappraisal("again", "authority"), LEDGER_BAD_REFERENCE);
    struct fixture f = proceeding();
    struct sample_record of_second = samples_appraisal("theirs", "accept");
    of_second.institution = SAMPLE_SECOND;
    of_second.signers[0] = SAMPLE_STRANGER;
    CU_ASSERT_EQUAL(ruled_append(&f, of_second), LEDGER_VALID);
    CU_ASSERT_EQUAL(ruled_append(&f, samples_reappraisal("again", "theirs")), LEDGER_BAD_REFERENCE);
    fixture_free(&f);
}

/* The index knows of entries after the one that is judged; they are not its history. */
static void what_comes_later_is_no_history(void)
{
    struct fixture f = ruled_new();
    ruled_proceed(&f, "done", 3);
    uint64_t index = ruled_slip(&f, samples_reappraisal("again", "done"), true);
    (void)ruled_slip(&f, samples_appraisal("done", "issue"), true);
    finds_only(&f, LEDGER_BAD_REFERENCE, index);
    f = ruled_new();
    ruled_proceed(&f, "done", 2);
    index = ruled_slip(&f, samples_appraisal("new", "appraise"), true);
    (void)ruled_slip(&f, samples_appraisal("new", "accept"), true);
    finds_only(&f, LEDGER_WRONG_ORDER, index);
}

/* ---- the index of matters ---- */

static void delete_row(struct fixture *f, const char *matter, uint64_t index)
{
    uint8_t key[LEDGER_ROW_KEY_SIZE];
    f->edit = store_edit_open(f->s->path);
    store_edit_delete(f->edit, "matters", ruled_row(f, key, matter, index));
    store_edit_close(&f->edit);
}

static void an_entry_that_the_index_leaves_out_is_found_at_once(void)
{
    struct fixture f = proceeding();
    delete_row(&f, "open", 7);
    /* What would be found later is never reached. */
    (void)ruled_slip(&f, samples_appraisal("done", "issue"), true);
    finds(&f, LEDGER_WRONG_INDEX_ROW, 7);
    CU_ASSERT_EQUAL(f.report->entries, 7);
    fixture_free(&f);
}

static void without_rules_the_entries_come_first(void)
{
    struct fixture f = fixture_new(ENTRIES);
    uint8_t key[LEDGER_ROW_KEY_SIZE];
    struct ledger_span bytes;
    struct ledger_entry entry;
    f.edit = store_edit_open(f.s->path);
    bytes = store_edit_get_at(f.edit, "entries", 4);
    CU_ASSERT_FATAL(ledger_entry_parse(&entry, &f.s->verdict, bytes));
    const char *matter = samples_text(f.s, "%.*s", LEDGER_SPAN_ARGS(entry.record.matter));
    store_edit_delete(f.edit, "matters", ruled_row(&f, key, matter, 4));
    store_edit_close(&f.edit);
    finds(&f, LEDGER_WRONG_INDEX_ROW, 4);
    CU_ASSERT_EQUAL(f.report->entries, ENTRIES);
    struct sample_record by_stranger = {.signers = {SAMPLE_STRANGER}};
    uint64_t index = ruled_slip(&f, by_stranger, true);
    finds_only(&f, LEDGER_NOT_ENROLLED, index);
}

/* The gap was there when nobody asked for histories: from the rules on it counts. */
static void a_gap_from_before_the_rules_is_found_with_them(void)
{
    struct fixture f = fixture_new(1);
    struct ledger_appender *a = NULL;
    CU_ASSERT_EQUAL(ruled_append(&f, samples_appraisal("a", "accept")), LEDGER_VALID);
    CU_ASSERT_EQUAL(ruled_append(&f, samples_appraisal("b", "accept")), LEDGER_VALID);
    CU_ASSERT_EQUAL_FATAL(samples_open(f.s, &a), LEDGER_OK);
    CU_ASSERT_EQUAL(samples_append(f.s, a, samples_rules(f.s), NULL), LEDGER_OK);
    ledger_appender_close(&a);
    ruled_proceed(&f, "c", 2);
    delete_row(&f, "b", 2);
    finds(&f, LEDGER_WRONG_INDEX_ROW, 2);
    CU_ASSERT_EQUAL(f.report->entries, 3);
    fixture_free(&f);
}

static void a_row_that_leads_to_another_matter_is_found(void)
{
    static const struct {
        const char *matter;
        uint64_t row;
        uint64_t found;
    } rows[] = {
        {"done", 0, 0},               /* before its first */
        {"open", 8, LEDGER_NO_ENTRY}, /* a right one */
        {"twice", 5, 5},              /* a second first */
        {"done", 9, LEDGER_NO_ENTRY}, /* after its last: nobody asks again, but rows are counted */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture f = proceeding();
        uint8_t key[LEDGER_ROW_KEY_SIZE];
        f.edit = store_edit_open(f.s->path);
        store_edit_put(f.edit, "matters", ruled_row(&f, key, rows[i].matter, rows[i].row), nothing);
        finds_only(&f, i == 1 ? LEDGER_VALID : LEDGER_WRONG_INDEX_ROW, rows[i].found);
    }
}

/* ---- notices ---- */

#define NOTICES_MAX 16

struct notices {
    unsigned count;
    struct ledger_notice given[NOTICES_MAX];
    char keys[NOTICES_MAX][LEDGER_VKEY_MAX + 1];
};

static void take_notice(void *context, const struct ledger_notice *notice)
{
    struct notices *n = context;
    CU_ASSERT_FATAL(n->count < NOTICES_MAX);
    n->given[n->count] = *notice;
    CU_ASSERT_FATAL(notice->key.size <= LEDGER_VKEY_MAX);
    if (notice->key.size != 0) {
        memcpy(n->keys[n->count], notice->key.data, notice->key.size);
    }
    n->count++;
}

static struct notices *audit_notices(struct fixture *f, enum ledger_finding expected)
{
    struct notices *n = samples_memory(f->s, sizeof *n);
    struct ledger_audit_options options = {
        .policy = f->policy, .unlocked = true, .notice = take_notice, .notice_context = n};
    CU_ASSERT_EQUAL(ledger_audit(f->report, &f->s->verdict, f->s->path, &options, &f->s->error),
                    LEDGER_OK);
    CU_ASSERT_EQUAL(f->s->verdict.finding, expected);
    return n;
}

/* The notices after those of the keys declared compromised, which are given first, once each. */
static struct notices *audit_doubts(struct fixture *f, unsigned compromised)
{
    struct notices *all = audit_notices(f, LEDGER_VALID);
    struct notices *rest = samples_memory(f->s, sizeof *rest);
    CU_ASSERT_EQUAL(f->report->compromised, compromised);
    CU_ASSERT_FATAL(all->count >= compromised);
    for (unsigned i = 0; i < all->count; i++) {
        CU_ASSERT_EQUAL(all->given[i].type,
                        i < compromised ? LEDGER_NOTICE_COMPROMISED : LEDGER_NOTICE_DOUBTFUL);
        if (i >= compromised) {
            rest->given[rest->count] = all->given[i];
            memcpy(rest->keys[rest->count++], all->keys[i], sizeof all->keys[i]);
        }
    }
    return rest;
}

static void a_missed_term_is_a_notice_and_no_finding(void)
{
    struct fixture f = ruled_new();
    ruled_proceed(&f, "in time", 3);
    ruled_proceed(&f, "late", 3);
    f.s->now = SAMPLE_TIME + 30 * DAY;
    CU_ASSERT_EQUAL(ruled_append(&f, samples_appraisal("in time", "issue")), LEDGER_VALID);
    f.s->now = SAMPLE_TIME + 3 + 30 * DAY + 1;
    CU_ASSERT_EQUAL(ruled_append(&f, samples_appraisal("late", "issue")), LEDGER_VALID);
    struct notices *n = audit_notices(&f, LEDGER_VALID);
    CU_ASSERT_EQUAL(f.report->ruled, 8);
    CU_ASSERT_EQUAL(f.report->late, 1);
    CU_ASSERT_EQUAL(f.report->doubtful, 0);
    CU_ASSERT_EQUAL_FATAL(n->count, 1);
    CU_ASSERT_EQUAL(n->given[0].type, LEDGER_NOTICE_LATE);
    CU_ASSERT_EQUAL(n->given[0].entry, 9);
    CU_ASSERT_EQUAL(n->given[0].from, 5);
    CU_ASSERT_EQUAL(n->given[0].term_days, 30);
    CU_ASSERT_EQUAL(n->given[0].late_ms, 1);
    /* And without anybody to tell. */
    finds(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
    CU_ASSERT_EQUAL(f.report->late, 1);
    fixture_free(&f);
}

static void declare(struct fixture *f, enum sample_who who, uint64_t from)
{
    const char *text = samples_text(f->s, " %llu", (unsigned long long)from);
    struct sample_record what = {.kind = LEDGER_KIND_AUTHORITY,
                                 .unsets = {samples_line(f->s, "key ", who, "")},
                                 .sets = {samples_line(f->s, "compromise ", who, text)}};
    CU_ASSERT_EQUAL(ruled_append(f, what), LEDGER_VALID);
}

/* WANG signed all of the ledger `proceeding` but entries 4, 9 and 11. */
static void a_compromise_lists_the_entries_from_its_index_on(void)
{
    static const uint64_t doubtful[] = {5, 6, 7, 8, 10};
    for (uint64_t from = 4; from < 8; from++) {
        struct fixture f = proceeding();
        declare(&f, SAMPLE_WANG, from);
        struct notices *n = audit_doubts(&f, 1);
        unsigned skipped = from > 5 ? (unsigned)from - 5 : 0;
        CU_ASSERT_EQUAL(f.report->doubtful, 5 - skipped);
        CU_ASSERT_EQUAL_FATAL(n->count, 5 - skipped);
        for (unsigned i = 0; i < n->count; i++) {
            CU_ASSERT_EQUAL(n->given[i].entry, doubtful[skipped + i]);
            CU_ASSERT_EQUAL(n->given[i].from, from);
            CU_ASSERT_STRING_EQUAL(n->keys[i], samples_line(f.s, "", SAMPLE_WANG, ""));
        }
        fixture_free(&f);
    }
}

static void several_compromises_each_have_their_own_beginning(void)
{
    static const enum sample_who signers[] = {SAMPLE_ZHAO, SAMPLE_WANG, SAMPLE_WANG,
                                              SAMPLE_WANG, SAMPLE_WANG, SAMPLE_ZHAO,
                                              SAMPLE_WANG, SAMPLE_ZHAO}; /* of entries 4 to 11 */
    for (unsigned turn = 0; turn < 2; turn++) {
        const uint64_t of_wang = turn == 0 ? 4 : 9;
        const uint64_t of_zhao = turn == 0 ? 9 : 4;
        struct fixture f = proceeding();
        declare(&f, SAMPLE_WANG, of_wang);
        declare(&f, SAMPLE_ZHAO, of_zhao);
        struct notices *n = audit_doubts(&f, 2);
        unsigned given = 0;
        for (unsigned i = 0; i < 8; i++) {
            uint64_t from = signers[i] == SAMPLE_WANG ? of_wang : of_zhao;
            if (4 + i >= from) {
                CU_ASSERT_FATAL(given < n->count);
                CU_ASSERT_EQUAL(n->given[given].entry, 4 + i);
                CU_ASSERT_EQUAL(n->given[given].from, from);
                given++;
            }
        }
        CU_ASSERT_EQUAL(n->count, given);
        CU_ASSERT_EQUAL(f.report->doubtful, given);
        fixture_free(&f);
    }
}

/* OPERATOR and OPERATOR_NEXT are two keys of one name. */
static void another_key_of_the_same_name_is_not_in_doubt(void)
{
    static const char of[] = " " SAMPLE_FORENSICS " appraiser";
    struct fixture f = ruled_new();
    struct sample_record change = {.kind = LEDGER_KIND_AUTHORITY};
    struct sample_record what = samples_appraisal("a", "accept");
    change.sets[0] = samples_line(f.s, "key ", SAMPLE_OPERATOR, of);
    CU_ASSERT_EQUAL(ruled_append(&f, change), LEDGER_VALID);
    what.signers[0] = SAMPLE_OPERATOR;
    CU_ASSERT_EQUAL(ruled_append(&f, what), LEDGER_VALID);
    change.unsets[0] = samples_line(f.s, "key ", SAMPLE_OPERATOR, "");
    change.sets[0] = samples_line(f.s, "key ", SAMPLE_OPERATOR_NEXT, of);
    CU_ASSERT_EQUAL(ruled_append(&f, change), LEDGER_VALID);
    what = samples_appraisal("a", "appraise");
    what.signers[0] = SAMPLE_OPERATOR_NEXT;
    CU_ASSERT_EQUAL(ruled_append(&f, what), LEDGER_VALID);
    declare(&f, SAMPLE_OPERATOR_NEXT, 0);
    struct notices *n = audit_doubts(&f, 1);
    CU_ASSERT_EQUAL_FATAL(n->count, 1);
    CU_ASSERT_EQUAL(n->given[0].entry, 5);
    fixture_free(&f);
}

/* Both keys signed one entry: two notices, one doubtful entry. A governor's key counts too. */
static void an_entry_in_doubt_twice_is_counted_once(void)
{
    struct fixture f = ruled_new();
    struct sample_record what = samples_appraisal("a", "accept");
    what.signers[1] = SAMPLE_ZHAO;
    CU_ASSERT_EQUAL(ruled_append(&f, what), LEDGER_VALID);
    declare(&f, SAMPLE_WANG, 2);
    declare(&f, SAMPLE_ZHAO, 0);
    struct notices *n = audit_doubts(&f, 2);
    CU_ASSERT_EQUAL(f.report->doubtful, 1);
    CU_ASSERT_EQUAL(n->count, 2);
    struct sample_record governor = {
        .kind = LEDGER_KIND_AUTHORITY,
        .unsets = {samples_line(f.s, "governor ", SAMPLE_CHEN_JIE, "")},
        .sets = {samples_line(f.s, "compromise ", SAMPLE_CHEN_JIE, " 1")}};
    CU_ASSERT_EQUAL(ruled_append(&f, governor), LEDGER_VALID);
    n = audit_doubts(&f, 3);
    CU_ASSERT_EQUAL(f.report->doubtful, 5); /* entries 1 to 5 */
    CU_ASSERT_EQUAL(n->count, 6);
    fixture_free(&f);
}

/* Also one of a key that signed nothing from there on. */
static void every_declared_compromise_is_a_notice(void)
{
    struct fixture f = proceeding();
    declare(&f, SAMPLE_ZHAO, 12);
    declare(&f, SAMPLE_ZHOU, 3);
    struct notices *n = audit_notices(&f, LEDGER_VALID);
    CU_ASSERT_EQUAL(f.report->doubtful, 0);
    CU_ASSERT_EQUAL_FATAL(n->count, 2);
    for (unsigned i = 0; i < 2; i++) {
        bool of_zhou = strcmp(n->keys[i], samples_line(f.s, "", SAMPLE_ZHOU, "")) == 0;
        CU_ASSERT_EQUAL(n->given[i].type, LEDGER_NOTICE_COMPROMISED);
        CU_ASSERT_EQUAL(n->given[i].from, of_zhou ? 3 : 12);
        CU_ASSERT(of_zhou || strcmp(n->keys[i], samples_line(f.s, "", SAMPLE_ZHAO, "")) == 0);
    }
    CU_ASSERT_STRING_NOT_EQUAL(n->keys[0], n->keys[1]);
    fixture_free(&f);
}

static void a_compromise_taken_back_leaves_no_doubt(void)
{
    struct fixture f = proceeding();
    declare(&f, SAMPLE_WANG, 2);
    struct sample_record what = {.kind = LEDGER_KIND_AUTHORITY,
                                 .unsets = {samples_line(f.s, "compromise ", SAMPLE_WANG, "")}};
    CU_ASSERT_EQUAL(ruled_append(&f, what), LEDGER_VALID);
    struct notices *n = audit_notices(&f, LEDGER_VALID);
    CU_ASSERT_EQUAL(n->count, 0);
    CU_ASSERT_EQUAL(f.report->compromised, 0);
    CU_ASSERT_EQUAL(f.report->doubtful, 0);
    fixture_free(&f);
}

static void of_a_ledger_that_does_not_hold_nothing_is_doubtful(void)
{
    struct fixture f = proceeding();
    declare(&f, SAMPLE_WANG, 2);
    CU_ASSERT_EQUAL(ruled_append(&f, samples_reappraisal("again", "done")), LEDGER_VALID);
    (void)ruled_slip(&f, samples_reappraisal("again", "done"), true);
    struct notices *n = audit_notices(&f, LEDGER_ALREADY_OPEN);
    CU_ASSERT_EQUAL(n->count, 0);
    fixture_free(&f);
}

void ledger_suite_ruled_audit(void)
{
    CU_pSuite suite = CU_add_suite("ruled_audit", NULL, NULL);
    CU_ADD_TEST(suite, what_slipped_in_out_of_order_is_found);
    CU_ADD_TEST(suite, what_the_wrong_people_slipped_in_is_found);
    CU_ADD_TEST(suite, what_slipped_in_with_other_lines_is_found);
    CU_ADD_TEST(suite, a_reference_that_slipped_in_is_found);
    CU_ADD_TEST(suite, what_comes_later_is_no_history);
    CU_ADD_TEST(suite, an_entry_that_the_index_leaves_out_is_found_at_once);
    CU_ADD_TEST(suite, without_rules_the_entries_come_first);
    CU_ADD_TEST(suite, a_gap_from_before_the_rules_is_found_with_them);
    CU_ADD_TEST(suite, a_row_that_leads_to_another_matter_is_found);
    CU_ADD_TEST(suite, a_missed_term_is_a_notice_and_no_finding);
    CU_ADD_TEST(suite, a_compromise_lists_the_entries_from_its_index_on);
    CU_ADD_TEST(suite, several_compromises_each_have_their_own_beginning);
    CU_ADD_TEST(suite, another_key_of_the_same_name_is_not_in_doubt);
    CU_ADD_TEST(suite, an_entry_in_doubt_twice_is_counted_once);
    CU_ADD_TEST(suite, every_declared_compromise_is_a_notice);
    CU_ADD_TEST(suite, a_compromise_taken_back_leaves_no_doubt);
    CU_ADD_TEST(suite, of_a_ledger_that_does_not_hold_nothing_is_doubtful);
}
