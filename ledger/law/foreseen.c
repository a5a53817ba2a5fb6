#include "ledger/law/foreseen.h"

#include <string.h>

#include "ledger/law/entitlement.h"
#include "ledger/law/operator_record.h"
#include "ledger/law/registrar.h"

/* In which line the key is likely to be found. A wrong guess costs time, and nothing else. */
static enum ledger_line_type likely_line(const struct ledger_record *record)
{
    if (ledger_record_is_operators(record)) {
        return LEDGER_LINE_OPERATOR;
    }
    return ledger_record_is_authority(record) && !ledger_is_registrars(record)
               ? LEDGER_LINE_GOVERNOR
               : LEDGER_LINE_KEY;
}

static bool find_key(const struct ledger_foresight *by, struct ledger_vkey *vkey,
                     const struct ledger_record *record, const struct ledger_signature *line)
{
    if (by->key(by->context, vkey, by->hasher, likely_line(record), line->name, line->key_id)) {
        return ledger_vkey_signs_as(vkey, line->name, line->key_id);
    }
    return ledger_party_find(vkey, by->hasher, record, line->name, line->key_id);
}

static void foresee_signature(const struct ledger_foresight *by,
                              struct ledger_foreseen_signature *foreseen,
                              const struct ledger_record *record,
                              const struct ledger_signature *line)
{
    struct ledger_vkey vkey;
    struct ledger_verdict ignored;
    ledger_verdict_clear(&ignored);
    foreseen->good = find_key(by, &vkey, record, line) &&
                     ledger_signature_check(by->batches, &foreseen->place, by->hasher, &ignored,
                                            record, line, &vkey);
    if (foreseen->good) {
        foreseen->id = vkey.id;
        memcpy(foreseen->key, vkey.key, sizeof foreseen->key);
    }
}

void ledger_foreseen_hashes(const struct ledger_foreseen_record *foreseen, struct ledger_hash *text,
                            struct ledger_hash *matter, struct ledger_hasher *hasher,
                            const struct ledger_record *record)
{
    if (foreseen != NULL) {
        *text = foreseen->text;
        *matter = foreseen->matter;
        return;
    }
    ledger_hash_bytes(hasher, text, record->note.text);
    ledger_hash_bytes(hasher, matter, record->matter);
}

void ledger_foresee_record(const struct ledger_foresight *by,
                           struct ledger_foreseen_record *foreseen,
                           const struct ledger_record *record)
{
    struct ledger_span rest = record->note.signatures;
    struct ledger_signature line;
    ledger_foreseen_hashes(NULL, &foreseen->text, &foreseen->matter, by->hasher, record);
    foreseen->count = 0;
    while (ledger_note_next(&rest, &line)) {
        foresee_signature(by, &foreseen->signatures[foreseen->count++], record, &line);
    }
}

bool ledger_foresee_entry(const struct ledger_foresight *by, struct ledger_foreseen_entry *foreseen,
                          struct ledger_span bytes)
{
    struct ledger_verdict ignored;
    ledger_verdict_clear(&ignored);
    /* The hash comes first, for the reason that ledger_state_accept gives. */
    ledger_tree_leaf(by->hasher, &foreseen->leaf, bytes);
    if (!ledger_entry_parse(&foreseen->entry, &ignored, bytes)) {
        return false;
    }
    ledger_foresee_record(by, &foreseen->record, &foreseen->entry.record);
    return true;
}

bool ledger_foreseen_verifies(const struct ledger_foreseen_record *foreseen,
                              struct ledger_batch_place *place, unsigned nth,
                              const struct ledger_vkey *vkey)
{
    if (foreseen == NULL || nth >= foreseen->count) {
        return false;
    }
    const struct ledger_foreseen_signature *signature = &foreseen->signatures[nth];
    /* The name is that of the line either way; of one name, one key and one ID the other ID is one,
     * too, and so is what the line is: a signature of its own, or a batch's. */
    if (!signature->good || signature->id != vkey->id ||
        memcmp(signature->key, vkey->key, sizeof signature->key) != 0) {
        return false;
    }
    *place = signature->place;
    return true;
}
