/*
 * authority_draft.h - a change of the authority, written and tried before anybody signs it.
 */
#ifndef LEDGER_TOOLS_AUTHORITY_DRAFT_H
#define LEDGER_TOOLS_AUTHORITY_DRAFT_H

#include "ledger/ops/search.h"
#include "tools/cli.h"

/*
 * Writes the unsigned record of the change that the options 'draft' (a file as in lines_file.h,
 * with lines to unset), 'institution' and 'time' describe to where 'output' says, after trying it
 * on the authority in force for the next entry of the ledger `name` (as in the user's commands),
 * which `reader` shows. Says on stderr who must sign it and how to go on. CLI_NOT_VALID after a
 * message if it would be refused.
 */
int authority_draft(const struct cli_args *args, struct ledger_reader *reader, const char *name);

#endif
