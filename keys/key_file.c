#include "keys/key_file.h"

#include <string.h>

#include "ledger/base/encoding.h"

#define FAMILY "public-law-ledger/secret-key/v"
#define HEADER FAMILY "1"

struct reader {
    struct ledger_span rest;
    unsigned line;
    const char *cause; /* of the first failure */
};

static bool fail(struct reader *reader, const char *cause)
{
    reader->cause = cause;
    return false;
}

/* Takes a line that starts with `label` and a space; `value` is what follows. */
static bool take_field(struct reader *reader, struct ledger_span *value, const char *label)
{
    reader->line++;
    if (!ledger_span_take_line(&reader->rest, value) || !ledger_span_starts(*value, label)) {
        return false;
    }
    value->data += strlen(label);
    value->size -= strlen(label);
    return true;
}

/* Exactly `count` words with one space between them. */
static bool split(struct ledger_span *words, size_t count, struct ledger_span text)
{
    for (size_t i = 0; i < count; i++) {
        bool more = false;
        if (!ledger_span_take_word(&text, &words[i], &more) || more != (i + 1 < count)) {
            return false;
        }
    }
    return text.size == 0;
}

static bool take_vkey(struct reader *reader, struct ledger_vkey *vkey, struct ledger_hasher *hasher)
{
    struct ledger_span name;
    struct ledger_span text;
    struct ledger_verdict verdict;
    if (!take_field(reader, &name, "name ")) {
        return fail(reader, "a line 'name NAME' is due");
    }
    if (!take_field(reader, &text, "vkey ")) {
        return fail(reader, "a line 'vkey VKEY' is due");
    }
    ledger_verdict_clear(&verdict);
    if (!ledger_vkey_parse(hasher, vkey, &verdict, text) || vkey->type != LEDGER_KEY_ED25519) {
        return fail(reader, "not an Ed25519 verifier key");
    }
    if (!ledger_span_equal(name, ledger_vkey_name(vkey))) {
        return fail(reader, "the verifier key has another name");
    }
    return true;
}

static bool limits_in_bounds(uint64_t opslimit, uint64_t memlimit)
{
    return opslimit >= LEDGER_KEY_OPSLIMIT_MIN && opslimit <= LEDGER_KEY_OPSLIMIT_MAX &&
           memlimit >= LEDGER_KEY_MEMLIMIT_MIN && memlimit <= LEDGER_KEY_MEMLIMIT_MAX &&
           memlimit % 1024 == 0;
}

static bool take_kdf(struct reader *reader, struct ledger_key_file *file)
{
    struct ledger_span value;
    struct ledger_span words[3];
    if (!take_field(reader, &value, "kdf argon2id ") || !split(words, 3, value) ||
        !ledger_read_base64(file->salt, sizeof file->salt, words[2])) {
        return fail(reader,
                    "a line 'unsealed SEED' or 'kdf argon2id OPSLIMIT MEMLIMIT SALT' is due");
    }
    if (!ledger_read_decimal(&file->opslimit, words[0], LEDGER_KEY_OPSLIMIT_MAX) ||
        !ledger_read_decimal(&file->memlimit, words[1], LEDGER_KEY_MEMLIMIT_MAX) ||
        !limits_in_bounds(file->opslimit, file->memlimit)) {
        return fail(reader, "the cost of the passphrase is out of bounds");
    }
    return true;
}

static bool take_sealed(struct reader *reader, struct ledger_key_file *file)
{
    struct ledger_span value;
    struct ledger_span words[2];
    if (!take_field(reader, &value, "sealed xchacha20-poly1305 ") || !split(words, 2, value) ||
        !ledger_read_base64(file->nonce, sizeof file->nonce, words[0]) ||
        !ledger_read_base64(file->ciphertext, sizeof file->ciphertext, words[1])) {
        return fail(reader, "a line 'sealed xchacha20-poly1305 NONCE CIPHERTEXT' is due");
    }
    return true;
}

static bool take_secret(struct reader *reader, struct ledger_key_file *file,
                        struct ledger_span bytes)
{
    file->sealed = !ledger_span_starts(reader->rest, "unsealed ");
    if (!file->sealed) {
        return take_field(reader, &file->seed, "unsealed ") ||
               fail(reader, "the line does not end");
    }
    if (!take_kdf(reader, file)) {
        return false;
    }
    file->associated =
        (struct ledger_span){.data = bytes.data, .size = bytes.size - reader->rest.size};
    return take_sealed(reader, file);
}

static bool parse(struct reader *reader, struct ledger_key_file *file, struct ledger_hasher *hasher,
                  struct ledger_span bytes)
{
    struct ledger_span header;
    reader->line++;
    if (!ledger_span_take_line(&reader->rest, &header) || !ledger_span_is(header, HEADER)) {
        return fail(reader, "not '" HEADER "'");
    }
    if (!take_vkey(reader, &file->vkey, hasher) || !take_secret(reader, file, bytes)) {
        return false;
    }
    return reader->rest.size == 0 || fail(reader, "something follows the last line");
}

static bool is_newer(struct ledger_span bytes)
{
    struct ledger_span header;
    return ledger_span_take_line(&bytes, &header) && ledger_span_starts(header, FAMILY) &&
           !ledger_span_is(header, HEADER);
}

enum ledger_status ledger_key_file_parse(struct ledger_key_file *file, struct ledger_hasher *hasher,
                                         struct ledger_span bytes, const char *path,
                                         struct ledger_error *error)
{
    struct reader reader = {.rest = bytes, .line = 0, .cause = "?"};
    struct ledger_key_file parsed = {0};
    if (is_newer(bytes)) {
        return ledger_error_set(error, LEDGER_NEWER_FORMAT, 0,
                                "cannot read '%s': a secret key file of a version not known here",
                                path);
    }
    if (!parse(&reader, &parsed, hasher, bytes)) {
        return ledger_error_set(error, LEDGER_INVALID, 0,
                                "cannot read '%s' as a secret key file: line %u: %s", path,
                                reader.line, reader.cause);
    }
    *file = parsed;
    return LEDGER_OK;
}

static enum ledger_status unseal(struct ledger_secret *seed, const struct ledger_key_file *file,
                                 struct ledger_span passphrase, const char *path,
                                 struct ledger_error *error)
{
    struct ledger_secret key;
    if (passphrase.size == 0) {
        return ledger_error_set(error, LEDGER_WRONG_KEY, 0,
                                "cannot open '%s': it is sealed and no passphrase was given", path);
    }
    if (ledger_secret_new(&key, LEDGER_SEALING_KEY_SIZE) != LEDGER_OK ||
        ledger_secret_derive(key.data, passphrase, file->salt, file->opslimit, file->memlimit) !=
            LEDGER_OK) {
        ledger_secret_free(&key);
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0,
                                "cannot open '%s': not enough memory to use the passphrase", path);
    }
    bool genuine =
        ledger_secret_unseal(seed->data, file->ciphertext, file->associated, file->nonce, key.data);
    ledger_secret_free(&key);
    if (!genuine) {
        return ledger_error_set(error, LEDGER_WRONG_KEY, 0,
                                "wrong passphrase for '%s', or the file was changed", path);
    }
    return LEDGER_OK;
}

static enum ledger_status check_seed(const struct ledger_secret *seed,
                                     const struct ledger_vkey *vkey, const char *path,
                                     struct ledger_error *error)
{
    uint8_t public_key[LEDGER_ED25519_KEY_SIZE];
    struct ledger_secret signing_key;
    if (ledger_secret_new(&signing_key, LEDGER_SIGNING_KEY_SIZE) != LEDGER_OK) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot open '%s': out of memory",
                                path);
    }
    ledger_secret_key_pair(public_key, signing_key.data, seed->data);
    ledger_secret_free(&signing_key);
    if (memcmp(public_key, vkey->key, sizeof public_key) != 0) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0,
                                "cannot use '%s': its secret does not belong to its verifier key",
                                path);
    }
    return LEDGER_OK;
}

enum ledger_status ledger_key_file_unlock(struct ledger_secret *seed,
                                          const struct ledger_key_file *file,
                                          struct ledger_span passphrase, const char *path,
                                          struct ledger_error *error)
{
    enum ledger_status status = LEDGER_OK;
    LEDGER_ASSERT(seed->capacity >= LEDGER_SEED_SIZE);
    if (file->sealed) {
        status = unseal(seed, file, passphrase, path, error);
    } else if (!ledger_secret_read_base64(seed->data, LEDGER_SEED_SIZE, file->seed)) {
        status = ledger_error_set(error, LEDGER_INVALID, 0,
                                  "cannot read '%s' as a secret key file: line 4: not the base64 "
                                  "of %d bytes",
                                  path, LEDGER_SEED_SIZE);
    }
    if (status == LEDGER_OK) {
        status = check_seed(seed, &file->vkey, path, error);
    }
    if (status != LEDGER_OK) {
        explicit_bzero(seed->data, LEDGER_SEED_SIZE);
        seed->size = 0;
        return status;
    }
    seed->size = LEDGER_SEED_SIZE;
    return LEDGER_OK;
}

static void write_sealed(struct ledger_buffer *buffer, const uint8_t seed[LEDGER_SEED_SIZE],
                         const uint8_t key[LEDGER_SEALING_KEY_SIZE])
{
    uint8_t nonce[LEDGER_SEALING_NONCE_SIZE];
    uint8_t ciphertext[LEDGER_SEALED_SEED_SIZE];
    ledger_secret_random(nonce, sizeof nonce);
    ledger_secret_seal(ciphertext, seed, ledger_buffer_span(buffer), nonce, key);
    ledger_buffer_text(buffer, "sealed xchacha20-poly1305 ");
    ledger_buffer_base64(buffer, nonce, sizeof nonce);
    ledger_buffer_text(buffer, " ");
    ledger_buffer_base64(buffer, ciphertext, sizeof ciphertext);
}

static enum ledger_status seal_into(struct ledger_buffer *buffer,
                                    const uint8_t seed[LEDGER_SEED_SIZE],
                                    const struct ledger_seal *seal, struct ledger_error *error)
{
    uint64_t opslimit = seal->opslimit != 0 ? seal->opslimit : LEDGER_KEY_OPSLIMIT_DEFAULT;
    uint64_t memlimit = seal->memlimit != 0 ? seal->memlimit : LEDGER_KEY_MEMLIMIT_DEFAULT;
    uint8_t salt[LEDGER_SEALING_SALT_SIZE];
    struct ledger_secret key = {0};
    if (seal->passphrase.size == 0) {
        return ledger_error_set(error, LEDGER_INVALID, 0, "cannot seal the key: empty passphrase");
    }
    if (!limits_in_bounds(opslimit, memlimit)) {
        return ledger_error_set(error, LEDGER_INVALID, 0,
                                "cannot seal the key: cost out of bounds");
    }
    ledger_secret_random(salt, sizeof salt);
    if (ledger_secret_new(&key, LEDGER_SEALING_KEY_SIZE) != LEDGER_OK ||
        ledger_secret_derive(key.data, seal->passphrase, salt, opslimit, memlimit) != LEDGER_OK) {
        ledger_secret_free(&key);
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0,
                                "cannot seal the key: not enough memory to use the passphrase");
    }
    ledger_buffer_text(buffer, "kdf argon2id ");
    ledger_buffer_decimal(buffer, opslimit);
    ledger_buffer_text(buffer, " ");
    ledger_buffer_decimal(buffer, memlimit);
    ledger_buffer_text(buffer, " ");
    ledger_buffer_base64(buffer, salt, sizeof salt);
    ledger_buffer_text(buffer, "\n");
    write_sealed(buffer, seed, key.data);
    ledger_secret_free(&key);
    return LEDGER_OK;
}

enum ledger_status ledger_key_file_write(struct ledger_secret *bytes,
                                         const struct ledger_vkey *vkey,
                                         const uint8_t seed[LEDGER_SEED_SIZE],
                                         const struct ledger_seal *seal, struct ledger_error *error)
{
    struct ledger_buffer buffer = ledger_buffer_in(bytes->data, bytes->capacity);
    enum ledger_status status = LEDGER_OK;
    LEDGER_ASSERT(vkey->type == LEDGER_KEY_ED25519);
    ledger_buffer_text(&buffer, HEADER "\nname ");
    ledger_buffer_add(&buffer, ledger_vkey_name(vkey));
    ledger_buffer_text(&buffer, "\nvkey ");
    ledger_vkey_write(&buffer, vkey);
    ledger_buffer_text(&buffer, "\n");
    if (seal == NULL) {
        ledger_buffer_text(&buffer, "unsealed ");
        ledger_secret_write_base64(&buffer, seed, LEDGER_SEED_SIZE);
    } else {
        status = seal_into(&buffer, seed, seal, error);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    ledger_buffer_text(&buffer, "\n");
    LEDGER_ASSERT(!buffer.overflow);
    bytes->size = buffer.size;
    return LEDGER_OK;
}
