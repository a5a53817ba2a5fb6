/*
 * signer.h - signing with secret keys that live in files (keys/key_file.h has their format).
 *
 * Argument order: handle, outputs, inputs, `error` (may be NULL). Key files are opened only
 * if they are regular files of the effective user on which nobody else has any permission.
 */
#ifndef LEDGER_KEYS_SIGNER_H
#define LEDGER_KEYS_SIGNER_H

#include "keys/key_file.h"

/* An open secret key. The key is in guarded memory, inaccessible between uses; one signer must
 * not be used by two threads at once. */
struct ledger_signer;

/* Opens the key file. `passphrase` may be empty; a sealed file is then refused. LEDGER_WRONG_KEY:
 * sealed, and the passphrase is not the one, or a byte of the file was changed. LEDGER_INVALID,
 * LEDGER_NEWER_FORMAT: not a key file. LEDGER_DAMAGED: secret and vkey do not belong together.
 * LEDGER_PERMISSION, LEDGER_NOT_FOUND, LEDGER_NO_MEMORY, LEDGER_IO. On failure *signer is NULL. */
LEDGER_API LEDGER_MUST_USE enum ledger_status ledger_signer_open(struct ledger_signer **signer,
                                                                 const char *path,
                                                                 struct ledger_span passphrase,
                                                                 struct ledger_error *error);

/* Makes a new key with this name, writes it to a new file `path` (never over another), sealed as
 * `seal` says or unsealed if that is NULL, and opens it. LEDGER_INVALID: `name` is no name or
 * `seal` is not acceptable. LEDGER_EXISTS. On failure no file is left and *signer is NULL. */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_signer_generate(struct ledger_signer **signer, const char *path, struct ledger_span name,
                       const struct ledger_seal *seal, struct ledger_error *error);

/* Writes the same key to the same path, sealed as `seal` says or unsealed if that is NULL.
 * `passphrase` opens it as it is now. The file is replaced in one step or not at all. The old
 * file's blocks stay on the disk until they are used again. */
LEDGER_API LEDGER_MUST_USE enum ledger_status ledger_signer_reseal(const char *path,
                                                                   struct ledger_span passphrase,
                                                                   const struct ledger_seal *seal,
                                                                   struct ledger_error *error);

/* What a key file says without its passphrase. The vkey of a sealed file is not authenticated
 * before the file has been opened; an unsealed file is checked against its seed. */
LEDGER_API LEDGER_MUST_USE enum ledger_status ledger_signer_peek(struct ledger_vkey *vkey,
                                                                 bool *sealed, const char *path,
                                                                 struct ledger_error *error);

/* Borrowed until the signer is closed. */
LEDGER_API const struct ledger_vkey *ledger_signer_vkey(const struct ledger_signer *signer);

/* Signs (RFC 8032 Ed25519). `message` may be empty. */
LEDGER_API void ledger_signer_sign(struct ledger_signer *signer,
                                   uint8_t signature[LEDGER_ED25519_SIGNATURE_SIZE],
                                   struct ledger_span message);

/* Wipes, frees and sets to NULL; accepts NULL inside. */
LEDGER_API void ledger_signer_close(struct ledger_signer **signer);

#endif
