/*
 * matter_rows.h - the rows of MATTERS of one bucket, matter by matter (SPEC.md "Index of matters").
 * Internal; reads only.
 */
#ifndef LEDGER_OPS_MATTER_ROWS_H
#define LEDGER_OPS_MATTER_ROWS_H

#include "ledger/store/store.h"

/* A matter that has rows: its entries before two bounds, and its values in the matter tree then. */
struct ledger_matter_row {
    struct ledger_hash matter; /* H(matter) */
    uint64_t then_count;       /* 0: it was not in the tree, and `then` is zero */
    uint64_t now_count;
    struct ledger_hash then;
    struct ledger_hash now;
};

struct ledger_matter_rows {
    struct ledger_scan scan;
    struct ledger_hasher *hasher;
    uint64_t then;
    uint64_t now;
    uint8_t prefix[2];
    bool any;     /* a row was read: its key, and what it says */
    bool waiting; /* it has not been counted */
    uint8_t last[LEDGER_ROW_KEY_SIZE];
    struct ledger_hash matter;
    uint64_t index;
};

/* `then` is at most `now`: both bound the indexes of entries that count. `store` has a transaction
 * open. Must not be moved. */
LEDGER_MUST_USE enum ledger_status
ledger_matter_rows_open(struct ledger_matter_rows *rows, struct ledger_store *store,
                        struct ledger_hasher *hasher, uint16_t bucket, uint64_t then, uint64_t now,
                        struct ledger_error *error);

/* The next matter by H(matter). LEDGER_NOT_FOUND, without a message, after the last; LEDGER_DAMAGED
 * if a row has another form. */
LEDGER_MUST_USE enum ledger_status ledger_matter_rows_next(struct ledger_matter_rows *rows,
                                                           struct ledger_matter_row *row,
                                                           struct ledger_error *error);

void ledger_matter_rows_close(struct ledger_matter_rows *rows);

#endif
