#include "ledger/ops/search_published.h"

#include "tests/published_samples.h"
#include "tests/suites.h"

struct found {
    uint64_t entries[64];
    size_t count;
    size_t end; /* gives up there */
};

static enum ledger_status take(void *context, const struct ledger_entry *entry,
                               struct ledger_span bytes)
{
    struct found *found = context;
    struct ledger_entry again;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    CU_ASSERT(ledger_entry_parse(&again, &verdict, bytes));
    CU_ASSERT_EQUAL(again.index, entry->index);
    if (found->count < 64) {
        found->entries[found->count] = entry->index;
    }
    found->count++;
    return found->count == found->end ? LEDGER_NOT_FOUND : LEDGER_OK;
}

/* What is found in the files is what is found in the ledger; how many. */
static size_t both_find(struct fixture *f, const struct ledger_query *query)
{
    struct found files = {.count = 0};
    struct found store = {.count = 0};
    struct ledger_reader *reader = NULL;
    CU_ASSERT_EQUAL(ledger_search_published(published_dir(f), query, take, &files, &f->s->error),
                    LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_reader_open(&reader, f->s->path, true, &f->s->error), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_search(reader, query, take, &store, &f->s->error), LEDGER_OK);
    ledger_reader_close(&reader);
    CU_ASSERT_EQUAL(files.count, store.count);
    CU_ASSERT(memcmp(files.entries, store.entries, sizeof files.entries) == 0);
    return files.count;
}

static void a_search_finds_what_it_finds_in_the_ledger(void)
{
    struct fixture f = published_new(300);
    uint8_t *memory = samples_memory(f.s, LEDGER_ENTRY_MAX);
    struct ledger_span bytes;
    struct ledger_entry entry = {.index = 0};
    struct ledger_document document = {.size = 0};
    for (uint64_t i = 1; i < 300 && document.size == 0; i++) {
        CU_ASSERT_EQUAL(ledger_published_entry(memory, &bytes, published_dir(&f), i, &f.s->error),
                        LEDGER_OK);
        CU_ASSERT_FATAL(ledger_entry_parse(&entry, &f.s->verdict, bytes));
        struct ledger_lines documents = entry.record.documents;
        (void)ledger_record_next_document(&documents, &document);
    }
    CU_ASSERT(both_find(&f, &(struct ledger_query){.document = &document.digest}) > 0);
    CU_ASSERT(both_find(&f, &(struct ledger_query){.matter = entry.record.matter}) > 0);
    CU_ASSERT(both_find(&f, &(struct ledger_query){.kind = ledger_span_of("authority")}) > 0);
    CU_ASSERT_EQUAL(both_find(&f, &(struct ledger_query){.kind = ledger_span_of("none")}), 0);
    CU_ASSERT_EQUAL(both_find(&f, &(struct ledger_query){.from = 255}), 45);
    CU_ASSERT_EQUAL(both_find(&f, &(struct ledger_query){.from = 299}), 1);
    CU_ASSERT_EQUAL(both_find(&f, &(struct ledger_query){.from = 300}), 0);
    CU_ASSERT_EQUAL(both_find(&f, &(struct ledger_query){.from = 3000}), 0);
    fixture_free(&f);
}

static void a_search_can_be_ended(void)
{
    struct fixture f = published_new(300);
    struct found found = {.end = 3};
    struct ledger_query all = {.from = 250};
    CU_ASSERT_EQUAL(ledger_search_published(published_dir(&f), &all, take, &found, &f.s->error),
                    LEDGER_OK);
    CU_ASSERT_EQUAL(found.count, 3);
    CU_ASSERT_EQUAL(found.entries[2], 252);
    fixture_free(&f);
}

static void files_that_are_not_as_they_must_be_are_told(void)
{
    struct fixture f = published_new(300);
    struct found found = {.count = 0};
    struct ledger_query all = {.from = 0};
    struct ledger_span good = samples_file(f.s, published_file(&f, "tile/entries/000"));
    samples_write_file(published_file(&f, "tile/entries/000"), flipped(&f, "tile/entries/000", 2));
    CU_ASSERT_EQUAL(ledger_search_published(published_dir(&f), &all, take, &found, &f.s->error),
                    LEDGER_DAMAGED);
    CU_ASSERT_EQUAL(found.count, 0);
    samples_write_file(published_file(&f, "tile/entries/000"), good);
    CU_ASSERT_EQUAL(unlink(published_file(&f, "tile/entries/001.p/44")), 0);
    CU_ASSERT_EQUAL(ledger_search_published(published_dir(&f), &all, take, &found, &f.s->error),
                    LEDGER_DAMAGED);
    CU_ASSERT_EQUAL(found.count, 256);
    samples_write_file(published_file(&f, "checkpoint"), ledger_span_of("none"));
    CU_ASSERT_EQUAL(ledger_search_published(published_dir(&f), &all, take, &found, &f.s->error),
                    LEDGER_DAMAGED);
    CU_ASSERT_EQUAL(unlink(published_file(&f, "checkpoint")), 0);
    CU_ASSERT_EQUAL(ledger_search_published(published_dir(&f), &all, take, &found, &f.s->error),
                    LEDGER_NOT_FOUND);
    CU_ASSERT_EQUAL(found.count, 256);
    fixture_free(&f);
}

static void a_directory_is_what_its_names_say(void)
{
    struct fixture f = published_new(5);
    CU_ASSERT_EQUAL(ledger_form_of(published_dir(&f)), LEDGER_FORM_PUBLISHED);
    CU_ASSERT_EQUAL(ledger_form_of(f.s->path), LEDGER_FORM_STORE);
    samples_write_file(published_file(&f, "data.mdb"), ledger_span_of(""));
    CU_ASSERT_EQUAL(ledger_form_of(published_dir(&f)), LEDGER_FORM_UNCLEAR);
    CU_ASSERT_EQUAL(publish(&f), LEDGER_INVALID);
    CU_ASSERT_EQUAL(unlink(published_file(&f, "checkpoint")), 0);
    CU_ASSERT_EQUAL(ledger_form_of(published_dir(&f)), LEDGER_FORM_STORE);
    CU_ASSERT_EQUAL(unlink(published_file(&f, "data.mdb")), 0);
    CU_ASSERT_EQUAL(symlink("nowhere", published_file(&f, "checkpoint")), 0);
    CU_ASSERT_EQUAL(ledger_form_of(published_dir(&f)), LEDGER_FORM_PUBLISHED);
    fixture_free(&f);
}

static void an_entry_is_shown_without_being_judged(void)
{
    struct fixture f = published_new(300);
    uint8_t *memory = samples_memory(f.s, LEDGER_ENTRY_MAX);
    struct ledger_span bytes;
    struct ledger_entry entry;
    static const uint64_t indexes[] = {0, 255, 256, 299};
    for (size_t i = 0; i < 4; i++) {
        CU_ASSERT_EQUAL(
            ledger_published_entry(memory, &bytes, published_dir(&f), indexes[i], &f.s->error),
            LEDGER_OK);
        CU_ASSERT(ledger_entry_parse(&entry, &f.s->verdict, bytes));
        CU_ASSERT_EQUAL(entry.index, indexes[i]);
    }
    CU_ASSERT_EQUAL(ledger_published_entry(memory, &bytes, published_dir(&f), 300, &f.s->error),
                    LEDGER_NOT_FOUND);
    CU_ASSERT_EQUAL(truncate(published_file(&f, "tile/entries/000"), 9), 0);
    CU_ASSERT_EQUAL(ledger_published_entry(memory, &bytes, published_dir(&f), 3, &f.s->error),
                    LEDGER_DAMAGED);
    fixture_free(&f);
}

void ledger_suite_search_published(void)
{
    CU_pSuite suite = CU_add_suite("search_published", NULL, NULL);
    CU_ADD_TEST(suite, a_directory_is_what_its_names_say);
    CU_ADD_TEST(suite, an_entry_is_shown_without_being_judged);
    CU_ADD_TEST(suite, a_search_finds_what_it_finds_in_the_ledger);
    CU_ADD_TEST(suite, a_search_can_be_ended);
    CU_ADD_TEST(suite, files_that_are_not_as_they_must_be_are_told);
}
