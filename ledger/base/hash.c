#include "ledger/base/hash.h"

/* The functions of libcrypto 3 that are called for any digest (EVP_*) allocate memory for every message,
 * so that a hash could fail for want of it, far from anybody who could say so. These cannot, need no
 * configuration file, and cost less for small messages. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

struct ledger_hasher {
    SHA256_CTX context;
};

enum ledger_status ledger_hasher_new(struct ledger_hasher **hasher)
{
    struct ledger_hasher *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return LEDGER_NO_MEMORY;
    }
    *hasher = made;
    return LEDGER_OK;
}

void ledger_hasher_free(struct ledger_hasher **hasher)
{
    free(*hasher);
    *hasher = NULL;
}

void ledger_hash_start(struct ledger_hasher *hasher)
{
    LEDGER_ASSERT(SHA256_Init(&hasher->context) == 1);
}

void ledger_hash_update(struct ledger_hasher *hasher, struct ledger_span bytes)
{
    if (bytes.size > 0) {
        LEDGER_ASSERT(SHA256_Update(&hasher->context, bytes.data, bytes.size) == 1);
    }
}

void ledger_hash_finish(struct ledger_hasher *hasher, struct ledger_hash *out)
{
    LEDGER_ASSERT(SHA256_Final(out->bytes, &hasher->context) == 1);
}

void ledger_hash_bytes(struct ledger_hasher *hasher, struct ledger_hash *out,
                       struct ledger_span bytes)
{
    ledger_hash_start(hasher);
    ledger_hash_update(hasher, bytes);
    ledger_hash_finish(hasher, out);
}

void ledger_hash_prefixed(struct ledger_hasher *hasher, struct ledger_hash *out, uint8_t prefix,
                          struct ledger_span a, struct ledger_span b)
{
    ledger_hash_start(hasher);
    ledger_hash_update(hasher, (struct ledger_span){&prefix, 1});
    ledger_hash_update(hasher, a);
    ledger_hash_update(hasher, b);
    ledger_hash_finish(hasher, out);
}

bool ledger_hash_equal(const struct ledger_hash *a, const struct ledger_hash *b)
{
    return memcmp(a->bytes, b->bytes, LEDGER_HASH_SIZE) == 0;
}

bool ledger_hash_is_zero(const struct ledger_hash *hash)
{
    static const struct ledger_hash zero;
    return ledger_hash_equal(hash, &zero);
}
