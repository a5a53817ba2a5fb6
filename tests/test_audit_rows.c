#include "ledger/ops/audit_rows.h"

#include <unistd.h>

#include "tests/audit_samples.h"
#include "tests/suites.h"

static void an_index_row_too_few_is_found(void)
{
    static const char *const tables[] = {"records", "matters", "documents", "authority"};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        struct fixture f = edited();
        struct ledger_span key = samples_copy(f.s, store_edit_first(f.edit, tables[i]));
        struct ledger_span value = samples_copy(f.s, store_edit_get(f.edit, tables[i], key));
        store_edit_delete(f.edit, tables[i], key);
        store_edit_close(&f.edit);
        CU_ASSERT_EQUAL(audit(&f), LEDGER_OK);
        CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_WRONG_INDEX_ROW);
        CU_ASSERT(f.s->verdict.entry < ENTRIES);
        f.edit = store_edit_open(f.s->path);
        store_edit_put(f.edit, tables[i], key, value);
        finds(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
        fixture_free(&f);
    }
}

static void an_index_row_too_many_is_found(void)
{
    static const char *const tables[] = {"records", "matters", "documents", "authority"};
    static const size_t sizes[] = {32, 40, 40, 8};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        struct fixture f = edited();
        uint8_t key[40];
        memset(key, 0x77, sizeof key);
        store_edit_put(f.edit, tables[i], (struct ledger_span){key, sizes[i]},
                       (struct ledger_span){key, i == 0 ? 8 : 0});
        finds_only(&f, LEDGER_WRONG_INDEX_ROW, LEDGER_NO_ENTRY);
    }
}

static void an_index_row_that_lies_is_found(void)
{
    static const char *const tables[] = {"records", "matters", "documents", "authority"};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        struct fixture f = edited();
        uint8_t other[8];
        ledger_put_be64(other, 3);
        struct ledger_span key = samples_copy(f.s, store_edit_first(f.edit, tables[i]));
        struct ledger_span value = store_edit_get(f.edit, tables[i], key);
        ledger_put_be64(other, i == 0 && ledger_get_be64(value.data) == 3 ? 4 : 3);
        store_edit_put(f.edit, tables[i], key, (struct ledger_span){other, sizeof other});
        store_edit_close(&f.edit);
        CU_ASSERT_EQUAL(audit(&f), LEDGER_OK);
        CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_WRONG_INDEX_ROW);
        fixture_free(&f);
    }
}

static void stored_nodes_are_exactly_those_of_the_entries(void)
{
    struct fixture f = fixture_new(520);
    uint8_t key[9] = {8};
    struct ledger_span node = {key, sizeof key};
    uint8_t hash[32] = {1};
    f.edit = store_edit_open(f.s->path);
    struct ledger_span good = samples_copy(f.s, store_edit_get(f.edit, "nodes", node));
    store_edit_put(f.edit, "nodes", node, (struct ledger_span){hash, sizeof hash});
    finds(&f, LEDGER_WRONG_NODE, 255);
    f.edit = store_edit_open(f.s->path);
    store_edit_put(f.edit, "nodes", node, (struct ledger_span){hash, 31});
    finds(&f, LEDGER_WRONG_NODE, 255);
    f.edit = store_edit_open(f.s->path);
    store_edit_delete(f.edit, "nodes", node);
    finds(&f, LEDGER_WRONG_NODE, 255);
    f.edit = store_edit_open(f.s->path);
    store_edit_put(f.edit, "nodes", node, good);
    finds(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
    f.edit = store_edit_open(f.s->path);
    key[0] = 7;
    store_edit_put(f.edit, "nodes", node, good);
    finds_only(&f, LEDGER_WRONG_NODE, LEDGER_NO_ENTRY);
}

static void a_newer_format_is_a_status_and_no_verdict(void)
{
    struct fixture f = edited();
    store_edit_put(f.edit, "meta", ledger_span_of("format"),
                   ledger_span_of("public-law-ledger/store/v3"));
    store_edit_close(&f.edit);
    CU_ASSERT_EQUAL(audit(&f), LEDGER_NEWER_FORMAT);
    CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(unlink(samples_text(f.s, "%s/data.mdb", f.s->path)), 0);
    CU_ASSERT_EQUAL(audit(&f), LEDGER_NOT_FOUND);
    CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void what_is_not_a_ledgers_store_is_damaged(void)
{
    struct fixture f = edited();
    store_edit_put(f.edit, "meta", ledger_span_of("origin"), ledger_span_of("other.example"));
    finds_only(&f, LEDGER_STORE_DAMAGED, LEDGER_NO_ENTRY);
    f = edited();
    store_edit_put(f.edit, "meta", ledger_span_of("note"), ledger_span_of("x"));
    finds_only(&f, LEDGER_STORE_DAMAGED, LEDGER_NO_ENTRY);
    f = edited();
    store_edit_delete(f.edit, "meta", ledger_span_of("origin"));
    finds_only(&f, LEDGER_STORE_DAMAGED, LEDGER_NO_ENTRY);
    f = edited();
    store_edit_delete(f.edit, "meta", ledger_span_of("format"));
    finds_only(&f, LEDGER_STORE_DAMAGED, LEDGER_NO_ENTRY);
    static const char *const tables[] = {"entries", "nodes", "records", "checkpoints"};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        f = edited();
        store_edit_drop(f.edit, tables[i]);
        finds_only(&f, LEDGER_STORE_DAMAGED, LEDGER_NO_ENTRY);
    }
    static const uint8_t key[9] = {0};
    static const char *const keyed[] = {"entries", "checkpoints"};
    for (size_t i = 0; i < 2; i++) {
        f = edited();
        store_edit_put(f.edit, keyed[i], (struct ledger_span){key, sizeof key},
                       ledger_span_of("x"));
        store_edit_close(&f.edit);
        CU_ASSERT_EQUAL(audit(&f), LEDGER_OK);
        CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_STORE_DAMAGED);
        fixture_free(&f);
    }
}

static void a_truncated_file_is_damaged_and_does_no_harm(void)
{
    struct fixture f = fixture_new(ENTRIES);
    const char *path = samples_text(f.s, "%s/data.mdb", f.s->path);
    struct ledger_span whole = samples_file(f.s, path);
    for (size_t size = 0; size < whole.size; size += size % 4096 == 0 ? 1000 : 3096) {
        samples_write_file(path, (struct ledger_span){whole.data, size});
        finds(&f, LEDGER_STORE_DAMAGED, LEDGER_NO_ENTRY);
    }
    samples_write_file(path, whole);
    finds_only(&f, LEDGER_VALID, LEDGER_NO_ENTRY);
}

void ledger_suite_audit_rows(void)
{
    CU_pSuite suite = CU_add_suite("audit_rows", NULL, NULL);
    CU_ADD_TEST(suite, an_index_row_too_few_is_found);
    CU_ADD_TEST(suite, an_index_row_too_many_is_found);
    CU_ADD_TEST(suite, an_index_row_that_lies_is_found);
    CU_ADD_TEST(suite, stored_nodes_are_exactly_those_of_the_entries);
    CU_ADD_TEST(suite, a_newer_format_is_a_status_and_no_verdict);
    CU_ADD_TEST(suite, what_is_not_a_ledgers_store_is_damaged);
    CU_ADD_TEST(suite, a_truncated_file_is_damaged_and_does_no_harm);
}
