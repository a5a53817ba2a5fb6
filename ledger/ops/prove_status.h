/*
 * prove_status.h - making the proof of what became of a matter (SPEC.md "Status proof").
 */
#ifndef LEDGER_OPS_PROVE_STATUS_H
#define LEDGER_OPS_PROVE_STATUS_H

#include "ledger/ops/prove.h"

/* Takes the next bytes of a proof. Anything but LEDGER_OK ends the making, whose answer it becomes.
 */
typedef enum ledger_status ledger_proof_sink(void *context, struct ledger_span bytes);

/*
 * Makes the status proof of `matter` as of the last index entry under the prover's checkpoint,
 * piece by piece, whatever the number of its entries. LEDGER_INVALID if `matter` is no title
 * (matter.h). LEDGER_NOT_FOUND if the ledger has no index entry. LEDGER_BUSY if the last one is under
 * no checkpoint yet: soon it may be (ledger_reader_renew). LEDGER_DAMAGED if the store's index of
 * matters does not lead to the root that the index entry has. In all these cases nothing is written.
 * A proof made here is not verified: status_check.h does it.
 */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_prove_status(struct ledger_prover *prover, ledger_proof_sink *sink, void *context,
                    struct ledger_span matter, struct ledger_error *error);

#endif
