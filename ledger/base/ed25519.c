#include "ledger/base/ed25519.h"

#include <sodium.h>

#include "ledger/base/status.h"

_Static_assert(LEDGER_ED25519_KEY_SIZE == crypto_sign_ed25519_PUBLICKEYBYTES, "size of a key");
_Static_assert(LEDGER_ED25519_SIGNATURE_SIZE == crypto_sign_ed25519_BYTES, "size of a signature");

bool ledger_ed25519_verify(const uint8_t signature[LEDGER_ED25519_SIGNATURE_SIZE],
                           struct ledger_span message, const uint8_t key[LEDGER_ED25519_KEY_SIZE])
{
    LEDGER_ASSERT(sodium_init() >= 0);
    return crypto_sign_ed25519_verify_detached(signature, message.data, message.size, key) == 0;
}

void ledger_ed25519_sha256(uint8_t out[32], struct ledger_span bytes)
{
    crypto_hash_sha256(out, bytes.data, bytes.size);
}
