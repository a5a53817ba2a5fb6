#include "tools/verify_status.h"

#include <inttypes.h>

#include "tools/verify_proof_text.h"
#include "tools/verify_text.h"

/* --- The history --- */

static void put_signers(FILE *out, const struct ledger_entitlement *entitled)
{
    for (unsigned i = 0; i < entitled->count; i++) {
        const struct ledger_signer *signer = &entitled->signers[i];
        (void)fputs(i == 0 ? "signed by " : ", ", out);
        cli_put_clean(out, signer->name);
        if (signer->role.size > 0) {
            (void)fputs(" as ", out);
            cli_put_clean(out, signer->role);
        } else if (signer->party) {
            (void)fputs(" as a party", out);
        }
    }
}

void verify_status_row(struct verify_status *v, const struct ledger_proof_report *entry)
{
    FILE *rows = v->rows.file;
    const struct ledger_record *record = &entry->entry.record;
    struct ledger_span name = verify_institution_name(entry, record->institution);
    char time[LEDGER_TIME_SIZE + 1];
    char label[32];
    ledger_write_ledger_time(time, entry->entry.time_ms);
    (void)snprintf(label, sizeof label, "entry %" PRIu64, entry->entry.index);
    (void)fprintf(rows, "  %-18s %s  ", label, time);
    cli_put_clean(rows, record->kind);
    (void)fputs(", ", rows);
    cli_put_clean(rows, record->event);
    if (entry->entitled.ruled) {
        (void)fprintf(rows, "; makes the matter: %s",
                      ledger_standing_word(entry->entitled.rule.makes));
    }
    (void)fprintf(rows, "\n  %-18s ", "");
    if (name.size > 0) {
        cli_put_clean(rows, name);
        (void)fputs(" (", rows);
    }
    cli_put_clean(rows, record->institution);
    (void)fputs(name.size > 0 ? "); " : "; ", rows);
    put_signers(rows, &entry->entitled);
    (void)fputc('\n', rows);
}

/* --- The report --- */

static void status_text(char *text, size_t size, const struct verify_status *v)
{
    if (v->report.entries == 0) {
        (void)snprintf(text, size, "no entries");
    } else {
        document_status_text(text, size, &v->status);
    }
}

/* Without a file it is the matter's status that counts, with one that it is this file's. */
static void print_unmet(const struct verify_status *v)
{
    const struct document_place *unmet = v->has_file && v->file.answer == DOCUMENT_RECORDED
                                             ? document_verdict_unmet(&v->file, v->required)
                                             : NULL;
    if (unmet != NULL) {
        document_verdict_print_unmet(&v->file, v->asked, unmet);
    } else if (!document_require_met(v->required, v->status.standing)) {
        document_require_print(v->asked, &v->status);
    }
}

static void print_first_line(const struct verify_status *v)
{
    char status[64];
    char time[LEDGER_TIME_SIZE + 1];
    status_text(status, sizeof status, v);
    ledger_write_ledger_time(time, v->report.as_of_ms);
    if (v->has_file) {
        document_verdict_print_line(&v->file);
    }
    (void)fputs(v->has_file ? "The proof is valid: the matter '" : "VALID: the matter '", stdout);
    cli_put_clean(stdout, v->proof.matter);
    (void)fputs("' of ledger ", stdout);
    cli_put_clean(stdout, v->proof.checkpoint.origin);
    (void)printf(": %s, as of entry %" PRIu64 ", at time %s\n", status, v->report.as_of, time);
    if (v->asked != NULL) {
        print_unmet(v);
    }
}

static void print_history(const struct verify_status *v)
{
    text_section("what is recorded in the matter, in order");
    if (v->report.entries == 0) {
        text_row("none", "the matter has no entries");
    }
    (void)fwrite(v->rows.text, 1, v->rows.size, stdout);
}

static void print_status(const struct verify_status *v)
{
    char status[64];
    char time[LEDGER_TIME_SIZE + 1];
    status_text(status, sizeof status, v);
    ledger_write_ledger_time(time, v->report.as_of_ms);
    text_section("what became of the matter");
    text_row("status", "%s", status);
    text_row("as of", "entry %" PRIu64 ", at time %s", v->report.as_of, time);
    text_row("came after", "%" PRIu64 " %s of the ledger, of which the proof says nothing",
             v->report.after, v->report.after == 1 ? "entry" : "entries");
}

static void print_checkpoint(const struct verify_status *v)
{
    text_section("the checkpoint it stands under");
    text_row("size", "%" PRIu64 " %s", v->proof.checkpoint.size,
             v->proof.checkpoint.size == 1 ? "entry" : "entries");
    text_row_hash("root", &v->proof.checkpoint.root);
    text_trust(&v->report.policy, v->verdict.finding != LEDGER_QUORUM_MISSING);
}

static void print_meaning(const struct verify_status *v)
{
    text_section("what it means");
    if (v->report.entries == 0) {
        text_lines(
            "By the index that the operator signed, nothing was recorded then in this ledger "
            "under\nthis very number. It may be spelt otherwise, or the matter may be elsewhere.");
    } else {
        text_lines("By the index that the operator signed, these are all entries that the matter "
                   "had then, as\ntheir signers signed them. None is left out and none was put "
                   "in.");
    }
    if (v->report.entries > 0 && !v->report.ruled) {
        text_lines("Not every entry was bound by a rule: of those without one nothing was made.");
    }
    text_section("what it does not show");
    text_lines("What was recorded later. That what the records say is true. That the operator's "
               "index is\nright, and that each step was allowed to follow those before it: "
               "verifying the whole\nledger shows that.");
    if (v->report.policy.cosigned == 0) {
        text_lines("That the operator shows everybody the same history: no witness confirms it.");
    }
}

void verify_status_text(const struct verify_status *v)
{
    if (v->verdict.finding != LEDGER_VALID) {
        text_not_valid(&v->verdict);
        text_finding(v->verdict.finding);
        return;
    }
    print_first_line(v);
    if (v->has_file) {
        document_verdict_print(&v->file);
    }
    print_history(v);
    print_status(v);
    print_checkpoint(v);
    print_meaning(v);
}
