/*
 * sandbox_calls.h - the calls to the system that are left in the sandbox. Internal to sandbox.c.
 */
#ifndef LEDGER_TOOLS_SANDBOX_CALLS_H
#define LEDGER_TOOLS_SANDBOX_CALLS_H

#include <stdbool.h>

enum sandbox_calls {
    SANDBOX_CALLS_READ, /* files are opened for reading only */
    SANDBOX_CALLS_LOCK, /* and for reading and writing, to take locks in them */
    SANDBOX_CALLS_MAKE, /* files and directories are made, renamed and removed, too */
};

/* Leaves these. False if the kernel has no filter for calls, or there is no memory. */
bool sandbox_calls_leave(enum sandbox_calls calls);

#endif
