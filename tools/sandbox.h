/*
 * sandbox.h - giving up, for good, what the rest of a process does not need.
 *
 * Who reads what a stranger made counts on being taken over by it, and so gives up beforehand
 * whatever it could be used for: other files (Landlock), other calls to the system (seccomp), new
 * privileges, its core dump, being traced. Nothing of that can be taken back.
 */
#ifndef LEDGER_TOOLS_SANDBOX_H
#define LEDGER_TOOLS_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

enum sandbox_access {
    SANDBOX_READ, /* this file, or this directory and what is below it, is read */
    SANDBOX_LOCK, /* this file is read, and written in its place */
    SANDBOX_MAKE, /* in this directory files are made, replaced and removed */
};

struct sandbox_path {
    const char *path; /* what is not there is left out */
    enum sandbox_access access;
};

/* From now on this process, which has one thread, and all threads it makes open nothing but what
 * `paths` say, and ask the system for nothing but what reading them takes, and memory, threads and
 * the use of what is open already. What is refused fails, or ends the process with SIGSYS.
 * A layer that the kernel has not got is left out; false if it has neither. */
bool sandbox_enter(const struct sandbox_path *paths, size_t count);

#endif
