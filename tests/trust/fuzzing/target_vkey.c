/* Verifier keys: one that was read is written as it was; one made of any name and key is read as it
 * was made, with a hasher and without. */
#include <string.h>

#include "ledger/format/vkey.h"
#include "tests/trust/fuzzing/fuzz.h"

static void write_and_compare(const struct ledger_vkey *vkey, struct ledger_span text)
{
    uint8_t memory[LEDGER_VKEY_MAX];
    struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory);
    ledger_vkey_write(&out, vkey);
    fuzz_same_buffer(&out, text);
}

/* The first 32 bytes are the key, the rest the name. */
static void make(struct ledger_span input)
{
    struct ledger_vkey made;
    struct ledger_vkey read;
    struct ledger_verdict verdict;
    uint8_t memory[LEDGER_VKEY_MAX];
    struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory);
    ledger_verdict_clear(&verdict);
    if (input.size <= LEDGER_ED25519_KEY_SIZE) {
        return;
    }
    struct ledger_span name = {input.data + LEDGER_ED25519_KEY_SIZE,
                               input.size - LEDGER_ED25519_KEY_SIZE};
    enum ledger_key_type type =
        (input.data[0] & 1) != 0 ? LEDGER_KEY_ED25519 : LEDGER_KEY_COSIGNATURE;
    bool is_name = ledger_text_is_name(name);
    FUZZ_CHECK(ledger_vkey_make(fuzz_hasher(), &made, type, name, input.data) == is_name);
    if (!is_name) {
        return;
    }
    ledger_vkey_write(&out, &made);
    FUZZ_CHECK(ledger_vkey_parse(NULL, &read, &verdict, ledger_buffer_span(&out)));
    FUZZ_CHECK(ledger_vkey_equal(&made, &read) && made.id == read.id &&
               made.batch_id == read.batch_id);
}

bool fuzz_target(struct ledger_span input)
{
    struct ledger_vkey vkey;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    make(input);
    if (!ledger_vkey_parse(fuzz_hasher(), &vkey, &verdict, input)) {
        return fuzz_refused(&verdict, input);
    }
    write_and_compare(&vkey, input);
    return true;
}
