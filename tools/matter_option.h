/*
 * matter_option.h - the option --matter where its value must be one that a matter can have.
 */
#ifndef LEDGER_TOOLS_MATTER_OPTION_H
#define LEDGER_TOOLS_MATTER_OPTION_H

#include "tools/cli.h"

/* Whether the value of '--matter', if it was given, can be the number of a matter. False after a
 * usage error was printed, which says why it cannot. */
bool matter_option_holds(const struct cli_args *args);

#endif
