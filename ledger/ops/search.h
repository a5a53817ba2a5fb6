/*
 * search.h - reading a ledger: entries, checkpoints, and finding them.
 *
 * A reader shows one state of the ledger, the one at the time it was opened or renewed. It verifies
 * nothing: that is audit.h. Indexes only lead to entries; what an entry says is read from the entry.
 */
#ifndef LEDGER_OPS_SEARCH_H
#define LEDGER_OPS_SEARCH_H

#include "ledger/format/entry.h"

struct ledger_reader;

/* Opens the ledger `path`. `unlocked`: without the store's reader lock, for copies that nobody
 * writes to; read-only media need no lock and take none. */
LEDGER_API LEDGER_MUST_USE enum ledger_status ledger_reader_open(struct ledger_reader **reader,
                                                                 const char *path, bool unlocked,
                                                                 struct ledger_error *error);

/* Accepts NULL inside; sets to NULL. */
LEDGER_API void ledger_reader_close(struct ledger_reader **reader);

/* Shows the state of the ledger at this time instead. What was borrowed from the reader is no longer
 * good; free provers made with it before. Whatever fails: close the reader. */
LEDGER_API LEDGER_MUST_USE enum ledger_status ledger_reader_renew(struct ledger_reader *reader,
                                                                  struct ledger_error *error);

/* Number of entries. */
LEDGER_API uint64_t ledger_reader_size(const struct ledger_reader *reader);

/* The exact bytes of an entry, good until the reader is closed. LEDGER_NOT_FOUND beyond the end. */
LEDGER_API LEDGER_MUST_USE enum ledger_status ledger_reader_entry(struct ledger_reader *reader,
                                                                  struct ledger_span *entry,
                                                                  uint64_t index,
                                                                  struct ledger_error *error);

/* The signed checkpoint of exactly `size`, or the largest if `size` is 0. LEDGER_NOT_FOUND with a
 * message if there is none. */
LEDGER_API LEDGER_MUST_USE enum ledger_status ledger_reader_checkpoint(struct ledger_reader *reader,
                                                                       struct ledger_span *note,
                                                                       uint64_t size,
                                                                       struct ledger_error *error);

/* What to look for. Empty spans and NULL match everything; all that is given must match. */
struct ledger_query {
    uint64_t from; /* the first index */
    struct ledger_span matter;
    struct ledger_span kind;
    struct ledger_span institution;
    struct ledger_span signer; /* the name of a key */
    const struct ledger_hash *document;
};

LEDGER_API bool ledger_query_matches(const struct ledger_query *query,
                                     const struct ledger_entry *entry);

/* Called for every match in the order of the ledger. Anything but LEDGER_OK ends the search, whose
 * answer it becomes; end a search early, without error, by returning LEDGER_NOT_FOUND. */
typedef enum ledger_status ledger_found(void *context, const struct ledger_entry *entry,
                                        struct ledger_span bytes);

/* Finds by matter and document with the indexes, by the rest by reading. LEDGER_DAMAGED if an
 * entry met on the way does not parse. */
LEDGER_API LEDGER_MUST_USE enum ledger_status ledger_search(struct ledger_reader *reader,
                                                            const struct ledger_query *query,
                                                            ledger_found *found, void *context,
                                                            struct ledger_error *error);

#endif
