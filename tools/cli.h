/*
 * cli.h - what all programs share: options, messages, exit statuses, files.
 *
 * A program or a subcommand is one table. These helpers print; the library does not. Messages go
 * to stderr as "program: what failed: cause", one line, with bytes that are not clean text
 * replaced by '?'; stdout is for what one would pipe.
 */
#ifndef LEDGER_TOOLS_CLI_H
#define LEDGER_TOOLS_CLI_H

#include <stdio.h>

#include "ledger/base/span.h"
#include "ledger/base/status.h"
#include "tools/progress.h"

#ifndef LEDGER_VERSION
#define LEDGER_VERSION "0.2.0"
#endif

enum cli_exit {
    CLI_DONE = 0,      /* done, or checked and valid */
    CLI_NOT_VALID = 1, /* checked and not valid */
    CLI_TROUBLE = 2,   /* wrong usage, or it could not be done or checked */
};

/* What stands in an argument, if it is a file: a sandbox lets the program open no others. */
enum cli_file { CLI_FILE_NONE, CLI_FILE_READ, CLI_FILE_MADE };

struct cli_option {
    const char *name;     /* long, without dashes */
    const char *argument; /* its name in the help ("FILE"), or NULL for a switch */
    const char *help;     /* one line; "\n" inside starts another */
    char letter;          /* short alias, or '\0' */
    bool repeatable;
    enum cli_file file;
};

struct cli_program {
    const char *name;    /* "ledger-key generate" */
    const char *usage;   /* what follows the name in the usage line; "\n" starts another line */
    const char *summary; /* one or more lines, or NULL */
    const struct cli_option *options; /* without --help and --version, which all programs have */
    size_t option_count;
    size_t operands_min;
    size_t operands_max;  /* SIZE_MAX: any number */
    size_t file_operands; /* how many of them, from the first, are files or directories to read */
};

struct cli_value {
    const struct cli_option *option;
    const char *text; /* NULL for a switch */
};

/* What stood on the command line, in its order. Borrows argv. */
struct cli_args {
    const struct cli_program *program;
    struct cli_value *values;
    size_t value_count;
    const char **operands;
    size_t operand_count;
};

/* All of main: reads the command line, runs, frees, flushes. Returns the exit status. */
int cli_run(const struct cli_program *program, int (*run)(const struct cli_args *args), int argc,
            char **argv);

/* Reads the command line: --name VALUE, --name=VALUE, -x VALUE, switches, operands in any place;
 * after "--" only operands; "-" is an operand. True: go on. False: stop with *status, which is
 * CLI_DONE after --help or --version and CLI_TROUBLE after a usage error; both have been printed.
 * argv[0] is skipped. Free with cli_args_free in both cases. */
bool cli_parse(struct cli_args *args, int *status, const struct cli_program *program, int argc,
               char **argv);

void cli_args_free(struct cli_args *args);

/* `name` must be in the program's table. The value of an option that cannot be repeated, or NULL
 * if it was not given. */
const char *cli_value(const struct cli_args *args, const char *name);

/* How often the option was given. */
size_t cli_count(const struct cli_args *args, const char *name);

/* Its n-th value, from 0; n < cli_count. */
const char *cli_nth(const struct cli_args *args, const char *name, size_t n);

/* A decimal value of at most `max`; keeps *number if the option was not given. False, after a
 * usage error was printed, if it is none. */
bool cli_number(uint64_t *number, const struct cli_args *args, const char *name, uint64_t max);

/* Prints "program: message" to stderr. */
void cli_message(const char *format, ...) LEDGER_PRINTF(1, 2);

/* The same; returns CLI_TROUBLE. */
int cli_fail(const char *format, ...) LEDGER_PRINTF(1, 2);

/* The same with what `error` says. */
int cli_fail_with(const struct ledger_error *error);

/* The same, with a hint at --help. */
int cli_fail_usage(const struct cli_program *program, const char *format, ...) LEDGER_PRINTF(2, 3);

/* Writes text with everything that is not clean, and LF, as '?': for bytes from outside. */
void cli_put_clean(FILE *stream, struct ledger_span text);

/* Flushes stdout and looks for write errors: returns `status`, or CLI_TROUBLE after a message. */
int cli_finish(int status);

/* Reads on from `fd` to its end, behind the *size bytes of *data (from malloc; at first NULL and 0),
 * which with them are at most `max`. False with errno, which is EFBIG if there is more: *data then
 * has max + 1 bytes, and a larger `max` reads on. *data is the caller's in any case, and never NULL
 * on success. */
bool cli_read_on(int fd, uint8_t **data, size_t *size, size_t max);

/* Reads a whole file ("-": standard input) of at most `max` bytes into *data (free it; never NULL
 * on success). False after a message. */
bool cli_read_file(uint8_t **data, size_t *size, const char *path, size_t max);

#endif
