/*
 * append_lines.h - appending records that are made here: a record for each line of JSON.
 */
#ifndef LEDGER_TOOLS_APPEND_LINES_H
#define LEDGER_TOOLS_APPEND_LINES_H

#include "tools/batch_signing.h"
#include "tools/record_builder.h"
#include "tools/submission.h"

/* Adds the record that `builder` wrote to the batch, signed by `signers` unless they are NULL.
 * CLI_NOT_VALID with `verdict` if it is too long; CLI_TROUBLE after a message. */
int append_built(struct submission *submission, struct record_builder *builder,
                 const struct signers *signers, struct ledger_verdict *verdict);

struct append_lines {
    struct submission *submission;
    struct record_builder *builder;
    const struct signers *signers;
    struct batch_signing *batch; /* or NULL: every record is signed by itself */
    const char *name;            /* of the file; "-" is standard input */
};

/* Appends a record for each line that is not empty, LEDGER_BATCH_MAX at a time. Anything but CLI_DONE
 * after messages. */
int append_lines(const struct append_lines *from);

#endif
