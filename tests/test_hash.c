#include <CUnit/CUnit.h>
#include <string.h>

#include "ledger/base/ed25519.h"
#include "ledger/base/encoding.h"
#include "ledger/base/hash.h"
#include "tests/suites.h"

static struct ledger_hasher *hasher;

static int start(void)
{
    return ledger_hasher_new(&hasher) == LEDGER_OK ? 0 : 1;
}

static int stop(void)
{
    ledger_hasher_free(&hasher);
    ledger_hasher_free(&hasher);
    return hasher == NULL ? 0 : 1;
}

static bool is_hex(const struct ledger_hash *hash, const char *hex)
{
    struct ledger_hash wanted;
    return ledger_read_hex(wanted.bytes, LEDGER_HASH_SIZE, ledger_span_of(hex)) &&
           ledger_hash_equal(hash, &wanted);
}

static void sha256_vectors_of_fips_180(void)
{
    struct ledger_hash hash;
    ledger_hash_bytes(hasher, &hash, (struct ledger_span){NULL, 0});
    CU_ASSERT(is_hex(&hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    ledger_hash_bytes(hasher, &hash, ledger_span_of("abc"));
    CU_ASSERT(is_hex(&hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    ledger_hash_bytes(hasher, &hash,
                      ledger_span_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"));
    CU_ASSERT(is_hex(&hash, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
}

static void a_million_letters_in_pieces(void)
{
    struct ledger_hash hash;
    uint8_t piece[1000];
    memset(piece, 'a', sizeof piece);
    ledger_hash_start(hasher);
    for (unsigned i = 0; i < 1000; i++) {
        ledger_hash_update(hasher, (struct ledger_span){piece, sizeof piece});
        ledger_hash_update(hasher, (struct ledger_span){NULL, 0});
    }
    ledger_hash_finish(hasher, &hash);
    CU_ASSERT(is_hex(&hash, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
}

static void prefixed_hash_is_that_of_the_joined_bytes(void)
{
    static const size_t sizes[] = {0, 1, 31, 32, 127, 128, 255, 256, 257, 1000};
    static const size_t count = sizeof sizes / sizeof sizes[0];
    uint8_t joined[2001];
    for (size_t i = 0; i < sizeof joined; i++) {
        joined[i] = (uint8_t)(i * 7);
    }
    for (size_t a = 0; a < count; a++) {
        for (size_t b = 0; b < count; b++) {
            struct ledger_hash whole;
            struct ledger_hash parts;
            struct ledger_span first = {joined + 1, sizes[a]};
            struct ledger_span second = {joined + 1 + sizes[a], sizes[b]};
            ledger_hash_bytes(hasher, &whole,
                              (struct ledger_span){joined, 1 + sizes[a] + sizes[b]});
            ledger_hash_prefixed(hasher, &parts, joined[0], first, second);
            CU_ASSERT(ledger_hash_equal(&whole, &parts));
        }
    }
}

static void prefix_parts_the_domains(void)
{
    struct ledger_hash zero;
    struct ledger_hash one;
    struct ledger_span none = {NULL, 0};
    ledger_hash_prefixed(hasher, &zero, 0, none, none);
    ledger_hash_prefixed(hasher, &one, 1, none, none);
    CU_ASSERT(!ledger_hash_equal(&zero, &one));
    CU_ASSERT(is_hex(&zero, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"));
}

static void equality_and_zero_look_at_every_byte(void)
{
    struct ledger_hash zero = {{0}};
    CU_ASSERT(ledger_hash_is_zero(&zero));
    for (size_t i = 0; i < LEDGER_HASH_SIZE; i++) {
        struct ledger_hash other = {{0}};
        other.bytes[i] = 0x80;
        CU_ASSERT(!ledger_hash_is_zero(&other));
        CU_ASSERT(!ledger_hash_equal(&zero, &other));
    }
}

/* RFC 8032 section 7.1, TEST 3. */
static const uint8_t rfc_message[2] = {0xaf, 0x82};

static void read_rfc_vector(uint8_t key[32], uint8_t signature[64])
{
    CU_ASSERT_FATAL(ledger_read_hex(
        key, 32,
        ledger_span_of("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")));
    CU_ASSERT_FATAL(ledger_read_hex(
        signature, 64,
        ledger_span_of("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                       "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")));
}

static void ed25519_vectors_of_rfc_8032_verify(void)
{
    uint8_t key[32];
    uint8_t signature[64];
    read_rfc_vector(key, signature);
    CU_ASSERT(ledger_ed25519_verify(signature, (struct ledger_span){rfc_message, 2}, key));
    CU_ASSERT_FATAL(ledger_read_hex(
        key, 32,
        ledger_span_of("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")));
    CU_ASSERT_FATAL(ledger_read_hex(
        signature, 64,
        ledger_span_of("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                       "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")));
    CU_ASSERT(ledger_ed25519_verify(signature, (struct ledger_span){NULL, 0}, key));
}

static void every_changed_bit_breaks_a_signature(void)
{
    uint8_t key[32];
    uint8_t signature[64];
    uint8_t message[2];
    uint8_t *const parts[] = {key, signature, message};
    static const size_t bits[] = {256, 512, 16};
    for (size_t part = 0; part < 3; part++) {
        for (size_t bit = 0; bit < bits[part]; bit++) {
            read_rfc_vector(key, signature);
            memcpy(message, rfc_message, sizeof message);
            parts[part][bit / 8] ^= (uint8_t)(1U << bit % 8);
            CU_ASSERT(!ledger_ed25519_verify(signature, (struct ledger_span){message, 2}, key));
        }
    }
}

static void message_of_other_length_is_refused(void)
{
    static const uint8_t longer[3] = {0xaf, 0x82, 0};
    uint8_t key[32];
    uint8_t signature[64];
    read_rfc_vector(key, signature);
    CU_ASSERT(!ledger_ed25519_verify(signature, (struct ledger_span){longer, 3}, key));
    CU_ASSERT(!ledger_ed25519_verify(signature, (struct ledger_span){longer, 1}, key));
    CU_ASSERT(!ledger_ed25519_verify(signature, (struct ledger_span){NULL, 0}, key));
}

/* The neutral element as key and R, and S = 0, would fit every message. */
static void keys_of_small_order_are_refused(void)
{
    uint8_t key[32] = {1};
    uint8_t signature[64] = {1};
    CU_ASSERT(!ledger_ed25519_verify(signature, ledger_span_of("any"), key));
}

/* S and S + L are one number modulo L; only the smaller is a signature. */
static void signature_has_one_spelling(void)
{
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,       0xd6,
                                      0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
    uint8_t key[32];
    uint8_t signature[64];
    unsigned carry = 0;
    read_rfc_vector(key, signature);
    for (size_t i = 0; i < 32; i++) {
        carry += (unsigned)signature[32 + i] + order[i];
        signature[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    CU_ASSERT(!ledger_ed25519_verify(signature, (struct ledger_span){rfc_message, 2}, key));
}

void ledger_suite_hash(void)
{
    CU_pSuite suite = CU_add_suite("hash", start, stop);
    CU_ADD_TEST(suite, sha256_vectors_of_fips_180);
    CU_ADD_TEST(suite, a_million_letters_in_pieces);
    CU_ADD_TEST(suite, prefixed_hash_is_that_of_the_joined_bytes);
    CU_ADD_TEST(suite, prefix_parts_the_domains);
    CU_ADD_TEST(suite, equality_and_zero_look_at_every_byte);
    CU_ADD_TEST(suite, ed25519_vectors_of_rfc_8032_verify);
    CU_ADD_TEST(suite, every_changed_bit_breaks_a_signature);
    CU_ADD_TEST(suite, message_of_other_length_is_refused);
    CU_ADD_TEST(suite, keys_of_small_order_are_refused);
    CU_ADD_TEST(suite, signature_has_one_spelling);
}
