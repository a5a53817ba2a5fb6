/* Files of secret keys: written again they are the same bytes; an unsealed one that opens is
 * written by the product as it was. Nothing is derived from a passphrase, which takes a second. */
#include <string.h>

#include "keys/key_file.h"
#include "tests/trust/fuzzing/fuzz.h"

static void write_again(struct ledger_buffer *out, const struct ledger_key_file *file)
{
    ledger_buffer_text(out, "public-law-ledger/secret-key/v1\nname ");
    ledger_buffer_add(out, ledger_vkey_name(&file->vkey));
    ledger_buffer_text(out, "\nvkey ");
    ledger_vkey_write(out, &file->vkey);
    if (!file->sealed) {
        ledger_buffer_text(out, "\nunsealed ");
        ledger_buffer_add(out, file->seed);
        ledger_buffer_text(out, "\n");
        return;
    }
    ledger_buffer_text(out, "\nkdf argon2id ");
    ledger_buffer_decimal(out, file->opslimit);
    ledger_buffer_text(out, " ");
    ledger_buffer_decimal(out, file->memlimit);
    ledger_buffer_text(out, " ");
    ledger_buffer_base64(out, file->salt, sizeof file->salt);
    ledger_buffer_text(out, "\nsealed xchacha20-poly1305 ");
    ledger_buffer_base64(out, file->nonce, sizeof file->nonce);
    ledger_buffer_text(out, " ");
    ledger_buffer_base64(out, file->ciphertext, sizeof file->ciphertext);
    ledger_buffer_text(out, "\n");
}

static void unlock(const struct ledger_key_file *file, struct ledger_span input)
{
    static struct ledger_secret seed;
    static struct ledger_secret bytes;
    struct ledger_error error;
    FUZZ_CHECK(seed.data != NULL || ledger_secret_new(&seed, LEDGER_SEED_SIZE) == LEDGER_OK);
    FUZZ_CHECK(bytes.data != NULL || ledger_secret_new(&bytes, LEDGER_KEY_FILE_MAX) == LEDGER_OK);
    seed.size = 0;
    if (ledger_key_file_unlock(&seed, file, ledger_span_of(""), "x", &error) != LEDGER_OK) {
        FUZZ_CHECK(seed.size == 0);
        return;
    }
    FUZZ_CHECK(ledger_key_file_write(&bytes, &file->vkey, seed.data, NULL, &error) == LEDGER_OK);
    fuzz_same(ledger_secret_span(&bytes), input);
}

bool fuzz_target(struct ledger_span input)
{
    struct ledger_key_file file;
    struct ledger_error error = {0};
    uint8_t memory[2 * LEDGER_KEY_FILE_MAX];
    struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory);
    enum ledger_status status = ledger_key_file_parse(&file, fuzz_hasher(), input, "x", &error);
    if (status != LEDGER_OK) {
        FUZZ_CHECK(status == LEDGER_INVALID || status == LEDGER_NEWER_FORMAT);
        return false;
    }
    write_again(&out, &file);
    fuzz_same_buffer(&out, input);
    if (!file.sealed) {
        unlock(&file, input);
    }
    return true;
}
