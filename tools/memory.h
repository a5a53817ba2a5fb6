/*
 * memory.h - memory without which a program cannot go on.
 */
#ifndef LEDGER_TOOLS_MEMORY_H
#define LEDGER_TOOLS_MEMORY_H

#include "ledger/base/span.h"

/* `memory`, just allocated. If it is NULL, ends the program with "cannot WHAT: out of memory". */
void *memory_or_end(void *memory, const char *what);

/* A copy of the text, which has no NUL inside, as a string that is to be freed, or the same end. */
char *memory_copy_or_end(struct ledger_span text, const char *what);

#endif
