#include "ledger/ops/resume.h"

#include <stdio.h>

#include "ledger/store/tree_reader.h"
#include "tests/ledger_samples.h"
#include "tests/store_edit.h"
#include "tests/suites.h"

/* The checkpoint of the first `size` entries of the store, signed by the operator. */
static struct ledger_checkpoint checkpoint_of(struct samples *s, struct ledger_state *state)
{
    struct ledger_checkpoint checkpoint;
    struct ledger_hash root;
    ledger_state_root(state, &root);
    struct ledger_span note =
        samples_checkpoint(s, SAMPLE_ORIGIN, ledger_state_size(state), &root, SAMPLE_OPERATOR);
    CU_ASSERT_FATAL(ledger_checkpoint_parse(&checkpoint, &s->verdict, note));
    return checkpoint;
}

static bool same(struct samples *s, struct ledger_state *a, struct ledger_state *b)
{
    struct ledger_hash roots[4];
    ledger_state_root(a, &roots[0]);
    ledger_state_root(b, &roots[1]);
    ledger_authority_root(ledger_state_authority(a), s->hasher, &roots[2]);
    ledger_authority_root(ledger_state_authority(b), s->hasher, &roots[3]);
    return ledger_hash_equal(&roots[0], &roots[1]) && ledger_hash_equal(&roots[2], &roots[3]) &&
           ledger_hash_equal(ledger_state_previous(a), ledger_state_previous(b)) &&
           ledger_state_time(a) == ledger_state_time(b) &&
           ledger_state_size(a) == ledger_state_size(b);
}

static void a_ledger_is_resumed_at_every_size_as_if_replayed(void)
{
    struct samples *s = samples_new();
    struct ledger_store *store = NULL;
    struct ledger_state *replayed = samples_state(s);
    samples_ledger(s, 600);
    CU_ASSERT_EQUAL_FATAL(ledger_store_open(&store, s->path, LEDGER_STORE_READ, 0, NULL),
                          LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_store_begin(store, NULL), LEDGER_OK);
    for (uint64_t size = 1; size <= 600; size++) {
        struct ledger_state *state = samples_state(s);
        CU_ASSERT_EQUAL(ledger_catch_up(replayed, &s->verdict, store, size, &s->error), LEDGER_OK);
        struct ledger_checkpoint checkpoint = checkpoint_of(s, replayed);
        CU_ASSERT_EQUAL(ledger_resume(state, &s->verdict, store, s->hasher, &checkpoint, &s->error),
                        LEDGER_OK);
        CU_ASSERT(same(s, state, replayed));
        ledger_state_free(&state);
        /* Another root, of the same size, was never signed. */
        state = samples_state(s);
        checkpoint.root.bytes[7] ^= 1;
        CU_ASSERT_EQUAL(ledger_resume(state, &s->verdict, store, s->hasher, &checkpoint, &s->error),
                        LEDGER_FORKED);
        ledger_state_free(&state);
    }
    ledger_store_close(&store);
    ledger_state_free(&replayed);
    samples_free(&s);
}

static void one_more(struct samples *s, enum ledger_status expected)
{
    struct ledger_appender *a = NULL;
    enum ledger_status status = samples_open(s, &a);
    CU_ASSERT_EQUAL(status, expected);
    if (status != expected) {
        printf("\n%s: %s\n", ledger_status_token(status), s->error.what);
    }
    if (a != NULL) {
        CU_ASSERT_EQUAL(samples_append(s, a, samples_ordinary(s, 1), NULL), LEDGER_OK);
        CU_ASSERT_EQUAL(s->verdict.finding, LEDGER_VALID);
    }
    ledger_appender_close(&a);
}

static void appending_crosses_node_boundaries(void)
{
    static const uint64_t sizes[] = {255, 256, 257, 511, 512, 1023, 1024, 1025};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct samples *s = samples_new();
        samples_ledger(s, sizes[i]);
        one_more(s, LEDGER_OK);
        one_more(s, LEDGER_OK);
        samples_free(&s);
    }
}

/* The last entry with another time: parsed it is in order, and no signature covers the time. */
static void a_changed_last_entry_is_never_built_upon(void)
{
    static const uint64_t sizes[] = {3, 8, 255, 256, 257, 512};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct samples *s = samples_new();
        struct ledger_entry entry;
        samples_ledger(s, sizes[i]);
        struct store_edit *edit = store_edit_open(s->path);
        struct ledger_span last = samples_copy(s, store_edit_get_at(edit, "entries", sizes[i] - 1));
        CU_ASSERT_FATAL(ledger_entry_parse(&entry, &s->verdict, last));
        entry.time_ms++;
        store_edit_put_at(edit, "entries", sizes[i] - 1, samples_entry(s, &entry));
        store_edit_close(&edit);
        one_more(s, LEDGER_FORKED);
        edit = store_edit_open(s->path);
        store_edit_put_at(edit, "entries", sizes[i] - 1, last);
        store_edit_close(&edit);
        one_more(s, LEDGER_OK);
        samples_free(&s);
    }
}

static void a_change_in_the_last_block_or_a_stored_node_is_a_fork(void)
{
    struct samples *s = samples_new();
    uint8_t key[9] = {8};
    struct ledger_span node = {key, sizeof key};
    samples_ledger(s, 520);
    struct store_edit *edit = store_edit_open(s->path);
    struct ledger_span good = samples_copy(s, store_edit_get_at(edit, "entries", 514));
    store_edit_put_at(edit, "entries", 514, samples_replaced(s, good, "index 514", "index 513"));
    store_edit_close(&edit);
    one_more(s, LEDGER_FORKED);
    edit = store_edit_open(s->path);
    store_edit_delete_at(edit, "entries", 514);
    store_edit_close(&edit);
    one_more(s, LEDGER_DAMAGED);
    edit = store_edit_open(s->path);
    store_edit_put_at(edit, "entries", 514, good);
    /* Of 520 entries the edge has the node of level 9, not those below it. */
    key[0] = 9;
    struct ledger_span hash = samples_copy(s, store_edit_get(edit, "nodes", node));
    struct ledger_hash wrong = {{1}};
    store_edit_put(edit, "nodes", node, (struct ledger_span){wrong.bytes, sizeof wrong.bytes});
    store_edit_close(&edit);
    one_more(s, LEDGER_FORKED);
    edit = store_edit_open(s->path);
    store_edit_put(edit, "nodes", node, hash);
    store_edit_close(&edit);
    one_more(s, LEDGER_OK);
    samples_free(&s);
}

/* The state at the end of the ledger as it is stored, under a checkpoint that says so. */
static struct ledger_state *resumed(struct samples *s, struct ledger_store *store, uint64_t size)
{
    struct ledger_tree_reader reader = {store, s->hasher, &s->error};
    struct ledger_state *state = samples_state(s);
    struct ledger_frontier frontier;
    struct ledger_hash root;
    struct ledger_checkpoint checkpoint;
    CU_ASSERT_EQUAL_FATAL(ledger_store_begin(store, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_tree_read_frontier(&reader, &frontier, size), LEDGER_OK);
    ledger_frontier_root(s->hasher, &root, &frontier);
    struct ledger_span note = samples_checkpoint(s, SAMPLE_ORIGIN, size, &root, SAMPLE_OPERATOR);
    CU_ASSERT_FATAL(ledger_checkpoint_parse(&checkpoint, &s->verdict, note));
    CU_ASSERT_EQUAL(ledger_resume(state, &s->verdict, store, s->hasher, &checkpoint, &s->error),
                    LEDGER_OK);
    ledger_store_end(store);
    return state;
}

static enum ledger_status read_back(struct samples *s, uint64_t size, uint64_t first)
{
    struct ledger_store *store = NULL;
    struct ledger_hash root;
    CU_ASSERT_EQUAL_FATAL(ledger_store_open(&store, s->path, LEDGER_STORE_READ, 0, NULL),
                          LEDGER_OK);
    struct ledger_state *state = resumed(s, store, size);
    enum ledger_status status = ledger_read_back(&root, state, store, s->hasher, first, &s->error);
    ledger_state_free(&state);
    ledger_store_close(&store);
    return status;
}

/* A bit that flips in the state's memory of the last leaf makes a link that nothing else looks at: the
 * entry is judged by the same memory. */
static void a_link_that_leads_nowhere_is_not_read_back(void)
{
    static const uint64_t sizes[] = {2, 5, 6, 256, 257, 258};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct samples *s = samples_new();
        struct ledger_entry entry;
        uint64_t last = sizes[i] - 1;
        samples_ledger(s, sizes[i]);
        CU_ASSERT_EQUAL(read_back(s, sizes[i], last), LEDGER_OK);
        CU_ASSERT_EQUAL(read_back(s, sizes[i], 0), LEDGER_OK);
        struct store_edit *edit = store_edit_open(s->path);
        CU_ASSERT_FATAL(
            ledger_entry_parse(&entry, &s->verdict, store_edit_get_at(edit, "entries", last)));
        entry.previous.bytes[5] ^= 1;
        struct ledger_span changed = samples_entry(s, &entry);
        store_edit_put_at(edit, "entries", last, changed);
        store_edit_close(&edit);
        CU_ASSERT_EQUAL(read_back(s, sizes[i], last), LEDGER_SELF_CHECK);
        CU_ASSERT_EQUAL(read_back(s, sizes[i], 0), LEDGER_SELF_CHECK);
        samples_free(&s);
    }
}

static enum ledger_status read_back_into(struct samples *s, struct ledger_state *state,
                                         uint64_t first)
{
    struct ledger_store *store = NULL;
    struct ledger_hash root;
    CU_ASSERT_EQUAL_FATAL(ledger_store_open(&store, s->path, LEDGER_STORE_READ, 0, NULL),
                          LEDGER_OK);
    enum ledger_status status = ledger_read_back(&root, state, store, s->hasher, first, &s->error);
    ledger_store_close(&store);
    return status;
}

/* What the state holds is not what is stored, by either of the two ways to the root. */
static void what_is_stored_otherwise_is_not_read_back(void)
{
    struct samples *s = samples_new();
    struct ledger_store *store = NULL;
    struct ledger_entry entry;
    uint8_t key[9] = {9};
    struct ledger_hash wrong = {{1}};
    samples_ledger(s, 520);
    CU_ASSERT_EQUAL_FATAL(ledger_store_open(&store, s->path, LEDGER_STORE_READ, 0, NULL),
                          LEDGER_OK);
    struct ledger_state *state = resumed(s, store, 520);
    ledger_store_close(&store);
    struct store_edit *edit = store_edit_open(s->path);
    struct ledger_span last = samples_copy(s, store_edit_get_at(edit, "entries", 519));
    CU_ASSERT_FATAL(ledger_entry_parse(&entry, &s->verdict, last));
    entry.time_ms++;
    store_edit_put_at(edit, "entries", 519, samples_entry(s, &entry));
    store_edit_close(&edit);
    CU_ASSERT_EQUAL(read_back_into(s, state, 519), LEDGER_SELF_CHECK);
    edit = store_edit_open(s->path);
    store_edit_put_at(edit, "entries", 519, last);
    store_edit_close(&edit);
    CU_ASSERT_EQUAL(read_back_into(s, state, 0), LEDGER_OK);
    edit = store_edit_open(s->path);
    store_edit_put(edit, "nodes", (struct ledger_span){key, sizeof key},
                   (struct ledger_span){wrong.bytes, sizeof wrong.bytes});
    store_edit_close(&edit);
    CU_ASSERT_EQUAL(read_back_into(s, state, 0), LEDGER_SELF_CHECK);
    ledger_state_free(&state);
    samples_free(&s);
}

static void an_authority_index_that_lies_is_noticed(void)
{
    struct samples *s = samples_new();
    samples_ledger(s, 10);
    struct store_edit *edit = store_edit_open(s->path);
    store_edit_delete_at(edit, "authority", 2);
    store_edit_close(&edit);
    one_more(s, LEDGER_DAMAGED);
    CU_ASSERT_EQUAL(s->verdict.finding, LEDGER_WRONG_AUTHORITY);
    samples_free(&s);
}

void ledger_suite_resume(void)
{
    CU_pSuite suite = CU_add_suite("resume", NULL, NULL);
    CU_ADD_TEST(suite, a_ledger_is_resumed_at_every_size_as_if_replayed);
    CU_ADD_TEST(suite, appending_crosses_node_boundaries);
    CU_ADD_TEST(suite, a_changed_last_entry_is_never_built_upon);
    CU_ADD_TEST(suite, a_change_in_the_last_block_or_a_stored_node_is_a_fork);
    CU_ADD_TEST(suite, a_link_that_leads_nowhere_is_not_read_back);
    CU_ADD_TEST(suite, what_is_stored_otherwise_is_not_read_back);
    CU_ADD_TEST(suite, an_authority_index_that_lies_is_noticed);
}
