/*
 * busy_file.h - a data file that is spoiled, and changed whenever somebody looks at it.
 */
#ifndef LEDGER_TESTS_BUSY_FILE_H
#define LEDGER_TESTS_BUSY_FILE_H

/* Spoils every page of the file but both meta pages, its head. */
void busy_file_damage(const char *path);
/* Spoils the head. */
void busy_file_behead(const char *path);

/* From now on every fstat(2) of the file changes it: the size of the map in the first meta page,
 * which may have any value. So a check that measures the file before it reads always finds that it
 * was changed meanwhile. For one file at a time. */
void busy_file_start(const char *path);
void busy_file_stop(void);

/* Calls `change` after the next fstat(2) of anything, once. */
void busy_file_next(void (*change)(void *context), void *context);

#endif
