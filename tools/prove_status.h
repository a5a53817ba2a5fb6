/*
 * prove_status.h - ledger-prove for what became of a matter.
 */
#ifndef LEDGER_TOOLS_PROVE_STATUS_H
#define LEDGER_TOOLS_PROVE_STATUS_H

#include "ledger/ops/search.h"
#include "tools/cli.h"

/* Writes the status proof of the matter that the options name, by its number or by a file that one
 * of its entries speaks of, to where they say, after it was checked. The exit status. */
int prove_status(const struct cli_args *args, struct ledger_reader *reader,
                 struct ledger_hasher *hasher);

#endif
