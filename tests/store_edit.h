/*
 * store_edit.h - changing the rows of a store behind the library's back, through lmdb.h alone.
 */
#ifndef LEDGER_TESTS_STORE_EDIT_H
#define LEDGER_TESTS_STORE_EDIT_H

#include "ledger/base/span.h"

struct store_edit;

/* Opens the store in `path` for one transaction, which store_edit_close commits. */
struct store_edit *store_edit_open(const char *path);
void store_edit_close(struct store_edit **edit);

/* Sets a row, replacing one that is there. */
void store_edit_put(struct store_edit *edit, const char *table, struct ledger_span key,
                    struct ledger_span value);
/* Deletes a row that is there. */
void store_edit_delete(struct store_edit *edit, const char *table, struct ledger_span key);
/* The value of a row that is there, good until the next change. */
struct ledger_span store_edit_get(struct store_edit *edit, const char *table,
                                  struct ledger_span key);
/* The first key of a table; good until the next change. */
struct ledger_span store_edit_first(struct store_edit *edit, const char *table);
/* How many rows a table has. */
size_t store_edit_count(struct store_edit *edit, const char *table);
/* Drops a whole table. */
void store_edit_drop(struct store_edit *edit, const char *table);

/* The same for the tables whose key is an index or a size. */
void store_edit_put_at(struct store_edit *edit, const char *table, uint64_t key,
                       struct ledger_span value);
void store_edit_delete_at(struct store_edit *edit, const char *table, uint64_t key);
struct ledger_span store_edit_get_at(struct store_edit *edit, const char *table, uint64_t key);

#endif
