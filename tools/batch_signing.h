/*
 * batch_signing.h - signing many records at once with the keys of a program.
 */
#ifndef LEDGER_TOOLS_BATCH_SIGNING_H
#define LEDGER_TOOLS_BATCH_SIGNING_H

#include "tools/signers.h"

struct batch_signing;

/* An empty batch, to be signed by `signers`, which are borrowed. NULL after a message. */
struct batch_signing *batch_signing_new(const struct signers *signers);

/* Accepts NULL inside; sets to NULL. */
void batch_signing_free(struct batch_signing **batch);

/* Empties the batch. */
void batch_signing_start(struct batch_signing *batch);

/* Adds the text of a record, which must stay where it is until the batch is emptied. There may be
 * LEDGER_BATCH_RECORDS_MAX. */
void batch_signing_add(struct batch_signing *batch, struct ledger_span text);

/* Signs the batch with every key, once, and verifies what was signed. A batch of one is not signed
 * as such. CLI_TROUBLE after a message. */
int batch_signing_sign(struct batch_signing *batch);

/* Appends the signature lines of all keys for the record at `position`: those of the batch, or of a
 * single record its own. */
void batch_signing_write_lines(const struct batch_signing *batch, struct ledger_buffer *buffer,
                               unsigned position);

#endif
