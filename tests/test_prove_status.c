#include "ledger/ops/prove_status.h"

#include "tests/status_samples.h"
#include "tests/store_edit.h"
#include "tests/suites.h"

#define MANY 1500

struct sink {
    struct status_samples *f;
    uint8_t *bytes;
    size_t size;
    size_t pieces;
    size_t stop_after; /* pieces; 0: never */
};

static enum ledger_status take(void *context, struct ledger_span piece)
{
    struct sink *sink = context;
    if (sink->stop_after != 0 && sink->pieces == sink->stop_after) {
        return LEDGER_NOT_FOUND;
    }
    sink->bytes = realloc(sink->bytes, sink->size + piece.size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(sink->bytes);
    memcpy(sink->bytes + sink->size, piece.data, piece.size);
    sink->size += piece.size;
    sink->pieces++;
    return LEDGER_OK;
}

static enum ledger_status make(struct sink *sink, struct status_samples *f, const char *matter)
{
    *sink = (struct sink){.f = f, .stop_after = sink->stop_after};
    return ledger_prove_status(f->prover, take, sink, ledger_span_of(matter), &f->s->error);
}

/* What cannot be made leaves nothing behind. */
static void fails(struct status_samples *f, const char *matter, enum ledger_status expected)
{
    struct sink sink = {.stop_after = 0};
    CU_ASSERT_EQUAL(make(&sink, f, matter), expected);
    CU_ASSERT_EQUAL(f->s->error.status, expected);
    CU_ASSERT_EQUAL(sink.pieces, 0);
    free(sink.bytes);
}

/* The proof that is made is the one put together by hand. */
static void is_made(struct status_samples *f, const char *matter, uint64_t as_of)
{
    struct sink sink = {.stop_after = 0};
    struct status_pieces p = status_pieces(f, matter, as_of);
    struct ledger_span expected = status_bytes(f, &p);
    CU_ASSERT_EQUAL_FATAL(make(&sink, f, matter), LEDGER_OK);
    struct ledger_span bytes = {sink.bytes, sink.size};
    CU_ASSERT(ledger_span_equal(bytes, expected));
    CU_ASSERT_EQUAL(status_check_bytes(f, bytes), LEDGER_VALID);
    CU_ASSERT_EQUAL(f->report.as_of, as_of);
    free(sink.bytes);
}

/* Entries: 0 genesis, 1 A, 2 B, 3 A, 4 index, 5 A, 6 C, 7 index, 8 A. */
static struct status_samples *world(void)
{
    struct status_samples *f = status_new();
    (void)status_ordinary(f, "A");
    (void)status_ordinary(f, "B");
    (void)status_ordinary(f, "A");
    (void)status_index(f);
    (void)status_ordinary(f, "A");
    (void)status_ordinary(f, "C");
    (void)status_index(f);
    (void)status_ordinary(f, "A");
    status_read(f);
    return f;
}

static void the_proof_of_every_matter_is_as_of_the_last_index(void)
{
    static const char *const matters[] = {"A", "B", "C", "authority", "index", "none", "D", "甲"};
    struct status_samples *f = world();
    for (size_t i = 0; i < sizeof matters / sizeof matters[0]; i++) {
        is_made(f, matters[i], 7);
    }
    status_write(f);
    (void)status_index(f);
    status_read(f);
    for (size_t i = 0; i < sizeof matters / sizeof matters[0]; i++) {
        is_made(f, matters[i], 9);
    }
    status_free(&f);
}

static void without_an_index_nothing_is_proved(void)
{
    struct status_samples *f = status_new();
    (void)status_ordinary(f, "A");
    status_read(f);
    fails(f, "A", LEDGER_NOT_FOUND);
    CU_ASSERT_PTR_NOT_NULL(strstr(f->s->error.what, "ledger-index"));
    fails(f, "none", LEDGER_NOT_FOUND);
    status_free(&f);
}

static void an_index_under_no_checkpoint_is_not_used(void)
{
    struct status_samples *f = status_new();
    (void)status_ordinary(f, "A");
    (void)status_index(f);
    status_read(f);
    ledger_prover_free(&f->prover);
    ledger_reader_close(&f->reader);
    struct store_edit *edit = store_edit_open(f->s->path);
    store_edit_delete_at(edit, "checkpoints", 3);
    store_edit_close(&edit);
    status_read(f);
    fails(f, "A", LEDGER_BUSY);
    CU_ASSERT_PTR_NOT_NULL(strstr(f->s->error.what, "not under a checkpoint"));
    status_free(&f);
}

static void a_renewed_reader_sees_what_was_written_since(void)
{
    struct status_samples *f = status_new();
    (void)status_ordinary(f, "A");
    uint64_t before = f->count;
    status_read(f);
    struct ledger_reader *reader = f->reader;
    ledger_prover_free(&f->prover);
    f->reader = NULL;
    status_write(f);
    (void)status_ordinary(f, "A");
    CU_ASSERT_EQUAL(ledger_reader_size(reader), before);
    CU_ASSERT_EQUAL(ledger_reader_renew(reader, &f->s->error), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_reader_size(reader), before + 1);
    ledger_reader_close(&reader);
    status_free(&f);
}

static void what_cannot_be_the_number_of_a_matter_is_refused(void)
{
    static const char *const none[] = {"", "m1 ", " m1", "a  b", "a\nb", "a\xff"};
    struct status_samples *f = world();
    char longest[LEDGER_MATTER_MAX + 1] = "";
    char *longer = calloc(1, 16501);
    CU_ASSERT_PTR_NOT_NULL_FATAL(longer);
    memset(longest, 'm', LEDGER_MATTER_MAX);
    memset(longer, 'm', 16500);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        fails(f, none[i], LEDGER_INVALID);
    }
    fails(f, longer, LEDGER_INVALID);
    longer[LEDGER_MATTER_MAX + 1] = '\0';
    fails(f, longer, LEDGER_INVALID);
    is_made(f, longest, 7);
    free(longer);
    status_free(&f);
}

static void what_the_sink_answers_ends_the_making(void)
{
    struct status_samples *f = world();
    for (size_t i = 1; i < 6; i++) {
        struct sink sink = {.stop_after = i};
        CU_ASSERT_EQUAL(make(&sink, f, "A"), LEDGER_NOT_FOUND);
        CU_ASSERT_EQUAL(sink.pieces, i);
        free(sink.bytes);
    }
    is_made(f, "A", 7);
    status_free(&f);
}

static void row_of(uint8_t key[LEDGER_HASH_SIZE + 8], struct status_samples *f, const char *matter,
                   uint64_t index)
{
    struct ledger_hash hash;
    ledger_hash_bytes(f->s->hasher, &hash, ledger_span_of(matter));
    memcpy(key, hash.bytes, LEDGER_HASH_SIZE);
    ledger_put_be64(key + LEDGER_HASH_SIZE, index);
}

/* Deletes or adds a row of MATTERS behind the library's back. */
static struct status_samples *edited(bool add, const char *matter, uint64_t index)
{
    uint8_t key[LEDGER_HASH_SIZE + 8];
    struct status_samples *f = world();
    ledger_prover_free(&f->prover);
    ledger_reader_close(&f->reader);
    struct store_edit *edit = store_edit_open(f->s->path);
    row_of(key, f, matter, index);
    struct ledger_span row = {key, sizeof key};
    if (add) {
        store_edit_put(edit, "matters", row, (struct ledger_span){key, 0});
    } else {
        store_edit_delete(edit, "matters", row);
    }
    store_edit_close(&edit);
    status_read(f);
    return f;
}

static void rows_that_lie_are_damage(void)
{
    struct status_samples *f = edited(false, "A", 3);
    fails(f, "A", LEDGER_DAMAGED);
    status_free(&f);
    f = edited(true, "A", 2);
    fails(f, "A", LEDGER_DAMAGED);
    status_free(&f);
    f = edited(true, "none", 2);
    fails(f, "none", LEDGER_DAMAGED);
    status_free(&f);
    f = edited(false, "B", 2);
    fails(f, "B", LEDGER_DAMAGED);
    status_free(&f);
    f = edited(true, "index", 8); /* which is no index */
    fails(f, "A", LEDGER_DAMAGED);
    status_free(&f);
    f = edited(false, "index", 7); /* then the parts are younger than the index found */
    fails(f, "A", LEDGER_DAMAGED);
    status_free(&f);
    f = edited(false, "A", 8); /* of which the index says nothing */
    is_made(f, "A", 7);
    status_free(&f);
}

static void a_part_that_lies_is_damage(void)
{
    struct status_samples *f = world();
    struct ledger_hash hash;
    ledger_hash_bytes(f->s->hasher, &hash, ledger_span_of("B"));
    ledger_prover_free(&f->prover);
    ledger_reader_close(&f->reader);
    struct store_edit *edit = store_edit_open(f->s->path);
    struct ledger_span bucket = {hash.bytes, 2};
    struct ledger_span part = samples_copy(f->s, store_edit_get(edit, "parts", bucket));
    uint8_t changed[1 + LEDGER_HASH_SIZE];
    CU_ASSERT_EQUAL_FATAL(part.size, sizeof changed);
    memcpy(changed, part.data, part.size);
    changed[20] ^= 1;
    store_edit_put(edit, "parts", bucket, (struct ledger_span){changed, sizeof changed});
    store_edit_close(&edit);
    status_read(f);
    fails(f, "A", LEDGER_DAMAGED);
    status_free(&f);
}

/* A matter with many entries among others comes out piece by piece, in order. */
static void a_long_history_is_made_in_pieces(void)
{
    struct status_samples *f = status_new();
    struct sink sink = {.stop_after = 0};
    for (unsigned i = 0; i < MANY; i++) {
        (void)status_ordinary(f, i % 3 == 0 ? "other" : "long");
    }
    uint64_t as_of = status_index(f);
    status_read(f);
    CU_ASSERT_EQUAL_FATAL(make(&sink, f, "long"), LEDGER_OK);
    CU_ASSERT_EQUAL(sink.pieces, MANY / 3 * 2 + 3); /* the head, the index, the checkpoint */
    CU_ASSERT_EQUAL(status_check_bytes(f, (struct ledger_span){sink.bytes, sink.size}),
                    LEDGER_VALID);
    CU_ASSERT_EQUAL(f->report.entries, MANY / 3 * 2);
    CU_ASSERT_EQUAL(f->report.as_of, as_of);
    free(sink.bytes);
    status_free(&f);
}

static void indexes_are_proved_by_the_operator_line_alone(void)
{
    struct status_samples *f = world();
    struct ledger_span head = status_head(f, 7);
    struct ledger_proof proof;
    struct ledger_evidence item;
    uint32_t lines;
    CU_ASSERT_FATAL(ledger_proof_head_parse(&proof, &f->s->verdict, f->memory, &head, &lines));
    CU_ASSERT_EQUAL(proof.line_count, 1);
    struct ledger_span rest = proof.lines;
    CU_ASSERT_FATAL(ledger_evidence_next(&rest, &item));
    CU_ASSERT(ledger_span_starts(item.line, "operator "));
    struct ledger_span whole;
    CU_ASSERT_EQUAL(ledger_prove(f->prover, &whole, 7, &f->s->error), LEDGER_OK);
    ledger_verdict_clear(&f->s->verdict);
    CU_ASSERT_FATAL(ledger_proof_parse(&proof, &f->s->verdict, f->memory, whole));
    CU_ASSERT(ledger_proof_check(f->s->hasher, &f->s->verdict, f->entry, &proof, f->policy));
    CU_ASSERT_EQUAL(f->entry->entitled.count, 1);
    status_free(&f);
}

void ledger_suite_prove_status(void)
{
    CU_pSuite suite = CU_add_suite("prove_status", NULL, NULL);
    CU_ADD_TEST(suite, the_proof_of_every_matter_is_as_of_the_last_index);
    CU_ADD_TEST(suite, without_an_index_nothing_is_proved);
    CU_ADD_TEST(suite, an_index_under_no_checkpoint_is_not_used);
    CU_ADD_TEST(suite, a_renewed_reader_sees_what_was_written_since);
    CU_ADD_TEST(suite, what_cannot_be_the_number_of_a_matter_is_refused);
    CU_ADD_TEST(suite, what_the_sink_answers_ends_the_making);
    CU_ADD_TEST(suite, rows_that_lie_are_damage);
    CU_ADD_TEST(suite, a_part_that_lies_is_damage);
    CU_ADD_TEST(suite, a_long_history_is_made_in_pieces);
    CU_ADD_TEST(suite, indexes_are_proved_by_the_operator_line_alone);
}
