#include "tools/verify_json.h"

#include "tools/entry_json.h"
#include "tools/finding_text.h"
#include "tools/grants_json.h"
#include "tools/json.h"
#include "tools/verify_entitled.h"
#include "tools/verify_proof_text.h"

struct json_value *verify_verdict_json(const struct ledger_verdict *verdict)
{
    struct json_value *object = json_object_new();
    json_add_bool(object, "valid", verdict->finding == LEDGER_VALID);
    json_add_string(object, "finding", ledger_finding_token(verdict->finding));
    json_add_number(object, "number", (uint64_t)verdict->finding);
    if (verdict->entry != LEDGER_NO_ENTRY) {
        json_add_number(object, "entry", verdict->entry);
    }
    if (verdict->line != 0) {
        json_add_number(object, "line", verdict->line);
    }
    json_add_string(object, "meaning", ledger_finding_sentence(verdict->finding));
    json_add_string(object, "detail", verdict->detail);
    json_add_string(object, "explanation", finding_meaning(verdict->finding));
    json_add_string(object, "advice", finding_advice(verdict->finding));
    return object;
}

static void add_key_id(struct json_value *object, uint32_t key_id)
{
    char id[9];
    (void)snprintf(id, sizeof id, "%08x", (unsigned)key_id);
    json_add_string(object, "key_id", id);
}

void verify_add_trust(struct json_value *object, const struct ledger_policy_report *policy)
{
    if (policy->log == NULL) {
        return;
    }
    struct json_value *trust = json_object_new();
    struct json_value *log = json_object_new();
    struct json_value *cosigners = json_array_new();
    json_add_string(log, "name", policy->log->name);
    add_key_id(log, policy->log->id);
    for (unsigned i = 0; i < policy->cosigned; i++) {
        struct json_value *one = json_object_new();
        json_add_string(one, "name", policy->cosigners[i].name);
        json_add_string(one, "key_name", policy->cosigners[i].key->name);
        add_key_id(one, policy->cosigners[i].key->id);
        json_add_number(one, "seconds", policy->cosigners[i].seconds);
        json_append(cosigners, one);
    }
    json_add(trust, "log", log);
    json_add_number(trust, "witnesses", policy->witnesses);
    json_add_number(trust, "cosigned", policy->cosigned);
    json_add(trust, "cosigners", cosigners);
    json_add(object, "trust", trust);
}

static struct json_value *counts_json(const struct ledger_audit_report *r)
{
    struct json_value *object = json_object_new();
    json_add_string(object, "origin", r->origin);
    json_add_number(object, "size", r->size);
    json_add_number(object, "entries", r->entries);
    json_add_number(object, "bytes", r->bytes);
    json_add_number(object, "links", r->entries);
    json_add_number(object, "signatures", r->signatures);
    json_add_number(object, "authority_records", r->authority_records);
    json_add_number(object, "authority_lines", r->authority_lines);
    json_add_number(object, "checkpoints", r->checkpoints);
    json_add_number(object, "nodes", r->nodes);
    json_add_number(object, "rows", r->rows);
    json_add_number(object, "index_entries", r->index_entries);
    json_add_number(object, "matters", r->matters);
    json_add_number(object, "statistics", r->statistics);
    json_add_number(object, "ruled", r->ruled);
    json_add_number(object, "late", r->late);
    json_add_number(object, "compromised", r->compromised);
    json_add_number(object, "doubtful", r->doubtful);
    if (r->entries > 0) {
        json_add_base64(object, "root", &r->root);
        json_add_time(object, "first_time", r->first_time_ms);
        json_add_time(object, "last_time", r->last_time_ms);
    }
    return object;
}

static void add_since(struct json_value *object, const struct verify_ledger *v)
{
    if (v->since_path == NULL) {
        return;
    }
    if (v->since_read) {
        struct json_value *since = json_object_new();
        json_add_string(since, "file", v->since_path);
        json_add_bool(since, "usable", !v->since_unusable);
        json_add_number(since, "size", v->report.since_size);
        json_add(object, "since", since);
    }
    if (v->remember) {
        struct json_value *remember = json_object_new();
        json_add_string(remember, "file", v->since_path);
        json_add_bool(remember, "first_use", !v->since_read);
        json_add_bool(remember, "kept",
                      v->remembered == REMEMBER_FIRST || v->remembered == REMEMBER_REPLACED ||
                          v->remembered == REMEMBER_UNSYNCED);
        json_add(object, "remember", remember);
    }
}

static void add_entry(struct json_value *object, const struct verify_ledger *v)
{
    if (!v->has_entry) {
        return;
    }
    struct json_value *entry = json_object_new();
    json_add_number(entry, "index", v->entry.index);
    json_add_text(entry, "kind", v->entry.record.kind);
    json_add_text(entry, "event", v->entry.record.event);
    json_add_text(entry, "matter", v->entry.record.matter);
    json_add_text(entry, "institution", v->entry.record.institution);
    json_add_time(entry, "time", v->entry.time_ms);
    json_add(object, "entry", entry);
}

void verify_json_ledger(const struct verify_ledger *v)
{
    struct json_value *object = json_object_new();
    json_add_string(object, "what", "ledger");
    json_add(object, "verdict", verify_verdict_json(&v->verdict));
    json_add(object, "ledger", counts_json(&v->report));
    json_add_bool(object, "published", v->published);
    verify_add_trust(object, &v->report.policy);
    add_since(object, v);
    if (v->report.checkpoint_size > 0) {
        json_add_text(object, "checkpoint",
                      (struct ledger_span){v->report.checkpoint, v->report.checkpoint_size});
    }
    add_entry(object, v);
    verify_withdrawn_json(object, &v->withdrawn);
    verify_notices_json(object, &v->notices);
    json_print(stdout, object);
}

static struct json_value *roles_json(struct ledger_span grants)
{
    struct json_value *array = json_array_new();
    struct ledger_grant grant;
    while (ledger_grants_next(&grants, &grant)) {
        json_append_text(array, grant.role);
    }
    return array;
}

static void add_enrolled(struct json_value *one, const struct ledger_signer *signer)
{
    json_add_text(one, "institution", signer->line->institution);
    json_add(one, "roles", roles_json(signer->line->grants));
    json_add(one, "grants", grants_json(signer->line->grants));
    if (signer->role.size > 0) {
        json_add_text(one, "signed_as", signer->role);
    }
}

static const char *signer_type(const struct ledger_authority_line *line)
{
    if (line == NULL) {
        return "party";
    }
    return line->type == LEDGER_LINE_KEY        ? "key"
           : line->type == LEDGER_LINE_OPERATOR ? "operator"
                                                : "governor";
}

static void add_batch(struct json_value *one, const struct ledger_batch_place *place)
{
    if (place->size > 0) {
        struct json_value *batch = json_object_new();
        json_add_number(batch, "position", place->position);
        json_add_number(batch, "size", place->size);
        json_add(one, "batch", batch);
    }
}

struct json_value *verify_signers_json(const struct ledger_entitlement *entitled)
{
    struct json_value *array = json_array_new();
    for (unsigned i = 0; i < entitled->count; i++) {
        const struct ledger_signer *signer = &entitled->signers[i];
        const struct ledger_authority_line *line = signer->line;
        bool key = line != NULL && line->type == LEDGER_LINE_KEY;
        struct json_value *one = json_object_new();
        json_add_text(one, "name", signer->name);
        add_key_id(one, signer->key_id);
        json_add_string(one, "type", signer_type(line));
        if (key) {
            add_enrolled(one, signer);
        }
        json_add_bool(one, "party", signer->party);
        add_batch(one, &signer->batch);
        json_append(array, one);
    }
    return array;
}

static void add_rule(struct json_value *object, const struct ledger_proof_report *report)
{
    const struct ledger_authority_line *line = verify_rule_line(report);
    json_add_bool(object, "rules_absent", report->rules_absent);
    if (!report->entitled.ruled) {
        return;
    }
    struct json_value *rule = json_object_new();
    json_add_text(rule, "kind", report->entitled.rule.kind);
    json_add_text(rule, "event", report->entitled.rule.event);
    if (line != NULL) {
        json_add_text(rule, "line", line->text);
    }
    json_add_string(rule, "makes", ledger_standing_word(report->entitled.rule.makes));
    json_add_bool(rule, "history_shown", false);
    json_add(object, "rule", rule);
}

static struct json_value *documents_json(const struct verify_proof *v)
{
    struct json_value *array = json_array_new();
    for (size_t i = 0; i < v->document_count; i++) {
        const struct verify_document *document = &v->documents[i];
        struct json_value *one = json_object_new();
        json_add_string(one, "file", document->path);
        json_add_hex(one, "sha256", &document->file.digest);
        json_add_number(one, "size", document->file.size);
        json_add_bool(one, "compared", v->holds);
        json_add_bool(one, "matches", document->line > 0);
        if (document->line > 0) {
            json_add_number(one, "document", document->line);
        }
        json_append(array, one);
    }
    return array;
}

static void add_held(struct json_value *object, const struct verify_proof *v)
{
    const struct ledger_proof_report *report = &v->report;
    struct ledger_span name = verify_institution_name(report, report->entry.record.institution);
    json_add(object, "record", entry_json(&report->entry, &report->leaf));
    if (name.size > 0) {
        json_add_text(object, "institution_name", name);
    }
    json_add(object, "signers", verify_signers_json(&report->entitled));
    add_rule(object, report);
}

void verify_json_proof(const struct verify_proof *v)
{
    struct json_value *object = json_object_new();
    json_add_string(object, "what", "proof");
    json_add(object, "verdict", verify_verdict_json(&v->verdict));
    if (v->parsed) {
        struct json_value *checkpoint = json_object_new();
        json_add_number(object, "index", v->proof.index);
        json_add_text(checkpoint, "origin", v->proof.checkpoint.origin);
        json_add_number(checkpoint, "size", v->proof.checkpoint.size);
        json_add_base64(checkpoint, "root", &v->proof.checkpoint.root);
        json_add(object, "checkpoint", checkpoint);
        verify_add_trust(object, &v->report.policy);
    }
    json_add_bool(object, "holds", v->holds);
    if (v->holds) {
        add_held(object, v);
    }
    json_add(object, "documents", documents_json(v));
    json_print(stdout, object);
}
