#include "ledger/law/signature_check.h"

#include "tests/batch_samples.h"
#include "tests/suites.h"

struct fixture {
    struct batch_sample *b;
    struct ledger_batch_cache *known;
    struct ledger_batch_place place;
    struct ledger_verdict verdict;
};

static struct fixture fixture_new(unsigned size)
{
    struct fixture f = {.b = batch_sample_new(), .known = calloc(1, sizeof *f.known)};
    CU_ASSERT_PTR_NOT_NULL_FATAL(f.known);
    batch_sign(f.b, size);
    return f;
}

static void fixture_free(struct fixture *f)
{
    batch_sample_free(&f->b);
    free(f->known);
}

static bool checks(struct fixture *f, struct ledger_batch_cache *known, const char *kind,
                   struct ledger_span text, const struct ledger_signature *line)
{
    struct ledger_record record = {.note = {.text = text}, .kind = ledger_span_of(kind)};
    ledger_verdict_clear(&f->verdict);
    bool holds = ledger_signature_check(known, &f->place, f->b->hasher, &f->verdict, &record, line,
                                        &f->b->key.vkey);
    CU_ASSERT_EQUAL(f->verdict.finding, holds ? LEDGER_NOT_CHECKED : LEDGER_BAD_SIGNATURE);
    return holds;
}

/* With and without a memory of batches it is the same. */
static bool fits(struct fixture *f, struct ledger_span text, const struct ledger_signature *line)
{
    bool holds = checks(f, NULL, "deed", text, line);
    CU_ASSERT_EQUAL(checks(f, f->known, "deed", text, line), holds);
    return holds;
}

static void every_record_of_a_batch_is_signed(void)
{
    struct fixture f = fixture_new(13);
    for (unsigned i = 0; i < 13; i++) {
        struct ledger_signature line = batch_line(f.b, i);
        CU_ASSERT(fits(&f, batch_text(i), &line));
        CU_ASSERT(f.place.position == i && f.place.size == 13);
        CU_ASSERT_FALSE(fits(&f, batch_text(i + 1), &line));
    }
    fixture_free(&f);
}

static void a_change_of_any_bit_of_it_is_refused(void)
{
    struct fixture f = fixture_new(5);
    uint8_t bytes[LEDGER_SIGNATURE_KNOWN];
    for (unsigned i = 0; i < 5; i++) {
        struct ledger_signature line = batch_line(f.b, i);
        size_t size = line.size;
        CU_ASSERT_FATAL(ledger_signature_bytes(bytes, size, &line));
        for (size_t bit = 0; bit < 8 * size; bit++) {
            bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
            line = batch_bytes(f.b, bytes, size);
            CU_ASSERT_FALSE(fits(&f, batch_text(i), &line));
            bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        line = batch_bytes(f.b, bytes, size);
        CU_ASSERT(fits(&f, batch_text(i), &line));
    }
    fixture_free(&f);
}

/* A first record of three has the path of a first record of four. */
static void the_size_is_signed(void)
{
    struct fixture f = fixture_new(3);
    uint8_t bytes[LEDGER_SIGNATURE_KNOWN];
    struct ledger_signature line = batch_line(f.b, 0);
    size_t size = line.size;
    CU_ASSERT(fits(&f, batch_text(0), &line));
    CU_ASSERT_FATAL(ledger_signature_bytes(bytes, size, &line));
    bytes[3] = 4;
    line = batch_bytes(f.b, bytes, size);
    CU_ASSERT_FALSE(fits(&f, batch_text(0), &line));
    CU_ASSERT_PTR_NOT_NULL(strstr(f.verdict.detail, "as number 1 of 4"));
    fixture_free(&f);
}

static void neither_kind_of_signature_is_the_other(void)
{
    struct fixture f = fixture_new(2);
    uint8_t bytes[LEDGER_SIGNATURE_KNOWN];
    uint8_t alone[LEDGER_SIGNATURE_SIZE];
    struct ledger_span text = batch_text(0);
    struct ledger_signature line = batch_line(f.b, 0);
    size_t size = line.size;
    CU_ASSERT_FATAL(ledger_signature_bytes(bytes, size, &line));
    line.key_id = f.b->key.vkey.id;
    CU_ASSERT_FALSE(fits(&f, text, &line));
    crypto_sign_detached(alone, NULL, text.data, text.size, f.b->key.secret);
    line = batch_bytes(f.b, alone, sizeof alone);
    CU_ASSERT_FALSE(fits(&f, text, &line));
    line.key_id = f.b->key.vkey.id;
    CU_ASSERT(fits(&f, text, &line));
    CU_ASSERT_EQUAL(f.place.size, 0);
    /* The signature of a text that reads like the message is none over the batch. */
    uint8_t memory[LEDGER_BATCH_MESSAGE_MAX];
    struct ledger_buffer message = ledger_buffer_in(memory, sizeof memory);
    ledger_batch_to_sign(&f.b->maker, &message);
    crypto_sign_detached(bytes + size - 64, NULL, memory + 1, message.size - 1, f.b->key.secret);
    line = batch_bytes(f.b, bytes, size);
    CU_ASSERT_FALSE(fits(&f, text, &line));
    fixture_free(&f);
}

static void a_change_of_the_authority_is_not_signed_in_a_batch(void)
{
    struct fixture f = fixture_new(2);
    struct ledger_signature line = batch_line(f.b, 0);
    CU_ASSERT(checks(&f, f.known, "deed", batch_text(0), &line));
    CU_ASSERT_FALSE(checks(&f, NULL, LEDGER_KIND_AUTHORITY, batch_text(0), &line));
    CU_ASSERT_FALSE(checks(&f, f.known, LEDGER_KIND_AUTHORITY, batch_text(0), &line));
    fixture_free(&f);
}

/* ---- what is remembered ------------------------------------------------------------------------
 */

static void a_batch_is_verified_once(void)
{
    struct fixture f = fixture_new(100);
    for (unsigned i = 0; i < 100; i++) {
        struct ledger_signature line = batch_line(f.b, i);
        CU_ASSERT(checks(&f, f.known, "deed", batch_text(i), &line));
    }
    CU_ASSERT_EQUAL(f.known->verified, 1);
    CU_ASSERT_EQUAL(f.known->met, 99);
    fixture_free(&f);
}

/* The signature of a key that is known for this very batch. */
static void what_is_known_of_one_key_is_not_known_of_another(void)
{
    struct fixture f = fixture_new(4);
    struct ledger_signature line = batch_line(f.b, 0);
    struct ledger_signature theirs = line;
    CU_ASSERT(checks(&f, f.known, "deed", batch_text(0), &line));
    for (unsigned i = 0; i < LEDGER_ED25519_KEY_SIZE; i++) {
        f.b->key.vkey.key[i] ^= 0x40;
        CU_ASSERT_FALSE(checks(&f, f.known, "deed", batch_text(0), &theirs));
        f.b->key.vkey.key[i] ^= 0x40;
    }
    CU_ASSERT_EQUAL(f.known->verified, 1);
    CU_ASSERT_EQUAL(f.known->met, 0);
    fixture_free(&f);
}

void ledger_suite_signature_check(void)
{
    CU_pSuite suite = CU_add_suite("signature_check", NULL, NULL);
    CU_ADD_TEST(suite, every_record_of_a_batch_is_signed);
    CU_ADD_TEST(suite, a_change_of_any_bit_of_it_is_refused);
    CU_ADD_TEST(suite, the_size_is_signed);
    CU_ADD_TEST(suite, neither_kind_of_signature_is_the_other);
    CU_ADD_TEST(suite, a_change_of_the_authority_is_not_signed_in_a_batch);
    CU_ADD_TEST(suite, a_batch_is_verified_once);
    CU_ADD_TEST(suite, what_is_known_of_one_key_is_not_known_of_another);
}
