#include "ledger/ops/signing.h"

#include <time.h>

int64_t ledger_system_clock(void *context)
{
    struct timespec now;
    (void)context;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || now.tv_sec < 0) {
        return -1;
    }
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

enum ledger_status ledger_check_operator(const struct ledger_state *state,
                                         const struct ledger_signing *signing,
                                         struct ledger_error *error)
{
    const struct ledger_authority_line *line =
        ledger_authority_operator(ledger_state_authority_view(state));
    LEDGER_ASSERT(line != NULL);
    if (ledger_vkey_equal(&line->vkey, signing->vkey)) {
        return LEDGER_OK;
    }
    return ledger_error_set(error, LEDGER_WRONG_KEY, 0,
                            "the operator's key is '%s' with key ID %08x, the key given is '%s' "
                            "with key ID %08x",
                            line->vkey.name, (unsigned)line->vkey.id, signing->vkey->name,
                            (unsigned)signing->vkey->id);
}

enum ledger_status ledger_sign_checkpoint(struct ledger_buffer *buffer, struct ledger_state *state,
                                          const struct ledger_signing *signing,
                                          struct ledger_error *error)
{
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
    struct ledger_hash root;
    size_t start = buffer->size;
    enum ledger_status status = ledger_check_operator(state, signing, error);
    if (status != LEDGER_OK) {
        return status;
    }
    ledger_state_root(state, &root);
    ledger_checkpoint_write(buffer, ledger_state_origin(state), ledger_state_size(state), &root);
    LEDGER_ASSERT(!buffer->overflow);
    struct ledger_span text = {buffer->data + start, buffer->size - start};
    status = signing->sign(signing->context, signature, text);
    if (status != LEDGER_OK) {
        return ledger_error_set(error, status, 0, "cannot sign the checkpoint of size %llu",
                                (unsigned long long)ledger_state_size(state));
    }
    if (!ledger_ed25519_verify(signature, text, signing->vkey->key)) {
        return ledger_error_set(error, LEDGER_SELF_CHECK, 0,
                                "the signature just made of the checkpoint does not verify");
    }
    ledger_buffer_text(buffer, "\n");
    ledger_note_write_signature(buffer, signing->vkey, signature, sizeof signature);
    LEDGER_ASSERT(!buffer->overflow);
    return LEDGER_OK;
}
