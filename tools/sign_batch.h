/*
 * sign_batch.h - ledger-sign --batch: many record files, signed once by each key.
 */
#ifndef LEDGER_TOOLS_SIGN_BATCH_H
#define LEDGER_TOOLS_SIGN_BATCH_H

#include "tools/signers.h"

/* Signs the record files that are the operands with the keys of the option 'key', which it opens.
 * Nothing is written unless all records can be signed. */
int sign_batch(const struct cli_args *args, struct signers *signers);

#endif
