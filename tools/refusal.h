/*
 * refusal.h - how programs say that something does not verify.
 */
#ifndef LEDGER_TOOLS_REFUSAL_H
#define LEDGER_TOOLS_REFUSAL_H

#include "tools/cli.h"

/* Prints "refused SUBJECT: token: sentence, at line N: detail" to stderr, leaving out what the
 * verdict does not have. Returns CLI_NOT_VALID. */
int cli_refuse(const char *subject, const struct ledger_verdict *verdict);

#endif
