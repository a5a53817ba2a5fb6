/*
 * save_proof.h - making the proof of one entry, and keeping it only if it holds.
 */
#ifndef LEDGER_TOOLS_SAVE_PROOF_H
#define LEDGER_TOOLS_SAVE_PROOF_H

#include "ledger/format/vkey.h"
#include "tools/cli.h"

/* Writes the proof of entry `index` of the ledger at `path` to the file `out`, whole or not at
 * all, after it was verified as by a stranger who trusts the log key `log`. No appender of this
 * process may have the ledger open. Returns an exit status; messages were printed. */
int save_proof(const char *path, uint64_t index, const struct ledger_vkey *log, const char *out);

#endif
