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

/* Looks at the finished note as a stranger would. Its root came from what was read back, the state's
 * is made anew: no single fault makes the two agree. */
static bool says_what_was_stored(struct ledger_span note, struct ledger_state *state,
                                 const struct ledger_signing *signing)
{
    struct ledger_checkpoint checkpoint;
    struct ledger_verdict verdict;
    struct ledger_hash root;
    ledger_verdict_clear(&verdict);
    ledger_state_root(state, &root);
    return ledger_checkpoint_parse(&checkpoint, &verdict, note) &&
           ledger_note_signed_by(&checkpoint.note, signing->vkey, NULL) == LEDGER_SIGNED_WELL &&
           ledger_span_equal(checkpoint.origin, ledger_state_origin(state)) &&
           checkpoint.size == ledger_state_size(state) &&
           ledger_hash_equal(&checkpoint.root, &root);
}

enum ledger_status ledger_sign_checkpoint(struct ledger_buffer *buffer, struct ledger_state *state,
                                          const struct ledger_hash *root,
                                          const struct ledger_signing *signing,
                                          struct ledger_error *error)
{
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
    size_t start = buffer->size;
    enum ledger_status status = ledger_check_operator(state, signing, error);
    if (status != LEDGER_OK) {
        return status;
    }
    ledger_checkpoint_write(buffer, ledger_state_origin(state), ledger_state_size(state), root);
    LEDGER_ASSERT(!buffer->overflow);
    status = signing->sign(signing->context, signature,
                           (struct ledger_span){buffer->data + start, buffer->size - start});
    if (status != LEDGER_OK) {
        return ledger_error_set(error, status, 0, "cannot sign the checkpoint of size %llu",
                                (unsigned long long)ledger_state_size(state));
    }
    ledger_buffer_text(buffer, "\n");
    ledger_note_write_signature(buffer, signing->vkey, signature, sizeof signature);
    LEDGER_ASSERT(!buffer->overflow);
    struct ledger_span note = {buffer->data + start, buffer->size - start};
    return says_what_was_stored(note, state, signing)
               ? LEDGER_OK
               : ledger_error_set(error, LEDGER_SELF_CHECK, 0,
                                  "the checkpoint just signed is not that of the entries, or its "
                                  "signature does not verify: it was given to nobody; check the "
                                  "memory of this machine");
}
