/*
 * audit_ledger.h - auditing a ledger with a bar that shows how far it is.
 */
#ifndef LEDGER_TOOLS_AUDIT_LEDGER_H
#define LEDGER_TOOLS_AUDIT_LEDGER_H

#include "ledger/ops/audit.h"

/* ledger_audit with `options`, whose members for progress are not used. */
LEDGER_MUST_USE enum ledger_status audit_ledger(struct ledger_audit_report *report,
                                                struct ledger_verdict *verdict, const char *path,
                                                const struct ledger_audit_options *options,
                                                struct ledger_error *error);

#endif
