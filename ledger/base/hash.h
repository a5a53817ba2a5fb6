/*
 * hash.h - the hash suite of a ledger.
 *
 * A hasher is a suite with a reusable context. It holds no state between calls; use one per thread.
 * The only suite is SHA-256 (FIPS 180-4), from libcrypto, which uses the processor's instructions.
 */
#ifndef LEDGER_BASE_HASH_H
#define LEDGER_BASE_HASH_H

#include "ledger/base/span.h"
#include "ledger/base/status.h"

#define LEDGER_HASH_SIZE 32

struct ledger_hash {
    uint8_t bytes[LEDGER_HASH_SIZE];
};

struct ledger_hasher;

/* Makes a hasher; free it with ledger_hasher_free. LEDGER_NO_MEMORY if it
 * cannot. Hashing itself allocates nothing and cannot fail. */
LEDGER_API LEDGER_MUST_USE enum ledger_status ledger_hasher_new(struct ledger_hasher **hasher);

/* Frees and sets to NULL; accepts NULL inside. */
LEDGER_API void ledger_hasher_free(struct ledger_hasher **hasher);

/* out = H(bytes). */
LEDGER_API void ledger_hash_bytes(struct ledger_hasher *hasher, struct ledger_hash *out,
                                  struct ledger_span bytes);

/* out = H(prefix || a || b): the domain-separated hashes of both trees, without copying. */
LEDGER_API void ledger_hash_prefixed(struct ledger_hasher *hasher, struct ledger_hash *out,
                                     uint8_t prefix, struct ledger_span a, struct ledger_span b);

/* A long message in pieces. Between start and finish the hasher may be used for nothing else. */
LEDGER_API void ledger_hash_start(struct ledger_hasher *hasher);
LEDGER_API void ledger_hash_update(struct ledger_hasher *hasher, struct ledger_span bytes);
LEDGER_API void ledger_hash_finish(struct ledger_hasher *hasher, struct ledger_hash *out);

LEDGER_API bool ledger_hash_equal(const struct ledger_hash *a, const struct ledger_hash *b);

/* The 32 zero bytes that stand for an empty prefix tree. */
LEDGER_API bool ledger_hash_is_zero(const struct ledger_hash *hash);

#endif
