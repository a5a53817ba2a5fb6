/*
 * verify_proof_text.h - the report on a proof, for a reader. Its first line is the verdict.
 */
#ifndef LEDGER_TOOLS_VERIFY_PROOF_TEXT_H
#define LEDGER_TOOLS_VERIFY_PROOF_TEXT_H

#include "tools/verify.h"

/* `explain`: with the steps and the hashes, for an expert. */
void verify_proof_text(const struct verify_proof *v, bool explain);

/* The display name of an institution as the evidence has it, or the empty span. */
struct ledger_span verify_institution_name(const struct ledger_proof_report *report,
                                           struct ledger_span institution);

#endif
