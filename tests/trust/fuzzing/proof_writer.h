/*
 * proof_writer.h - the part of a proof before its checkpoint, written from its parts.
 */
#ifndef LEDGER_TRUST_PROOF_WRITER_H
#define LEDGER_TRUST_PROOF_WRITER_H

#include "ledger/format/proof.h"
#include "tests/trust/fuzzing/fuzz.h"

static inline void write_evidence(struct ledger_buffer *out, const struct ledger_proof *proof)
{
    struct ledger_span rest = proof->lines;
    struct ledger_evidence item;
    unsigned count = 0;
    ledger_evidence_start(out);
    while (ledger_evidence_next(&rest, &item)) {
        count++;
        if (item.absent) {
            ledger_evidence_add_absent(out, item.line, &item.path, &item.end);
        } else {
            ledger_evidence_add(out, item.line, &item.path);
        }
    }
    FUZZ_CHECK(count == proof->line_count && count <= LEDGER_EVIDENCE_LINES_MAX);
    ledger_evidence_finish(out, proof->entry);
    FUZZ_CHECK(!out->overflow);
}

static inline void write_proof_head(struct ledger_buffer *out, const struct ledger_proof *proof)
{
    static uint8_t memory[LEDGER_EVIDENCE_MAX];
    struct ledger_buffer evidence = ledger_buffer_in(memory, sizeof memory);
    write_evidence(&evidence, proof);
    ledger_proof_head_write(out, proof->index, &proof->path, ledger_buffer_span(&evidence));
}

#endif
