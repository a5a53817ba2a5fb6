/*
 * worker.h - running a program that reads what a stranger made in a process that has nothing to lose.
 *
 * The process that was started reads the command line, and starts another that does the work in the
 * sandbox, with the files that the command line names and no others. What a hostile file does to
 * that one, the first is left to tell.
 */
#ifndef LEDGER_TOOLS_WORKER_H
#define LEDGER_TOOLS_WORKER_H

#include "tools/cli.h"

/* What the first process does on behalf of the worker, once at most, with `size` bytes that both
 * can write to: nothing in them may be trusted. Returns CLI_DONE or CLI_TROUBLE. */
struct worker_service {
    size_t size;
    int (*serve)(const struct cli_args *args, void *request);
};

/* All of main, as cli_run. `service` may be NULL. Signals by which a user ends a program end it;
 * any other that ends the worker is told, and the exit status is CLI_TROUBLE. With LEDGER_SANDBOX=off in
 * the environment all is done in one process, and nothing is given up: for debuggers. */
int worker_run(const struct cli_program *program, int (*run)(const struct cli_args *args),
               const struct worker_service *service, int argc, char **argv);

/* In `run`: the files for the audit of a publication, if the first operand is one; else NULL. */
const struct ledger_audit_files *worker_files(void);

/* In `run`: the bytes of the service, at first zero. */
void *worker_request(void);

/* In `run`: has the request served. CLI_TROUBLE also if that cannot be done. */
int worker_ask(void);

#endif
