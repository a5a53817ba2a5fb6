#include "ledger/format/vkey.h"

#include <string.h>

#include "ledger/base/encoding.h"

#define KEY_ID_DIGITS 8
#define KEY_BYTES (1 + LEDGER_ED25519_KEY_SIZE)
#define BATCH_TYPE "\xff" LEDGER_BATCH_KEY_TYPE /* signed-note: a type of one's own */
#define TYPE_MAX (sizeof BATCH_TYPE - 1)

/* Key IDs are SHA-256 by their definition, whatever the hash suite of a ledger. */
static uint32_t key_id(struct ledger_hasher *hasher, struct ledger_span name,
                       struct ledger_span type, const uint8_t key[LEDGER_ED25519_KEY_SIZE])
{
    struct ledger_hash hash;
    uint8_t memory[LEDGER_NAME_MAX + 1 + TYPE_MAX + LEDGER_ED25519_KEY_SIZE];
    struct ledger_buffer message = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_add(&message, name);
    ledger_buffer_text(&message, "\n");
    ledger_buffer_add(&message, type);
    ledger_buffer_add(&message, (struct ledger_span){key, LEDGER_ED25519_KEY_SIZE});
    LEDGER_ASSERT(!message.overflow);
    if (hasher != NULL) {
        ledger_hash_bytes(hasher, &hash, ledger_buffer_span(&message));
    } else {
        ledger_ed25519_sha256(hash.bytes, ledger_buffer_span(&message));
    }
    return ledger_get_be32(hash.bytes);
}

static bool is_known_type(unsigned type)
{
    return type == LEDGER_KEY_ED25519 || type == LEDGER_KEY_COSIGNATURE;
}

static void typed_key_of(uint8_t typed_key[KEY_BYTES], enum ledger_key_type type,
                         const uint8_t key[LEDGER_ED25519_KEY_SIZE])
{
    typed_key[0] = (uint8_t)type;
    memcpy(typed_key + 1, key, LEDGER_ED25519_KEY_SIZE);
}

bool ledger_vkey_make(struct ledger_hasher *hasher, struct ledger_vkey *vkey,
                      enum ledger_key_type type, struct ledger_span name,
                      const uint8_t key[LEDGER_ED25519_KEY_SIZE])
{
    LEDGER_ASSERT(is_known_type(type));
    if (!ledger_text_is_name(name)) {
        return false;
    }
    struct ledger_vkey made = {.type = type, .name_size = name.size};
    const uint8_t byte = (uint8_t)type;
    made.id = key_id(hasher, name, (struct ledger_span){&byte, 1}, key);
    if (type == LEDGER_KEY_ED25519) {
        made.batch_id = key_id(hasher, name, ledger_span_of(BATCH_TYPE), key);
    }
    memcpy(made.name, name.data, name.size);
    memcpy(made.key, key, LEDGER_ED25519_KEY_SIZE);
    *vkey = made;
    return true;
}

struct parts {
    struct ledger_span name;
    uint32_t id;
    uint8_t typed_key[KEY_BYTES];
};

/* A name has no '+', so the first one ends it; base64 may have more of them. */
static bool split(struct parts *parts, struct ledger_span text)
{
    const uint8_t *plus = text.size == 0 ? NULL : memchr(text.data, '+', text.size);
    if (plus == NULL) {
        return false;
    }
    size_t name_size = (size_t)(plus - text.data);
    struct ledger_span rest = {plus + 1, text.size - name_size - 1};
    if (rest.size <= KEY_ID_DIGITS + 1 || rest.data[KEY_ID_DIGITS] != '+') {
        return false;
    }
    uint8_t id[KEY_ID_DIGITS / 2];
    struct ledger_span base64 = {rest.data + KEY_ID_DIGITS + 1, rest.size - KEY_ID_DIGITS - 1};
    if (!ledger_read_hex(id, sizeof id, (struct ledger_span){rest.data, KEY_ID_DIGITS}) ||
        !ledger_read_base64(parts->typed_key, KEY_BYTES, base64)) {
        return false;
    }
    parts->name = (struct ledger_span){text.data, name_size};
    parts->id = ledger_get_be32(id);
    return true;
}

bool ledger_vkey_parse(struct ledger_hasher *hasher, struct ledger_vkey *vkey,
                       struct ledger_verdict *verdict, struct ledger_span text)
{
    struct parts parts;
    if (text.size > LEDGER_VKEY_MAX || !split(&parts, text) || !ledger_text_is_name(parts.name)) {
        return ledger_verdict_set(verdict, LEDGER_BAD_KEY,
                                  "not '<name>+<8 hex digits>+<base64 of 33 bytes>'");
    }
    if (!is_known_type(parts.typed_key[0])) {
        return ledger_verdict_set(verdict, LEDGER_BAD_KEY,
                                  "key '%.*s' is of type 0x%02x: only 0x01 (Ed25519) and 0x04 "
                                  "(Ed25519 cosignature) are known",
                                  LEDGER_SPAN_ARGS(parts.name), parts.typed_key[0]);
    }
    struct ledger_vkey made;
    bool named = ledger_vkey_make(hasher, &made, (enum ledger_key_type)parts.typed_key[0],
                                  parts.name, parts.typed_key + 1);
    LEDGER_ASSERT(named);
    if (made.id != parts.id) {
        return ledger_verdict_set(verdict, LEDGER_BAD_KEY,
                                  "key '%.*s' states the key ID %08x, but its key ID is %08x",
                                  LEDGER_SPAN_ARGS(parts.name), parts.id, made.id);
    }
    *vkey = made;
    return true;
}

void ledger_vkey_write(struct ledger_buffer *buffer, const struct ledger_vkey *vkey)
{
    uint8_t id[] = {(uint8_t)(vkey->id >> 24), (uint8_t)(vkey->id >> 16), (uint8_t)(vkey->id >> 8),
                    (uint8_t)vkey->id};
    uint8_t typed_key[KEY_BYTES];
    typed_key_of(typed_key, vkey->type, vkey->key);
    ledger_buffer_add(buffer, ledger_vkey_name(vkey));
    ledger_buffer_text(buffer, "+");
    ledger_buffer_hex(buffer, id, sizeof id);
    ledger_buffer_text(buffer, "+");
    ledger_buffer_base64(buffer, typed_key, sizeof typed_key);
}

struct ledger_span ledger_vkey_name(const struct ledger_vkey *vkey)
{
    return (struct ledger_span){(const uint8_t *)vkey->name, vkey->name_size};
}

bool ledger_name_is_for_tests(struct ledger_span name)
{
    static const char mark[] = ".test";
    static const size_t size = sizeof mark - 1;
    const uint8_t *slash = name.size == 0 ? NULL : memchr(name.data, '/', name.size);
    struct ledger_span host = {name.data, slash == NULL ? name.size : (size_t)(slash - name.data)};
    return ledger_span_is(host, mark + 1) ||
           (host.size >= size && memcmp(host.data + host.size - size, mark, size) == 0);
}

bool ledger_vkey_signs_as(const struct ledger_vkey *vkey, struct ledger_span name, uint32_t key_id)
{
    bool known =
        key_id == vkey->id || (key_id == vkey->batch_id && vkey->type == LEDGER_KEY_ED25519);
    return known && ledger_span_equal(name, ledger_vkey_name(vkey));
}

bool ledger_vkey_equal(const struct ledger_vkey *a, const struct ledger_vkey *b)
{
    return a->type == b->type && ledger_span_equal(ledger_vkey_name(a), ledger_vkey_name(b)) &&
           memcmp(a->key, b->key, LEDGER_ED25519_KEY_SIZE) == 0;
}
