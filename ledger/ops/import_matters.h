/*
 * import_matters.h - the index of matters and the figures of a ledger that is made of a publication:
 * what the operator recorded is judged, and the parts of the tree are kept in the store as an
 * appender keeps them. Internal.
 */
#ifndef LEDGER_OPS_IMPORT_MATTERS_H
#define LEDGER_OPS_IMPORT_MATTERS_H

#include <limits.h>

#include "ledger/ops/audit_matters.h"
#include "ledger/ops/matter_parts.h"

struct ledger_import_matters {
    struct ledger_audit_matters judged; /* its `matters` are for ledger_state_set_matters */
    uint8_t
        changed[LEDGER_BUCKETS / CHAR_BIT]; /* buckets with entries since the last index entry */
};

/* Before the first entry. Must not be moved then; free it in any case. */
LEDGER_MUST_USE enum ledger_status
ledger_import_matters_start(struct ledger_import_matters *matters, struct ledger_hasher *hasher,
                            struct ledger_error *error);
void ledger_import_matters_free(struct ledger_import_matters *matters);

/* Takes an accepted entry, for which `store` has a transaction open to write. Sets OTHER_FIGURES. */
LEDGER_MUST_USE enum ledger_status ledger_import_matters_of(struct ledger_import_matters *matters,
                                                            struct ledger_verdict *verdict,
                                                            struct ledger_store *store,
                                                            const struct ledger_entry *entry,
                                                            const struct ledger_step *step);

#endif
