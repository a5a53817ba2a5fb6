/*
 * authority_replay.h - the authority as it was before a given entry. Internal.
 */
#ifndef LEDGER_OPS_AUTHORITY_REPLAY_H
#define LEDGER_OPS_AUTHORITY_REPLAY_H

#include "ledger/law/authority.h"
#include "ledger/store/store.h"

/* Whether some authority record has an index from `from` on and less than `before`. */
LEDGER_MUST_USE enum ledger_status ledger_authority_changed(struct ledger_store *store,
                                                            bool *changed, uint64_t from,
                                                            uint64_t before,
                                                            struct ledger_error *error);

/*
 * Carries out, in order, the changes of all authority records with an index less than `before`
 * onto `authority`, starting from those not less than `from`. Signatures are not verified: the
 * caller compares the root with one that was. LEDGER_DAMAGED if a change cannot be carried out.
 * `store` has a transaction open.
 */
LEDGER_MUST_USE enum ledger_status ledger_authority_replay(struct ledger_authority *authority,
                                                           struct ledger_store *store,
                                                           struct ledger_hasher *hasher,
                                                           uint64_t from, uint64_t before,
                                                           struct ledger_error *error);

#endif
