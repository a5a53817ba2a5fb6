/* Batch signatures: the line that is written of what was read is the line. The input is the text
 * after the name of the signature line, that is, its base64. */
#include <string.h>

#include "ledger/format/batch.h"
#include "tests/trust/fuzzing/fuzz.h"

#define BEFORE "text\n\n\xe2\x80\x94 name "

bool fuzz_target(struct ledger_span input)
{
    static uint8_t memory[LEDGER_NOTE_MAX];
    static uint8_t written[LEDGER_NOTE_MAX];
    struct ledger_buffer in = ledger_buffer_in(memory, sizeof memory);
    struct ledger_buffer out = ledger_buffer_in(written, sizeof written);
    struct ledger_note note;
    struct ledger_signature line;
    struct ledger_batch_signature batch;
    struct ledger_verdict verdict;
    struct ledger_vkey vkey = {.type = LEDGER_KEY_ED25519, .name = "name", .name_size = 4};
    struct ledger_hash root;
    ledger_verdict_clear(&verdict);
    ledger_buffer_text(&in, BEFORE);
    ledger_buffer_add(&in, input);
    ledger_buffer_text(&in, "\n");
    if (in.overflow || !ledger_note_parse(&note, &verdict, ledger_buffer_span(&in)) ||
        note.count != 1) {
        return false;
    }
    struct ledger_span rest = note.signatures;
    FUZZ_CHECK(ledger_note_next(&rest, &line) && rest.size == 0);
    if (!ledger_batch_signature_parse(&batch, &line)) {
        return false;
    }
    FUZZ_CHECK(batch.size <= LEDGER_BATCH_RECORDS_MAX && batch.position < batch.size);
    vkey.batch_id = line.key_id;
    ledger_batch_signature_write(&out, &vkey, &batch);
    fuzz_same_buffer(&out, note.signatures);
    FUZZ_CHECK(ledger_batch_signature_root(fuzz_hasher(), &root, &batch, note.text));
    return true;
}
