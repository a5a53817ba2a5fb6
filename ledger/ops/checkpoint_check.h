/*
 * checkpoint_check.h - whether a checkpoint is one of the operator over entries that were accepted
 * (SPEC.md "Verifying a ledger", steps 3.2, 3.3 and 3.5). Internal.
 */
#ifndef LEDGER_OPS_CHECKPOINT_CHECK_H
#define LEDGER_OPS_CHECKPOINT_CHECK_H

#include "ledger/format/checkpoint.h"
#include "ledger/law/state.h"

/* Whether it is of this ledger, and the operator in force after the last entry signed it. Else
 * OTHER_ORIGIN or CHECKPOINT_UNSIGNED. */
bool ledger_checkpoint_of_operator(struct ledger_verdict *verdict, const struct ledger_state *state,
                                   const struct ledger_checkpoint *checkpoint);

/* Whether its root is that of the entries. Else CHECKPOINT_ROOT. */
bool ledger_checkpoint_of_entries(struct ledger_verdict *verdict, struct ledger_state *state,
                                  const struct ledger_checkpoint *checkpoint);

#endif
