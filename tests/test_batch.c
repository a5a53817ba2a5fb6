#include "ledger/format/batch.h"

#include "ledger/format/checkpoint.h"
#include "tests/batch_samples.h"
#include "tests/suites.h"

#define SIZES 70

/* ---- the vector of SPEC.md section 21, made with another program ------------------------------
 */

#define VECTOR_VKEY                                                                                \
    "smu-forensics.gz.example/zhang-san+14b86aa3+AdpWdBPJ/PUVGgjUFWHClNcn1nyo7991SkoM3vo9vvvu"
#define VECTOR_BATCH_ID UINT32_C(0x3fb41d47)
#define VECTOR_RECORD(event)                                                                       \
    "public-law-ledger/record/v1\n"                                                                \
    "ledger publiclaw.gz.example/2026\n"                                                           \
    "kind forensic-appraisal\n"                                                                    \
    "event " event "\n"                                                                            \
    "matter 粤南医鉴〔2026〕病鉴字第1234号\n"                                           \
    "institution smu-forensics.gz.example\n"                                                       \
    "time 2026-11-23T10:21:07+08:00\n"                                                             \
    "nonce Z2uLuEznJn3VIN7KSBHI8Q==\n"                                                             \
    "document sha256 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03 6 "          \
    "鉴定意见书.pdf\n"                                                                        \
    "data {\"pages\":12,\"copies\":3}\n"
#define VECTOR_MESSAGE                                                                             \
    "\0public-law-ledger/batch/v1\n3\nEr7vIrTHPgqrEmC1x34tiyLEVBvfgyMyY/QwVacYBZc=\n"
#define VECTOR_SIGNATURE                                                                           \
    "W/rumOEuKJgNuxZxBZuM98RO2YKYgFeqRLn7CWSZUrlIhDuFMFjpO+UOAbDq+CcVPQJJNYM0vDx12P6g/dO9Dg=="
#define VECTOR_LINE "\xe2\x80\x94 smu-forensics.gz.example/zhang-san "

static const char *const vector_texts[] = {VECTOR_RECORD("issue"), VECTOR_RECORD("extract"),
                                           VECTOR_RECORD("correct")};
static const char *const vector_lines[] = {
    VECTOR_LINE
    "P7QdRwAAAAPQY5zrNeVODJ5z3rtCTLt3idEpOCAxx+8PY9JW7IMbscGjqnZAqK6gmk+OVgN71uRpydQvJxKLg4+"
    "fkUrDQfuGW/rumOEuKJgNuxZxBZuM98RO2YKYgFeqRLn7CWSZUrlIhDuFMFjpO+UOAbDq+CcVPQJJNYM0vDx12P6g/"
    "dO9Dg==\n",
    VECTOR_LINE
    "P7QdRwABAAMibyAySKaOs/PEhzBeiPaBOp+1TcNUVJdbmx7CoOWJacGjqnZAqK6gmk+OVgN71uRpydQvJxKLg4+"
    "fkUrDQfuGW/rumOEuKJgNuxZxBZuM98RO2YKYgFeqRLn7CWSZUrlIhDuFMFjpO+UOAbDq+CcVPQJJNYM0vDx12P6g/"
    "dO9Dg==\n",
    VECTOR_LINE
    "P7QdRwACAAPp1rXan0zoAHNEHWVLLKwCDYukhQpsKtbyxJLD992iY1v67pjhLiiYDbsWcQWbjPfETtmCmIBXqkS5+"
    "wlkmVK5SIQ7hTBY6TvlDgGw6vgnFT0CSTWDNLw8ddj+oP3TvQ4=\n"};

static void the_vector_of_the_specification_is_what_is_made(void)
{
    struct ledger_hasher *hasher = sample_hasher();
    struct ledger_batch_maker *maker = calloc(1, sizeof *maker);
    struct ledger_vkey vkey;
    struct ledger_verdict verdict;
    struct sample_text text;
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
    CU_ASSERT_PTR_NOT_NULL_FATAL(maker);
    CU_ASSERT_FATAL(ledger_vkey_parse(hasher, &vkey, &verdict, ledger_span_of(VECTOR_VKEY)));
    CU_ASSERT_EQUAL(vkey.batch_id, VECTOR_BATCH_ID);
    CU_ASSERT_FATAL(
        ledger_read_base64(signature, sizeof signature, ledger_span_of(VECTOR_SIGNATURE)));
    ledger_batch_start(maker, hasher);
    for (unsigned i = 0; i < 3; i++) {
        ledger_batch_add(maker, ledger_span_of(vector_texts[i]));
    }
    sample_start(&text, "");
    ledger_batch_to_sign(maker, &text.buffer);
    struct ledger_span message = sample_span(&text);
    CU_ASSERT(message.size == sizeof VECTOR_MESSAGE - 1 &&
              memcmp(message.data, VECTOR_MESSAGE, message.size) == 0);
    CU_ASSERT(ledger_ed25519_verify(signature, message, vkey.key));
    for (unsigned i = 0; i < 3; i++) {
        sample_start(&text, "");
        ledger_batch_write_line(maker, &text.buffer, &vkey, signature, i);
        CU_ASSERT(ledger_span_is(sample_span(&text), vector_lines[i]));
    }
    free(maker);
    ledger_hasher_free(&hasher);
}

/* ---- trees, by the definition in RFC 6962 section 2.1 ------------------------------------------
 */

static unsigned split_of(unsigned count)
{
    unsigned left = 1;
    while (2 * left < count) {
        left *= 2;
    }
    return left;
}

static struct ledger_hash slow_root(struct ledger_hasher *hasher, unsigned first, unsigned count)
{
    struct ledger_hash hash;
    if (count == 1) {
        ledger_tree_leaf(hasher, &hash, batch_text(first));
        return hash;
    }
    unsigned left = split_of(count);
    struct ledger_hash one = slow_root(hasher, first, left);
    struct ledger_hash other = slow_root(hasher, first + left, count - left);
    ledger_tree_parent(hasher, &hash, &one, &other);
    return hash;
}

static void slow_path(struct ledger_hasher *hasher, struct ledger_tree_proof *path, unsigned first,
                      unsigned count, unsigned position)
{
    if (count == 1) {
        return;
    }
    unsigned left = split_of(count);
    struct ledger_hash beside;
    if (position < left) {
        slow_path(hasher, path, first, left, position);
        beside = slow_root(hasher, first + left, count - left);
    } else {
        slow_path(hasher, path, first + left, count - left, position - left);
        beside = slow_root(hasher, first, left);
    }
    path->hashes[path->count++] = beside;
}

static void check_line(struct batch_sample *b, const struct ledger_hash *root, unsigned position)
{
    struct ledger_batch_signature batch;
    struct ledger_tree_proof path = {.count = 0};
    struct ledger_hash found;
    struct ledger_signature line = batch_line(b, position);
    CU_ASSERT_FATAL(ledger_batch_signature_parse(&batch, &line));
    slow_path(b->hasher, &path, 0, b->maker.count, position);
    CU_ASSERT_EQUAL(line.key_id, b->key.vkey.batch_id);
    CU_ASSERT(batch.position == position && batch.size == b->maker.count);
    CU_ASSERT_EQUAL(batch.path.count, path.count);
    CU_ASSERT_EQUAL(line.size, 4 + 32 * (size_t)path.count + 64);
    CU_ASSERT(memcmp(batch.path.hashes, path.hashes, path.count * sizeof path.hashes[0]) == 0);
    CU_ASSERT(memcmp(batch.signature, b->signature, sizeof b->signature) == 0);
    CU_ASSERT(ledger_batch_signature_root(b->hasher, &found, &batch, batch_text(position)) &&
              ledger_hash_equal(&found, root));
    CU_ASSERT(ledger_batch_signature_root(b->hasher, &found, &batch, batch_text(position + 1)) &&
              !ledger_hash_equal(&found, root));
}

static void every_position_of_every_size_has_its_path(void)
{
    struct batch_sample *b = batch_sample_new();
    for (unsigned size = 2; size <= SIZES; size++) {
        struct ledger_hash root = slow_root(b->hasher, 0, size);
        uint8_t memory[LEDGER_BATCH_MESSAGE_MAX];
        struct ledger_buffer message = ledger_buffer_in(memory, sizeof memory);
        batch_sign(b, size);
        ledger_batch_message(&message, size, &root);
        CU_ASSERT(
            ledger_ed25519_verify(b->signature, ledger_buffer_span(&message), b->key.vkey.key));
        for (unsigned position = 0; position < size; position++) {
            check_line(b, &root, position);
        }
    }
    batch_sample_free(&b);
}

/* With the same path and signature. What leads to the same root all the same has another size,
 * which the message states. */
static void no_other_position_or_size_fits(void)
{
    struct batch_sample *b = batch_sample_new();
    for (unsigned size = 2; size <= 20; size++) {
        batch_sign(b, size);
        struct ledger_hash root = slow_root(b->hasher, 0, size);
        for (unsigned position = 0; position < size; position++) {
            struct ledger_batch_signature batch;
            struct ledger_signature line = batch_line(b, position);
            CU_ASSERT_FATAL(ledger_batch_signature_parse(&batch, &line));
            for (unsigned other = 0; other < 40 * 40; other++) {
                struct ledger_hash found;
                batch.position = other % 40;
                batch.size = other / 40;
                bool same =
                    ledger_batch_signature_root(b->hasher, &found, &batch, batch_text(position)) &&
                    ledger_hash_equal(&found, &root);
                CU_ASSERT(same || batch.position != position || batch.size != size);
                CU_ASSERT(!same || batch.position == position || batch.size != size);
            }
        }
    }
    batch_sample_free(&b);
}

static void a_full_batch_has_paths_of_ten_hashes(void)
{
    struct batch_sample *b = batch_sample_new();
    batch_sign(b, LEDGER_BATCH_RECORDS_MAX);
    struct ledger_hash root = slow_root(b->hasher, 0, LEDGER_BATCH_RECORDS_MAX);
    static const unsigned positions[] = {0, 1, 511, 512, 1022, 1023};
    for (size_t i = 0; i < sizeof positions / sizeof positions[0]; i++) {
        check_line(b, &root, positions[i]);
        struct ledger_signature line = batch_line(b, positions[i]);
        CU_ASSERT_EQUAL(line.size, LEDGER_BATCH_SIGNATURE_MAX);
    }
    batch_sample_free(&b);
}

/* ---- one spelling ------------------------------------------------------------------------------
 */

static bool reads(struct batch_sample *b, const uint8_t *bytes, size_t size)
{
    struct ledger_batch_signature batch;
    struct ledger_signature line = batch_bytes(b, bytes, size);
    return ledger_batch_signature_parse(&batch, &line);
}

static bool reads_place(struct batch_sample *b, unsigned position, unsigned size, size_t hashes)
{
    uint8_t bytes[LEDGER_SIGNATURE_KNOWN] = {(uint8_t)(position >> 8), (uint8_t)position,
                                             (uint8_t)(size >> 8), (uint8_t)size};
    return reads(b, bytes, 4 + 32 * hashes + 64);
}

static void a_batch_has_2_to_1024_records_and_a_position_among_them(void)
{
    struct batch_sample *b = batch_sample_new();
    CU_ASSERT(reads_place(b, 0, 2, 1));
    CU_ASSERT(reads_place(b, 1, 2, 1));
    CU_ASSERT(reads_place(b, 1023, 1024, 10));
    CU_ASSERT_FALSE(reads_place(b, 2, 2, 1));
    CU_ASSERT_FALSE(reads_place(b, 0x100, 2, 1));
    CU_ASSERT_FALSE(reads_place(b, 1024, 1024, 10));
    CU_ASSERT_FALSE(reads_place(b, 1024, 1025, 1)); /* the path of the last is short */
    for (unsigned hashes = 0; hashes <= 12; hashes++) {
        CU_ASSERT_FALSE(reads_place(b, 0, 0, hashes));
        CU_ASSERT_FALSE(reads_place(b, 0, 1, hashes));
        CU_ASSERT_FALSE(reads_place(b, 0, 1025, hashes));
        CU_ASSERT_FALSE(reads_place(b, 0, 65535, hashes));
        CU_ASSERT_FALSE(reads_place(b, 65535, 65535, hashes));
    }
    batch_sample_free(&b);
}

static void it_has_exactly_the_bytes_it_needs(void)
{
    struct batch_sample *b = batch_sample_new();
    uint8_t bytes[LEDGER_SIGNATURE_KNOWN] = {0, 0, 0, 0};
    for (unsigned size = 2; size <= LEDGER_BATCH_RECORDS_MAX; size += size < 20 ? 1 : 251) {
        for (unsigned position = 0; position < size; position += 1 + size / 8) {
            unsigned count = ledger_inclusion_length(position, size);
            bytes[0] = (uint8_t)(position >> 8);
            bytes[1] = (uint8_t)position;
            bytes[2] = (uint8_t)(size >> 8);
            bytes[3] = (uint8_t)size;
            for (size_t length = 1; length <= sizeof bytes; length++) {
                CU_ASSERT_EQUAL(reads(b, bytes, length), length == 4 + 32 * (size_t)count + 64);
            }
        }
    }
    batch_sample_free(&b);
}

/* ---- what it cannot be taken for ---------------------------------------------------------------
 */

static void its_message_is_the_text_of_no_note(void)
{
    struct batch_sample *b = batch_sample_new();
    struct sample_text note;
    struct ledger_note parsed;
    struct ledger_checkpoint checkpoint;
    struct ledger_verdict verdict;
    batch_sign(b, 3);
    sample_start(&note, "");
    ledger_batch_to_sign(&b->maker, &note.buffer);
    ledger_buffer_text(&note.buffer, "\n");
    ledger_note_write_signature(&note.buffer, &b->key.vkey, b->signature, sizeof b->signature);
    CU_ASSERT_FALSE(ledger_note_parse(&parsed, &verdict, sample_span(&note)));
    CU_ASSERT_EQUAL(verdict.finding, LEDGER_BAD_TEXT);
    /* Without its first byte it is the checkpoint of a ledger of an ill-chosen name, not signed. */
    struct ledger_span rest = {note.memory + 1, note.buffer.size - 1};
    CU_ASSERT_FATAL(ledger_checkpoint_parse(&checkpoint, &verdict, rest));
    CU_ASSERT_EQUAL(ledger_note_signed_by(&checkpoint.note, &b->key.vkey, NULL),
                    LEDGER_SIGNED_BADLY);
    batch_sample_free(&b);
}

static void a_batch_line_signs_no_checkpoint(void)
{
    struct batch_sample *b = batch_sample_new();
    struct sample_text note;
    struct ledger_note parsed;
    struct ledger_verdict verdict;
    batch_sign(b, 3);
    sample_start(&note, "text 0\n\n");
    ledger_batch_write_line(&b->maker, &note.buffer, &b->key.vkey, b->signature, 0);
    CU_ASSERT_FATAL(ledger_note_parse(&parsed, &verdict, sample_span(&note)));
    CU_ASSERT_EQUAL(ledger_note_signed_by(&parsed, &b->key.vkey, NULL), LEDGER_SIGNED_NOT);
    batch_sample_free(&b);
}

static void a_key_signs_as_itself_and_for_batches_and_nothing_else(void)
{
    struct sample_key key;
    struct sample_key witness;
    sample_key(&key, LEDGER_KEY_ED25519, "notary.example/zhang", 7);
    sample_key(&witness, LEDGER_KEY_COSIGNATURE, "notary.example/zhang", 7);
    struct ledger_span name = ledger_vkey_name(&key.vkey);
    CU_ASSERT_NOT_EQUAL(key.vkey.id, key.vkey.batch_id);
    CU_ASSERT(ledger_vkey_signs_as(&key.vkey, name, key.vkey.id));
    CU_ASSERT(ledger_vkey_signs_as(&key.vkey, name, key.vkey.batch_id));
    CU_ASSERT_FALSE(ledger_vkey_signs_as(&key.vkey, name, key.vkey.id ^ 1));
    CU_ASSERT_FALSE(ledger_vkey_signs_as(&key.vkey, ledger_span_of("x"), key.vkey.batch_id));
    CU_ASSERT(ledger_vkey_signs_as(&witness.vkey, name, witness.vkey.id));
    CU_ASSERT_FALSE(ledger_vkey_signs_as(&witness.vkey, name, witness.vkey.batch_id));
    CU_ASSERT_FALSE(ledger_vkey_signs_as(&witness.vkey, name, key.vkey.batch_id));
}

void ledger_suite_batch(void)
{
    CU_pSuite suite = CU_add_suite("batch", NULL, NULL);
    CU_ADD_TEST(suite, the_vector_of_the_specification_is_what_is_made);
    CU_ADD_TEST(suite, every_position_of_every_size_has_its_path);
    CU_ADD_TEST(suite, no_other_position_or_size_fits);
    CU_ADD_TEST(suite, a_full_batch_has_paths_of_ten_hashes);
    CU_ADD_TEST(suite, a_batch_has_2_to_1024_records_and_a_position_among_them);
    CU_ADD_TEST(suite, it_has_exactly_the_bytes_it_needs);
    CU_ADD_TEST(suite, its_message_is_the_text_of_no_note);
    CU_ADD_TEST(suite, a_batch_line_signs_no_checkpoint);
    CU_ADD_TEST(suite, a_key_signs_as_itself_and_for_batches_and_nothing_else);
}
