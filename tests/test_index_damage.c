/* Index entries of a ledger whose store somebody changed: nothing is signed. */
#include "ledger/ops/append.h"
#include "tests/index_samples.h"
#include "tests/store_edit.h"
#include "tests/suites.h"

/* Everything that an index needs is refused, nothing is signed, and nothing is added. */
static void no_index_can_be_made(struct samples *s, uint64_t size, const struct ledger_hash *root)
{
    struct ledger_matters_now now;
    struct ledger_span guard = samples_file(s, s->guard);
    struct ledger_appender *a = opened(s);
    CU_ASSERT_EQUAL(ledger_appender_size(a), size);
    CU_ASSERT_EQUAL(ledger_appender_matters(a, &now, &s->error), LEDGER_DAMAGED);
    CU_ASSERT_PTR_NOT_NULL(strstr(s->error.what, "verify the ledger"));
    ledger_appender_close(&a);
    a = opened(s);
    CU_ASSERT_EQUAL(samples_append(s, a, index_note(s, size, root, SAMPLE_OPERATOR), NULL),
                    LEDGER_DAMAGED);
    CU_ASSERT_PTR_NOT_NULL(strstr(s->error.what, "verify the ledger"));
    ledger_appender_close(&a);
    CU_ASSERT(ledger_span_equal(guard, samples_file(s, s->guard)));
}

/* A ledger of 8 entries whose entry 5, if `indexed`, is an index; entry 3 and 6 are of matter 1,
 * entry 4 and 7 of matter 2. */
static struct samples *edited(bool indexed, struct ledger_hash *root)
{
    struct samples *s = samples_new();
    samples_ledger(s, 3);
    struct ledger_appender *a = opened(s);
    (void)append_one(s, a, index_ordinary(s, 1), NULL);
    (void)append_one(s, a, index_ordinary(s, 2), NULL);
    if (indexed) {
        (void)index_append(s, a);
    } else {
        (void)append_one(s, a, index_ordinary(s, 3), NULL);
    }
    (void)append_one(s, a, index_ordinary(s, 1), NULL);
    (void)append_one(s, a, index_ordinary(s, 2), NULL);
    *root = index_now(s, a).root;
    ledger_appender_close(&a);
    return s;
}

struct change {
    const char *name;
    int removed; /* the index of a row of matter 1 or 2 (by the entry's), or -1 */
    int added;   /* the index of a row of matter 2, or -1 */
    bool before; /* of what the index entry has */
};

static void change_rows(struct samples *s, const struct change *change)
{
    uint8_t key[LEDGER_ROW_KEY_SIZE];
    struct ledger_span one = ledger_span_of("粤穗南证〔2026〕第1号");
    struct ledger_span two = ledger_span_of("粤穗南证〔2026〕第2号");
    struct store_edit *edit = store_edit_open(s->path);
    if (change->removed >= 0) {
        store_edit_delete(
            edit, "matters",
            index_row(s, key, change->removed % 3 == 0 ? one : two, (uint64_t)change->removed));
    }
    if (change->added >= 0) {
        store_edit_put(edit, "matters", index_row(s, key, two, (uint64_t)change->added),
                       (struct ledger_span){NULL, 0});
    }
    store_edit_close(&edit);
}

static void who_changes_rows_of_matters_gets_nothing_signed(void)
{
    static const struct change changes[] = {
        {"a row that an index covers is gone", 3, -1, true},
        {"a row since is gone", 6, -1, false},
        {"a row is moved", 6, 6, false},
        {"a row that an index covers is moved", 3, 3, true},
        {"a row of an entry is there twice", -1, 3, true},
        {"a row since is there twice", -1, 6, false},
        {"one is gone and another too many", 7, 3, false},
    };
    for (size_t i = 0; i < 2 * sizeof changes / sizeof changes[0]; i++) {
        const struct change *change = &changes[i / 2];
        struct ledger_hash root;
        struct samples *s = edited(i % 2 == 0, &root);
        change_rows(s, change);
        no_index_can_be_made(s, 8, &root);
        /* Another record can still be appended: it does not depend on these rows. */
        open_gives(s, LEDGER_OK, 8);
        samples_free(&s);
    }
}

static void a_row_that_names_an_index_which_is_none_is_damage(void)
{
    static const uint64_t places[] = {2, 7, 8, UINT64_C(1) << 40};
    for (size_t i = 0; i < 2 * sizeof places / sizeof places[0]; i++) {
        struct ledger_hash root;
        uint8_t key[LEDGER_ROW_KEY_SIZE];
        struct samples *s = edited(i % 2 == 0, &root);
        if (i % 2 != 0 || places[i / 2] > 5) {
            struct store_edit *edit = store_edit_open(s->path);
            store_edit_put(edit, "matters",
                           index_row(s, key, ledger_span_of("index"), places[i / 2]),
                           (struct ledger_span){NULL, 0});
            store_edit_close(&edit);
            no_index_can_be_made(s, 8, &root);
        }
        samples_free(&s);
    }
}

static void an_index_that_the_rows_hide_is_missed(void)
{
    uint8_t key[LEDGER_ROW_KEY_SIZE];
    struct ledger_hash root;
    struct samples *s = edited(true, &root);
    struct store_edit *edit = store_edit_open(s->path);
    store_edit_delete(edit, "matters", index_row(s, key, ledger_span_of("index"), 5));
    store_edit_close(&edit);
    no_index_can_be_made(s, 8, &root);
    edit = store_edit_open(s->path);
    while (store_edit_count(edit, "parts") > 0) {
        store_edit_delete(edit, "parts", samples_copy(s, store_edit_first(edit, "parts")));
    }
    store_edit_close(&edit);
    no_index_can_be_made(s, 8, &root);
    samples_free(&s);
}

static void who_changes_a_part_gets_nothing_signed(void)
{
    for (unsigned step = 0; step < 6; step++) {
        struct ledger_hash root;
        struct samples *s = edited(step != 5, &root);
        struct store_edit *edit = store_edit_open(s->path);
        uint8_t value[LEDGER_PART_VALUE_SIZE] = {1};
        static const uint8_t other[3] = {0, 1, 2};
        struct ledger_span bytes = {value, step == 3 ? 5 : sizeof value};
        struct ledger_span key = {other, step == 4 ? 3 : 2};
        if (step < 4) {
            key = samples_copy(s, store_edit_first(edit, "parts"));
            memcpy(value, store_edit_get(edit, "parts", key).data, sizeof value);
            value[step == 0 ? 0 : 32] ^= step == 0 ? 3 : 1;
        }
        if (step == 2) {
            store_edit_delete(edit, "parts", key);
        } else {
            store_edit_put(edit, "parts", key, bytes);
        }
        store_edit_close(&edit);
        no_index_can_be_made(s, 8, &root);
        samples_free(&s);
    }
}

/* The parts give the root that was signed, and are not those of the tree: all of it as one matter
 * in an empty bucket, or one matter in the bucket beside its own. */
static void parts_that_only_seem_to_give_the_root_are_noticed(void)
{
    for (unsigned step = 0; step < 2; step++) {
        struct samples *s = samples_new();
        samples_ledger(s, step == 0 ? 12 : 1);
        struct ledger_appender *a = opened(s);
        struct ledger_hash root = index_now(s, a).root;
        (void)index_append(s, a);
        ledger_appender_close(&a);
        struct store_edit *edit = store_edit_open(s->path);
        struct ledger_span key = samples_copy(s, store_edit_first(edit, "parts"));
        uint8_t value[LEDGER_PART_VALUE_SIZE] = {LEDGER_PREFIX_ONE};
        uint8_t beside[2] = {key.data[0], key.data[1] ^ 1};
        memcpy(value + 1, root.bytes, sizeof root.bytes);
        while (store_edit_count(edit, "parts") > 0) {
            store_edit_delete(edit, "parts", samples_copy(s, store_edit_first(edit, "parts")));
        }
        store_edit_put(edit, "parts", (struct ledger_span){beside, sizeof beside},
                       (struct ledger_span){value, sizeof value});
        store_edit_close(&edit);
        no_index_can_be_made(s, step == 0 ? 13 : 2, &root);
        samples_free(&s);
    }
}

/* Entry and row together: the rows agree with the entries, and these are not what was signed. The
 * first 256 entries are behind a stored node, which opening does not look below. */
static void who_changes_an_entry_with_its_row_gets_nothing_signed(void)
{
    struct samples *s = samples_new();
    uint8_t key[LEDGER_ROW_KEY_SIZE];
    const uint64_t size = 300;
    samples_ledger(s, size);
    struct ledger_appender *a = opened(s);
    struct ledger_hash root = index_now(s, a).root;
    ledger_appender_close(&a);
    struct store_edit *edit = store_edit_open(s->path);
    struct ledger_span entry = store_edit_get_at(edit, "entries", 100);
    store_edit_put_at(edit, "entries", 100, samples_replaced(s, entry, "第33号", "第44号"));
    store_edit_delete(edit, "matters",
                      index_row(s, key, ledger_span_of("粤南〔2026〕第33号"), 100));
    store_edit_put(edit, "matters", index_row(s, key, ledger_span_of("粤南〔2026〕第44号"), 100),
                   (struct ledger_span){NULL, 0});
    store_edit_close(&edit);
    no_index_can_be_made(s, size, &root);
    samples_free(&s);
}

void ledger_suite_index_damage(void)
{
    CU_pSuite suite = CU_add_suite("index_damage", NULL, NULL);
    CU_ADD_TEST(suite, who_changes_rows_of_matters_gets_nothing_signed);
    CU_ADD_TEST(suite, a_row_that_names_an_index_which_is_none_is_damage);
    CU_ADD_TEST(suite, an_index_that_the_rows_hide_is_missed);
    CU_ADD_TEST(suite, who_changes_a_part_gets_nothing_signed);
    CU_ADD_TEST(suite, parts_that_only_seem_to_give_the_root_are_noticed);
    CU_ADD_TEST(suite, who_changes_an_entry_with_its_row_gets_nothing_signed);
}
