#include "tools/check_report.h"

#include <inttypes.h>
#include <string.h>

#include "tools/entry_json.h"
#include "tools/verify_json.h"
#include "tools/verify_text.h"

static bool is_valid(const struct check_document *check)
{
    return check->audited && check->verdict.finding == LEDGER_VALID;
}

/* --- for a reader --- */

static void print_doubtful(const struct verify_notices *doubtful)
{
    if (doubtful->entries[LEDGER_NOTICE_DOUBTFUL] == 0) {
        return;
    }
    text_section("who signed is in doubt");
    for (size_t i = 0; i < doubtful->count; i++) {
        const struct ledger_notice *notice = &doubtful->notices[i];
        if (notice->type != LEDGER_NOTICE_DOUBTFUL) {
            continue;
        }
        text_row("entry", "%" PRIu64 ", signed with %.*s", notice->entry,
                 LEDGER_SPAN_ARGS(notice->key));
        text_row("", "which was declared compromised from entry %" PRIu64 " on", notice->from);
    }
}

static void print_ledger(const struct ledger_audit_report *report)
{
    text_section("the ledger, all of which was verified");
    text_row("name", "%s", report->origin);
    text_row("entries", "%" PRIu64, report->entries);
    text_row_hash("root over them", &report->root);
    text_row_time("last entry", report->last_time_ms);
    text_trust(&report->policy, true);
}

static void print_required(const struct document_verdict *document, const char *asked,
                           unsigned required)
{
    const struct document_place *unmet =
        document->answer == DOCUMENT_RECORDED ? document_verdict_unmet(document, required) : NULL;
    if (unmet != NULL) {
        document_verdict_print_unmet(document, asked, unmet);
    }
}

void check_report_text(const struct check_document *check, const char *asked, unsigned required)
{
    document_verdict_print_line(&check->document);
    print_required(&check->document, asked, required);
    if (!check->read || !check->audited) {
        return;
    }
    if (!is_valid(check)) {
        text_section("the ledger");
        text_not_valid(&check->verdict);
        text_finding(check->verdict.finding);
        return;
    }
    document_verdict_print(&check->document);
    print_doubtful(&check->doubtful);
    print_ledger(&check->report);
}

/* --- for a machine --- */

/* Of a file that could not be read there is no digest to tell. */
static struct json_value *unread_json(const struct document_verdict *document)
{
    struct json_value *object = json_object_new();
    json_add_string(object, "file", document->path);
    json_add_string(object, "answer", "cannot-be-judged");
    json_add_string(object, "missing", document->missing);
    return object;
}

static struct json_value *ledger_json(const struct ledger_audit_report *report)
{
    struct json_value *object = json_object_new();
    json_add_string(object, "origin", report->origin);
    json_add_number(object, "size", report->entries);
    json_add_base64(object, "root", &report->root);
    json_add_time(object, "last_time", report->last_time_ms);
    return object;
}

static struct json_value *doubtful_json(const struct verify_notices *doubtful)
{
    struct json_value *array = json_array_new();
    for (size_t i = 0; i < doubtful->count; i++) {
        const struct ledger_notice *notice = &doubtful->notices[i];
        if (notice->type != LEDGER_NOTICE_DOUBTFUL) {
            continue;
        }
        struct json_value *one = json_object_new();
        json_add_number(one, "entry", notice->entry);
        json_add_number(one, "from", notice->from);
        json_add_text(one, "key", notice->key);
        json_append(array, one);
    }
    return array;
}

void check_report_json(const struct check_document *check, const char *asked, int status)
{
    const struct document_verdict *document = &check->document;
    struct json_value *object = json_object_new();
    json_add_string(object, "what", "document");
    json_add(object, "document",
             check->read ? document_verdict_json(document) : unread_json(document));
    json_add_number(object, "exit", (uint64_t)status);
    if (asked != NULL && document->answer == DOCUMENT_RECORDED) {
        struct json_value *one = json_object_new();
        json_add_string(one, "asked", asked);
        json_add_bool(one, "met", status == CLI_DONE);
        json_add(object, "required", one);
    }
    if (check->audited) {
        json_add(object, "verdict", verify_verdict_json(&check->verdict));
    }
    if (is_valid(check)) {
        json_add(object, "ledger", ledger_json(&check->report));
        verify_add_trust(object, &check->report.policy);
        json_add(object, "doubtful", doubtful_json(&check->doubtful));
    }
    json_print(stdout, object);
}
