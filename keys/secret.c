#include "keys/secret.h"

#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* The leak detector of a sanitizer looks at its program from outside. */
#if defined(__SANITIZE_ADDRESS__)
#define CAN_BE_SHUT false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CAN_BE_SHUT false
#endif
#endif
#ifndef CAN_BE_SHUT
#define CAN_BE_SHUT true
#endif

_Static_assert(LEDGER_SEED_SIZE == crypto_sign_SEEDBYTES, "seed");
_Static_assert(LEDGER_SIGNING_KEY_SIZE == crypto_sign_SECRETKEYBYTES, "signing key");
_Static_assert(LEDGER_ED25519_KEY_SIZE == crypto_sign_PUBLICKEYBYTES, "public key");
_Static_assert(LEDGER_ED25519_SIGNATURE_SIZE == crypto_sign_BYTES, "signature");
_Static_assert(LEDGER_SEALING_SALT_SIZE == crypto_pwhash_argon2id_SALTBYTES, "salt");
_Static_assert(LEDGER_SEALING_KEY_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key");
_Static_assert(LEDGER_SEALING_NONCE_SIZE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce");
_Static_assert(LEDGER_SEALED_SEED_SIZE ==
                   LEDGER_SEED_SIZE + crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "sealed seed");

enum ledger_status ledger_secret_new(struct ledger_secret *secret, size_t capacity)
{
    LEDGER_ASSERT(secret != NULL && capacity > 0);
    *secret = (struct ledger_secret){0};
    if (sodium_init() < 0) {
        return LEDGER_NO_MEMORY;
    }
    void *memory = sodium_malloc(capacity);
    if (memory == NULL) {
        return LEDGER_NO_MEMORY;
    }
    /* libsodium goes on when it could not lock. */
    if (sodium_mlock(memory, capacity) != 0) {
        sodium_free(memory);
        return LEDGER_NO_MEMORY;
    }
    *secret = (struct ledger_secret){.data = memory, .size = 0, .capacity = capacity};
    return LEDGER_OK;
}

enum ledger_status ledger_secret_prepare_process(struct ledger_error *error)
{
    const struct rlimit none = {0, 0};
    struct ledger_secret probe;
    LEDGER_ASSERT(setrlimit(RLIMIT_CORE, &none) == 0);
    LEDGER_ASSERT(!CAN_BE_SHUT || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0);
    enum ledger_status status = ledger_secret_new(&probe, LEDGER_SIGNING_KEY_SIZE);
    ledger_secret_free(&probe);
    return status == LEDGER_OK
               ? LEDGER_OK
               : ledger_error_set(
                     error, status, 0,
                     "cannot handle a secret key: this program may not lock memory, so "
                     "that the key could be swapped out to disk; raise the limit "
                     "('ulimit -l')");
}

void ledger_secret_free(struct ledger_secret *secret)
{
    LEDGER_ASSERT(secret != NULL);
    sodium_free(secret->data);
    *secret = (struct ledger_secret){0};
}

struct ledger_span ledger_secret_span(const struct ledger_secret *secret)
{
    return (struct ledger_span){.data = secret->data, .size = secret->size};
}

bool ledger_secret_equal(const struct ledger_secret *a, const struct ledger_secret *b)
{
    if (a->size != b->size) {
        return false;
    }
    return a->size == 0 || sodium_memcmp(a->data, b->data, a->size) == 0;
}

void ledger_secret_shut(const struct ledger_secret *secret)
{
    LEDGER_ASSERT(sodium_mprotect_noaccess(secret->data) == 0);
}

void ledger_secret_open_for_reading(const struct ledger_secret *secret)
{
    LEDGER_ASSERT(sodium_mprotect_readonly(secret->data) == 0);
}

void ledger_secret_random(uint8_t *bytes, size_t size)
{
    LEDGER_ASSERT(sodium_init() >= 0);
    randombytes_buf(bytes, size);
}

/* libsodium 1.0.18 reads every byte from 0x80 on as '/'. */
static bool is_ascii(struct ledger_span text)
{
    uint8_t seen = 0;
    for (size_t i = 0; i < text.size; i++) {
        seen |= text.data[i];
    }
    return seen < 0x80;
}

bool ledger_secret_read_base64(uint8_t *bytes, size_t size, struct ledger_span text)
{
    size_t decoded = 0;
    bool whole = is_ascii(text) &&
                 text.size == sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_ORIGINAL) - 1 &&
                 sodium_base642bin(bytes, size, (const char *)text.data, text.size, NULL, &decoded,
                                   NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
                 decoded == size;
    if (!whole) {
        sodium_memzero(bytes, size);
    }
    return whole;
}

void ledger_secret_write_base64(struct ledger_buffer *buffer, const uint8_t *bytes, size_t size)
{
    size_t with_nul = sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_ORIGINAL);
    if (buffer->overflow || buffer->capacity - buffer->size < with_nul) {
        buffer->overflow = true;
        return;
    }
    sodium_bin2base64((char *)buffer->data + buffer->size, with_nul, bytes, size,
                      sodium_base64_VARIANT_ORIGINAL);
    buffer->size += with_nul - 1;
}

void ledger_secret_key_pair(uint8_t public_key[LEDGER_ED25519_KEY_SIZE],
                            uint8_t signing_key[LEDGER_SIGNING_KEY_SIZE],
                            const uint8_t seed[LEDGER_SEED_SIZE])
{
    LEDGER_ASSERT(crypto_sign_seed_keypair(public_key, signing_key, seed) == 0);
}

void ledger_secret_sign(uint8_t signature[LEDGER_ED25519_SIGNATURE_SIZE],
                        struct ledger_span message,
                        const uint8_t signing_key[LEDGER_SIGNING_KEY_SIZE])
{
    static const uint8_t nothing[1] = {0};
    const uint8_t *data = message.size == 0 ? nothing : message.data;
    LEDGER_ASSERT(crypto_sign_detached(signature, NULL, data, message.size, signing_key) == 0);
}

enum ledger_status ledger_secret_derive(uint8_t key[LEDGER_SEALING_KEY_SIZE],
                                        struct ledger_span passphrase,
                                        const uint8_t salt[LEDGER_SEALING_SALT_SIZE],
                                        uint64_t opslimit, uint64_t memlimit)
{
    LEDGER_ASSERT(passphrase.size > 0);
    int outcome =
        crypto_pwhash(key, LEDGER_SEALING_KEY_SIZE, (const char *)passphrase.data, passphrase.size,
                      salt, opslimit, (size_t)memlimit, crypto_pwhash_ALG_ARGON2ID13);
    return outcome == 0 ? LEDGER_OK : LEDGER_NO_MEMORY;
}

void ledger_secret_seal(uint8_t sealed[LEDGER_SEALED_SEED_SIZE],
                        const uint8_t seed[LEDGER_SEED_SIZE], struct ledger_span associated,
                        const uint8_t nonce[LEDGER_SEALING_NONCE_SIZE],
                        const uint8_t key[LEDGER_SEALING_KEY_SIZE])
{
    LEDGER_ASSERT(crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, NULL, seed, LEDGER_SEED_SIZE,
                                                             associated.data, associated.size, NULL,
                                                             nonce, key) == 0);
}

bool ledger_secret_unseal(uint8_t seed[LEDGER_SEED_SIZE],
                          const uint8_t sealed[LEDGER_SEALED_SEED_SIZE],
                          struct ledger_span associated,
                          const uint8_t nonce[LEDGER_SEALING_NONCE_SIZE],
                          const uint8_t key[LEDGER_SEALING_KEY_SIZE])
{
    bool genuine = crypto_aead_xchacha20poly1305_ietf_decrypt(
                       seed, NULL, NULL, sealed, LEDGER_SEALED_SEED_SIZE, associated.data,
                       associated.size, nonce, key) == 0;
    if (!genuine) {
        sodium_memzero(seed, LEDGER_SEED_SIZE);
    }
    return genuine;
}
