/*
 * signers.h - the keys a program signs with, opened from its command line.
 *
 * The program has PASSPHRASE_OPTION in its table. Passphrases go by the order in which keys are
 * opened here: the operator's first, then the others as they stand on the command line.
 */
#ifndef LEDGER_TOOLS_SIGNERS_H
#define LEDGER_TOOLS_SIGNERS_H

#include "ledger/ops/signing.h"
#include "tools/passphrase.h"

struct signers {
    struct ledger_signer *operator_key; /* or NULL */
    struct ledger_signer *keys[LEDGER_SIGNATURES_MAX];
    size_t count; /* of keys */
};

/* Opens the key file that the option `name` (not repeatable, given) names. False after a message.
 */
bool signers_open_operator(struct signers *signers, const struct cli_args *args, const char *name);

/* Opens the key files of the repeatable option `name`, which may be none. A key given twice is
 * refused. False after a message. */
bool signers_open_keys(struct signers *signers, const struct cli_args *args, const char *name);

/* Closes what is open. */
void signers_close(struct signers *signers);

/* Borrows the signer. */
struct ledger_signing signers_signing(struct ledger_signer *signer);

/* Appends the signature lines of all keys over `text`. Signatures are not verified here: a fault
 * while signing can give the secret away, so what was signed must be verified before it gets out,
 * by signers_check or by the ledger that admits it. */
void signers_sign(const struct signers *signers, struct ledger_buffer *buffer,
                  struct ledger_span text);

/* Makes a note of the text that `buffer` holds: appends the blank line and the signature lines. */
void signers_make_note(const struct signers *signers, struct ledger_buffer *buffer);

/* Whether every key has signed the note in `bytes` well. False after a message. */
bool signers_check(const struct signers *signers, struct ledger_span bytes);

#endif
