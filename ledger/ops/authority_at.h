/*
 * authority_at.h - the authority as it was at a position of a stored ledger, and trying a change of
 * it before anybody signs.
 *
 * For looking and planning: nothing is verified here; that is audit.h.
 */
#ifndef LEDGER_OPS_AUTHORITY_AT_H
#define LEDGER_OPS_AUTHORITY_AT_H

#include "ledger/law/authority.h"
#include "ledger/ops/search.h"

/*
 * Makes the authority in force before entry `index`; with the size of what `reader` shows, that in
 * force for the next entry. Release it with ledger_authority_free. LEDGER_NOT_FOUND beyond that
 * size; LEDGER_DAMAGED if the ledger's records cannot be carried out, or give another authority
 * than the entry at `index` says. `*authority` is NULL unless the call succeeds.
 */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_reader_authority(struct ledger_reader *reader, struct ledger_authority **authority,
                        uint64_t index, struct ledger_error *error);

/*
 * Whether the change in `record`, once signed as it must be, could stand at entry `index` of ledger
 * `origin` while `authority` is in force (SPEC.md "Changes", "Registrars"): its form, its reach if
 * it is a registrar's, and the soundness of what results. If so sets `*possible`, and `authority`
 * is what it results in; otherwise sets the finding in `verdict`, and `authority` is as it was.
 * Nobody's signature is looked at, so that `record` may be a draft.
 */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_authority_try(struct ledger_authority *authority, struct ledger_hasher *hasher,
                     struct ledger_verdict *verdict, bool *possible,
                     const struct ledger_record *record, struct ledger_span origin, uint64_t index);

#endif
