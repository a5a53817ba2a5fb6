/* What the audit of a publication keeps instead of indexes. */
#include "ledger/ops/published_memory.h"

#include "ledger/law/foreseen.h"
#include "tests/published_samples.h"
#include "tests/ruled_samples.h"
#include "tests/suites.h"

struct kept {
    struct fixture f;
    struct ledger_published published;
    struct ledger_published_memory memory;
};

static struct kept *kept_open(struct fixture f, uint64_t record_tags)
{
    struct kept *k = samples_memory(f.s, sizeof *k);
    memset(k, 0, sizeof *k);
    k->f = f;
    k->published.dir.fd = -1;
    ledger_verdict_clear(&f.s->verdict);
    CU_ASSERT_EQUAL_FATAL(
        ledger_published_open(&k->published, &f.s->verdict, published_dir(&f), &f.s->error),
        LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(
        ledger_published_memory_start(&k->memory, &k->published, f.s->hasher, NULL, &f.s->error),
        LEDGER_OK);
    k->memory.record_tags = record_tags;
    return k;
}

static void kept_free(struct kept *k)
{
    struct fixture f = k->f;
    ledger_published_memory_free(&k->memory);
    ledger_published_close(&k->published);
    fixture_free(&f);
}

static enum ledger_status keep(struct kept *k, const struct ledger_entry *entry, size_t size,
                               const struct ledger_hash *leaf)
{
    struct ledger_published_kept kept = {entry, size, *leaf, {{0}}, {{0}}};
    ledger_foreseen_hashes(NULL, &kept.text, &kept.matter, k->f.s->hasher, &entry->record);
    return ledger_published_memory_add(&k->memory, &k->f.s->verdict, &kept);
}

/* Keeps the next entry. */
static enum ledger_status keep_next(struct kept *k)
{
    struct ledger_verdict *verdict = &k->f.s->verdict;
    struct ledger_span bytes;
    struct ledger_entry entry;
    struct ledger_hash leaf;
    CU_ASSERT_EQUAL_FATAL(ledger_published_next(&k->published, &bytes, verdict, &k->f.s->error),
                          LEDGER_OK);
    CU_ASSERT_FATAL(ledger_entry_parse(&entry, verdict, bytes));
    ledger_tree_leaf(k->f.s->hasher, &leaf, bytes);
    return keep(k, &entry, bytes.size, &leaf);
}

static void keep_all(struct kept *k)
{
    while (k->published.next < k->published.checkpoint.size) {
        CU_ASSERT_EQUAL_FATAL(keep_next(k), LEDGER_OK);
        CU_ASSERT_EQUAL_FATAL(k->f.s->verdict.finding, LEDGER_NOT_CHECKED);
    }
}

static void entries_are_read_again_as_they_were(void)
{
    struct kept *k = kept_open(published_new(600), UINT64_MAX);
    struct ledger_span bytes;
    struct ledger_entry entry;
    keep_all(k);
    for (uint64_t i = 0; i < 600; i += 13) {
        CU_ASSERT_EQUAL(ledger_published_memory_read(&k->memory, &bytes, (i * 7) % 600), LEDGER_OK);
        CU_ASSERT(ledger_entry_parse(&entry, &k->f.s->verdict, bytes));
        CU_ASSERT_EQUAL(entry.index, (i * 7) % 600);
    }
    kept_free(k);
}

static void an_entry_that_changed_since_is_found(void)
{
    struct kept *k = kept_open(published_new(300), UINT64_MAX);
    struct ledger_span bytes;
    keep_all(k);
    struct ledger_span good = samples_file(k->f.s, published_file(&k->f, "tile/entries/000"));
    samples_write_file(published_file(&k->f, "tile/entries/000"),
                       flipped(&k->f, "tile/entries/000", 2000));
    uint64_t found = 0;
    for (uint64_t i = 0; i < 256; i++) {
        found += ledger_published_memory_read(&k->memory, &bytes, i) == LEDGER_DAMAGED ? 1 : 0;
    }
    CU_ASSERT_EQUAL(found, 1);
    CU_ASSERT(k->memory.changed);
    samples_write_file(published_file(&k->f, "tile/entries/000"), good);
    CU_ASSERT_EQUAL(ledger_published_memory_read(&k->memory, &bytes, 299), LEDGER_OK);
    CU_ASSERT_EQUAL(truncate(published_file(&k->f, "tile/entries/000"), 100), 0);
    CU_ASSERT_EQUAL(ledger_published_memory_read(&k->memory, &bytes, 255), LEDGER_DAMAGED);
    CU_ASSERT_EQUAL(ledger_published_memory_read(&k->memory, &bytes, 299), LEDGER_OK);
    CU_ASSERT_EQUAL(unlink(published_file(&k->f, "tile/entries/000")), 0);
    CU_ASSERT_EQUAL(ledger_published_memory_read(&k->memory, &bytes, 1), LEDGER_DAMAGED);
    kept_free(k);
}

static struct ledger_repeat repeat_of(struct kept *k)
{
    struct ledger_repeat repeat = {0, 0};
    CU_ASSERT_EQUAL(ledger_published_memory_repeat(&k->memory, &repeat), LEDGER_OK);
    return repeat;
}

/* With two tags for all, every record meets others; none is taken for another. */
static void tags_that_fall_together_are_told_apart(void)
{
    struct kept *k = kept_open(published_new(300), 1);
    keep_all(k);
    CU_ASSERT_EQUAL(repeat_of(k).index, LEDGER_NO_ENTRY);
    kept_free(k);
}

/* Entries 20, 21 and 22 have the record of entry 20; 23 that of 19. */
static struct fixture with_repeats(void)
{
    struct fixture f = fixture_new(21);
    append_again(&f, 20);
    append_again(&f, 20);
    append_again(&f, 19);
    CU_ASSERT_EQUAL_FATAL(publish(&f), LEDGER_OK);
    return f;
}

static void the_first_repeated_record_is_found(void)
{
    static const uint64_t tags[] = {UINT64_MAX, 1, 2};
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        struct kept *k = kept_open(with_repeats(), tags[i]);
        keep_all(k);
        CU_ASSERT_EQUAL(repeat_of(k).index, 21);
        CU_ASSERT_EQUAL(repeat_of(k).of, 20);
        kept_free(k);
    }
}

static void what_was_foretold_is_found_at_its_entry(void)
{
    static const struct ledger_repeat foretold = {22, 20};
    struct kept *k = kept_open(with_repeats(), UINT64_MAX);
    ledger_published_memory_foretell(&k->memory, &foretold);
    for (uint64_t i = 0; i < 22; i++) {
        CU_ASSERT_EQUAL(keep_next(k), LEDGER_OK);
        CU_ASSERT_EQUAL(k->f.s->verdict.finding, LEDGER_NOT_CHECKED);
    }
    CU_ASSERT_EQUAL(keep_next(k), LEDGER_OK);
    CU_ASSERT_EQUAL(k->f.s->verdict.finding, LEDGER_REPEATED_RECORD);
    CU_ASSERT_PTR_NOT_NULL(strstr(k->f.s->verdict.detail, "entry 20 "));
    kept_free(k);
}

static void what_was_foretold_and_is_not_so_is_a_change(void)
{
    static const struct ledger_repeat foretold = {21, 19};
    struct kept *k = kept_open(with_repeats(), UINT64_MAX);
    ledger_published_memory_foretell(&k->memory, &foretold);
    for (uint64_t i = 0; i < 21; i++) {
        CU_ASSERT_EQUAL(keep_next(k), LEDGER_OK);
    }
    CU_ASSERT_EQUAL(keep_next(k), LEDGER_DAMAGED);
    CU_ASSERT(k->memory.changed);
    CU_ASSERT_EQUAL(k->memory.changed_entry, 21);
    kept_free(k);
}

static enum ledger_status latest(struct kept *k, uint64_t *index, const char *matter,
                                 uint64_t before)
{
    const struct ledger_history *history = &k->memory.history;
    struct ledger_entry entry;
    struct ledger_span bytes;
    enum ledger_status status =
        history->latest(history->context, &entry, &bytes, ledger_span_of(matter), before);
    *index = status == LEDGER_OK ? entry.index : LEDGER_NO_ENTRY;
    return status;
}

static void a_matter_is_found_entry_by_entry(void)
{
    struct fixture f = fixture_new(1);
    struct ledger_entry entry;
    struct ledger_span bytes;
    uint64_t index;
    for (uint64_t i = 1; i <= 30; i++) {
        struct sample_record what = {.matter = i % 3 == 0 ? "a" : i == 10 ? "c" : "b"};
        CU_ASSERT_EQUAL(ruled_append(&f, what), LEDGER_VALID);
    }
    CU_ASSERT_EQUAL_FATAL(publish(&f), LEDGER_OK);
    struct kept *k = kept_open(f, UINT64_MAX);
    const struct ledger_history *history = &k->memory.history;
    CU_ASSERT_EQUAL(latest(k, &index, "a", 0), LEDGER_NOT_FOUND);
    for (uint64_t i = 0; i <= 12; i++) {
        CU_ASSERT_EQUAL(keep_next(k), LEDGER_OK);
    }
    CU_ASSERT_EQUAL(latest(k, &index, "a", 13), LEDGER_OK);
    CU_ASSERT_EQUAL(index, 12);
    keep_all(k);
    CU_ASSERT_EQUAL(latest(k, &index, "a", 31), LEDGER_OK);
    CU_ASSERT_EQUAL(index, 30);
    CU_ASSERT_EQUAL(latest(k, &index, "a", 14), LEDGER_OK);
    CU_ASSERT_EQUAL(index, 12);
    CU_ASSERT_EQUAL(latest(k, &index, "a", 30), LEDGER_OK);
    CU_ASSERT_EQUAL(index, 27);
    for (uint64_t before = 31; before > 0; before--) {
        uint64_t expected = (before - 1) / 3 * 3;
        CU_ASSERT_EQUAL(latest(k, &index, "a", before),
                        expected == 0 ? LEDGER_NOT_FOUND : LEDGER_OK);
        CU_ASSERT_EQUAL(index, expected == 0 ? LEDGER_NO_ENTRY : expected);
        CU_ASSERT_EQUAL(latest(k, &index, "c", before), before > 10 ? LEDGER_OK : LEDGER_NOT_FOUND);
    }
    CU_ASSERT_EQUAL(latest(k, &index, "d", 31), LEDGER_NOT_FOUND);
    CU_ASSERT_EQUAL(history->first(history->context, &entry, &bytes, ledger_span_of("b")),
                    LEDGER_OK);
    CU_ASSERT_EQUAL(entry.index, 1);
    CU_ASSERT_EQUAL(history->first(history->context, &entry, &bytes, ledger_span_of("d")),
                    LEDGER_NOT_FOUND);
    kept_free(k);
}

void ledger_suite_published_memory(void)
{
    CU_pSuite suite = CU_add_suite("published_memory", NULL, NULL);
    CU_ADD_TEST(suite, entries_are_read_again_as_they_were);
    CU_ADD_TEST(suite, an_entry_that_changed_since_is_found);
    CU_ADD_TEST(suite, tags_that_fall_together_are_told_apart);
    CU_ADD_TEST(suite, the_first_repeated_record_is_found);
    CU_ADD_TEST(suite, what_was_foretold_is_found_at_its_entry);
    CU_ADD_TEST(suite, what_was_foretold_and_is_not_so_is_a_change);
    CU_ADD_TEST(suite, a_matter_is_found_entry_by_entry);
}
