/*
 * verify_explain.h - the steps of checking a proof with their hashes, for an expert who follows
 * them by hand.
 */
#ifndef LEDGER_TOOLS_VERIFY_EXPLAIN_H
#define LEDGER_TOOLS_VERIFY_EXPLAIN_H

#include "tools/verify.h"

/* `v->parsed` must be true. Shows what comes out, whether it is what must come out or not. */
void verify_explain_proof(const struct verify_proof *v);

#endif
