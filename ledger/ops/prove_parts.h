/*
 * prove_parts.h - what is behind struct ledger_prover, for the proofs that are made of several.
 * Internal.
 */
#ifndef LEDGER_OPS_PROVE_PARTS_H
#define LEDGER_OPS_PROVE_PARTS_H

#include "ledger/law/authority.h"
#include "ledger/ops/block_nodes.h"
#include "ledger/ops/prove.h"

struct ledger_prover {
    struct ledger_reader *reader;
    struct ledger_span note; /* the checkpoint */
    struct ledger_checkpoint checkpoint;
    struct ledger_authority *authority; /* before entry `position` */
    uint64_t position;
    struct ledger_block_nodes nodes;
    struct ledger_prefix_path path;
    uint8_t evidence[LEDGER_EVIDENCE_MAX];
    uint8_t proof[LEDGER_PROOF_FILE_MAX];
};

/* ledger_prove without the checkpoint at the end. */
enum ledger_status ledger_prove_head(struct ledger_prover *prover, struct ledger_span *head,
                                     uint64_t index, struct ledger_error *error);

#endif
