/*
 * passphrase.h - passphrases from files or the terminal, and opening key files with them.
 *
 * A program that opens key files has the option PASSPHRASE_OPTION in its table. Given several
 * times, the n-th file is for the n-th key file opened; given once, it serves all. Without it the
 * user is asked on the terminal. All functions print what went wrong.
 */
#ifndef LEDGER_TOOLS_PASSPHRASE_H
#define LEDGER_TOOLS_PASSPHRASE_H

#include "keys/signer.h"
#include "tools/cli.h"

#define PASSPHRASE_MAX 1024 /* bytes */

#define PASSPHRASE_OPTION                                                                          \
    {                                                                                              \
        .name = "passphrase-file", .argument = "FILE", .repeatable = true,                         \
        .help = "read the passphrase from the first line of FILE;\n"                               \
                "given again, the n-th is for the n-th key file",                                  \
    }

/* Prepares the program for secrets; before anything else that has to do with them. */
bool passphrase_prepare(void);

/* The first line of a file, without its LF. Refused: a regular file on which anyone but its owner
 * has permissions, an empty line, one over PASSPHRASE_MAX bytes. Free with ledger_secret_free. */
bool passphrase_from_file(struct ledger_secret *passphrase, const char *path);

/* Asks on the terminal, without echo; `twice` when the answer cannot be checked otherwise. */
bool passphrase_from_terminal(struct ledger_secret *passphrase, const char *key_path, bool twice);

/* One of the two: the option `name` for the `nth` key file (from 0) if it was given, else the
 * terminal. */
bool passphrase_get(struct ledger_secret *passphrase, const struct cli_args *args, const char *name,
                    size_t nth, const char *key_path, bool twice);

/* Opens the `nth` key file of the program (from 0); asks for a passphrase only if it is sealed.
 * Close with ledger_signer_close. */
bool passphrase_open_signer(struct ledger_signer **signer, const struct cli_args *args, size_t nth,
                            const char *key_path);

#endif
