#include "ledger/ops/audit_matters.h"

#include "tests/book_samples.h"
#include "tests/suites.h"

static void finds_in(struct book *b, enum ledger_finding finding, uint64_t entry)
{
    finds(&b->f, finding, entry);
    book_free(b);
}

static void indexes_of_all_entries_before_them_hold(void)
{
    struct book b = book_indexed();
    finds(&b.f, LEDGER_VALID, LEDGER_NO_ENTRY);
    CU_ASSERT_EQUAL(b.f.report->index_entries, 1);
    CU_ASSERT_EQUAL(b.f.report->matters, ledger_matter_tree_count(b.tree));
    book_file_index(&b);
    book_file_ordinary(&b, 7);
    finds(&b.f, LEDGER_VALID, LEDGER_NO_ENTRY);
    CU_ASSERT_EQUAL(b.f.report->index_entries, 2);
    CU_ASSERT_EQUAL(b.f.report->matters, ledger_matter_tree_count(b.tree));
    book_file_index(&b);
    finds(&b.f, LEDGER_VALID, LEDGER_NO_ENTRY);
    CU_ASSERT_EQUAL(b.f.report->index_entries, 3);
    CU_ASSERT_EQUAL(b.f.report->statistics, 0);
    book_free(&b);
}

static void nothing_is_counted_without_an_index(void)
{
    struct book b = book_new();
    finds(&b.f, LEDGER_VALID, LEDGER_NO_ENTRY);
    CU_ASSERT_EQUAL(b.f.report->index_entries, 0);
    CU_ASSERT_EQUAL(b.f.report->matters, 0);
    book_free(&b);
}

static void a_root_that_the_entries_do_not_give_is_found(void)
{
    for (unsigned bit = 0; bit < 256; bit += 51) {
        struct book b = book_new();
        struct ledger_hash root;
        ledger_matter_tree_root(b.tree, &root);
        root.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        struct sample_record record = book_index_record(&b, b.size, &root);
        book_put_parts(&b);
        book_file(&b, samples_record(b.f.s, &record));
        finds_in(&b, LEDGER_INDEX_ROOT, ENTRIES);
    }
}

static void the_root_of_an_older_index_is_found(void)
{
    struct book b = book_indexed();
    struct ledger_hash old;
    ledger_matter_tree_root(b.tree, &old);
    book_file_ordinary(&b, 1);
    struct sample_record record = book_index_record(&b, b.size, &old);
    book_put_parts(&b);
    book_file(&b, samples_record(b.f.s, &record));
    finds_in(&b, LEDGER_INDEX_ROOT, ENTRIES + 2);
}

static void an_index_speaks_of_all_entries_before_it(void)
{
    static const int off[] = {-1, 1, -ENTRIES};
    for (size_t i = 0; i < sizeof off / sizeof off[0]; i++) {
        struct book b = book_new();
        struct ledger_hash root;
        ledger_matter_tree_root(b.tree, &root);
        struct sample_record record = book_index_record(&b, (uint64_t)(ENTRIES + off[i]), &root);
        book_put_parts(&b);
        book_file(&b, samples_record(b.f.s, &record));
        finds_in(&b, LEDGER_BAD_INDEX, ENTRIES);
    }
}

static void nobody_but_the_operator_records_an_index(void)
{
    static const enum sample_who others[] = {SAMPLE_OPERATOR_NEXT, SAMPLE_ZHANG, SAMPLE_LI_NA,
                                             SAMPLE_STRANGER};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct book b = book_new();
        struct sample_record record = book_good_index(&b);
        record.signers[0] = others[i];
        book_put_parts(&b);
        book_file(&b, samples_record(b.f.s, &record));
        finds_in(&b, LEDGER_NOT_ENROLLED, ENTRIES);
    }
    struct book b = book_indexed();
    struct sample_record record = {.matter = "index"};
    book_file(&b, samples_record(b.f.s, &record));
    finds_in(&b, LEDGER_BAD_INDEX, ENTRIES + 1);
}

static void an_index_that_the_index_of_matters_leaves_out_is_found(void)
{
    for (unsigned others = 0; others <= 1; others++) {
        struct book b = book_indexed();
        if (others != 0) {
            book_file_index(&b);
        }
        uint64_t out = b.size - 1;
        uint8_t key[LEDGER_ROW_KEY_SIZE];
        struct ledger_hash matter = book_matter(&b, ledger_span_of("index"));
        ledger_key_row(key, &matter, out);
        store_edit_delete(b.f.edit, "matters", (struct ledger_span){key, sizeof key});
        finds_in(&b, LEDGER_WRONG_INDEX_ROW, out);
    }
}

static void an_index_that_is_not_there_is_found(void)
{
    struct book b = book_new();
    struct ledger_hash matter = book_matter(&b, ledger_span_of("index"));
    book_put_row(&b, "matters", &matter, 5);
    finds_in(&b, LEDGER_WRONG_INDEX_ROW, LEDGER_NO_ENTRY);
    b = book_indexed();
    book_put_row(&b, "matters", &matter, ENTRIES + 1);
    finds_in(&b, LEDGER_WRONG_INDEX_ROW, LEDGER_NO_ENTRY);
}

/* --- parts --- */

static void a_part_that_lies_is_found(void)
{
    for (unsigned byte = 0; byte <= 33; byte += 11) {
        struct book b = book_indexed();
        struct ledger_span key = samples_copy(b.f.s, store_edit_first(b.f.edit, "parts"));
        struct ledger_span value = store_edit_get(b.f.edit, "parts", key);
        uint8_t changed[34] = {0};
        memcpy(changed, value.data, value.size);
        changed[byte] ^= 3;
        store_edit_put(b.f.edit, "parts", key,
                       (struct ledger_span){changed, byte == 33 ? 34 : value.size});
        finds_in(&b, LEDGER_WRONG_INDEX_ROW, ENTRIES);
    }
}

static void a_part_too_few_or_too_many_is_found(void)
{
    static const uint8_t some[33] = {1, 9};
    struct book b = book_indexed();
    store_edit_delete(b.f.edit, "parts", samples_copy(b.f.s, store_edit_first(b.f.edit, "parts")));
    finds(&b.f, LEDGER_WRONG_INDEX_ROW, ENTRIES);
    book_edit(&b);
    CU_ASSERT(book_put_parts(&b) > 1);
    finds(&b.f, LEDGER_WRONG_INDEX_ROW, LEDGER_NO_ENTRY); /* these are as of the index too much */
    book_free(&b);
    for (size_t size = 1; size <= 3; size++) {
        b = book_indexed();
        store_edit_put(b.f.edit, "parts", (struct ledger_span){some + 2, size},
                       (struct ledger_span){some, sizeof some});
        finds_in(&b, LEDGER_WRONG_INDEX_ROW, LEDGER_NO_ENTRY);
    }
}

static void parts_are_as_of_the_last_index(void)
{
    struct book b = book_indexed();
    book_file_ordinary(&b, 3);
    struct sample_record record = book_good_index(&b);
    book_file(&b, samples_record(b.f.s, &record));
    finds(&b.f, LEDGER_WRONG_INDEX_ROW, ENTRIES + 4);
    book_free(&b);
    b = book_indexed();
    book_file(&b, samples_ordinary(b.f.s, 5)); /* in a matter that is there already */
    book_put_parts(&b);
    finds_in(&b, LEDGER_WRONG_INDEX_ROW, ENTRIES);
    b = book_indexed();
    book_file_ordinary(&b, 3);
    book_put_parts(&b);
    finds_in(&b, LEDGER_WRONG_INDEX_ROW, LEDGER_NO_ENTRY);
    b = book_new();
    book_put_parts(&b);
    finds_in(&b, LEDGER_WRONG_INDEX_ROW, LEDGER_NO_ENTRY);
}

/* A row says nothing against the entries: what is wrong with them comes first. */
static void a_part_that_lies_waits_for_all_else(void)
{
    struct book b = book_indexed();
    store_edit_delete(b.f.edit, "parts", samples_copy(b.f.s, store_edit_first(b.f.edit, "parts")));
    book_file_ordinary(&b, 2);
    store_edit_delete_at(b.f.edit, "entries", ENTRIES + 1);
    finds_in(&b, LEDGER_ENTRY_MISSING, ENTRIES + 1);
}

/* --- statistics --- */

static struct ledger_document good_figures(struct book *b)
{
    struct ledger_document document;
    ledger_statistics_digest(&document, b->f.s->hasher, b->figures);
    document.name = ledger_span_of("统计.csv");
    return document;
}

static void file_figures(struct book *b, const struct ledger_document *document)
{
    struct sample_record record = {
        .kind = LEDGER_KIND_STATISTICS,
        .event = "report",
        .matter = "statistics",
        .institution = SAMPLE_ORIGIN,
        .fields = {samples_text(b->f.s, "size %llu", (unsigned long long)b->size)},
        .documents = document,
        .document_count = 1,
        .signers = {SAMPLE_OPERATOR}};
    book_file(b, samples_record(b->f.s, &record));
}

static void figures_that_the_entries_give_hold(void)
{
    struct book b = book_new();
    struct ledger_document document = good_figures(&b);
    file_figures(&b, &document);
    book_file_index(&b);
    book_file_ordinary(&b, 4);
    document = good_figures(&b);
    file_figures(&b, &document);
    finds(&b.f, LEDGER_VALID, LEDGER_NO_ENTRY);
    CU_ASSERT_EQUAL(b.f.report->statistics, 2);
    CU_ASSERT_EQUAL(b.f.report->index_entries, 1);
    book_free(&b);
}

static void other_figures_are_found(void)
{
    for (unsigned part = 0; part < 3; part++) {
        struct book b = book_new();
        struct ledger_document document = good_figures(&b);
        if (part == 0) {
            document.digest.bytes[31] ^= 1;
        } else if (part == 1) {
            document.size++;
        } else {
            book_file_ordinary(&b, 1); /* figures of one entry less */
        }
        file_figures(&b, &document);
        finds_in(&b, LEDGER_OTHER_FIGURES, b.size - 1);
    }
}

static void figures_that_the_index_of_matters_leaves_out_are_found(void)
{
    struct book b = book_new();
    struct ledger_document document = good_figures(&b);
    file_figures(&b, &document);
    uint8_t key[LEDGER_ROW_KEY_SIZE];
    struct ledger_hash matter = book_matter(&b, ledger_span_of("statistics"));
    ledger_key_row(key, &matter, ENTRIES);
    store_edit_delete(b.f.edit, "matters", (struct ledger_span){key, sizeof key});
    finds_in(&b, LEDGER_WRONG_INDEX_ROW, ENTRIES);
}

/* --- who watches --- */

struct watcher {
    uint64_t count;
    uint64_t end; /* gives up there */
    struct ledger_hash previous;
    bool chained;
};

static enum ledger_status watch(void *context, const struct ledger_entry *entry,
                                const struct ledger_step *step, const struct ledger_hash *leaf)
{
    struct watcher *w = context;
    CU_ASSERT_EQUAL(entry->index, w->count);
    CU_ASSERT_FALSE(step->ruled);
    w->chained = w->count == 0 || (w->chained && ledger_hash_equal(&entry->previous, &w->previous));
    w->previous = *leaf;
    w->count++;
    return w->count == w->end ? LEDGER_CLOCK : LEDGER_OK;
}

static enum ledger_status audit_watched(struct book *b, struct watcher *watcher)
{
    struct ledger_audit_options options = {
        .policy = b->f.policy, .unlocked = true, .entry = watch, .entry_context = watcher};
    if (b->f.edit != NULL) {
        store_edit_close(&b->f.edit);
    }
    return ledger_audit(b->f.report, &b->f.s->verdict, b->f.s->path, &options, &b->f.s->error);
}

static void every_entry_that_holds_is_shown(void)
{
    struct watcher all = {0};
    struct watcher some = {.end = 5};
    struct watcher until = {0};
    struct book b = book_indexed();
    CU_ASSERT_EQUAL(audit_watched(&b, &all), LEDGER_OK);
    CU_ASSERT_EQUAL(b.f.s->verdict.finding, LEDGER_VALID);
    CU_ASSERT_EQUAL(all.count, b.size);
    CU_ASSERT(all.chained);
    CU_ASSERT_EQUAL(audit_watched(&b, &some), LEDGER_CLOCK);
    CU_ASSERT_EQUAL(b.f.s->verdict.finding, LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(some.count, 5);
    book_edit(&b);
    store_edit_delete_at(b.f.edit, "entries", 8);
    CU_ASSERT_EQUAL(audit_watched(&b, &until), LEDGER_OK);
    CU_ASSERT_EQUAL(b.f.s->verdict.finding, LEDGER_ENTRY_MISSING);
    CU_ASSERT_EQUAL(until.count, 8);
    book_free(&b);
}

void ledger_suite_audit_matters(void)
{
    CU_pSuite suite = CU_add_suite("audit_matters", NULL, NULL);
    CU_ADD_TEST(suite, indexes_of_all_entries_before_them_hold);
    CU_ADD_TEST(suite, nothing_is_counted_without_an_index);
    CU_ADD_TEST(suite, a_root_that_the_entries_do_not_give_is_found);
    CU_ADD_TEST(suite, the_root_of_an_older_index_is_found);
    CU_ADD_TEST(suite, an_index_speaks_of_all_entries_before_it);
    CU_ADD_TEST(suite, nobody_but_the_operator_records_an_index);
    CU_ADD_TEST(suite, an_index_that_the_index_of_matters_leaves_out_is_found);
    CU_ADD_TEST(suite, an_index_that_is_not_there_is_found);
    CU_ADD_TEST(suite, a_part_that_lies_is_found);
    CU_ADD_TEST(suite, a_part_too_few_or_too_many_is_found);
    CU_ADD_TEST(suite, parts_are_as_of_the_last_index);
    CU_ADD_TEST(suite, a_part_that_lies_waits_for_all_else);
    CU_ADD_TEST(suite, figures_that_the_entries_give_hold);
    CU_ADD_TEST(suite, other_figures_are_found);
    CU_ADD_TEST(suite, figures_that_the_index_of_matters_leaves_out_are_found);
    CU_ADD_TEST(suite, every_entry_that_holds_is_shown);
}
