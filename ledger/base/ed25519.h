/*
 * ed25519.h - verifying Ed25519 (RFC 8032), from libsodium. Signing lives in keys/.
 */
#ifndef LEDGER_BASE_ED25519_H
#define LEDGER_BASE_ED25519_H

#include "ledger/base/span.h"

#define LEDGER_ED25519_KEY_SIZE 32
#define LEDGER_ED25519_SIGNATURE_SIZE 64

/* True only if `signature` is one of `message` under `key`. Non-canonical S and keys or R of small
 * order are refused, as libsodium does. */
LEDGER_API bool ledger_ed25519_verify(const uint8_t signature[LEDGER_ED25519_SIGNATURE_SIZE],
                                      struct ledger_span message,
                                      const uint8_t key[LEDGER_ED25519_KEY_SIZE]);

/* out = SHA-256(bytes), for key IDs where there is no hasher: needs no context, cannot fail. */
LEDGER_API void ledger_ed25519_sha256(uint8_t out[32], struct ledger_span bytes);

#endif
