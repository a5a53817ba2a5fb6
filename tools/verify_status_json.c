#include "tools/entry_json.h"
#include "tools/verify_json.h"
#include "tools/verify_proof_text.h"
#include "tools/verify_status.h"

void verify_status_json_row(struct verify_status *v, const struct ledger_proof_report *entry)
{
    struct ledger_span name = verify_institution_name(entry, entry->entry.record.institution);
    struct json_value *one = json_object_new();
    json_add(one, "record", entry_json(&entry->entry, &entry->leaf));
    if (name.size > 0) {
        json_add_text(one, "institution_name", name);
    }
    json_add(one, "signers", verify_signers_json(&entry->entitled));
    json_add_bool(one, "rules_absent", entry->rules_absent);
    if (entry->entitled.ruled) {
        json_add_string(one, "makes", ledger_standing_word(entry->entitled.rule.makes));
    }
    json_append(v->history, one);
}

static void add_checkpoint(struct json_value *object, const struct verify_status *v)
{
    struct json_value *checkpoint = json_object_new();
    json_add_text(object, "matter", v->proof.matter);
    json_add_text(checkpoint, "origin", v->proof.checkpoint.origin);
    json_add_number(checkpoint, "size", v->proof.checkpoint.size);
    json_add_base64(checkpoint, "root", &v->proof.checkpoint.root);
    json_add(object, "checkpoint", checkpoint);
    verify_add_trust(object, &v->report.policy);
}

static void add_held(struct json_value *object, struct verify_status *v)
{
    json_add_number(object, "as_of", v->report.as_of);
    json_add_time(object, "as_of_time", v->report.as_of_ms);
    json_add_number(object, "after", v->report.after);
    json_add_number(object, "entries", v->report.entries);
    json_add(object, "status", document_status_json(&v->status));
    json_add_bool(object, "ruled", v->report.ruled);
    json_add(object, "history", v->history);
    if (v->has_file) {
        json_add(object, "document", document_verdict_json(&v->file));
    }
    if (v->asked != NULL) {
        struct json_value *required = json_object_new();
        json_add_string(required, "asked", v->asked);
        json_add_bool(required, "met",
                      document_require_met(v->required, v->status.standing) &&
                          (!v->has_file || document_verdict_unmet(&v->file, v->required) == NULL));
        json_add(object, "required", required);
    }
}

void verify_status_json(struct verify_status *v)
{
    struct json_value *object = json_object_new();
    bool holds = v->verdict.finding == LEDGER_VALID;
    json_add_string(object, "what", "status-proof");
    json_add(object, "verdict", verify_verdict_json(&v->verdict));
    if (v->parsed) {
        add_checkpoint(object, v);
    }
    json_add_bool(object, "holds", holds);
    if (holds) {
        add_held(object, v);
    } else {
        json_discard(v->history);
    }
    v->history = NULL;
    json_print(stdout, object);
}
