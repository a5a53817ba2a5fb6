#include "tools/signers.h"

bool signers_open_operator(struct signers *signers, const struct cli_args *args, const char *name)
{
    return passphrase_open_signer(&signers->operator_key, args, 0, cli_value(args, name));
}

static bool is_new(const struct signers *signers, const struct ledger_signer *signer)
{
    const struct ledger_vkey *vkey = ledger_signer_vkey(signer);
    for (size_t i = 0; i < signers->count; i++) {
        if (ledger_vkey_equal(ledger_signer_vkey(signers->keys[i]), vkey)) {
            return false;
        }
    }
    return true;
}

static bool open_key(struct signers *signers, const struct cli_args *args, const char *path)
{
    struct ledger_signer *signer = NULL;
    size_t nth = signers->count + (signers->operator_key != NULL);
    if (!passphrase_open_signer(&signer, args, nth, path)) {
        return false;
    }
    if (!is_new(signers, signer)) {
        cli_fail("the key '%s' in '%s' was given before: one key signs once",
                 ledger_signer_vkey(signer)->name, path);
        ledger_signer_close(&signer);
        return false;
    }
    signers->keys[signers->count++] = signer;
    return true;
}

bool signers_open_keys(struct signers *signers, const struct cli_args *args, const char *name)
{
    size_t given = cli_count(args, name);
    if (given > LEDGER_SIGNATURES_MAX) {
        cli_fail("%zu keys given: at most %d may sign", given, LEDGER_SIGNATURES_MAX);
        return false;
    }
    for (size_t i = 0; i < given; i++) {
        if (!open_key(signers, args, cli_nth(args, name, i))) {
            return false;
        }
    }
    return true;
}

void signers_close(struct signers *signers)
{
    ledger_signer_close(&signers->operator_key);
    for (size_t i = 0; i < signers->count; i++) {
        ledger_signer_close(&signers->keys[i]);
    }
    signers->count = 0;
}

static enum ledger_status sign(void *context, uint8_t signature[LEDGER_SIGNATURE_SIZE],
                               struct ledger_span message)
{
    ledger_signer_sign(context, signature, message);
    return LEDGER_OK;
}

struct ledger_signing signers_signing(struct ledger_signer *signer)
{
    return (struct ledger_signing){
        .vkey = ledger_signer_vkey(signer), .sign = sign, .context = signer};
}

static void sign_one(struct ledger_signer *signer, struct ledger_buffer *buffer,
                     struct ledger_span text)
{
    uint8_t signature[LEDGER_ED25519_SIGNATURE_SIZE];
    ledger_signer_sign(signer, signature, text);
    ledger_note_write_signature(buffer, ledger_signer_vkey(signer), signature, sizeof signature);
}

void signers_sign(const struct signers *signers, struct ledger_buffer *buffer,
                  struct ledger_span text)
{
    for (size_t i = 0; i < signers->count; i++) {
        sign_one(signers->keys[i], buffer, text);
    }
}

void signers_make_note(const struct signers *signers, struct ledger_buffer *buffer)
{
    struct ledger_span text = ledger_buffer_span(buffer);
    ledger_buffer_text(buffer, "\n");
    signers_sign(signers, buffer, text);
}

bool signers_check(const struct signers *signers, struct ledger_span bytes)
{
    struct ledger_note note;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    bool parsed = ledger_note_parse(&note, &verdict, bytes);
    for (size_t i = 0; i < signers->count; i++) {
        const struct ledger_vkey *vkey = ledger_signer_vkey(signers->keys[i]);
        if (!parsed || ledger_note_signed_by(&note, vkey, NULL) != LEDGER_SIGNED_WELL) {
            cli_fail("the signature made with '%s' does not verify: the memory of this machine "
                     "may be at fault",
                     vkey->name);
            return false;
        }
    }
    return true;
}
