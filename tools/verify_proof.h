/*
 * verify_proof.h - ledger-verify for a proof, and for the documents it speaks of.
 */
#ifndef LEDGER_TOOLS_VERIFY_PROOF_H
#define LEDGER_TOOLS_VERIFY_PROOF_H

#include "ledger/format/policy.h"
#include "tools/cli.h"

/* Verifies the proof in file `path` ("-": standard input) as the options say and prints the
 * report. The exit status. */
int verify_proof(const struct cli_args *args, const char *path, const struct ledger_policy *policy,
                 struct ledger_hasher *hasher);

#endif
