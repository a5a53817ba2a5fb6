#include "tools/verify_entitled.h"

#include <inttypes.h>

#include "tools/verify_text.h"

const struct ledger_authority_line *verify_rule_line(const struct ledger_proof_report *report)
{
    const struct ledger_record *record = &report->entry.record;
    for (unsigned i = 0; i < report->line_count; i++) {
        const struct ledger_authority_line *line = &report->lines[i];
        if (line->type == LEDGER_LINE_RULE && ledger_span_equal(line->kind, record->kind) &&
            ledger_span_equal(line->event, record->event)) {
            return line;
        }
    }
    return NULL;
}

/* --- signers --- */

static void print_enrolled(const struct ledger_signer *signer, bool ruled)
{
    const struct ledger_authority_line *line = signer->line;
    const char *party = signer->party ? ", and as a party of the record" : "";
    if (!ruled) {
        text_row("signer", "%s, of %.*s, as %.*s%s", line->vkey.name,
                 LEDGER_SPAN_ARGS(line->institution), LEDGER_SPAN_ARGS(line->grants), party);
        return;
    }
    if (signer->role.size > 0) {
        text_row("signer", "%s, of %.*s, as %.*s%s", line->vkey.name,
                 LEDGER_SPAN_ARGS(line->institution), LEDGER_SPAN_ARGS(signer->role), party);
    } else {
        text_row("signer", "%s, of %.*s, beside those the rule asks for%s", line->vkey.name,
                 LEDGER_SPAN_ARGS(line->institution), party);
    }
    text_row("", "enrolled as %.*s", LEDGER_SPAN_ARGS(line->grants));
}

static void print_signers(const struct ledger_entitlement *entitled, bool ruled)
{
    for (unsigned i = 0; i < entitled->count; i++) {
        const struct ledger_signer *signer = &entitled->signers[i];
        if (signer->line == NULL) {
            text_row("signer", "%.*s+%08x, %s", LEDGER_SPAN_ARGS(signer->name),
                     (unsigned)signer->key_id,
                     signer->party ? "as a party of the record" : "not enrolled");
        } else if (signer->line->type == LEDGER_LINE_KEY) {
            print_enrolled(signer, ruled);
        } else {
            text_row("signer", "%s, as %s", signer->line->vkey.name,
                     signer->line->type == LEDGER_LINE_OPERATOR ? "operator" : "governor");
        }
    }
}

/* --- the rule --- */

/* Who had to sign, in words: "2 as appraiser, 1 as reviewer". */
static void print_roles(struct ledger_span rest)
{
    uint8_t memory[LEDGER_AUTHORITY_LINE_MAX * 2];
    struct ledger_buffer words = ledger_buffer_in(memory, sizeof memory);
    struct ledger_span role;
    uint64_t count = 0;
    while (ledger_rule_next_role(&rest, &role, &count)) {
        ledger_buffer_text(&words, words.size > 0 ? ", " : "");
        ledger_buffer_decimal(&words, count);
        ledger_buffer_text(&words, " as ");
        ledger_buffer_add(&words, role);
    }
    text_row("had to sign", "%.*s", LEDGER_SPAN_ARGS(ledger_buffer_span(&words)));
}

static void print_after(const struct ledger_rule *rule)
{
    struct ledger_span rest = rule->after;
    struct ledger_span event;
    while (ledger_rule_next_event(&rest, &event)) {
        if (ledger_span_is(event, LEDGER_RULE_OPENS)) {
            text_row("may come", "first in a matter");
        } else {
            text_row("may come", "after %.*s", LEDGER_SPAN_ARGS(event));
        }
    }
}

static void print_rule(const struct ledger_proof_report *report)
{
    const struct ledger_rule *rule = &report->entitled.rule;
    const struct ledger_authority_line *line = verify_rule_line(report);
    text_section("the rule in force at this position, which the record meets in itself");
    if (line != NULL) {
        text_row("line", "%.*s", LEDGER_SPAN_ARGS(line->text));
    }
    print_roles(rule->sign);
    if (rule->parties > 0) {
        text_row("", "and at least %" PRIu64 " %s named in the record", rule->parties,
                 rule->parties == 1 ? "party" : "parties");
    }
    print_after(rule);
    text_row("makes the matter", "%s", ledger_standing_word(rule->makes));
}

void verify_entitled_text(const struct verify_proof *v)
{
    const struct ledger_proof_report *report = &v->report;
    text_section("who signed, and was entitled to at this position");
    print_signers(&report->entitled, report->entitled.ruled);
    if (report->entitled.ruled) {
        print_rule(report);
    } else if (report->rules_absent) {
        text_section("rules");
        text_row("none", "the ledger had no rules at this position: a key of the institution "
                         "was enough");
    }
}

void verify_not_entitled_text(const struct verify_proof *v)
{
    const struct ledger_authority_line *line = verify_rule_line(&v->report);
    bool of_rule =
        v->verdict.finding == LEDGER_ROLE_MISSING || v->verdict.finding == LEDGER_LINE_MISSING;
    if (v->report.entitled.count == 0) {
        return;
    }
    text_section("who signed, as far as that was established");
    print_signers(&v->report.entitled, false);
    if (of_rule && line != NULL) {
        text_section("the rule in force at this position, which the record does not meet");
        text_row("line", "%.*s", LEDGER_SPAN_ARGS(line->text));
    }
}
