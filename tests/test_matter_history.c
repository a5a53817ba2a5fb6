#include "ledger/ops/matter_history.h"

#include "tests/ruled_samples.h"
#include "tests/suites.h"

#define NOTES 40 /* of samples_ordinary: three to a matter, one after the other */

struct stored {
    struct samples *s;
    struct ledger_store *store;
    struct ledger_matter_history history;
    uint64_t size;
};

static struct stored *stored_new(void)
{
    struct stored *t = calloc(1, sizeof *t);
    CU_ASSERT_PTR_NOT_NULL_FATAL(t);
    t->s = samples_new();
    t->size = NOTES;
    samples_ledger(t->s, t->size);
    return t;
}

static void stored_open(struct stored *t)
{
    CU_ASSERT_EQUAL_FATAL(ledger_store_open(&t->store, t->s->path, LEDGER_STORE_READ, 0, NULL),
                          LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_store_begin(t->store, NULL), LEDGER_OK);
    ledger_matter_history_start(&t->history, t->store, t->s->hasher);
}

static void stored_free(struct stored **t)
{
    ledger_store_close(&(*t)->store);
    samples_free(&(*t)->s);
    free(*t);
    *t = NULL;
}

static struct ledger_entry entry_at(struct stored *t, uint64_t index)
{
    struct ledger_span bytes;
    struct ledger_entry entry;
    CU_ASSERT_EQUAL_FATAL(ledger_store_entry(t->store, &bytes, index, NULL), LEDGER_OK);
    CU_ASSERT_FATAL(ledger_entry_parse(&entry, &t->s->verdict, bytes));
    return entry;
}

/* The entry that a look at every entry finds: the last of `matter` before `before`, or the first.
 */
static uint64_t slow(struct stored *t, struct ledger_span matter, uint64_t before, bool want_first)
{
    uint64_t found = LEDGER_NO_ENTRY;
    for (uint64_t i = 0; i < before && i < t->size; i++) {
        struct ledger_entry entry = entry_at(t, i);
        if (ledger_span_equal(entry.record.matter, matter)) {
            found = i;
            if (want_first) {
                return found;
            }
        }
    }
    return found;
}

static void agrees(struct stored *t, struct ledger_span matter)
{
    const struct ledger_history *h = &t->history.history;
    struct ledger_entry entry;
    struct ledger_span bytes;
    for (uint64_t before = 0; before <= t->size + 1; before++) {
        uint64_t expected = slow(t, matter, before, false);
        enum ledger_status status = h->latest(h->context, &entry, &bytes, matter, before);
        CU_ASSERT_EQUAL(status, expected == LEDGER_NO_ENTRY ? LEDGER_NOT_FOUND : LEDGER_OK);
        CU_ASSERT(status != LEDGER_OK || entry.index == expected);
    }
    uint64_t expected = slow(t, matter, t->size, true);
    enum ledger_status status = h->first(h->context, &entry, &bytes, matter);
    CU_ASSERT_EQUAL(status, expected == LEDGER_NO_ENTRY ? LEDGER_NOT_FOUND : LEDGER_OK);
    CU_ASSERT(status != LEDGER_OK || entry.index == expected);
}

static void it_finds_what_a_look_at_every_entry_finds(void)
{
    struct stored *t = stored_new();
    stored_open(t);
    for (uint64_t i = 0; i < t->size; i += 3) {
        struct ledger_entry entry = entry_at(t, i);
        agrees(t, entry.record.matter);
    }
    agrees(t, ledger_span_of("authority"));
    for (unsigned i = 0; i < 200; i++) {
        agrees(t, ledger_span_of(samples_text(t->s, "no matter %u", i)));
    }
    CU_ASSERT_FALSE(t->history.lied);
    CU_ASSERT_EQUAL(t->history.error.status, LEDGER_OK);
    stored_free(&t);
}

/* Rows for every reason for which an entry is not one of the matter. */
static void a_row_that_lies_is_damage_and_named(void)
{
    enum { OTHER_MATTER, OTHER_INDEX, UNREADABLE, GONE, REASONS };
    for (unsigned reason = 0; reason < REASONS; reason++) {
        struct stored *t = stored_new();
        struct ledger_span bytes;
        struct ledger_entry entry;
        uint8_t memory[LEDGER_ROW_KEY_SIZE];
        struct fixture f = {.s = t->s};
        struct store_edit *edit = store_edit_open(t->s->path);
        struct ledger_span key = ruled_row(&f, memory, "authority", 20);
        if (reason == OTHER_INDEX) {
            struct ledger_span zero = store_edit_get_at(edit, "entries", 0);
            store_edit_put_at(edit, "entries", 20, samples_copy(t->s, zero));
        } else if (reason == UNREADABLE) {
            store_edit_put_at(edit, "entries", 20, ledger_span_of("x"));
        } else if (reason == GONE) {
            store_edit_delete_at(edit, "entries", 20);
        }
        store_edit_put(edit, "matters", key, (struct ledger_span){NULL, 0});
        store_edit_close(&edit);
        stored_open(t);
        const struct ledger_history *h = &t->history.history;
        struct ledger_span matter = ledger_span_of("authority");
        CU_ASSERT_EQUAL(h->latest(h->context, &entry, &bytes, matter, 20), LEDGER_OK);
        CU_ASSERT_FALSE(t->history.lied);
        CU_ASSERT_EQUAL(h->latest(h->context, &entry, &bytes, matter, 21), LEDGER_DAMAGED);
        CU_ASSERT(t->history.lied);
        CU_ASSERT_EQUAL(t->history.row, 20);
        CU_ASSERT_EQUAL(ledger_matter_history_failed(&t->history, LEDGER_DAMAGED, 30, &t->s->error),
                        LEDGER_DAMAGED);
        CU_ASSERT_PTR_NOT_NULL(strstr(t->s->error.what, "cannot judge entry 30: "));
        CU_ASSERT_PTR_NOT_NULL(strstr(t->s->error.what, "leads to entry 20"));
        stored_free(&t);
    }
}

static void a_row_of_a_wrong_size_is_damage(void)
{
    struct stored *t = stored_new();
    struct ledger_span bytes;
    struct ledger_entry entry;
    uint8_t memory[LEDGER_ROW_KEY_SIZE + 1] = {0};
    struct fixture f = {.s = t->s};
    struct store_edit *edit = store_edit_open(t->s->path);
    struct ledger_span key = ruled_row(&f, memory, "authority", 20);
    key.size++;
    store_edit_put(edit, "matters", key, (struct ledger_span){NULL, 0});
    store_edit_close(&edit);
    stored_open(t);
    const struct ledger_history *h = &t->history.history;
    CU_ASSERT_EQUAL(h->latest(h->context, &entry, &bytes, ledger_span_of("authority"), 30),
                    LEDGER_DAMAGED);
    CU_ASSERT_FALSE(t->history.lied);
    CU_ASSERT_EQUAL(h->latest(h->context, &entry, &bytes, ledger_span_of("authority"), 20),
                    LEDGER_OK);
    stored_free(&t);
}

void ledger_suite_matter_history(void)
{
    CU_pSuite suite = CU_add_suite("matter_history", NULL, NULL);
    CU_ADD_TEST(suite, it_finds_what_a_look_at_every_entry_finds);
    CU_ADD_TEST(suite, a_row_that_lies_is_damage_and_named);
    CU_ADD_TEST(suite, a_row_of_a_wrong_size_is_damage);
}
