/*
 * prove.h - making proofs that stand alone (SPEC.md "Proof").
 */
#ifndef LEDGER_OPS_PROVE_H
#define LEDGER_OPS_PROVE_H

#include "ledger/format/proof.h"
#include "ledger/ops/search.h"

struct ledger_prover;

/* Makes proofs from what `reader` shows, under its largest checkpoint. `reader` must live as long
 * as the prover. LEDGER_NOT_FOUND if there is no checkpoint. */
LEDGER_API LEDGER_MUST_USE enum ledger_status ledger_prover_new(struct ledger_prover **prover,
                                                                struct ledger_reader *reader,
                                                                struct ledger_error *error);

/* Accepts NULL inside; sets to NULL. */
LEDGER_API void ledger_prover_free(struct ledger_prover **prover);

/*
 * The proof of entry `index`, in memory of the prover until its next call. Cheapest in ascending
 * order of indexes. LEDGER_NOT_FOUND if the entry is not under the checkpoint; LEDGER_DAMAGED if
 * the store cannot give what is needed. A proof made here is not verified: proof_check.h does it.
 */
LEDGER_API LEDGER_MUST_USE enum ledger_status ledger_prove(struct ledger_prover *prover,
                                                           struct ledger_span *proof,
                                                           uint64_t index,
                                                           struct ledger_error *error);

/* The consistency proof between the first `old_size` entries and the prover's checkpoint, whose
 * size goes to `*size`. LEDGER_INVALID unless 0 < old_size <= *size. */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_prove_consistency(struct ledger_prover *prover, struct ledger_tree_proof *proof,
                         uint64_t *size, uint64_t old_size, struct ledger_error *error);

#endif
