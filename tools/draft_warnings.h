/*
 * draft_warnings.h - what a change of the authority may do that nobody intended.
 */
#ifndef LEDGER_TOOLS_DRAFT_WARNINGS_H
#define LEDGER_TOOLS_DRAFT_WARNINGS_H

#include "ledger/law/authority.h"
#include "tools/lines_file.h"

/* Prints a warning for every name that gets a second key or governor line, and for every
 * institution that is left without the registrar it had. `authority` is that before the change,
 * which must be one that can be made.
 * CLI_TROUBLE after a message. */
int draft_warnings(const struct ledger_authority *authority, struct ledger_hasher *hasher,
                   const struct lines_file *lines);

#endif
