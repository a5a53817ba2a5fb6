/*
 * audit_matters.h - the part of the audit that holds what the operator records (indexes of matters,
 * statistics), and the kept parts of the matter tree, against the entries. Internal.
 *
 * The matter tree and the figures are made only if a row of MATTERS leads to a record that asks for
 * them: a ledger without any pays nothing. A record that no row led to is found when it is met. A
 * part that lies says nothing against the entries, and waits until everything else holds. Where
 * there are no rows, both are made.
 */
#ifndef LEDGER_OPS_AUDIT_MATTERS_H
#define LEDGER_OPS_AUDIT_MATTERS_H

#include "ledger/law/matter_tree.h"
#include "ledger/law/statistics.h"
#include "ledger/store/store.h"

struct ledger_audit_matters {
    struct ledger_matters matters; /* for ledger_state_set_matters */
    struct ledger_store *store;    /* NULL if there is none */
    struct ledger_hasher *hasher;
    struct ledger_error *error;
    struct ledger_matter_tree *tree;      /* NULL if nothing asks for it */
    struct ledger_statistics *statistics; /* the same */
    uint64_t last;                        /* the index entry that the parts are as of, by MATTERS */
    uint64_t parts;                       /* rows that there must be */
    bool unforeseen;           /* an index entry could not be judged: no row foretold any */
    struct ledger_verdict lie; /* the first part that lies; NOT_CHECKED for none */
};

/* Before the first of `size` entries. Must not be moved then; free it in any case. */
LEDGER_MUST_USE enum ledger_status
ledger_audit_matters_start(struct ledger_audit_matters *matters, struct ledger_store *store,
                           struct ledger_hasher *hasher, uint64_t size, struct ledger_error *error);

/* The same for entries whose store nobody has, or has yet: no row foretells anything, so that tree
 * and figures are made in any case; there are no parts to compare. */
LEDGER_MUST_USE enum ledger_status
ledger_audit_matters_start_all(struct ledger_audit_matters *matters, struct ledger_hasher *hasher,
                               struct ledger_error *error);
void ledger_audit_matters_free(struct ledger_audit_matters *matters);

/* Takes an accepted entry, of the matter H(matter) = `matter`. Sets OTHER_FIGURES, or
 * WRONG_INDEX_ROW for statistics that no row led to. */
LEDGER_MUST_USE enum ledger_status ledger_audit_matters_of(struct ledger_audit_matters *matters,
                                                           struct ledger_verdict *verdict,
                                                           const struct ledger_entry *entry,
                                                           const struct ledger_step *step,
                                                           const struct ledger_hash *matter);

/* After the last entry: sets WRONG_INDEX_ROW for the first part that lied, or for more parts than
 * the entries give. */
LEDGER_MUST_USE enum ledger_status ledger_audit_matters_end(struct ledger_audit_matters *matters,
                                                            struct ledger_verdict *verdict);

/* Matters that have an entry; 0 if nothing asked for them. */
uint64_t ledger_audit_matters_count(const struct ledger_audit_matters *matters);

#endif
