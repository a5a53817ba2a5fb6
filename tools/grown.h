/*
 * grown.h - lists in memory that grow by one element at a time.
 */
#ifndef LEDGER_TOOLS_GROWN_H
#define LEDGER_TOOLS_GROWN_H

#include <stddef.h>

/* Room for one more of `count` elements of `size` bytes, of which there was only ever added one by
 * one; it doubles. NULL without memory, and `memory` stays as it is. */
void *grown(void *memory, size_t count, size_t size);

#endif
