/*
 * replace_file.h - writing a result so that the file is there whole or not at all.
 */
#ifndef LEDGER_TOOLS_REPLACE_FILE_H
#define LEDGER_TOOLS_REPLACE_FILE_H

#include "tools/cli.h"

/* Writes `bytes` to `path`, replacing a regular file that may be there, in one step and durably;
 * its permissions stay. "-": standard output. Returns CLI_DONE, or CLI_TROUBLE after a message. */
int cli_replace_file(const char *path, struct ledger_span bytes);

#endif
