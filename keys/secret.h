/*
 * secret.h - guarded memory, and what libsodium does with the secrets in it.
 *
 * secret.c is the only file of the tree that hands a secret to libsodium. Guarded memory is locked
 * into RAM (or is not given at all), lies between inaccessible pages, is left out of core dumps and
 * is wiped when freed. Argument order: handle, outputs, inputs.
 */
#ifndef LEDGER_KEYS_SECRET_H
#define LEDGER_KEYS_SECRET_H

#include "ledger/base/ed25519.h"
#include "ledger/base/span.h"
#include "ledger/base/status.h"

/* Bytes in guarded memory. `{0}` is a secret that holds nothing. */
struct ledger_secret {
    uint8_t *data;
    size_t size;     /* bytes in use */
    size_t capacity; /* bytes allocated */
};

/* Allocates `capacity` (at least 1) bytes, of which none is in use. LEDGER_NO_MEMORY if it
 * cannot, also if the limit of locked memory (`ulimit -l`) does not allow it: a secret must not be
 * swapped out. Free with ledger_secret_free. */
LEDGER_API LEDGER_MUST_USE enum ledger_status ledger_secret_new(struct ledger_secret *secret,
                                                                size_t capacity);

/* What a program does that will hold secrets, before it does: it leaves no core dump from then on,
 * and other programs of the same user can neither trace it nor read its memory. LEDGER_NO_MEMORY if
 * it may not lock memory: then it must not go on. */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_secret_prepare_process(struct ledger_error *error);

/* Wipes, frees and leaves `{0}`; accepts `{0}`. */
LEDGER_API void ledger_secret_free(struct ledger_secret *secret);

/* The bytes in use, borrowed. */
LEDGER_API struct ledger_span ledger_secret_span(const struct ledger_secret *secret);

/* Compares the bytes in use, in a time that does not depend on them. */
LEDGER_API bool ledger_secret_equal(const struct ledger_secret *a, const struct ledger_secret *b);

/* ---- The rest serves the other files of keys/ and is not exported. ---- */

#define LEDGER_SEED_SIZE 32         /* Ed25519 seed (RFC 8032 "private key") */
#define LEDGER_SIGNING_KEY_SIZE 64  /* seed || public key, as libsodium signs with */
#define LEDGER_SEALING_KEY_SIZE 32  /* XChaCha20-Poly1305 key */
#define LEDGER_SEALING_SALT_SIZE 16 /* Argon2id salt */
#define LEDGER_SEALING_NONCE_SIZE 24
#define LEDGER_SEALED_SEED_SIZE (LEDGER_SEED_SIZE + 16) /* with the tag */

/* Shuts guarded memory against every access, and opens it again for reading only. */
void ledger_secret_shut(const struct ledger_secret *secret);
void ledger_secret_open_for_reading(const struct ledger_secret *secret);

/* Fills `bytes` from the system's random generator. */
void ledger_secret_random(uint8_t *bytes, size_t size);

/* Exactly `size` bytes of standard base64, padded, one spelling; in constant time. */
bool ledger_secret_read_base64(uint8_t *bytes, size_t size, struct ledger_span text);

/* Appends the base64 of `size` bytes. Passes only through the buffer's own memory; needs room for
 * one byte more than it writes. */
void ledger_secret_write_base64(struct ledger_buffer *buffer, const uint8_t *bytes, size_t size);

/* The public key and the signing key of a seed. */
void ledger_secret_key_pair(uint8_t public_key[LEDGER_ED25519_KEY_SIZE],
                            uint8_t signing_key[LEDGER_SIGNING_KEY_SIZE],
                            const uint8_t seed[LEDGER_SEED_SIZE]);

void ledger_secret_sign(uint8_t signature[LEDGER_ED25519_SIGNATURE_SIZE],
                        struct ledger_span message,
                        const uint8_t signing_key[LEDGER_SIGNING_KEY_SIZE]);

/* Argon2id. LEDGER_NO_MEMORY when `memlimit` bytes cannot be had. The caller has bounded both
 * limits. */
LEDGER_MUST_USE enum ledger_status
ledger_secret_derive(uint8_t key[LEDGER_SEALING_KEY_SIZE], struct ledger_span passphrase,
                     const uint8_t salt[LEDGER_SEALING_SALT_SIZE], uint64_t opslimit,
                     uint64_t memlimit);

/* XChaCha20-Poly1305 (IETF) of a seed; `associated` is authenticated with it. */
void ledger_secret_seal(uint8_t sealed[LEDGER_SEALED_SEED_SIZE],
                        const uint8_t seed[LEDGER_SEED_SIZE], struct ledger_span associated,
                        const uint8_t nonce[LEDGER_SEALING_NONCE_SIZE],
                        const uint8_t key[LEDGER_SEALING_KEY_SIZE]);

/* Undoes it; false, with nothing in `seed`, if any of the inputs is not the one sealed with. */
LEDGER_MUST_USE bool ledger_secret_unseal(uint8_t seed[LEDGER_SEED_SIZE],
                                          const uint8_t sealed[LEDGER_SEALED_SEED_SIZE],
                                          struct ledger_span associated,
                                          const uint8_t nonce[LEDGER_SEALING_NONCE_SIZE],
                                          const uint8_t key[LEDGER_SEALING_KEY_SIZE]);

#endif
