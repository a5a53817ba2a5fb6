/*
 * engine.h - an ordered key-value engine with transactions. Internal.
 *
 * engine_lmdb.c stands behind it; a second engine would implement the same functions. An engine
 * knows nothing of ledgers: tables, keys, values, order and durability only. Spans that it lends
 * are good until the transaction ends.
 */
#ifndef LEDGER_STORE_ENGINE_H
#define LEDGER_STORE_ENGINE_H

#include "ledger/base/span.h"
#include "ledger/base/status.h"

#define LEDGER_ENGINE_TABLES_MAX 16

struct ledger_engine;
struct ledger_engine_txn;
struct ledger_engine_cursor;

enum ledger_engine_mode {
    LEDGER_ENGINE_READ,          /* with the engine's reader lock */
    LEDGER_ENGINE_READ_UNLOCKED, /* read-only media, or a copy that nobody writes to */
    LEDGER_ENGINE_WRITE,
    LEDGER_ENGINE_CREATE, /* the directory exists and is empty */
};

struct ledger_engine_options {
    enum ledger_engine_mode mode;
    uint64_t map_size;         /* largest size of the store in bytes; 0: as it was created */
    const char *const *tables; /* names; a table is then called by its place in this list */
    unsigned table_count;
    unsigned tables_needed; /* the first of them must be there, the others may be (not created) */
};

LEDGER_MUST_USE enum ledger_status ledger_engine_open(struct ledger_engine **engine,
                                                      const char *directory,
                                                      const struct ledger_engine_options *options,
                                                      struct ledger_error *error);

/* Aborts a transaction that is open, closes, sets to NULL; accepts NULL inside. */
void ledger_engine_close(struct ledger_engine **engine);

LEDGER_MUST_USE enum ledger_status ledger_engine_begin(struct ledger_engine_txn **txn,
                                                       struct ledger_engine *engine, bool write,
                                                       struct ledger_error *error);

/* Another one that reads what `of`, a reader, reads, for another thread. LEDGER_BUSY if there was a
 * commit since that began. */
LEDGER_MUST_USE enum ledger_status ledger_engine_begin_beside(struct ledger_engine_txn **txn,
                                                              const struct ledger_engine_txn *of,
                                                              struct ledger_error *error);

/* Ends the transaction whatever happens and sets it to NULL. LEDGER_OK means durable. Any other
 * answer means LEDGER_UNKNOWN: the changes may or may not be there (D3). */
LEDGER_MUST_USE enum ledger_status ledger_engine_commit(struct ledger_engine_txn **txn,
                                                        struct ledger_error *error);

/* Ends a transaction without effect and sets it to NULL; accepts NULL inside. */
void ledger_engine_abort(struct ledger_engine_txn **txn);

/* LEDGER_NOT_FOUND, without filling `error`, if there is no such key. */
LEDGER_MUST_USE enum ledger_status ledger_engine_get(struct ledger_engine_txn *txn,
                                                     struct ledger_span *value, unsigned table,
                                                     struct ledger_span key,
                                                     struct ledger_error *error);

/* How many of the tables, from the first, are there. The others cannot be used. */
unsigned ledger_engine_tables(const struct ledger_engine *engine);

/* Number of the last commit that a transaction sees; of the one in which the tables were looked
 * for. They count up by one. While a commit ends, and if its writer died then, the file may have
 * it already and transactions not yet. */
uint64_t ledger_engine_commit_seen(const struct ledger_engine_txn *txn);
uint64_t ledger_engine_tables_commit(const struct ledger_engine *engine);

/* Makes the first table that is not there, in a transaction that writes and uses it; it is there
 * for good once that is committed. */
LEDGER_MUST_USE enum ledger_status ledger_engine_make_table(struct ledger_engine_txn *txn,
                                                            struct ledger_error *error);

/* Never replaces: LEDGER_EXISTS if the key is there. */
LEDGER_MUST_USE enum ledger_status ledger_engine_put(struct ledger_engine_txn *txn, unsigned table,
                                                     struct ledger_span key,
                                                     struct ledger_span value,
                                                     struct ledger_error *error);

/* Puts the value in the place of one that is there. */
LEDGER_MUST_USE enum ledger_status ledger_engine_replace(struct ledger_engine_txn *txn,
                                                         unsigned table, struct ledger_span key,
                                                         struct ledger_span value,
                                                         struct ledger_error *error);

/* The same for a key that must be greater than every key in the table; cheaper. */
LEDGER_MUST_USE enum ledger_status ledger_engine_append(struct ledger_engine_txn *txn,
                                                        unsigned table, struct ledger_span key,
                                                        struct ledger_span value,
                                                        struct ledger_error *error);

LEDGER_MUST_USE enum ledger_status ledger_engine_count(struct ledger_engine_txn *txn,
                                                       uint64_t *count, unsigned table,
                                                       struct ledger_error *error);

/* A cursor belongs to its transaction and must be closed before that ends. */
LEDGER_MUST_USE enum ledger_status ledger_engine_cursor_open(struct ledger_engine_cursor **cursor,
                                                             struct ledger_engine_txn *txn,
                                                             unsigned table,
                                                             struct ledger_error *error);
void ledger_engine_cursor_close(struct ledger_engine_cursor **cursor);

/* The first key not less than `from`; LEDGER_NOT_FOUND at the end. */
LEDGER_MUST_USE enum ledger_status ledger_engine_cursor_seek(struct ledger_engine_cursor *cursor,
                                                             struct ledger_span *key,
                                                             struct ledger_span *value,
                                                             struct ledger_span from,
                                                             struct ledger_error *error);
/* The last key less than `bound`; LEDGER_NOT_FOUND if there is none. */
LEDGER_MUST_USE enum ledger_status ledger_engine_cursor_before(struct ledger_engine_cursor *cursor,
                                                               struct ledger_span *key,
                                                               struct ledger_span *value,
                                                               struct ledger_span bound,
                                                               struct ledger_error *error);
LEDGER_MUST_USE enum ledger_status ledger_engine_cursor_next(struct ledger_engine_cursor *cursor,
                                                             struct ledger_span *key,
                                                             struct ledger_span *value,
                                                             struct ledger_error *error);
LEDGER_MUST_USE enum ledger_status ledger_engine_cursor_last(struct ledger_engine_cursor *cursor,
                                                             struct ledger_span *key,
                                                             struct ledger_span *value,
                                                             struct ledger_error *error);

#endif
