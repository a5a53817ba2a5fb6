#include "ledger/base/hash.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

/* Messages up to this size are gathered and hashed in one update: each call into libcrypto costs
 * more than copying a tree node. */
#define GATHER_SIZE 256

struct ledger_hasher {
    EVP_MD *digest;
    EVP_MD_CTX *context;
};

enum ledger_status ledger_hasher_new(struct ledger_hasher **hasher)
{
    struct ledger_hasher *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return LEDGER_NO_MEMORY;
    }
    made->digest = EVP_MD_fetch(NULL, "SHA256", NULL);
    made->context = EVP_MD_CTX_new();
    if (made->digest == NULL || made->context == NULL ||
        EVP_MD_get_size(made->digest) != LEDGER_HASH_SIZE ||
        EVP_DigestInit_ex2(made->context, made->digest, NULL) != 1) {
        ledger_hasher_free(&made);
        return LEDGER_NO_MEMORY;
    }
    *hasher = made;
    return LEDGER_OK;
}

void ledger_hasher_free(struct ledger_hasher **hasher)
{
    if (*hasher == NULL) {
        return;
    }
    EVP_MD_CTX_free((*hasher)->context);
    EVP_MD_free((*hasher)->digest);
    free(*hasher);
    *hasher = NULL;
}

void ledger_hash_start(struct ledger_hasher *hasher)
{
    /* As fast as copying a primed context, and allocates nothing. */
    LEDGER_ASSERT(EVP_DigestInit_ex2(hasher->context, NULL, NULL) == 1);
}

void ledger_hash_update(struct ledger_hasher *hasher, struct ledger_span bytes)
{
    if (bytes.size > 0) {
        LEDGER_ASSERT(EVP_DigestUpdate(hasher->context, bytes.data, bytes.size) == 1);
    }
}

void ledger_hash_finish(struct ledger_hasher *hasher, struct ledger_hash *out)
{
    unsigned size = 0;
    LEDGER_ASSERT(EVP_DigestFinal_ex(hasher->context, out->bytes, &size) == 1);
    LEDGER_ASSERT(size == LEDGER_HASH_SIZE);
}

void ledger_hash_bytes(struct ledger_hasher *hasher, struct ledger_hash *out,
                       struct ledger_span bytes)
{
    ledger_hash_start(hasher);
    ledger_hash_update(hasher, bytes);
    ledger_hash_finish(hasher, out);
}

static void hash_gathered(struct ledger_hasher *hasher, struct ledger_hash *out, uint8_t prefix,
                          struct ledger_span a, struct ledger_span b)
{
    uint8_t message[1 + GATHER_SIZE];
    LEDGER_ASSERT(a.size <= GATHER_SIZE && b.size <= GATHER_SIZE - a.size);
    message[0] = prefix;
    if (a.size > 0) {
        memcpy(message + 1, a.data, a.size);
    }
    if (b.size > 0) {
        memcpy(message + 1 + a.size, b.data, b.size);
    }
    ledger_hash_bytes(hasher, out, (struct ledger_span){message, 1 + a.size + b.size});
}

void ledger_hash_prefixed(struct ledger_hasher *hasher, struct ledger_hash *out, uint8_t prefix,
                          struct ledger_span a, struct ledger_span b)
{
    if (a.size <= GATHER_SIZE && b.size <= GATHER_SIZE - a.size) {
        hash_gathered(hasher, out, prefix, a, b);
        return;
    }
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
