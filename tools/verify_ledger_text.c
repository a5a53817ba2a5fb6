#include "tools/verify_ledger_text.h"

#include <inttypes.h>

#include "tools/verify_text.h"

static bool is_valid(const struct verify_ledger *v)
{
    return v->verdict.finding == LEDGER_VALID;
}

static void print_count(const char *what, uint64_t count, const char *after)
{
    if (count > 0) {
        (void)printf("%s %" PRIu64 " %s", after, count, what);
    }
}

static void print_verdict(const struct verify_ledger *v)
{
    if (!is_valid(v)) {
        text_not_valid(&v->verdict);
        return;
    }
    (void)fputs(v->published ? "VALID: published ledger " : "VALID: ledger ", stdout);
    cli_put_clean(stdout, ledger_span_of(v->report.origin));
    (void)printf(", %" PRIu64 " %s, all of it holds", v->report.entries,
                 v->report.entries == 1 ? "entry" : "entries");
    print_count("late", v->report.late, ";");
    print_count("in doubt", v->report.doubtful, v->report.late > 0 ? "," : ";");
    (void)fputc('\n', stdout);
}

static void print_checked(const struct verify_ledger *v)
{
    const struct ledger_audit_report *r = &v->report;
    text_section(is_valid(v) ? "what was checked" : "what held before this was found");
    text_row("entries", "%" PRIu64 " of %" PRIu64 ", %" PRIu64 " bytes, all read again", r->entries,
             r->size, r->bytes);
    text_row("links", "%" PRIu64 ", from each entry to the one before it", r->entries);
    text_row("signatures", "%" PRIu64 ", with the right of every signer to sign", r->signatures);
    text_row("authority records", "%" PRIu64 "; %" PRIu64 " lines are in force",
             r->authority_records, r->authority_lines);
    text_row("checkpoints", "%" PRIu64 "%s", r->checkpoints,
             !is_valid(v)   ? ""
             : v->published ? ", the one that is published"
                            : ", every one that is stored here");
    text_row("ruled entries",
             "%" PRIu64 ", each a step that the rules of its matter allow; %" PRIu64 " late",
             r->ruled, r->late);
    if (r->index_entries > 0) {
        text_row("indexes of matters",
                 "%" PRIu64 ", each the root over all entries before it; %" PRIu64 " matters",
                 r->index_entries, r->matters);
    }
    if (r->statistics > 0) {
        text_row("statistics", "%" PRIu64 ", each the figures of all entries before it",
                 r->statistics);
    }
    if (v->published) {
        text_row("hashes in tiles", "%" PRIu64, r->nodes);
        return;
    }
    text_row("stored tree nodes", "%" PRIu64, r->nodes);
    text_row("index rows", "%" PRIu64, r->rows);
}

static void print_ledger(const struct ledger_audit_report *r)
{
    text_section("the ledger");
    text_row("name", "%s", r->origin);
    text_row("entries that hold", "%" PRIu64, r->entries);
    text_row_hash("root over them", &r->root);
    text_row_time("first entry", r->first_time_ms);
    text_row_time("last entry", r->last_time_ms);
}

static void print_entry(const struct verify_ledger *v)
{
    const struct ledger_record *record = &v->entry.record;
    if (!v->has_entry) {
        return;
    }
    text_section("the entry concerned, by its own words");
    text_row("entry", "%" PRIu64, v->verdict.entry);
    text_row("kind, event", "%.*s, %.*s", LEDGER_SPAN_ARGS(record->kind),
             LEDGER_SPAN_ARGS(record->event));
    text_row("matter", "%.*s", LEDGER_SPAN_ARGS(record->matter));
    text_row("institution", "%.*s", LEDGER_SPAN_ARGS(record->institution));
    text_row_time("ledger's time", v->entry.time_ms);
}

static void print_remembered(const struct verify_ledger *v)
{
    switch (v->remembered) {
    case REMEMBER_FIRST:
        text_row("remembered",
                 "'%s' is new: this is its first use, and the past was taken as it is",
                 v->since_path);
        break;
    case REMEMBER_REPLACED:
        text_row("remembered", "'%s' has the checkpoint of size %" PRIu64 " now", v->since_path,
                 v->report.size);
        break;
    case REMEMBER_UNSYNCED:
        text_row("remembered",
                 "'%s' has the checkpoint of size %" PRIu64 " now, but its directory could not be "
                 "made durable: a crash may bring the old one back",
                 v->since_path, v->report.size);
        break;
    case REMEMBER_OVERTAKEN:
        text_row("remembered", "'%s' was left to another program, which uses it too",
                 v->since_path);
        break;
    case REMEMBER_FAILED:
        text_row("remembered",
                 v->since_read ? "'%s' could not be replaced and is as it was"
                               : "nothing in '%s': it could not be made",
                 v->since_path);
        break;
    case REMEMBER_NOT:
        if (v->remember) {
            text_row("remembered", v->since_read ? "'%s' is left as it was" : "nothing in '%s'",
                     v->since_path);
        }
        break;
    }
}

static void print_since(const struct verify_ledger *v)
{
    text_section("what was seen before");
    if (v->since_path == NULL) {
        text_row("nothing", "'--since' or '--remember' would compare with it");
        return;
    }
    if (v->since_unusable) {
        text_row("refused", "the checkpoint in '%s'; the ledger itself was not read",
                 v->since_path);
        if (v->verdict.finding == LEDGER_LOG_UNTRUSTED) {
            text_row("", "if the operator's key was replaced since, the policy needs a line 'log'");
            text_row("", "for the former key as well, beside that for the new one");
        }
    } else if (v->verdict.finding == LEDGER_FORK) {
        text_row("contradicted", "the checkpoint in '%s'", v->since_path);
    } else if (is_valid(v) && v->report.since_size > 0) {
        text_row("compared with",
                 "the checkpoint in '%s': its %" PRIu64 " entries are the first of this ledger",
                 v->since_path, v->report.since_size);
    }
    print_remembered(v);
}

static void print_meaning(const struct verify_ledger *v)
{
    if (!is_valid(v)) {
        text_finding(v->verdict.finding);
        if (v->published && v->verdict.finding == LEDGER_WRONG_NODE) {
            text_lines("Here it is a tile: 'ledger-publish --again' puts it right.");
        }
        return;
    }
    text_section("what it means");
    text_lines(
        "Every entry is as its signers signed it, in the order for which the operator signed,\n"
        "and every signer was entitled to sign at that position.");
    if (v->report.ruled > 0) {
        text_lines(
            "From where rules are required on, every record is a step that the rules then in "
            "force\nallow after the steps before it in its matter.");
    }
    text_section("what it does not show");
    text_lines("That what the records say is true. That the operator's times are right: only that\n"
               "they never run backwards.");
    if (v->report.policy.cosigned == 0 && v->report.since_size == 0) {
        text_lines("That nobody was shown another history: nothing was compared, and no witness "
                   "confirms\nthis one. Use '--remember', or a policy with witnesses.");
    } else if (v->report.policy.cosigned == 0) {
        text_lines("That nobody was shown another history: only that this one goes on from what "
                   "you saw.");
    }
}

static void print_steps(const struct verify_ledger *v)
{
    struct ledger_span note = {v->report.checkpoint, v->report.checkpoint_size};
    struct ledger_span line;
    text_section("the steps, with their order (SPEC.md sections 16 and 17)");
    text_lines(
        "1  for every entry: leaf hash = SHA-256(0x00 || entry); form; index; previous = leaf\n"
        "   hash of the entry before; time; authority root; ledger; signatures; right to sign;\n"
        "   rule; order of the matter; change of the authority\n"
        "2  for every record: it stands in the ledger once\n"
        "3  for every checkpoint: form, operator's signature, root over its entries\n"
        "4  the last checkpoint covers all entries and satisfies the policy\n"
        "5  what was seen before is the beginning of this ledger\n"
        "6  stored nodes and index rows, or hash tiles, are those that the entries give");
    if (note.size == 0) {
        return;
    }
    text_section("the last checkpoint that holds");
    while (ledger_span_take_line(&note, &line)) {
        (void)fputs("  ", stdout);
        cli_put_clean(stdout, line);
        (void)fputc('\n', stdout);
    }
}

void verify_ledger_text(const struct verify_ledger *v, bool explain)
{
    print_verdict(v);
    if (!is_valid(v)) {
        print_entry(v);
        print_meaning(v);
    }
    if (v->report.entries > 0) {
        print_checked(v);
        print_ledger(&v->report);
    }
    if (v->report.policy.log != NULL) {
        text_trust(&v->report.policy, v->verdict.finding != LEDGER_QUORUM_MISSING);
    }
    print_since(v);
    if (is_valid(v)) {
        verify_notices_text(&v->notices, &v->report);
        verify_withdrawn_text(&v->withdrawn);
        print_meaning(v);
    }
    if (explain) {
        print_steps(v);
    }
}
