/*
 * remember_apart.h - remember.h for a worker, which cannot write: the first process does it.
 */
#ifndef LEDGER_TOOLS_REMEMBER_APART_H
#define LEDGER_TOOLS_REMEMBER_APART_H

#include "tools/remember.h"
#include "tools/worker.h"

/* Replaces the file that '--remember' names, and no other. */
extern const struct worker_service remember_service;

/* As remember_checkpoint, with that file. */
int remember_apart(enum remember_outcome *outcome, struct ledger_span seen,
                   struct ledger_span note);

#endif
