#include "ledger/ops/authority_at.h"

#include "tests/ledger_samples.h"
#include "tests/store_edit.h"
#include "tests/suites.h"

#define ENTRIES 6

struct fixture {
    struct samples *s;
    struct ledger_reader *reader;
    struct ledger_authority *authority;
};

static void open_reader(struct fixture *f)
{
    CU_ASSERT_EQUAL_FATAL(ledger_reader_open(&f->reader, f->s->path, false, &f->s->error),
                          LEDGER_OK);
}

static struct fixture fixture_new(uint64_t entries)
{
    struct fixture f = {.s = samples_new()};
    samples_ledger(f.s, entries);
    open_reader(&f);
    return f;
}

static void fixture_free(struct fixture *f)
{
    ledger_authority_free(&f->authority);
    ledger_reader_close(&f->reader);
    samples_free(&f->s);
}

static enum ledger_status at(struct fixture *f, uint64_t index)
{
    ledger_authority_free(&f->authority);
    return ledger_reader_authority(f->reader, &f->authority, index, &f->s->error);
}

static struct ledger_hash root_of(struct fixture *f)
{
    struct ledger_hash root;
    ledger_authority_root(f->authority, f->s->hasher, &root);
    return root;
}

static void every_entry_names_the_authority_before_it(void)
{
    struct fixture f = fixture_new(ENTRIES);
    for (uint64_t i = 0; i < ENTRIES; i++) {
        struct ledger_span bytes;
        struct ledger_entry entry;
        CU_ASSERT_EQUAL_FATAL(at(&f, i), LEDGER_OK);
        CU_ASSERT_EQUAL_FATAL(ledger_reader_entry(f.reader, &bytes, i, NULL), LEDGER_OK);
        CU_ASSERT_FATAL(ledger_entry_parse(&entry, &f.s->verdict, bytes));
        struct ledger_hash root = root_of(&f);
        CU_ASSERT(ledger_hash_equal(&root, &entry.authority));
    }
    CU_ASSERT_EQUAL_FATAL(at(&f, 0), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_authority_count(f.authority), 0);
    CU_ASSERT_EQUAL_FATAL(at(&f, 1), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_authority_count(f.authority), SAMPLE_LINES);
    fixture_free(&f);
}

static void behind_the_last_entry_its_change_is_in_force(void)
{
    struct fixture f = fixture_new(3); /* the third is a change */
    CU_ASSERT_EQUAL_FATAL(at(&f, 2), LEDGER_OK);
    struct ledger_hash before = root_of(&f);
    CU_ASSERT_EQUAL_FATAL(at(&f, 3), LEDGER_OK);
    struct ledger_hash after = root_of(&f);
    CU_ASSERT_FALSE(ledger_hash_equal(&before, &after));
    fixture_free(&f);
}

static void beyond_the_end_there_is_none(void)
{
    struct fixture f = fixture_new(ENTRIES);
    CU_ASSERT_EQUAL(at(&f, ENTRIES), LEDGER_OK);
    CU_ASSERT_EQUAL(at(&f, ENTRIES + 1), LEDGER_NOT_FOUND);
    CU_ASSERT_PTR_NULL(f.authority);
    CU_ASSERT_EQUAL(at(&f, UINT64_MAX), LEDGER_NOT_FOUND);
    fixture_free(&f);
}

static void an_index_that_leaves_out_a_change_is_found(void)
{
    struct fixture f = fixture_new(ENTRIES);
    ledger_reader_close(&f.reader);
    struct store_edit *edit = store_edit_open(f.s->path);
    uint8_t key[8] = {[7] = 2};
    store_edit_delete(edit, "authority", (struct ledger_span){key, sizeof key});
    store_edit_close(&edit);
    open_reader(&f);
    CU_ASSERT_EQUAL(at(&f, 2), LEDGER_OK);
    for (uint64_t i = 3; i <= ENTRIES; i++) {
        CU_ASSERT_EQUAL(at(&f, i), LEDGER_DAMAGED);
        CU_ASSERT_PTR_NULL(f.authority);
    }
    fixture_free(&f);
}

/* --- trying --- */

static bool is_possible(struct fixture *f, const struct sample_record *what, const char *origin)
{
    bool possible = false;
    struct ledger_record record = samples_parsed(f->s, samples_record(f->s, what));
    ledger_verdict_clear(&f->s->verdict);
    CU_ASSERT_EQUAL_FATAL(at(f, ENTRIES), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_authority_try(f->authority, f->s->hasher, &f->s->verdict, &possible,
                                         &record, ledger_span_of(origin), ENTRIES),
                    LEDGER_OK);
    return possible;
}

static void a_sound_change_is_possible_and_carried_out(void)
{
    struct fixture f = fixture_new(ENTRIES);
    const struct sample_record what = {.kind = "authority",
                                       .event = "change",
                                       .matter = "authority",
                                       .institution = SAMPLE_ORIGIN,
                                       .sets = {"threshold 1"}};
    CU_ASSERT(is_possible(&f, &what, SAMPLE_ORIGIN));
    const struct ledger_authority_line *line =
        ledger_authority_find(f.authority, f.s->hasher, ledger_span_of("threshold"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(line);
    CU_ASSERT_EQUAL(line->threshold, 1);
    fixture_free(&f);
}

static void what_the_ledger_would_refuse_is_not_possible(void)
{
    struct fixture f = fixture_new(ENTRIES);
    struct sample_record what = {.kind = "authority",
                                 .event = "change",
                                 .matter = "authority",
                                 .institution = SAMPLE_ORIGIN,
                                 .unsets = {"threshold"}};
    CU_ASSERT_FALSE(is_possible(&f, &what, SAMPLE_ORIGIN));
    CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_BAD_CHANGE);
    struct ledger_hash left = root_of(&f);
    CU_ASSERT_EQUAL_FATAL(at(&f, ENTRIES), LEDGER_OK);
    struct ledger_hash was = root_of(&f);
    CU_ASSERT(ledger_hash_equal(&left, &was));
    what.unsets[0] = NULL;
    what.sets[0] = "threshold 1";
    CU_ASSERT_FALSE(is_possible(&f, &what, "other.gz.example/2026"));
    CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_OTHER_LEDGER);
    what.institution = SAMPLE_NOTARY; /* a registrar's */
    CU_ASSERT_FALSE(is_possible(&f, &what, SAMPLE_ORIGIN));
    CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_BEYOND_REACH);
    fixture_free(&f);
}

void ledger_suite_authority_at(void)
{
    CU_pSuite suite = CU_add_suite("authority_at", NULL, NULL);
    CU_add_test(suite, "every_entry_names_the_authority_before_it",
                every_entry_names_the_authority_before_it);
    CU_add_test(suite, "behind_the_last_entry_its_change_is_in_force",
                behind_the_last_entry_its_change_is_in_force);
    CU_add_test(suite, "beyond_the_end_there_is_none", beyond_the_end_there_is_none);
    CU_add_test(suite, "an_index_that_leaves_out_a_change_is_found",
                an_index_that_leaves_out_a_change_is_found);
    CU_add_test(suite, "a_sound_change_is_possible_and_carried_out",
                a_sound_change_is_possible_and_carried_out);
    CU_add_test(suite, "what_the_ledger_would_refuse_is_not_possible",
                what_the_ledger_would_refuse_is_not_possible);
}
