#include "ledger/law/signature_check.h"

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
    if (!ledger_batch_signature_parse(&parsed, line)) {
        return ledger_verdict_set(verdict, LEDGER_BAD_SIGNATURE,
                                  "the batch signature of '%s' (key ID %08x) is not of the "
                                  "specified form",
                                  vkey->name, (unsigned)vkey->id);
    }
    if (!ledger_batch_verifies(known, hasher, vkey->key, &parsed, text)) {
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
