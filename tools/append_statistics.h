/*
 * append_statistics.h - the operator's statistics record, from the figures to the receipt.
 */
#ifndef LEDGER_TOOLS_APPEND_STATISTICS_H
#define LEDGER_TOOLS_APPEND_STATISTICS_H

#include "tools/signers.h"

#define STATISTICS_OPTION                                                                          \
    {                                                                                              \
        .name = "statistics", .argument = "FILE",                                                  \
        .help = "verify the whole ledger, append a record of its figures, and\n"                   \
                "write them to FILE, which must not be there, as CSV"                              \
    }

/* Whether the figures can be written, if they are asked for, as far as that can be told before
 * anything is appended. False after a message. */
bool append_statistics_has_place(const struct cli_args *args);

/*
 * Audits the ledger of args->operands[0], trusting the operator's key, and counts; appends a record
 * of these figures; writes their CSV to the file that the option (STATISTICS_OPTION) names. An
 * appender cannot tell wrong figures, and a ledger with wrong ones is not valid any more: so they
 * are always counted here. If entries came in meanwhile nothing is appended. The program has the
 * options of submission_open. No appender of this process may have the ledger open. Returns the
 * exit status, after messages.
 */
int append_statistics(const struct cli_args *args, const struct signers *signers);

#endif
