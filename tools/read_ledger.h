/*
 * read_ledger.h - opening a ledger only to read it, and what to say when that fails.
 */
#ifndef LEDGER_TOOLS_READ_LEDGER_H
#define LEDGER_TOOLS_READ_LEDGER_H

#include "ledger/ops/search.h"
#include "tools/cli.h"

#define NO_LOCK_OPTION                                                                             \
    {                                                                                              \
        .name = "no-lock", .help = "take no lock: only for a copy that nobody writes to"           \
    }

/* Opens the ledger `path` as the option (NO_LOCK_OPTION) asks. False after a message. */
bool read_ledger_open(struct ledger_reader **reader, const struct cli_args *args, const char *path);

/* The ledger's name, by its first entry; good until the reader is closed. CLI_TROUBLE after a
 * message. */
int read_ledger_name(struct ledger_span *name, const struct cli_args *args,
                     struct ledger_reader *reader);

/* Prints what `error` says, with a hint at --no-lock where that may help; returns CLI_TROUBLE. */
int read_ledger_fail(const struct cli_args *args, const struct ledger_error *error);

#endif
