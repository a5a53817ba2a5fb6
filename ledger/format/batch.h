/*
 * batch.h - batch signatures: one Ed25519 signature over the root of a tree of record texts, and
 * for each record a signature line that holds its place, its path and that signature (SPEC.md
 * "Batch signatures").
 */
#ifndef LEDGER_FORMAT_BATCH_H
#define LEDGER_FORMAT_BATCH_H

#include "ledger/format/note.h"
#include "ledger/tree/tree_proof.h"

#define LEDGER_BATCH_RECORDS_MIN 2 /* who signs one record signs the record */
#define LEDGER_BATCH_RECORDS_MAX 1024
#define LEDGER_BATCH_PATH_MAX 10 /* hashes: log2 of the above */

/* Bytes of a batch signature of a record, after the key ID: position and size, two bytes each, the
 * path, the signature. */
#define LEDGER_BATCH_SIGNATURE_MAX                                                                 \
    (2 + 2 + LEDGER_BATCH_PATH_MAX * LEDGER_HASH_SIZE + LEDGER_SIGNATURE_SIZE)

/* Bytes of the message that is signed: NUL, header, size, root. */
#define LEDGER_BATCH_MESSAGE_MAX 96

struct ledger_batch_signature {
    unsigned position; /* 0 to size - 1 */
    unsigned size;     /* records in the batch */
    struct ledger_tree_proof path;
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
};

/* Reads the bytes of a signature line as a batch signature: size and position within their limits,
 * exactly as many hashes as they need. Nothing is verified. */
LEDGER_API bool ledger_batch_signature_parse(struct ledger_batch_signature *batch,
                                             const struct ledger_signature *line);

/* Appends the batch signature line of an ED25519 key. */
LEDGER_API void ledger_batch_signature_write(struct ledger_buffer *buffer,
                                             const struct ledger_vkey *vkey,
                                             const struct ledger_batch_signature *batch);

/* The root to which the path leads from the text of a record. False if it cannot lead anywhere. */
LEDGER_API bool ledger_batch_signature_root(struct ledger_hasher *hasher, struct ledger_hash *root,
                                            const struct ledger_batch_signature *batch,
                                            struct ledger_span text);

/* What is signed. It begins with a NUL, which no note's text has, so that neither can be taken for
 * the other. */
LEDGER_API void ledger_batch_message(struct ledger_buffer *buffer, unsigned size,
                                     const struct ledger_hash *root);

#endif
