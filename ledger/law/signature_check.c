#include "ledger/law/signature_check.h"

#include <string.h>

static struct ledger_known_batch *slot_of(struct ledger_batch_cache *known,
                                          const struct ledger_known_batch *batch)
{
    return &known->batches[(batch->root.bytes[0] ^ batch->key[0]) % LEDGER_BATCHES_KNOWN];
}

static bool is_same(const struct ledger_known_batch *a, const struct ledger_known_batch *b)
{
    return a->size == b->size && memcmp(a->key, b->key, sizeof a->key) == 0 &&
           ledger_hash_equal(&a->root, &b->root) &&
           memcmp(a->signature, b->signature, sizeof a->signature) == 0;
}

static bool verifies(const struct ledger_known_batch *batch)
{
    uint8_t memory[LEDGER_BATCH_MESSAGE_MAX];
    struct ledger_buffer message = ledger_buffer_in(memory, sizeof memory);
    ledger_batch_message(&message, batch->size, &batch->root);
    LEDGER_ASSERT(!message.overflow);
    return ledger_ed25519_verify(batch->signature, ledger_buffer_span(&message), batch->key);
}

/* Only what was verified here gets in. */
static bool verifies_or_known(struct ledger_batch_cache *known,
                              const struct ledger_known_batch *batch)
{
    if (known == NULL) {
        return verifies(batch);
    }
    struct ledger_known_batch *slot = slot_of(known, batch);
    if (is_same(slot, batch)) {
        known->met++;
        return true;
    }
    if (!verifies(batch)) {
        return false;
    }
    known->verified++;
    *slot = *batch;
    return true;
}

static bool signs_text(const struct ledger_signature *line, struct ledger_verdict *verdict,
                       const struct ledger_vkey *vkey, struct ledger_span text)
{
    uint8_t bytes[LEDGER_SIGNATURE_SIZE];
    return (ledger_signature_bytes(bytes, sizeof bytes, line) &&
            ledger_ed25519_verify(bytes, text, vkey->key)) ||
           ledger_verdict_set(verdict, LEDGER_BAD_SIGNATURE,
                              "the signature of '%s' (key ID %08x) does not fit the record",
                              vkey->name, (unsigned)vkey->id);
}

static bool signs_batch(struct ledger_batch_cache *known, struct ledger_batch_place *place,
                        struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                        const struct ledger_signature *line, const struct ledger_vkey *vkey,
                        struct ledger_span text)
{
    struct ledger_batch_signature parsed;
    struct ledger_known_batch batch;
    if (!ledger_batch_signature_parse(&parsed, line)) {
        return ledger_verdict_set(verdict, LEDGER_BAD_SIGNATURE,
                                  "the batch signature of '%s' (key ID %08x) is not of the "
                                  "specified form",
                                  vkey->name, (unsigned)vkey->id);
    }
    memset(&batch, 0, sizeof batch);
    batch.size = parsed.size;
    memcpy(batch.key, vkey->key, sizeof batch.key);
    memcpy(batch.signature, parsed.signature, sizeof batch.signature);
    if (!ledger_batch_signature_root(hasher, &batch.root, &parsed, text) ||
        !verifies_or_known(known, &batch)) {
        return ledger_verdict_set(verdict, LEDGER_BAD_SIGNATURE,
                                  "the batch signature of '%s' (key ID %08x) does not fit the "
                                  "record as number %u of %u",
                                  vkey->name, (unsigned)vkey->id, parsed.position + 1, parsed.size);
    }
    *place = (struct ledger_batch_place){parsed.position, parsed.size};
    return true;
}

bool ledger_signature_check(struct ledger_batch_cache *known, struct ledger_batch_place *place,
                            struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                            const struct ledger_record *record, const struct ledger_signature *line,
                            const struct ledger_vkey *vkey)
{
    if (line->key_id == vkey->id) {
        *place = (struct ledger_batch_place){0, 0};
        return signs_text(line, verdict, vkey, record->note.text);
    }
    if (ledger_record_is_authority(record)) {
        return ledger_verdict_set(verdict, LEDGER_BAD_SIGNATURE,
                                  "'%s' (key ID %08x) signed in a batch: changes of the authority "
                                  "are signed one by one",
                                  vkey->name, (unsigned)vkey->id);
    }
    return signs_batch(known, place, hasher, verdict, line, vkey, record->note.text);
}
