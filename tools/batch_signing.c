#include "tools/batch_signing.h"

#include <stdlib.h>

#include "ledger/format/batch_maker.h"

struct batch_signing {
    const struct signers *signers;
    struct ledger_hasher *hasher;
    struct ledger_span first; /* text, to sign if it remains the only one */
    struct ledger_batch_maker maker;
    uint8_t signatures[LEDGER_SIGNATURES_MAX][LEDGER_SIGNATURE_SIZE];
};

struct batch_signing *batch_signing_new(const struct signers *signers)
{
    struct batch_signing *batch = calloc(1, sizeof *batch);
    if (batch == NULL || ledger_hasher_new(&batch->hasher) != LEDGER_OK) {
        free(batch);
        cli_fail("out of memory");
        return NULL;
    }
    batch->signers = signers;
    batch_signing_start(batch);
    return batch;
}

void batch_signing_free(struct batch_signing **batch)
{
    if (*batch != NULL) {
        ledger_hasher_free(&(*batch)->hasher);
        free(*batch);
        *batch = NULL;
    }
}

void batch_signing_start(struct batch_signing *batch)
{
    ledger_batch_start(&batch->maker, batch->hasher);
}

void batch_signing_add(struct batch_signing *batch, struct ledger_span text)
{
    if (batch->maker.count == 0) {
        batch->first = text;
    }
    ledger_batch_add(&batch->maker, text);
}

/* A fault while signing can give the secret away, so nothing gets out that does not verify. */
static bool sign_with(struct ledger_signer *signer, uint8_t signature[LEDGER_SIGNATURE_SIZE],
                      struct ledger_span message)
{
    const struct ledger_vkey *vkey = ledger_signer_vkey(signer);
    ledger_signer_sign(signer, signature, message);
    if (ledger_ed25519_verify(signature, message, vkey->key)) {
        return true;
    }
    cli_fail("the signature made with '%s' does not verify: the memory of this machine may be at "
             "fault",
             vkey->name);
    return false;
}

int batch_signing_sign(struct batch_signing *batch)
{
    uint8_t memory[LEDGER_BATCH_MESSAGE_MAX];
    struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
    struct ledger_span message = batch->first;
    LEDGER_ASSERT(batch->maker.count > 0);
    if (batch->maker.count >= LEDGER_BATCH_RECORDS_MIN) {
        ledger_batch_to_sign(&batch->maker, &buffer);
        LEDGER_ASSERT(!buffer.overflow);
        message = ledger_buffer_span(&buffer);
    }
    for (size_t i = 0; i < batch->signers->count; i++) {
        if (!sign_with(batch->signers->keys[i], batch->signatures[i], message)) {
            return CLI_TROUBLE;
        }
    }
    return CLI_DONE;
}

void batch_signing_write_lines(const struct batch_signing *batch, struct ledger_buffer *buffer,
                               unsigned position)
{
    for (size_t i = 0; i < batch->signers->count; i++) {
        const struct ledger_vkey *vkey = ledger_signer_vkey(batch->signers->keys[i]);
        const uint8_t *signature = batch->signatures[i];
        if (batch->maker.count < LEDGER_BATCH_RECORDS_MIN) {
            ledger_note_write_signature(buffer, vkey, signature, LEDGER_SIGNATURE_SIZE);
        } else {
            ledger_batch_write_line(&batch->maker, buffer, vkey, signature, position);
        }
    }
}
