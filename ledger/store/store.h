/*
 * store.h - reading a ledger's store (SPEC.md "Store"). Internal.
 *
 * Entries are the only truth. Nodes, records, matters, documents and authority are indexes: they
 * follow from the entries and can be dropped and rebuilt. One transaction at a time per handle;
 * spans that the store lends are good until it ends.
 */
#ifndef LEDGER_STORE_STORE_H
#define LEDGER_STORE_STORE_H

#include "ledger/base/hash.h"
#include "ledger/store/engine.h"
#include "ledger/tree/prefix_fold.h"
#include "ledger/tree/tree.h"

#define LEDGER_STORE_FORMAT "public-law-ledger/store/v2"
#define LEDGER_STORE_FORMAT_1 "public-law-ledger/store/v1" /* without LEDGER_TABLE_PARTS */
#define LEDGER_STORE_MAP_SIZE (UINT64_C(1) << 40)

/* One node is stored per full block of entries and per parent above. */
#define LEDGER_BLOCK_LEVEL 8u
#define LEDGER_BLOCK_SIZE (UINT64_C(1) << LEDGER_BLOCK_LEVEL)

enum ledger_table {
    LEDGER_TABLE_META,        /* "format", "origin" */
    LEDGER_TABLE_ENTRIES,     /* index -> entry */
    LEDGER_TABLE_NODES,       /* level, index -> hash */
    LEDGER_TABLE_CHECKPOINTS, /* size -> checkpoint note */
    LEDGER_TABLE_RECORDS,     /* H(record text) -> index */
    LEDGER_TABLE_MATTERS,     /* H(matter), index -> nothing */
    LEDGER_TABLE_DOCUMENTS,   /* digest, index -> nothing */
    LEDGER_TABLE_AUTHORITY,   /* index of an authority record -> nothing */
    LEDGER_TABLE_PARTS,       /* bucket of the matter tree -> part as of the last index entry */
    LEDGER_TABLE_COUNT,
    LEDGER_TABLE_COUNT_1 = LEDGER_TABLE_PARTS /* in format 1 */
};

enum ledger_store_mode {
    LEDGER_STORE_READ,          /* takes a reader lock where the medium can be written to */
    LEDGER_STORE_AUDIT,         /* the same, after a check of the whole data file, however large */
    LEDGER_STORE_READ_UNLOCKED, /* for copies that nobody writes to */
    LEDGER_STORE_WRITE,
};

struct ledger_store {
    struct ledger_engine *engine;
    struct ledger_engine_txn *txn; /* open, or NULL */
    unsigned tables;               /* LEDGER_TABLE_COUNT, or LEDGER_TABLE_COUNT_1 */
};

/*
 * Opens the ledger in directory `path` after checking the structure of its data file, which liblmdb
 * takes on trust: all of it to write, to audit, or to read unlocked, as foreign copies are; to read
 * with locks, of a very large file, the head of it. LEDGER_DAMAGED names the page. Format 1 is read
 * as it is, without parts; the first ledger_store_begin_write makes format 2 of it.
 * LEDGER_NEWER_FORMAT if its format is neither, LEDGER_REMOTE on a network file system unless read
 * unlocked, LEDGER_BUSY if somebody changed the file all the time: then it was not checked, and is
 * not opened. (To read or audit with locks it is enough that a writer who gives no pause leaves the
 * head sound.) `map_size` 0: as it is.
 */
LEDGER_MUST_USE enum ledger_status ledger_store_open(struct ledger_store **store, const char *path,
                                                     enum ledger_store_mode mode, uint64_t map_size,
                                                     struct ledger_error *error);
void ledger_store_close(struct ledger_store **store);

/* A snapshot for reading; ends a transaction that is still open, without effect. LEDGER_BUSY if the
 * store got a newer format since it was opened. */
LEDGER_MUST_USE enum ledger_status ledger_store_begin(struct ledger_store *store,
                                                      struct ledger_error *error);
void ledger_store_end(struct ledger_store *store);

/* Makes `beside` another reader of the snapshot that `store` has open, for another thread; it is
 * ended before `store` is closed. LEDGER_BUSY if somebody wrote since that was taken. */
LEDGER_MUST_USE enum ledger_status ledger_store_begin_beside(struct ledger_store *beside,
                                                             const struct ledger_store *store,
                                                             struct ledger_error *error);

/* Number of entries: one more than the largest index. LEDGER_DAMAGED if that is impossible. */
LEDGER_MUST_USE enum ledger_status ledger_store_size(struct ledger_store *store, uint64_t *size,
                                                     struct ledger_error *error);

/* LEDGER_NOT_FOUND, with a message, if it is not there. */
LEDGER_MUST_USE enum ledger_status ledger_store_entry(struct ledger_store *store,
                                                      struct ledger_span *entry, uint64_t index,
                                                      struct ledger_error *error);

/* The same for an entry that must be there: LEDGER_DAMAGED if it is not. */
LEDGER_MUST_USE enum ledger_status ledger_store_known_entry(struct ledger_store *store,
                                                            struct ledger_span *entry,
                                                            uint64_t index,
                                                            struct ledger_error *error);

/* A stored node, of level LEDGER_BLOCK_LEVEL or above. */
LEDGER_MUST_USE enum ledger_status ledger_store_node(struct ledger_store *store,
                                                     struct ledger_hash *hash,
                                                     struct ledger_node node,
                                                     struct ledger_error *error);

/* The stored checkpoint of exactly this size, or LEDGER_NOT_FOUND without a message. */
LEDGER_MUST_USE enum ledger_status ledger_store_checkpoint(struct ledger_store *store,
                                                           struct ledger_span *note, uint64_t size,
                                                           struct ledger_error *error);

/* The largest stored checkpoint, or LEDGER_NOT_FOUND without a message. */
LEDGER_MUST_USE enum ledger_status ledger_store_last_checkpoint(struct ledger_store *store,
                                                                uint64_t *size,
                                                                struct ledger_span *note,
                                                                struct ledger_error *error);

/* Index of the entry with a record text of this hash, or LEDGER_NOT_FOUND without a message. */
LEDGER_MUST_USE enum ledger_status ledger_store_find_record(struct ledger_store *store,
                                                            uint64_t *index,
                                                            const struct ledger_hash *text,
                                                            struct ledger_error *error);

/* Whether MATTERS or DOCUMENTS has a row for (hash, index). */
LEDGER_MUST_USE enum ledger_status ledger_store_has_row(struct ledger_store *store, bool *present,
                                                        enum ledger_table table,
                                                        const struct ledger_hash *hash,
                                                        uint64_t index, struct ledger_error *error);

/* The index in the first row that MATTERS or DOCUMENTS has for `hash`, or LEDGER_NOT_FOUND without
 * a message. Nothing is said of the entry there. */
LEDGER_MUST_USE enum ledger_status ledger_store_first_row(struct ledger_store *store,
                                                          uint64_t *index, enum ledger_table table,
                                                          const struct ledger_hash *hash,
                                                          struct ledger_error *error);

/* The same for the last row with an index less than `before`. */
LEDGER_MUST_USE enum ledger_status ledger_store_row_before(struct ledger_store *store,
                                                           uint64_t *index, enum ledger_table table,
                                                           const struct ledger_hash *hash,
                                                           uint64_t before,
                                                           struct ledger_error *error);

/* Whether AUTHORITY has a row for an index. */
LEDGER_MUST_USE enum ledger_status ledger_store_has_authority(struct ledger_store *store,
                                                              bool *present, uint64_t index,
                                                              struct ledger_error *error);

/* The kept part of a bucket of the matter tree; NONE if none is kept. */
LEDGER_MUST_USE enum ledger_status ledger_store_part(struct ledger_store *store,
                                                     struct ledger_prefix_part *part,
                                                     uint16_t bucket, struct ledger_error *error);

/* The ledger's name as META has it; LEDGER_DAMAGED if it has none. */
LEDGER_MUST_USE enum ledger_status ledger_store_origin(struct ledger_store *store,
                                                       struct ledger_span *origin,
                                                       struct ledger_error *error);

LEDGER_MUST_USE enum ledger_status ledger_store_count(struct ledger_store *store, uint64_t *count,
                                                      enum ledger_table table,
                                                      struct ledger_error *error);

/*
 * Walks the rows of a table in the order of their keys. `prefix` (may be empty) restricts to keys
 * that start with it; `from` (may be empty) skips keys that are less.
 */
struct ledger_scan {
    struct ledger_store *store;
    struct ledger_engine_cursor *cursor;
    struct ledger_span prefix;
    bool started;
};
LEDGER_MUST_USE enum ledger_status
ledger_scan_open(struct ledger_scan *scan, struct ledger_store *store, enum ledger_table table,
                 struct ledger_span prefix, struct ledger_error *error);
/* LEDGER_NOT_FOUND, without a message, after the last row. `from` is used by the first call. */
LEDGER_MUST_USE enum ledger_status
ledger_scan_next(struct ledger_scan *scan, struct ledger_span *key, struct ledger_span *value,
                 struct ledger_span from, struct ledger_error *error);
void ledger_scan_close(struct ledger_scan *scan);

/* Keys and values, built and read in one place. */
#define LEDGER_ROW_KEY_SIZE (LEDGER_HASH_SIZE + 8)
#define LEDGER_NODE_KEY_SIZE 9
void ledger_key_row(uint8_t key[LEDGER_ROW_KEY_SIZE], const struct ledger_hash *hash,
                    uint64_t index);
void ledger_key_node(uint8_t key[LEDGER_NODE_KEY_SIZE], struct ledger_node node);

#define LEDGER_PART_KEY_SIZE 2
void ledger_key_part(uint8_t key[LEDGER_PART_KEY_SIZE], uint16_t bucket);
#define LEDGER_PART_VALUE_SIZE                                                                     \
    (1 + LEDGER_HASH_SIZE) /* size class (enum ledger_prefix_size), hash */
LEDGER_MUST_USE enum ledger_status ledger_store_read_part(struct ledger_prefix_part *part,
                                                          struct ledger_span value,
                                                          struct ledger_error *error);

extern const char *const ledger_table_names[LEDGER_TABLE_COUNT];

#endif
