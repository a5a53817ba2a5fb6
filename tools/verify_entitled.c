#include "tools/verify_entitled.h"

#include <inttypes.h>

#include "tools/verify_rule.h"
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

#define HOW_MAX 64

/* ", record 17 of a batch of 1024", or nothing. */
static const char *how_signed(char text[HOW_MAX], const struct ledger_signer *signer)
{
    text[0] = '\0';
    if (signer->batch.size > 0) {
        (void)snprintf(text, HOW_MAX, ", as record %u of a batch of %u", signer->batch.position + 1,
                       signer->batch.size);
    }
    return text;
}

static void print_enrolled(const struct ledger_signer *signer, bool ruled, const char *how)
{
    const struct ledger_authority_line *line = signer->line;
    const char *party = signer->party ? ", and as a party of the record" : "";
    if (!ruled) {
        text_row("signer", "%s, of %.*s, as %.*s%s%s", line->vkey.name,
                 LEDGER_SPAN_ARGS(line->institution), LEDGER_SPAN_ARGS(line->grants), party, how);
        return;
    }
    if (signer->role.size > 0) {
        text_row("signer", "%s, of %.*s, as %.*s%s%s", line->vkey.name,
                 LEDGER_SPAN_ARGS(line->institution), LEDGER_SPAN_ARGS(signer->role), party, how);
    } else {
        text_row("signer", "%s, of %.*s, beside those the rule asks for%s%s", line->vkey.name,
                 LEDGER_SPAN_ARGS(line->institution), party, how);
    }
    text_row("", "enrolled as %.*s", LEDGER_SPAN_ARGS(line->grants));
}

static void print_signers(const struct ledger_entitlement *entitled, bool ruled)
{
    for (unsigned i = 0; i < entitled->count; i++) {
        const struct ledger_signer *signer = &entitled->signers[i];
        char memory[HOW_MAX];
        const char *how = how_signed(memory, signer);
        if (signer->line == NULL) {
            text_row("signer", "%.*s+%08x, %s%s", LEDGER_SPAN_ARGS(signer->name),
                     (unsigned)signer->key_id,
                     signer->party ? "as a party of the record" : "not enrolled", how);
        } else if (signer->line->type == LEDGER_LINE_KEY) {
            print_enrolled(signer, ruled, how);
        } else {
            text_row("signer", "%s, as %s", signer->line->vkey.name,
                     signer->line->type == LEDGER_LINE_OPERATOR ? "operator" : "governor");
        }
    }
}

/* --- the rule --- */

static void print_rule(const struct ledger_proof_report *report)
{
    const struct ledger_authority_line *line = verify_rule_line(report);
    text_section("the rule in force at this position, which the record meets in itself");
    if (line != NULL) {
        text_row("line", "%.*s", LEDGER_SPAN_ARGS(line->text));
    }
    verify_rule_text(&report->entitled.rule);
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
