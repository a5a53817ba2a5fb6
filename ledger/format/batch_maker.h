/*
 * batch_maker.h - signing many records at once: the texts go in, the message to be signed and the
 * signature line of each record come out.
 */
#ifndef LEDGER_FORMAT_BATCH_MAKER_H
#define LEDGER_FORMAT_BATCH_MAKER_H

#include "ledger/format/batch.h"

/* The tree of a batch; about 64 KiB. The texts themselves are not kept. */
struct ledger_batch_maker {
    struct ledger_hasher *hasher; /* borrowed */
    unsigned count;
    struct ledger_hash nodes[2 * LEDGER_BATCH_RECORDS_MAX]; /* full subtrees, level by level */
};

LEDGER_API void ledger_batch_start(struct ledger_batch_maker *maker, struct ledger_hasher *hasher);

/* Adds the text of a record (with its last LF) at position maker->count, which must be below
 * LEDGER_BATCH_RECORDS_MAX. */
LEDGER_API void ledger_batch_add(struct ledger_batch_maker *maker, struct ledger_span text);

/* What a key has to sign for the texts added, of which there must be LEDGER_BATCH_RECORDS_MIN. */
LEDGER_API void ledger_batch_to_sign(const struct ledger_batch_maker *maker,
                                     struct ledger_buffer *message);

/* Appends the signature line for the record at `position`, given the signature of `vkey` over the
 * message above. It is the same signature for all records. */
LEDGER_API void ledger_batch_write_line(const struct ledger_batch_maker *maker,
                                        struct ledger_buffer *note, const struct ledger_vkey *vkey,
                                        const uint8_t signature[LEDGER_SIGNATURE_SIZE],
                                        unsigned position);

#endif
