/*
 * audit_ledger.h - auditing a ledger, published or not, with a bar that shows how far it is.
 */
#ifndef LEDGER_TOOLS_AUDIT_LEDGER_H
#define LEDGER_TOOLS_AUDIT_LEDGER_H

#include "ledger/ops/audit.h"
#include "tools/cli.h"

/* Whether `path` is a published ledger. False after a message if it has the files of both forms, or
 * if '--no-lock' was given and there is no lock. */
bool audit_form(bool *published, const struct cli_args *args, const char *path);

/* ledger_audit, or ledger_audit_published, with `options`, whose members for
 * progress and `files` are not used. */
LEDGER_MUST_USE enum ledger_status audit_ledger(struct ledger_audit_report *report,
                                                struct ledger_verdict *verdict, const char *path,
                                                bool published,
                                                const struct ledger_audit_options *options,
                                                struct ledger_error *error);

#endif
