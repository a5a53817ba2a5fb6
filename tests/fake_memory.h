/*
 * fake_memory.h - memory that runs out, at each place of the code that asks for some, one after another.
 *
 * The runner is linked with --wrap: what the library and the tests ask for comes through here; what
 * other libraries ask for does not.
 */
#ifndef LEDGER_TESTS_FAKE_MEMORY_H
#define LEDGER_TESTS_FAKE_MEMORY_H

#include <stdbool.h>

/* All places count as new. */
void fake_memory_forget(void);

/* From now on an allocation fails at the first new place that is passed for the time `time`, counted
 * from 1; it is not new after that, and no other allocation fails. */
void fake_memory_start(unsigned time);
/* All is as always. Whether one failed: if not, every place that is passed so often has failed. */
bool fake_memory_end(void);

#endif
