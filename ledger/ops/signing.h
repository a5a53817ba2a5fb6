/*
 * signing.h - how operations get something signed without ever seeing a secret.
 */
#ifndef LEDGER_OPS_SIGNING_H
#define LEDGER_OPS_SIGNING_H

#include "ledger/format/checkpoint.h"
#include "ledger/law/state.h"

/* A key that can sign, wherever it is kept. keys/signer.h makes one from a key file. */
struct ledger_signing {
    const struct ledger_vkey *vkey; /* of type ED25519 */
    /* Signs `message` with the key of `vkey`. */
    enum ledger_status (*sign)(void *context, uint8_t signature[LEDGER_SIGNATURE_SIZE],
                               struct ledger_span message);
    void *context;
};

/*
 * Appends to `buffer` a checkpoint of everything `state` has accepted, signed by `signing`. Its root
 * is `root`, which the caller has from reading back what was stored. Before it answers it verifies
 * the signature and compares what was signed with the root of `state`: a fault in between must not
 * get out. LEDGER_SELF_CHECK if they differ; LEDGER_WRONG_KEY if `signing` is not the operator in
 * force.
 */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_sign_checkpoint(struct ledger_buffer *buffer, struct ledger_state *state,
                       const struct ledger_hash *root, const struct ledger_signing *signing,
                       struct ledger_error *error);

/* LEDGER_WRONG_KEY, with both keys named, unless `signing` is the operator in force in `state`. */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_check_operator(const struct ledger_state *state, const struct ledger_signing *signing,
                      struct ledger_error *error);

/* Milliseconds since 1970 by the system's clock: the default of every `clock` below. */
LEDGER_API int64_t ledger_system_clock(void *context);

/* Room for a signed checkpoint of one signature. */
#define LEDGER_SIGNED_CHECKPOINT_MAX (LEDGER_CHECKPOINT_TEXT_MAX + 1 + 4 + LEDGER_NAME_MAX + 100)

#endif
