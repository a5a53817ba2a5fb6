/*
 * audit_rows.h - the part of the audit that holds what is derived (nodes, index rows) against the
 * entries. Internal.
 *
 * A row that lies says nothing against the entries, so what is found here waits until everything
 * else holds; except that a record which stands in the ledger twice is found here at once.
 */
#ifndef LEDGER_OPS_AUDIT_ROWS_H
#define LEDGER_OPS_AUDIT_ROWS_H

#include "ledger/ops/foreseen_rows.h"

struct ledger_audit_rows {
    struct ledger_store *store;
    struct ledger_hasher *hasher;
    struct ledger_error *error;
    enum ledger_status status;     /* of the node sink, which cannot answer */
    struct ledger_verdict first;   /* the first row or node that lies; NOT_CHECKED for none */
    struct ledger_verdict matters; /* the first entry that MATTERS leaves out; the same */
    struct ledger_hash matter;     /* H(matter) of the entry looked at last */
    uint64_t nodes;                /* that agree */
    uint64_t rows;                 /* that agree */
    uint64_t expected[LEDGER_TABLE_COUNT]; /* rows that must be there */
};

void ledger_audit_rows_start(struct ledger_audit_rows *rows, struct ledger_store *store,
                             struct ledger_hasher *hasher, struct ledger_error *error);

/* A ledger_node_sink: compares a completed node with the stored one. */
void ledger_audit_rows_node(void *context, struct ledger_node node, const struct ledger_hash *hash);

/* Looks up every row that `entry` must have, of which `foreseen` (may be NULL) has the hashes, unless
 * it is in `looked_up` (may be NULL) that all of them agree. Sets REPEATED_RECORD in `verdict`. */
LEDGER_MUST_USE enum ledger_status
ledger_audit_rows_of(struct ledger_audit_rows *rows, struct ledger_verdict *verdict,
                     const struct ledger_entry *entry,
                     const struct ledger_foreseen_record *foreseen,
                     const struct ledger_foreseen_rows *looked_up);

/* After the last entry: sets WRONG_NODE or WRONG_INDEX_ROW in `verdict` for the first that lied, or
 * for a table with more or fewer rows than the entries give, STORE_DAMAGED for another origin or
 * further rows in META. */
LEDGER_MUST_USE enum ledger_status ledger_audit_rows_end(struct ledger_audit_rows *rows,
                                                         struct ledger_verdict *verdict,
                                                         struct ledger_span origin);

/* Says in `verdict` that a row which must lead to `entry` is missing. */
void ledger_audit_row_lies(struct ledger_verdict *verdict, enum ledger_table table, uint64_t entry);

#endif
