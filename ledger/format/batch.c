#include "ledger/format/batch.h"

#include <string.h>

#include "ledger/base/encoding.h"

#define HEADER "public-law-ledger/batch/v1\n"
#define HEAD_SIZE 4 /* position and size */

_Static_assert(LEDGER_BATCH_SIGNATURE_MAX <= LEDGER_SIGNATURE_KNOWN, "a note can hold it");

static unsigned get_be16(const uint8_t *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

static void put_be16(uint8_t *bytes, unsigned value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

static bool is_place(unsigned position, unsigned size)
{
    return size >= LEDGER_BATCH_RECORDS_MIN && size <= LEDGER_BATCH_RECORDS_MAX && position < size;
}

static size_t bytes_with(unsigned hashes)
{
    return HEAD_SIZE + (size_t)hashes * LEDGER_HASH_SIZE + LEDGER_SIGNATURE_SIZE;
}

bool ledger_batch_signature_parse(struct ledger_batch_signature *batch,
                                  const struct ledger_signature *line)
{
    uint8_t bytes[LEDGER_BATCH_SIGNATURE_MAX];
    if (line->size < bytes_with(1) || line->size > sizeof bytes ||
        !ledger_signature_bytes(bytes, line->size, line)) {
        return false;
    }
    batch->position = get_be16(bytes);
    batch->size = get_be16(bytes + 2);
    if (!is_place(batch->position, batch->size)) {
        return false;
    }
    batch->path.count = ledger_inclusion_length(batch->position, batch->size);
    if (line->size != bytes_with(batch->path.count)) {
        return false;
    }
    const uint8_t *at = bytes + HEAD_SIZE;
    for (unsigned i = 0; i < batch->path.count; i++, at += LEDGER_HASH_SIZE) {
        memcpy(batch->path.hashes[i].bytes, at, LEDGER_HASH_SIZE);
    }
    memcpy(batch->signature, at, LEDGER_SIGNATURE_SIZE);
    return true;
}

void ledger_batch_signature_write(struct ledger_buffer *buffer, const struct ledger_vkey *vkey,
                                  const struct ledger_batch_signature *batch)
{
    uint8_t bytes[LEDGER_BATCH_SIGNATURE_MAX];
    LEDGER_ASSERT(vkey->type == LEDGER_KEY_ED25519 && is_place(batch->position, batch->size) &&
                  batch->path.count == ledger_inclusion_length(batch->position, batch->size));
    put_be16(bytes, batch->position);
    put_be16(bytes + 2, batch->size);
    uint8_t *at = bytes + HEAD_SIZE;
    for (unsigned i = 0; i < batch->path.count; i++, at += LEDGER_HASH_SIZE) {
        memcpy(at, batch->path.hashes[i].bytes, LEDGER_HASH_SIZE);
    }
    memcpy(at, batch->signature, LEDGER_SIGNATURE_SIZE);
    ledger_note_write_line(buffer, ledger_vkey_name(vkey), vkey->batch_id, bytes,
                           bytes_with(batch->path.count));
}

bool ledger_batch_signature_root(struct ledger_hasher *hasher, struct ledger_hash *root,
                                 const struct ledger_batch_signature *batch,
                                 struct ledger_span text)
{
    struct ledger_hash leaf;
    ledger_tree_leaf(hasher, &leaf, text);
    return ledger_inclusion_root(hasher, root, &batch->path, batch->position, batch->size, &leaf);
}

void ledger_batch_message(struct ledger_buffer *buffer, unsigned size,
                          const struct ledger_hash *root)
{
    static const uint8_t head[] = "\0" HEADER;
    ledger_buffer_add(buffer, (struct ledger_span){head, sizeof head - 1});
    ledger_buffer_decimal(buffer, size);
    ledger_buffer_text(buffer, "\n");
    ledger_buffer_base64(buffer, root->bytes, LEDGER_HASH_SIZE);
    ledger_buffer_text(buffer, "\n");
}
