/*
 * resume.h - taking up a ledger where its last signed checkpoint left it. Internal.
 */
#ifndef LEDGER_OPS_RESUME_H
#define LEDGER_OPS_RESUME_H

#include "ledger/format/checkpoint.h"
#include "ledger/law/state.h"
#include "ledger/store/store.h"

/*
 * Brings `state` (before the genesis) to the size of `checkpoint` without reading every entry, and
 * proves that the store is what the checkpoint signed: tree edge, last entry, authority, operator's
 * signature. LEDGER_ROLLED_BACK if the store has fewer entries, LEDGER_FORKED if its root differs
 * or the operator in force did not sign, LEDGER_DAMAGED with `verdict` if it does not hang
 * together. `store` has a transaction open.
 */
LEDGER_MUST_USE enum ledger_status
ledger_resume(struct ledger_state *state, struct ledger_verdict *verdict,
              struct ledger_store *store, struct ledger_hasher *hasher,
              const struct ledger_checkpoint *checkpoint, struct ledger_error *error);

/* Compares the checkpoint that the store has of the state's size, if it has one, with the state:
 * LEDGER_FORKED if the roots differ. What was signed once is never signed otherwise. */
LEDGER_MUST_USE enum ledger_status ledger_compare_signed(struct ledger_state *state,
                                                         struct ledger_store *store,
                                                         struct ledger_error *error);

/*
 * Offers to `state` the entries of the store from its size up to `end`, verifying each in full and
 * comparing it with what was signed at its size.
 * LEDGER_DAMAGED with `verdict` at the first that does not fit. The state needs a history if rules
 * are required.
 */
LEDGER_MUST_USE enum ledger_status ledger_catch_up(struct ledger_state *state,
                                                   struct ledger_verdict *verdict,
                                                   struct ledger_store *store, uint64_t end,
                                                   struct ledger_error *error);

/*
 * The second path (D5): recomputes from the stored bytes, in a new transaction, the leaf hashes of
 * the entries from `first` on and the root of all, and compares with what `state` computed when it
 * accepted them; and each link with the leaf hash that it leads to. LEDGER_SELF_CHECK if they differ: then nothing may be signed. `root` becomes that of
 * the second path.
 */
LEDGER_MUST_USE enum ledger_status
ledger_read_back(struct ledger_hash *root, struct ledger_state *state, struct ledger_store *store,
                 struct ledger_hasher *hasher, uint64_t first, struct ledger_error *error);

#endif
