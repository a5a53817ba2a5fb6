/* Proofs of records: written again they are the same bytes. */
#include "tests/trust/fuzzing/proof_writer.h"

bool fuzz_target(struct ledger_span input)
{
    static uint8_t memory[LEDGER_EVIDENCE_MAX];
    static uint8_t written[LEDGER_PROOF_FILE_MAX];
    struct ledger_proof proof;
    struct ledger_verdict verdict;
    struct ledger_buffer out = ledger_buffer_in(written, sizeof written);
    ledger_verdict_clear(&verdict);
    if (!ledger_proof_parse(&proof, &verdict, memory, input)) {
        return fuzz_refused(&verdict, input);
    }
    write_proof_head(&out, &proof);
    ledger_buffer_add(&out, proof.checkpoint.note.text);
    ledger_buffer_text(&out, "\n");
    ledger_buffer_add(&out, proof.checkpoint.note.signatures);
    fuzz_same_buffer(&out, input);
    return true;
}
