#include "tools/verify_proof_text.h"

#include <inttypes.h>

#include "tools/verify_entitled.h"
#include "tools/verify_explain.h"
#include "tools/verify_text.h"

static void print_verdict(const struct verify_proof *v)
{
    char time[LEDGER_TIME_SIZE + 1];
    if (v->verdict.finding != LEDGER_VALID) {
        text_not_valid(&v->verdict);
        return;
    }
    ledger_write_ledger_time(time, v->report.entry.time_ms);
    (void)printf("VALID: entry %" PRIu64 " of ledger ", v->proof.index);
    cli_put_clean(stdout, v->proof.checkpoint.origin);
    (void)printf(", recorded at %s, rightly signed", time);
    if (v->document_count > 0) {
        (void)printf("; %s what it speaks of", v->document_count == 1 ? "the file is"
                                                                      : "the files "
                                                                        "are");
    }
    (void)fputc('\n', stdout);
}

struct ledger_span verify_institution_name(const struct ledger_proof_report *report,
                                           struct ledger_span institution)
{
    for (unsigned i = 0; i < report->line_count; i++) {
        const struct ledger_authority_line *line = &report->lines[i];
        if (line->type == LEDGER_LINE_INSTITUTION &&
            ledger_span_equal(line->institution, institution)) {
            return line->name;
        }
    }
    return (struct ledger_span){NULL, 0};
}

static void print_lines(const char *label, struct ledger_lines lines)
{
    struct ledger_span value;
    while (ledger_lines_next(&lines, &value)) {
        text_row(label, "%.*s", LEDGER_SPAN_ARGS(value));
    }
}

/* The lines that rules speak of. */
static void print_ruled_lines(const struct ledger_record *record)
{
    struct ledger_lines fields = record->fields;
    struct ledger_span name;
    struct ledger_span value;
    if (record->category.size > 0) {
        text_row("category", "%.*s", LEDGER_SPAN_ARGS(record->category));
    }
    print_lines("party", record->parties);
    if (record->refers.size > 0) {
        text_row("refers to", "%.*s", LEDGER_SPAN_ARGS(record->refers));
    }
    while (ledger_record_next_field(&fields, &name, &value)) {
        text_row("field", "%.*s: %.*s", LEDGER_SPAN_ARGS(name), LEDGER_SPAN_ARGS(value));
    }
}

static void print_record(const struct verify_proof *v)
{
    const struct ledger_entry *entry = &v->report.entry;
    const struct ledger_record *record = &entry->record;
    struct ledger_span name = verify_institution_name(&v->report, record->institution);
    text_section("what is recorded");
    text_row("ledger", "%.*s", LEDGER_SPAN_ARGS(record->ledger));
    text_row("position", "entry %" PRIu64, entry->index);
    text_row_time("ledger's time", entry->time_ms);
    text_row("time claimed", "%.*s", LEDGER_SPAN_ARGS(record->time));
    text_row("kind, event", "%.*s, %.*s", LEDGER_SPAN_ARGS(record->kind),
             LEDGER_SPAN_ARGS(record->event));
    text_row("matter", "%.*s", LEDGER_SPAN_ARGS(record->matter));
    if (name.size > 0) {
        text_row("institution", "%.*s (%.*s)", LEDGER_SPAN_ARGS(name),
                 LEDGER_SPAN_ARGS(record->institution));
    } else {
        text_row("institution", "%.*s", LEDGER_SPAN_ARGS(record->institution));
    }
    print_ruled_lines(record);
    if (record->data.size > 0) {
        text_row("data", "%.*s", LEDGER_SPAN_ARGS(record->data));
    }
}

static void print_document_line(unsigned line, const struct ledger_document *document)
{
    uint8_t memory[2 * LEDGER_HASH_SIZE];
    struct ledger_buffer hex = ledger_buffer_in(memory, sizeof memory);
    char label[32];
    ledger_buffer_hex(&hex, document->digest.bytes, sizeof document->digest.bytes);
    (void)snprintf(label, sizeof label, "%s %u", line > 0 ? "document" : "", line);
    text_row(line > 0 ? label : "", "sha256 %.*s, %" PRIu64 " bytes",
             LEDGER_SPAN_ARGS(ledger_buffer_span(&hex)), document->size);
}

static void print_documents(const struct verify_proof *v)
{
    struct ledger_lines lines = v->report.entry.record.documents;
    struct ledger_document document;
    for (unsigned line = 1; ledger_record_next_document(&lines, &document); line++) {
        print_document_line(line, &document);
        text_row("", "'%.*s'", LEDGER_SPAN_ARGS(document.name));
    }
}

static void print_compared(const struct verify_proof *v)
{
    if (v->document_count == 0) {
        return;
    }
    text_section("the files that were compared");
    for (size_t i = 0; i < v->document_count; i++) {
        const struct verify_document *document = &v->documents[i];
        if (!v->holds) {
            text_row("not compared", "'%s': the proof does not hold", document->path);
        } else if (document->line > 0) {
            text_row("the same", "'%s' is document %u of the record", document->path,
                     document->line);
        } else {
            text_row("another", "'%s' is none of those the record speaks of", document->path);
            print_document_line(0, &document->file);
        }
    }
}

static void print_checkpoint(const struct verify_proof *v)
{
    text_section("the checkpoint it stands under");
    text_row("size", "%" PRIu64 " %s", v->proof.checkpoint.size,
             v->proof.checkpoint.size == 1 ? "entry" : "entries");
    text_row_hash("root", &v->proof.checkpoint.root);
    text_trust(&v->report.policy, v->verdict.finding != LEDGER_QUORUM_MISSING);
}

/* What the event made of the matter when it was recorded. */
static void print_standing(enum ledger_standing makes)
{
    switch (makes) {
    case LEDGER_STANDING_AS_BEFORE:
        text_lines("This event leaves the standing of the matter as it was.");
        break;
    case LEDGER_STANDING_PENDING:
        text_lines("With this event the matter is pending.");
        break;
    case LEDGER_STANDING_EFFECTIVE:
        text_lines("With this event the matter became effective.");
        break;
    case LEDGER_STANDING_CORRECTED:
        text_lines("With this event the matter is corrected: what was recorded in it before is "
                   "replaced.");
        break;
    case LEDGER_STANDING_VOID:
        text_lines("With this event the matter is void.");
        break;
    case LEDGER_STANDING_CLOSED:
        text_lines("With this event the matter is closed.");
        break;
    }
}

static void print_meaning(const struct verify_proof *v)
{
    if (v->verdict.finding != LEDGER_VALID) {
        text_finding(v->verdict.finding);
        if (v->parsed && !v->holds) {
            verify_not_entitled_text(v);
        }
        return;
    }
    text_section("what it means");
    text_lines("The record stands in this ledger at this position, as its signers signed it. The\n"
               "lines in the proof entitled them under the rules that the entry names.");
    if (v->report.entitled.ruled) {
        print_standing(v->report.entitled.rule.makes);
    }
    text_section("what it does not show");
    text_lines("That what the record says is true. That the operator's time is right. That no "
               "other\nrecord exists in the same matter. That no key which signed it was declared "
               "compromised\nlater: 'ledger-authority' tells.");
    if (v->report.entitled.ruled) {
        text_lines("That the steps before it in the matter were as the rule asks, that it came in "
                   "time, and\nwhat came after it. The proof of one record does not show that; "
                   "verifying the whole\nledger does, which also lists what came late.");
    }
    if (v->report.policy.cosigned == 0) {
        text_lines("That the operator shows everybody the same history, and the right rules: no "
                   "witness\nconfirms it. Verify the whole ledger, or use a policy with "
                   "witnesses.");
    }
}

static void print_held(const struct verify_proof *v)
{
    print_record(v);
    print_documents(v);
    print_lines("unset", v->report.entry.record.unsets);
    print_lines("set", v->report.entry.record.sets);
    verify_entitled_text(v);
    print_compared(v);
    print_checkpoint(v);
}

void verify_proof_text(const struct verify_proof *v, bool explain)
{
    print_verdict(v);
    if (v->verdict.finding == LEDGER_VALID) {
        print_held(v);
        print_meaning(v);
    } else {
        print_meaning(v);
        if (v->holds) {
            print_held(v);
        } else {
            print_compared(v);
        }
    }
    if (explain && v->parsed) {
        verify_explain_proof(v);
    }
}
