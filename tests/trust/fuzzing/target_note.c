/* Signed notes: text and signature lines, written again, are the note; nothing of it is signed by
 * a key that did not sign it. */
#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/format/note.h"
#include "tests/trust/fuzzing/fuzz.h"

static uint8_t memory[2 * LEDGER_NOTE_MAX];

static void write_line(struct ledger_buffer *out, const struct ledger_signature *line)
{
    uint8_t bytes[LEDGER_SIGNATURE_KNOWN];
    if (line->size <= sizeof bytes) {
        FUZZ_CHECK(ledger_signature_bytes(bytes, line->size, line));
        ledger_note_write_line(out, line->name, line->key_id, bytes, line->size);
        return;
    }
    ledger_buffer_text(out, "\xe2\x80\x94 ");
    ledger_buffer_add(out, line->name);
    ledger_buffer_text(out, " ");
    ledger_buffer_add(out, line->base64);
    ledger_buffer_text(out, "\n");
}

/* Somebody else's key with the name and the key ID of the first line. */
static void check_stranger(const struct ledger_note *note, const struct ledger_signature *first)
{
    static const uint8_t key[LEDGER_ED25519_KEY_SIZE] = {
        0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe,
        0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6,
        0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a};
    static const enum ledger_key_type types[] = {LEDGER_KEY_ED25519, LEDGER_KEY_COSIGNATURE};
    struct ledger_vkey vkey;
    uint64_t seconds = 0;
    for (size_t i = 0; i < 2; i++) {
        FUZZ_CHECK(ledger_vkey_make(fuzz_hasher(), &vkey, types[i], first->name, key));
        vkey.id = first->key_id;
        FUZZ_CHECK(ledger_note_signed_by(note, &vkey, &seconds) == LEDGER_SIGNED_BADLY);
    }
}

bool fuzz_target(struct ledger_span input)
{
    struct ledger_note note;
    struct ledger_verdict verdict;
    struct ledger_signature line;
    struct ledger_signature first = {0};
    struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory);
    unsigned count = 0;
    ledger_verdict_clear(&verdict);
    if (!ledger_note_parse(&note, &verdict, input)) {
        return fuzz_refused(&verdict, input);
    }
    ledger_buffer_add(&out, note.text);
    ledger_buffer_text(&out, "\n");
    struct ledger_span rest = note.signatures;
    while (ledger_note_next(&rest, &line)) {
        first = count++ == 0 ? line : first;
        write_line(&out, &line);
    }
    FUZZ_CHECK(count == note.count && count >= 1 && count <= LEDGER_SIGNATURES_MAX);
    fuzz_same_buffer(&out, input);
    if (count == 1) {
        check_stranger(&note, &first);
    }
    return true;
}
