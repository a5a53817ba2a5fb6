/* What an appender answers about records that its ledger has already: only what was signed. */
#include "ledger/base/encoding.h"
#include "ledger/store/store.h"
#include "tests/append_samples.h"
#include "tests/store_edit.h"
#include "tests/suites.h"

#define ENTRIES 600 /* two whole blocks, and a part of a third */

static struct ledger_span entry_at(struct samples *s, uint64_t index)
{
    struct store_edit *edit = store_edit_open(s->path);
    struct ledger_span bytes = samples_copy(s, store_edit_get_at(edit, "entries", index));
    store_edit_close(&edit);
    return bytes;
}

static struct ledger_entry parsed(struct samples *s, struct ledger_span bytes)
{
    struct ledger_entry entry;
    ledger_verdict_clear(&s->verdict);
    CU_ASSERT_FATAL(ledger_entry_parse(&entry, &s->verdict, bytes));
    return entry;
}

/* Makes the row of the text of `note` lead to `index`. */
static void lead(struct samples *s, struct store_edit *edit, struct ledger_span note,
                 uint64_t index)
{
    struct ledger_hash text;
    uint8_t value[8];
    ledger_hash_bytes(s->hasher, &text, samples_parsed(s, note).note.text);
    ledger_put_be64(value, index);
    store_edit_put(edit, "records", (struct ledger_span){text.bytes, sizeof text.bytes},
                   (struct ledger_span){value, sizeof value});
}

/* Asked for `note`, an appender finds the ledger damaged, answers nothing and appends nothing. */
static void is_damage(struct samples *s, struct ledger_span note, const char *what)
{
    struct ledger_span guard = samples_file(s, s->guard);
    struct ledger_appender *a = opened(s);
    CU_ASSERT_EQUAL(samples_append(s, a, note, NULL), LEDGER_DAMAGED);
    CU_ASSERT_EQUAL(s->error.status, LEDGER_DAMAGED);
    CU_ASSERT_PTR_NOT_NULL(strstr(s->error.what, what));
    CU_ASSERT_NOT_EQUAL(s->verdict.finding, LEDGER_VALID);
    ledger_appender_close(&a);
    CU_ASSERT(ledger_span_equal(guard, samples_file(s, s->guard)));
}

static void every_record_of_a_ledger_is_found_in_it(void)
{
    struct samples *s = samples_new();
    struct ledger_span *notes = samples_memory(s, ENTRIES * sizeof *notes);
    struct ledger_receipt *receipts = samples_memory(s, (ENTRIES + 300) * sizeof *receipts);
    size_t refused;
    samples_ledger(s, ENTRIES);
    for (uint64_t i = 0; i < ENTRIES; i++) {
        notes[i] = parsed(s, entry_at(s, i)).note;
    }
    struct ledger_appender *a = opened(s);
    CU_ASSERT_EQUAL(ledger_append(a, receipts, &refused, &s->verdict, notes, ENTRIES, &s->error),
                    LEDGER_OK);
    CU_ASSERT_EQUAL(s->verdict.finding, LEDGER_VALID);
    for (uint64_t i = 0; i < ENTRIES; i++) {
        CU_ASSERT(receipts[i].existing && receipts[i].index == i);
    }
    /* Old ones among new ones that complete a block while the batch is running. */
    struct ledger_span mixed[600];
    for (size_t i = 0; i < 600; i += 2) {
        mixed[i] = samples_ordinary(s, ENTRIES + i);
        mixed[i + 1] = i % 4 == 0 ? mixed[i / 4 * 2] : notes[i];
    }
    receipts = samples_memory(s, 600 * sizeof *receipts);
    CU_ASSERT_EQUAL(ledger_append(a, receipts, &refused, &s->verdict, mixed, 600, &s->error),
                    LEDGER_OK);
    CU_ASSERT_EQUAL(s->verdict.finding, LEDGER_VALID);
    for (size_t i = 0; i < 600; i += 2) {
        CU_ASSERT(!receipts[i].existing && receipts[i].index == ENTRIES + i / 2);
        CU_ASSERT(receipts[i + 1].existing);
    }
    ledger_appender_close(&a);
    samples_free(&s);
}

static void an_old_entry_that_was_replaced_is_not_vouched_for(void)
{
    static const uint64_t places[] = {5, 300, 511};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct samples *s = samples_new();
        samples_ledger(s, ENTRIES);
        struct ledger_entry entry = parsed(s, entry_at(s, places[i]));
        struct ledger_span note = samples_ordinary(s, 7777);
        entry.note = note;
        struct store_edit *edit = store_edit_open(s->path);
        store_edit_put_at(edit, "entries", places[i], samples_entry(s, &entry));
        lead(s, edit, note, places[i]);
        store_edit_close(&edit);
        is_damage(s, note, "is not the one that was signed");
        samples_free(&s);
    }
}

static void a_row_that_lies_is_not_followed(void)
{
    struct samples *s = samples_new();
    samples_ledger(s, ENTRIES);
    struct ledger_span seventh = entry_at(s, 7);
    struct ledger_span note = parsed(s, seventh).note;
    struct store_edit *edit = store_edit_open(s->path);
    lead(s, edit, note, 8);
    store_edit_close(&edit);
    is_damage(s, note, "leads to entry 8, which has another record");
    edit = store_edit_open(s->path);
    lead(s, edit, note, ENTRIES);
    store_edit_close(&edit);
    is_damage(s, note, "leads to entry 600, which is not there");
    edit = store_edit_open(s->path);
    store_edit_put_at(edit, "entries", 5, seventh);
    lead(s, edit, note, 5);
    store_edit_close(&edit);
    is_damage(s, note, "leads to entry 5, which has another index");
    edit = store_edit_open(s->path);
    store_edit_delete_at(edit, "entries", 5);
    store_edit_close(&edit);
    is_damage(s, note, "entry 5 is missing");
    samples_free(&s);
}

void ledger_suite_append_existing(void)
{
    CU_pSuite suite = CU_add_suite("append_existing", NULL, NULL);
    CU_ADD_TEST(suite, every_record_of_a_ledger_is_found_in_it);
    CU_ADD_TEST(suite, an_old_entry_that_was_replaced_is_not_vouched_for);
    CU_ADD_TEST(suite, a_row_that_lies_is_not_followed);
}
