#include "tools/authority_history.h"

#include <inttypes.h>

#include "ledger/format/authority_line.h"
#include "tools/entry_json.h"
#include "tools/read_ledger.h"

#define KEY "key "
#define COMPROMISE "compromise "

struct history {
    struct ledger_hasher *hasher;
    struct ledger_span subject; /* empty for all */
    bool json;
    uint64_t count; /* changes printed */
};

/* With a key, what was declared of it is wanted too. */
static bool is_wanted_unset(const struct history *history, struct ledger_span subject)
{
    static const size_t head = sizeof COMPROMISE - 1;
    static const size_t key_head = sizeof KEY - 1;
    struct ledger_span wanted = history->subject;
    if (wanted.size == 0 || ledger_span_equal(subject, wanted)) {
        return true;
    }
    return ledger_span_starts(wanted, KEY) && ledger_span_starts(subject, COMPROMISE) &&
           ledger_span_equal((struct ledger_span){wanted.data + key_head, wanted.size - key_head},
                             (struct ledger_span){subject.data + head, subject.size - head});
}

static bool is_wanted_set(const struct history *history, struct ledger_span text)
{
    struct ledger_authority_line line;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    return history->subject.size == 0 ||
           (ledger_authority_line_parse(history->hasher, &line, &verdict, text) &&
            is_wanted_unset(history, line.subject));
}

static bool has_wanted(const struct history *history, const struct ledger_record *record)
{
    struct ledger_lines unsets = record->unsets;
    struct ledger_lines sets = record->sets;
    struct ledger_span value;
    bool wanted = history->subject.size == 0;
    while (!wanted && ledger_lines_next(&unsets, &value)) {
        wanted = is_wanted_unset(history, value);
    }
    while (!wanted && ledger_lines_next(&sets, &value)) {
        wanted = is_wanted_set(history, value);
    }
    return wanted;
}

/* Governors sign in the ledger's own name, registrars in that of their institution. */
static bool is_of_governors(const struct ledger_record *record)
{
    return ledger_span_equal(record->ledger, record->institution);
}

/* --- for a reader --- */

static void print_signers(const struct ledger_record *record)
{
    struct ledger_span rest = record->note.signatures;
    struct ledger_signature signature;
    const char *comma = "";
    if (is_of_governors(record)) {
        (void)fputs("signed by governors: ", stdout);
    } else {
        (void)fputs("signed by registrars of ", stdout);
        cli_put_clean(stdout, record->institution);
        (void)fputs(": ", stdout);
    }
    while (ledger_note_next(&rest, &signature)) {
        (void)fputs(comma, stdout);
        cli_put_clean(stdout, signature.name);
        comma = ", ";
    }
    (void)fputc('\n', stdout);
}

static void print_value(const char *word, struct ledger_span value)
{
    (void)printf("  %-6s ", word);
    cli_put_clean(stdout, value);
    (void)fputc('\n', stdout);
}

static void print_unset(struct ledger_span value)
{
    print_value("unset", value);
    if (ledger_span_starts(value, COMPROMISE)) {
        (void)fputs("         (the declaration of compromise was taken back)\n", stdout);
    }
}

static void print_change(const struct history *history, const struct ledger_entry *entry)
{
    char time[LEDGER_TIME_SIZE + 1];
    struct ledger_lines unsets = entry->record.unsets;
    struct ledger_lines sets = entry->record.sets;
    struct ledger_span value;
    ledger_write_ledger_time(time, entry->time_ms);
    (void)printf("%sentry %" PRIu64 ", %s, %.*s, ", history->count > 0 ? "\n" : "", entry->index,
                 time, LEDGER_SPAN_ARGS(entry->record.event));
    print_signers(&entry->record);
    while (ledger_lines_next(&unsets, &value)) {
        if (is_wanted_unset(history, value)) {
            print_unset(value);
        }
    }
    while (ledger_lines_next(&sets, &value)) {
        if (is_wanted_set(history, value)) {
            print_value("set", value);
        }
    }
}

/* --- for a machine --- */

static struct json_value *values_json(const struct history *history, struct ledger_lines lines,
                                      bool (*wanted)(const struct history *, struct ledger_span))
{
    struct json_value *array = json_array_new();
    struct ledger_span value;
    while (ledger_lines_next(&lines, &value)) {
        if (wanted(history, value)) {
            json_append_text(array, value);
        }
    }
    return array;
}

static void print_change_json(const struct history *history, const struct ledger_entry *entry)
{
    const struct ledger_record *record = &entry->record;
    struct json_value *object = json_object_new();
    json_add_number(object, "entry", entry->index);
    json_add_time(object, "time", entry->time_ms);
    json_add_text(object, "event", record->event);
    json_add_text(object, "claimed_time", record->time);
    json_add_string(object, "signed_by", is_of_governors(record) ? "governors" : "registrars");
    if (!is_of_governors(record)) {
        json_add_text(object, "institution", record->institution);
    }
    json_add(object, "signers", note_signers_json(&record->note));
    json_add(object, "unset", values_json(history, record->unsets, is_wanted_unset));
    json_add(object, "set", values_json(history, record->sets, is_wanted_set));
    json_print(stdout, object);
}

/* --- both --- */

static enum ledger_status print_found(void *context, const struct ledger_entry *entry,
                                      struct ledger_span bytes)
{
    struct history *history = context;
    (void)bytes;
    if (has_wanted(history, &entry->record)) {
        (history->json ? print_change_json : print_change)(history, entry);
        history->count++;
    }
    return ferror(stdout) != 0 ? LEDGER_NOT_FOUND : LEDGER_OK;
}

int authority_history(const struct cli_args *args, struct ledger_reader *reader,
                      const char *subject, bool json)
{
    struct ledger_error error;
    struct history history = {.subject = ledger_span_of(subject != NULL ? subject : ""),
                              .json = json};
    /* Changes have this kind and this matter, which is what the index is by. */
    struct ledger_query query = {.matter = ledger_span_of(LEDGER_KIND_AUTHORITY),
                                 .kind = ledger_span_of(LEDGER_KIND_AUTHORITY)};
    if (ledger_hasher_new(&history.hasher) != LEDGER_OK) {
        return cli_fail("out of memory");
    }
    enum ledger_status status = ledger_search(reader, &query, print_found, &history, &error);
    ledger_hasher_free(&history.hasher);
    if (status != LEDGER_OK) {
        return read_ledger_fail(args, &error);
    }
    if (history.count == 0) {
        cli_message("no change of '%s' among %" PRIu64 " entries", subject != NULL ? subject : "",
                    ledger_reader_size(reader));
    }
    return CLI_DONE;
}
