/*
 * signature_check.h - does this signature line of a record verify? It holds a signature over the
 * record's text, or one over a batch to which the text belongs (SPEC.md "Signatures").
 */
#ifndef LEDGER_LAW_SIGNATURE_CHECK_H
#define LEDGER_LAW_SIGNATURE_CHECK_H

#include "ledger/format/record.h"
#include "ledger/law/batch_cache.h"

/* Where in a batch a record was signed. */
struct ledger_batch_place {
    unsigned position;
    unsigned size; /* 0: the record was signed by itself */
};

/*
 * Verifies a signature line of `record`, whose name and key ID are those of `vkey` or of its batch
 * signatures. Sets `*place` if true, BAD_SIGNATURE otherwise. A record of kind authority is never
 * signed in a batch. `known` may be NULL.
 */
LEDGER_API bool ledger_signature_check(struct ledger_batch_cache *known,
                                       struct ledger_batch_place *place,
                                       struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                                       const struct ledger_record *record,
                                       const struct ledger_signature *line,
                                       const struct ledger_vkey *vkey);

#endif
