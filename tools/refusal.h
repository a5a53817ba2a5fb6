/*
 * refusal.h - how programs say that something does not verify.
 */
#ifndef LEDGER_TOOLS_REFUSAL_H
#define LEDGER_TOOLS_REFUSAL_H

#include "tools/cli.h"

/*
 * What is said of a refusal. With `json` stdout gets an object on one line as well; a member marked
 * ? is absent if there is no such thing:
 *
 *     refused   what was refused, as in the message
 *     finding   token
 *     number    that of the finding
 *     entry ?   index of the entry concerned
 *     line ?    number within the text
 *     meaning   sentence
 *     detail    text
 *     hint ?    what to do
 */
struct refusal {
    const char *subject;
    const struct ledger_verdict *verdict;
    const char *plainly; /* for a reader, instead of finding and detail, or NULL */
    const char *hint;    /* or NULL */
    bool json;
};

/* Prints "refused SUBJECT: token: sentence, at line N: detail" to stderr, leaving out what the
 * verdict does not have, then the hint. Returns CLI_NOT_VALID. */
int cli_refuse_as(const struct refusal *refusal);

/* The same without a hint and without JSON. */
int cli_refuse(const char *subject, const struct ledger_verdict *verdict);

/* What to do about a record that the ledger would refuse with `finding`; `change`: it is one of the
 * authority. NULL if there is nothing to say in general. */
const char *refusal_hint(enum ledger_finding finding, bool change);

#endif
