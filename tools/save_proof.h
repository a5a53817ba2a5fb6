/*
 * save_proof.h - making the proof of one entry, and keeping it only if it holds.
 */
#ifndef LEDGER_TOOLS_SAVE_PROOF_H
#define LEDGER_TOOLS_SAVE_PROOF_H

#include "ledger/format/vkey.h"
#include "tools/cli.h"

/* Whether a proof can be written to `out` as far as that can be told before it is made: its
 * directory is there and takes files, and `out` is a regular file if it is anything. False after a
 * message. */
bool save_proof_has_place(const char *out);

/* Writes the proof of entry `index` of the ledger at `path` to the file `out`, whole or not at
 * all, after it was verified as by a stranger who trusts the log key `log`. No appender of this
 * process may have the ledger open. Returns CLI_DONE, or CLI_TROUBLE after a message. */
int save_proof(const char *path, uint64_t index, const struct ledger_vkey *log, const char *out);

#endif
