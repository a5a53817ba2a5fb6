/*
 * key_file.h - the text of a secret key file, public-law-ledger/secret-key/v1. No I/O here.
 *
 * Sealed (each field on one line, ended by LF; nothing follows the last):
 *
 *     public-law-ledger/secret-key/v1
 *     name nanfang-notary.gz.example/zhang-san
 *     vkey nanfang-notary.gz.example/zhang-san+89b0d1c2+AYm5...=
 *     kdf argon2id 3 268435456 <base64 of the 16-byte salt>
 *     sealed xchacha20-poly1305 <base64 of the 24-byte nonce> <base64 of the 48-byte ciphertext>
 *
 * Unsealed, instead of the last two lines:
 *
 *     unsealed <base64 of the 32-byte Ed25519 seed>
 *
 * 1. `name` is the name in the vkey; the vkey is of type Ed25519 (0x01).
 * 2. The sealing key is Argon2id (version 1.3, one lane, 32 bytes) of the passphrase's bytes, with
 *    opslimit passes over memlimit bytes. opslimit is 1 to 16; memlimit is 8 MiB to 1 GiB and a
 *    multiple of 1024. Both are checked before anything is computed.
 * 3. The ciphertext is XChaCha20-Poly1305 (IETF) of the seed. The associated data are all bytes of
 *    the file before the `sealed` line, so that no byte of the file can be changed unnoticed.
 * 4. The seed must give the public key of the vkey, sealed or not.
 */
#ifndef LEDGER_KEYS_KEY_FILE_H
#define LEDGER_KEYS_KEY_FILE_H

#include "keys/secret.h"
#include "ledger/format/vkey.h"

#define LEDGER_KEY_FILE_MAX 1024 /* bytes; the longest well-formed file is shorter */

#define LEDGER_KEY_OPSLIMIT_MIN 1
#define LEDGER_KEY_OPSLIMIT_MAX 16
#define LEDGER_KEY_MEMLIMIT_MIN (UINT64_C(8) << 20)
#define LEDGER_KEY_MEMLIMIT_MAX (UINT64_C(1) << 30)

/* libsodium's MODERATE: about a second and 256 MiB. */
#define LEDGER_KEY_OPSLIMIT_DEFAULT 3
#define LEDGER_KEY_MEMLIMIT_DEFAULT (UINT64_C(256) << 20)

/* How to seal a seed. */
struct ledger_seal {
    struct ledger_span passphrase; /* not empty */
    uint64_t opslimit;             /* 0: the default */
    uint64_t memlimit;             /* 0: the default */
};

/* A parsed file. The spans borrow the bytes it was parsed from. */
struct ledger_key_file {
    struct ledger_vkey vkey;
    bool sealed;
    /* if sealed */
    uint64_t opslimit;
    uint64_t memlimit;
    uint8_t salt[LEDGER_SEALING_SALT_SIZE];
    uint8_t nonce[LEDGER_SEALING_NONCE_SIZE];
    uint8_t ciphertext[LEDGER_SEALED_SEED_SIZE];
    struct ledger_span associated;
    /* if not */
    struct ledger_span seed; /* base64 */
};

/* ---- The functions serve signer.c and the tests and are not exported. ---- */

/* Reads the whole of `bytes`. `path` is for messages only. LEDGER_INVALID if it is not of the form
 * above, LEDGER_NEWER_FORMAT if it is of a version that is not known here. */
LEDGER_MUST_USE enum ledger_status ledger_key_file_parse(struct ledger_key_file *file,
                                                         struct ledger_hasher *hasher,
                                                         struct ledger_span bytes, const char *path,
                                                         struct ledger_error *error);

/* Puts the seed into `seed` (capacity LEDGER_SEED_SIZE or more) and checks that it is the vkey's.
 * `passphrase` is not looked at for an unsealed file. LEDGER_WRONG_KEY: the passphrase is empty or
 * wrong, or the file was changed. LEDGER_DAMAGED: the seed is not that of the vkey.
 * LEDGER_NO_MEMORY. Nothing is left in `seed` unless LEDGER_OK. */
LEDGER_MUST_USE enum ledger_status
ledger_key_file_unlock(struct ledger_secret *seed, const struct ledger_key_file *file,
                       struct ledger_span passphrase, const char *path, struct ledger_error *error);

/* Writes the file of a key into `bytes` (capacity LEDGER_KEY_FILE_MAX), unsealed if `seal` is
 * NULL. LEDGER_INVALID: the passphrase is empty or a limit out of bounds. LEDGER_NO_MEMORY. */
LEDGER_MUST_USE enum ledger_status ledger_key_file_write(struct ledger_secret *bytes,
                                                         const struct ledger_vkey *vkey,
                                                         const uint8_t seed[LEDGER_SEED_SIZE],
                                                         const struct ledger_seal *seal,
                                                         struct ledger_error *error);

#endif
