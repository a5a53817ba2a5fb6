/*
 * sign_record.h - looking at a record before it is signed.
 */
#ifndef LEDGER_TOOLS_SIGN_RECORD_H
#define LEDGER_TOOLS_SIGN_RECORD_H

#include "ledger/format/record.h"
#include "tools/signers.h"

/* Reads a record: a note if there is an empty line, else a draft. Clears `verdict` first. */
bool sign_parse_either(struct ledger_record *record, struct ledger_verdict *verdict,
                       struct ledger_span bytes);

/* Shows on stderr what is to be signed. */
void sign_show_record(const struct ledger_record *record);

/* CLI_DONE, or CLI_NOT_VALID after a message if one of the keys signed the note before, by itself
 * or in a batch. `note` may be that of a draft. */
int sign_refuse_second(const struct signers *signers, const struct ledger_note *note,
                       const char *subject);

#endif
