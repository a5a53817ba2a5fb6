/*
 * status_proof.h - the proof of what became of a matter, in one file (SPEC.md "Status proof"):
 *
 *     public-law-ledger/status/v1
 *     matter <title>
 *     entries <n>
 *     path <depth> [<base64 hash> ...]            in the matter tree, lowest first
 *     end empty | end <base64 key> <base64 value>     only if n is 0
 *     (empty line)
 *     <the proof of the index entry, up to and with its empty line>
 *     <the proof of every entry of the matter, in order, up to and with its empty line>
 *     <one checkpoint for all of them>
 *
 * So every proof in it followed by the checkpoint is a proof of format/proof.h, byte for byte.
 */
#ifndef LEDGER_FORMAT_STATUS_PROOF_H
#define LEDGER_FORMAT_STATUS_PROOF_H

#include "ledger/format/proof.h"

#define LEDGER_STATUS_HEADER "public-law-ledger/status/v1"
#define LEDGER_STATUS_FILE_MAX (UINT64_C(1) << 30)

struct ledger_status_proof {
    struct ledger_span matter;
    uint64_t entries; /* how many it shows */
    struct ledger_prefix_path path;
    struct ledger_prefix_end end; /* if `entries` is 0 */
    struct ledger_span proofs;    /* entries + 1 of them, the index entry's first; not parsed yet */
    uint32_t first_line;          /* of `proofs`, in the file */
    struct ledger_checkpoint checkpoint;
};

/* Whether `bytes` begin like a status proof. */
LEDGER_API bool ledger_is_status_proof(struct ledger_span bytes);

/* Parses all but the proofs, which are found by their empty lines. Borrows `bytes`. Sets BAD_PROOF,
 * TOO_LONG or a finding of the checkpoint. */
LEDGER_API bool ledger_status_proof_parse(struct ledger_status_proof *proof,
                                          struct ledger_verdict *verdict, struct ledger_span bytes);

/* Takes the next proof off `rest`, which starts as proof->proofs; `memory` as in
 * ledger_proof_parse; the checkpoint is that of `whole`. Sets BAD_PROOF, its line that of the file
 * as far as `*line`, which starts as whole->first_line, leads. */
LEDGER_API bool ledger_status_proof_next(struct ledger_span *rest, uint32_t *line,
                                         struct ledger_proof *proof, struct ledger_verdict *verdict,
                                         uint8_t *memory, const struct ledger_status_proof *whole);

/* Writes everything before the first proof; `end` is used if `entries` is 0. */
LEDGER_API void ledger_status_proof_write_head(struct ledger_buffer *buffer,
                                               struct ledger_span matter, uint64_t entries,
                                               const struct ledger_prefix_path *path,
                                               const struct ledger_prefix_end *end);
#define LEDGER_STATUS_HEAD_MAX (16u << 10)

#endif
