/*
 * vkey.h - verifier keys of c2sp.org/signed-note: <name>+<key id>+<base64(type || public key)>.
 */
#ifndef LEDGER_FORMAT_VKEY_H
#define LEDGER_FORMAT_VKEY_H

#include "ledger/base/ed25519.h"
#include "ledger/base/hash.h"
#include "ledger/base/text.h"

enum ledger_key_type {
    LEDGER_KEY_ED25519 = 0x01, /* signs a note's text (c2sp.org/signed-note) */
    LEDGER_KEY_COSIGNATURE =
        0x04, /* cosigns a checkpoint with a time (c2sp.org/tlog-cosignature) */
};

/* The identifier in the key ID of batch signatures (SPEC.md "Batch signatures"). */
#define LEDGER_BATCH_KEY_TYPE "public-law-ledger/batch-ed25519/v1"

/* name, '+', 8 hex digits, '+', base64 of 33 bytes */
#define LEDGER_VKEY_MAX (LEDGER_NAME_MAX + 1 + 8 + 1 + 44)

struct ledger_vkey {
    enum ledger_key_type type;
    uint32_t id;
    uint32_t batch_id; /* of an ED25519 key: the key ID of its batch signatures */
    size_t name_size;
    char name[LEDGER_NAME_MAX + 1]; /* with a NUL */
    uint8_t key[LEDGER_ED25519_KEY_SIZE];
};

/* Makes a vkey from its parts and computes its key IDs. False if `name` is not a name. `hasher` may
 * be NULL, here and in ledger_vkey_parse: they are then computed without one, more slowly. */
LEDGER_API bool ledger_vkey_make(struct ledger_hasher *hasher, struct ledger_vkey *vkey,
                                 enum ledger_key_type type, struct ledger_span name,
                                 const uint8_t key[LEDGER_ED25519_KEY_SIZE]);

/* Reads a whole span as a vkey of one of the types above; a key ID that is not the key's is
 * refused. Sets BAD_KEY. */
LEDGER_API bool ledger_vkey_parse(struct ledger_hasher *hasher, struct ledger_vkey *vkey,
                                  struct ledger_verdict *verdict, struct ledger_span text);

LEDGER_API void ledger_vkey_write(struct ledger_buffer *buffer, const struct ledger_vkey *vkey);

LEDGER_API struct ledger_span ledger_vkey_name(const struct ledger_vkey *vkey);

/* Whether keys and ledgers of this name are for tests: up to the first '/' it is 'test', or ends in
 * '.test'. */
LEDGER_API bool ledger_name_is_for_tests(struct ledger_span name);

/* Whether a signature line of this name and key ID is one of the key's: a batch signature, if the
 * ID is not `id`. */
LEDGER_API bool ledger_vkey_signs_as(const struct ledger_vkey *vkey, struct ledger_span name,
                                     uint32_t key_id);

/* Same name, type and public key. */
LEDGER_API bool ledger_vkey_equal(const struct ledger_vkey *a, const struct ledger_vkey *b);

#endif
