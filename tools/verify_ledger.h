/*
 * verify_ledger.h - ledger-verify for a ledger: audit, what was seen before, report.
 */
#ifndef LEDGER_TOOLS_VERIFY_LEDGER_H
#define LEDGER_TOOLS_VERIFY_LEDGER_H

#include "ledger/format/policy.h"
#include "tools/cli.h"

/* Verifies the ledger `path`, published or not, as the options say and prints the report. The exit
 * status. */
int verify_ledger(const struct cli_args *args, const char *path, bool published,
                  const struct ledger_policy *policy);

#endif
