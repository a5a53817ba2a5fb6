#include "tools/sign_record.h"

#include <string.h>

#include "tools/refusal.h"

/* --- what is signed --- */

static void show(const char *name, struct ledger_span value)
{
    (void)fprintf(stderr, "  %-12s ", name);
    cli_put_clean(stderr, value);
    (void)fputc('\n', stderr);
}

static void show_optional(const char *name, struct ledger_span value)
{
    if (value.size > 0) {
        show(name, value);
    }
}

static void show_lines(const char *name, struct ledger_lines lines)
{
    struct ledger_span value;
    while (ledger_lines_next(&lines, &value)) {
        show(name, value);
    }
}

void sign_show_record(const struct ledger_record *record)
{
    (void)fprintf(stderr, "record to be signed:\n");
    show("ledger", record->ledger);
    show("kind", record->kind);
    show("event", record->event);
    show("matter", record->matter);
    show("institution", record->institution);
    show("time", record->time);
    show_optional("category", record->category);
    show_lines("party", record->parties);
    show_optional("refers", record->refers);
    show_lines("field", record->fields);
    show_lines("document", record->documents);
    show_lines("unset", record->unsets);
    show_lines("set", record->sets);
    show_optional("data", record->data);
}

/* --- who signed it --- */

static bool has_signature_of(const struct ledger_note *note, const struct ledger_vkey *vkey)
{
    struct ledger_span rest = note->signatures;
    struct ledger_signature signature;
    while (note->count > 0 && ledger_note_next(&rest, &signature)) {
        if (ledger_vkey_signs_as(vkey, signature.name, signature.key_id)) {
            return true;
        }
    }
    return false;
}

int sign_refuse_second(const struct signers *signers, const struct ledger_note *note,
                       const char *subject)
{
    struct ledger_verdict verdict;
    for (size_t i = 0; i < signers->count; i++) {
        const struct ledger_vkey *vkey = ledger_signer_vkey(signers->keys[i]);
        if (has_signature_of(note, vkey)) {
            ledger_verdict_clear(&verdict);
            ledger_verdict_set(&verdict, LEDGER_REPEATED_SIGNER, "'%s' signed it before",
                               vkey->name);
            return cli_refuse(subject, &verdict);
        }
    }
    return CLI_DONE;
}

bool sign_parse_either(struct ledger_record *record, struct ledger_verdict *verdict,
                       struct ledger_span bytes)
{
    bool is_note = bytes.size > 0 && memmem(bytes.data, bytes.size, "\n\n", 2) != NULL;
    ledger_verdict_clear(verdict);
    return (is_note ? ledger_record_parse : ledger_record_parse_draft)(record, verdict, bytes);
}
