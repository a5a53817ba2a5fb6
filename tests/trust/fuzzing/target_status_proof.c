/* Status proofs: written again, with every proof in them, they are the same bytes. */
#include "ledger/format/status_proof.h"
#include "tests/trust/fuzzing/proof_writer.h"

static uint8_t memory[LEDGER_EVIDENCE_MAX];
static uint8_t written[LEDGER_PROOF_FILE_MAX];

/* False if one of the proofs is none. */
static bool write_proofs(struct ledger_buffer *out, const struct ledger_status_proof *whole,
                         struct ledger_span input)
{
    struct ledger_span rest = whole->proofs;
    struct ledger_proof proof;
    struct ledger_verdict verdict;
    uint32_t line = whole->first_line;
    uint64_t count = 0;
    ledger_verdict_clear(&verdict);
    for (; rest.size > 0; count++) {
        if (!ledger_status_proof_next(&rest, &line, &proof, &verdict, memory, whole)) {
            return fuzz_refused(&verdict, input);
        }
        write_proof_head(out, &proof);
    }
    FUZZ_CHECK(count == whole->entries + 1);
    return true;
}

bool fuzz_target(struct ledger_span input)
{
    struct ledger_status_proof whole;
    struct ledger_verdict verdict;
    struct ledger_buffer out = ledger_buffer_in(written, sizeof written);
    ledger_verdict_clear(&verdict);
    if (!ledger_status_proof_parse(&whole, &verdict, input)) {
        return fuzz_refused(&verdict, input);
    }
    FUZZ_CHECK(ledger_is_status_proof(input));
    ledger_status_proof_write_head(&out, whole.matter, whole.entries, &whole.path, &whole.end);
    if (!write_proofs(&out, &whole, input)) {
        return false;
    }
    ledger_buffer_add(&out, whole.checkpoint.note.text);
    ledger_buffer_text(&out, "\n");
    ledger_buffer_add(&out, whole.checkpoint.note.signatures);
    fuzz_same_buffer(&out, input);
    return true;
}
