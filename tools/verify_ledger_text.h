/*
 * verify_ledger_text.h - the report on a ledger, for a reader. Its first line is the verdict.
 */
#ifndef LEDGER_TOOLS_VERIFY_LEDGER_TEXT_H
#define LEDGER_TOOLS_VERIFY_LEDGER_TEXT_H

#include "tools/verify.h"

/* `explain`: with the steps and the hashes, for an expert. */
void verify_ledger_text(const struct verify_ledger *v, bool explain);

#endif
