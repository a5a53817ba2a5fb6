/*
 * finding_text.h - what a finding means, and what to do about it, in plain sentences.
 */
#ifndef LEDGER_TOOLS_FINDING_TEXT_H
#define LEDGER_TOOLS_FINDING_TEXT_H

#include "ledger/base/status.h"

/* Lines of at most about 90 columns, several joined by "\n". Never NULL. */
const char *finding_meaning(enum ledger_finding finding);
const char *finding_advice(enum ledger_finding finding);

#endif
