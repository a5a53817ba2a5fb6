/*
 * proof.h - the proof of one record in one file (c2sp.org/tlog-proof, SPEC.md "Proof").
 *
 * The `extra` line of the proof carries evidence, a text of this form:
 *
 *     public-law-ledger/evidence/v1
 *     line <authority line>                      for every line that entitled a signer
 *     path <depth> [<base64 hash> ...]           its path in the prefix tree, lowest first
 *     absent <subject>                           for a line whose absence matters
 *     path <depth> [<base64 hash> ...]           from the place where it would stand
 *     end empty | end <base64 key> <base64 value>    what stands there
 *     (empty line)
 *     <the entry, verbatim>
 */
#ifndef LEDGER_FORMAT_PROOF_H
#define LEDGER_FORMAT_PROOF_H

#include "ledger/format/checkpoint.h"
#include "ledger/format/entry.h"
#include "ledger/tree/prefix_tree.h"
#include "ledger/tree/tree_proof.h"

#define LEDGER_PROOF_FILE_MAX (4u << 20)
#define LEDGER_EVIDENCE_MAX (3u << 20)
#define LEDGER_EVIDENCE_LINES_MAX 256
#define LEDGER_EVIDENCE_HEADER "public-law-ledger/evidence/v1"

struct ledger_proof {
    uint64_t index;
    struct ledger_tree_proof path;
    struct ledger_checkpoint checkpoint;
    struct ledger_span lines; /* the items of the evidence */
    unsigned line_count;      /* of both sorts */
    struct ledger_span entry; /* bytes of the entry */
};

struct ledger_evidence {
    bool absent;
    struct ledger_span line; /* the authority line; of an absent one the subject */
    struct ledger_prefix_path path;
    struct ledger_prefix_end end; /* of an absent one */
};

/*
 * Parses a proof. `memory` (at least LEDGER_EVIDENCE_MAX bytes) receives the decoded evidence and
 * must live as long as `proof`, as must `bytes`. Nothing is verified: all of it is a stranger's
 * word. Sets BAD_PROOF or a finding of the checkpoint.
 */
LEDGER_API bool ledger_proof_parse(struct ledger_proof *proof, struct ledger_verdict *verdict,
                                   uint8_t *memory, struct ledger_span bytes);

/* The same for the part of a proof before its checkpoint, up to and with the empty line after the
 * path, which is taken off `rest`; proof->checkpoint is left alone. `*lines` is how many lines were
 * taken. */
LEDGER_API bool ledger_proof_head_parse(struct ledger_proof *proof, struct ledger_verdict *verdict,
                                        uint8_t *memory, struct ledger_span *rest, uint32_t *lines);

/* Takes the next item off `rest`, which starts as proof->lines. False at the end. */
LEDGER_API bool ledger_evidence_next(struct ledger_span *rest, struct ledger_evidence *evidence);

/* Building evidence: header, then lines and absences, then the entry. */
LEDGER_API void ledger_evidence_start(struct ledger_buffer *buffer);
LEDGER_API void ledger_evidence_add(struct ledger_buffer *buffer, struct ledger_span line,
                                    const struct ledger_prefix_path *path);
LEDGER_API void ledger_evidence_add_absent(struct ledger_buffer *buffer, struct ledger_span subject,
                                           const struct ledger_prefix_path *path,
                                           const struct ledger_prefix_end *end);
LEDGER_API void ledger_evidence_finish(struct ledger_buffer *buffer, struct ledger_span entry);

/* Writes a proof from its parts; `checkpoint` is the whole note. */
LEDGER_API void ledger_proof_write(struct ledger_buffer *buffer, uint64_t index,
                                   const struct ledger_tree_proof *path,
                                   struct ledger_span evidence, struct ledger_span checkpoint);

/* The same without the checkpoint. */
LEDGER_API void ledger_proof_head_write(struct ledger_buffer *buffer, uint64_t index,
                                        const struct ledger_tree_proof *path,
                                        struct ledger_span evidence);

#endif
