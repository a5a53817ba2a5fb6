/*
 * fake_sync.h - syncs of one file or directory: counted, failing, or with something done before.
 */
#ifndef LEDGER_TESTS_FAKE_SYNC_H
#define LEDGER_TESTS_FAKE_SYNC_H

/* From now on syncs of what has a name that ends so when it is synced are counted, and fail with
 * `error` unless that is 0; `before` is called first unless it is NULL. With NULL, all is as always. */
void fake_sync(const char *name, int error, void (*before)(void *context, int fd), void *context);
/* How many there were since. */
unsigned fake_sync_count(void);

/* A `before`: the disk changes a bit, in the last byte of the text that is `context`, where it is first. */
void fake_sync_of_a_bad_disk(void *context, int fd);

#endif
