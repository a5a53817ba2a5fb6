#include "keys/signer.h"

#include <stdlib.h>

#include "keys/secret_file.h"

struct ledger_signer {
    struct ledger_vkey vkey;
    struct ledger_secret key; /* shut between uses */
};

/* What every operation on a key needs; release_work frees it in any state. */
struct work {
    struct ledger_hasher *hasher;
    struct ledger_secret bytes; /* the text of the file */
    struct ledger_secret seed;
    struct ledger_key_file file;
};

static void release_work(struct work *work)
{
    ledger_hasher_free(&work->hasher);
    ledger_secret_free(&work->bytes);
    ledger_secret_free(&work->seed);
}

static enum ledger_status start_work(struct work *work, struct ledger_error *error)
{
    *work = (struct work){0};
    if (ledger_hasher_new(&work->hasher) != LEDGER_OK ||
        ledger_secret_new(&work->seed, LEDGER_SEED_SIZE) != LEDGER_OK) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0,
                                "cannot handle a secret key: out of "
                                "memory");
    }
    return LEDGER_OK;
}

/* Whether the file holds a vkey and nothing else: those may be readable by all. */
static bool is_public_key(struct ledger_hasher *hasher, const char *path)
{
    struct ledger_secret bytes;
    struct ledger_vkey vkey;
    struct ledger_verdict verdict;
    struct ledger_span line;
    bool is_one = false;
    ledger_verdict_clear(&verdict);
    if (ledger_secret_file_peek(&bytes, path, LEDGER_VKEY_MAX + 1)) {
        struct ledger_span rest = ledger_secret_span(&bytes);
        is_one = ledger_span_take_line(&rest, &line) && rest.size == 0 &&
                 ledger_vkey_parse(hasher, &vkey, &verdict, line);
    }
    ledger_secret_free(&bytes);
    return is_one;
}

static enum ledger_status load(struct work *work, const char *path, struct ledger_error *error)
{
    enum ledger_status status = start_work(work, error);
    if (status == LEDGER_OK) {
        status = ledger_secret_file_read(&work->bytes, path, LEDGER_KEY_FILE_MAX, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_key_file_parse(&work->file, work->hasher, ledger_secret_span(&work->bytes),
                                       path, error);
    }
    if ((status == LEDGER_PERMISSION || status == LEDGER_INVALID) &&
        is_public_key(work->hasher, path)) {
        return ledger_error_set(error, LEDGER_INVALID, 0,
                                "'%s' holds a public key (a vkey): give the file of the secret key "
                                "it belongs to",
                                path);
    }
    return status;
}

static enum ledger_status load_and_unlock(struct work *work, const char *path,
                                          struct ledger_span passphrase, struct ledger_error *error)
{
    enum ledger_status status = load(work, path, error);
    if (status == LEDGER_OK) {
        status = ledger_key_file_unlock(&work->seed, &work->file, passphrase, path, error);
    }
    return status;
}

static enum ledger_status make_signer(struct ledger_signer **signer, const struct ledger_vkey *vkey,
                                      const struct ledger_secret *seed, struct ledger_error *error)
{
    uint8_t public_key[LEDGER_ED25519_KEY_SIZE];
    struct ledger_signer *made = calloc(1, sizeof *made);
    if (made == NULL || ledger_secret_new(&made->key, LEDGER_SIGNING_KEY_SIZE) != LEDGER_OK) {
        free(made);
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0,
                                "cannot open a secret key: out of "
                                "memory");
    }
    ledger_secret_key_pair(public_key, made->key.data, seed->data);
    made->key.size = LEDGER_SIGNING_KEY_SIZE;
    ledger_secret_shut(&made->key);
    made->vkey = *vkey;
    *signer = made;
    return LEDGER_OK;
}

enum ledger_status ledger_signer_open(struct ledger_signer **signer, const char *path,
                                      struct ledger_span passphrase, struct ledger_error *error)
{
    struct work work;
    LEDGER_ASSERT(signer != NULL && path != NULL);
    *signer = NULL;
    enum ledger_status status = load_and_unlock(&work, path, passphrase, error);
    if (status == LEDGER_OK) {
        status = make_signer(signer, &work.file.vkey, &work.seed, error);
    }
    release_work(&work);
    return status;
}

static enum ledger_status make_key(struct work *work, struct ledger_vkey *vkey,
                                   struct ledger_span name, struct ledger_error *error)
{
    uint8_t public_key[LEDGER_ED25519_KEY_SIZE];
    struct ledger_secret signing_key;
    if (ledger_secret_new(&signing_key, LEDGER_SIGNING_KEY_SIZE) != LEDGER_OK ||
        ledger_secret_new(&work->bytes, LEDGER_KEY_FILE_MAX) != LEDGER_OK) {
        ledger_secret_free(&signing_key);
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot make a key: out of memory");
    }
    ledger_secret_random(work->seed.data, LEDGER_SEED_SIZE);
    work->seed.size = LEDGER_SEED_SIZE;
    ledger_secret_key_pair(public_key, signing_key.data, work->seed.data);
    ledger_secret_free(&signing_key);
    if (!ledger_vkey_make(work->hasher, vkey, LEDGER_KEY_ED25519, name, public_key)) {
        return ledger_error_set(error, LEDGER_INVALID, 0,
                                "cannot make a key: '%.*s' is not a name (1 to %d bytes of clean "
                                "text without spaces and '+')",
                                (int)(name.size > 300 ? 300 : name.size), (const char *)name.data,
                                LEDGER_NAME_MAX);
    }
    return LEDGER_OK;
}

enum ledger_status ledger_signer_generate(struct ledger_signer **signer, const char *path,
                                          struct ledger_span name, const struct ledger_seal *seal,
                                          struct ledger_error *error)
{
    struct work work;
    struct ledger_vkey vkey;
    struct ledger_signer *made = NULL;
    LEDGER_ASSERT(signer != NULL && path != NULL);
    *signer = NULL;
    enum ledger_status status = start_work(&work, error);
    if (status == LEDGER_OK) {
        status = make_key(&work, &vkey, name, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_key_file_write(&work.bytes, &vkey, work.seed.data, seal, error);
    }
    if (status == LEDGER_OK) {
        status = make_signer(&made, &vkey, &work.seed, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_secret_file_create(path, ledger_secret_span(&work.bytes), error);
    }
    if (status == LEDGER_OK) {
        *signer = made;
    } else {
        ledger_signer_close(&made);
    }
    release_work(&work);
    return status;
}

enum ledger_status ledger_signer_reseal(const char *path, struct ledger_span passphrase,
                                        const struct ledger_seal *seal, struct ledger_error *error)
{
    struct work work;
    struct ledger_secret text = {0};
    enum ledger_status status = load_and_unlock(&work, path, passphrase, error);
    if (status == LEDGER_OK && ledger_secret_new(&text, LEDGER_KEY_FILE_MAX) != LEDGER_OK) {
        status = ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot replace '%s': out of memory",
                                  path);
    }
    if (status == LEDGER_OK) {
        status = ledger_key_file_write(&text, &work.file.vkey, work.seed.data, seal, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_secret_file_replace(path, ledger_secret_span(&text), error);
    }
    ledger_secret_free(&text);
    release_work(&work);
    return status;
}

enum ledger_status ledger_signer_peek(struct ledger_vkey *vkey, bool *sealed, const char *path,
                                      struct ledger_error *error)
{
    static const struct ledger_span none = {0};
    struct work work;
    enum ledger_status status = load(&work, path, error);
    if (status == LEDGER_OK && !work.file.sealed) {
        status = ledger_key_file_unlock(&work.seed, &work.file, none, path, error);
    }
    if (status == LEDGER_OK) {
        *vkey = work.file.vkey;
        *sealed = work.file.sealed;
    }
    release_work(&work);
    return status;
}

const struct ledger_vkey *ledger_signer_vkey(const struct ledger_signer *signer)
{
    LEDGER_ASSERT(signer != NULL);
    return &signer->vkey;
}

void ledger_signer_sign(struct ledger_signer *signer,
                        uint8_t signature[LEDGER_ED25519_SIGNATURE_SIZE],
                        struct ledger_span message)
{
    LEDGER_ASSERT(signer != NULL && (message.data != NULL || message.size == 0));
    ledger_secret_open_for_reading(&signer->key);
    ledger_secret_sign(signature, message, signer->key.data);
    ledger_secret_shut(&signer->key);
}

void ledger_signer_close(struct ledger_signer **signer)
{
    LEDGER_ASSERT(signer != NULL);
    if (*signer != NULL) {
        ledger_secret_free(&(*signer)->key);
        free(*signer);
        *signer = NULL;
    }
}
