#include "tools/prove_status.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ledger/law/status_check.h"
#include "ledger/ops/prove_status.h"
#include "tools/document_file.h"
#include "tools/document_verdict.h"
#include "tools/entry_json.h"
#include "tools/read_ledger.h"
#include "tools/replace_file.h"

/* --- The matter --- */

#define NAMED_MAX 8 /* matters that are listed if there are several */

/* The matters in which a file stands. */
struct matters {
    size_t count;
    char *names[NAMED_MAX];
    bool more;
};

static enum ledger_status take_matter(void *context, const struct ledger_entry *entry,
                                      struct ledger_span bytes)
{
    struct matters *matters = context;
    (void)bytes;
    for (size_t i = 0; i < matters->count; i++) {
        if (ledger_span_is(entry->record.matter, matters->names[i])) {
            return LEDGER_OK;
        }
    }
    if (matters->count == NAMED_MAX) {
        matters->more = true;
        return LEDGER_NOT_FOUND;
    }
    char *name = strndup((const char *)entry->record.matter.data, entry->record.matter.size);
    if (name == NULL) {
        return LEDGER_NO_MEMORY;
    }
    matters->names[matters->count++] = name;
    return LEDGER_OK;
}

static int ask_for_matter(const struct matters *matters, const char *path)
{
    cli_message("the file '%s' stands in several matters; say which with '--matter':", path);
    for (size_t i = 0; i < matters->count; i++) {
        cli_message("  %s", matters->names[i]);
    }
    if (matters->more) {
        cli_message("  and others");
    }
    return CLI_TROUBLE;
}

/* Sets `*matter` (free it) to the one that has the file. */
static int find_matter(char **matter, const struct cli_args *args, struct ledger_reader *reader,
                       struct ledger_hasher *hasher)
{
    const char *path = cli_value(args, "document");
    struct matters matters = {0};
    struct ledger_document document;
    struct ledger_error error = {0};
    struct ledger_query query = {.document = &document.digest};
    if (!document_file_read(&document, hasher, path)) {
        return CLI_TROUBLE;
    }
    int status = CLI_DONE;
    enum ledger_status searched = ledger_search(reader, &query, take_matter, &matters, &error);
    if (searched == LEDGER_NO_MEMORY) {
        status = cli_fail("out of memory");
    } else if (searched != LEDGER_OK) {
        status = read_ledger_fail(args, &error);
    } else if (matters.count == 0) {
        cli_message("no entry of this ledger speaks of the file '%s'; if you know the number of "
                    "its matter, give it with '--matter'",
                    path);
        status = CLI_NOT_VALID;
    } else if (matters.count > 1) {
        status = ask_for_matter(&matters, path);
    } else {
        *matter = matters.names[0];
        matters.names[0] = NULL;
    }
    for (size_t i = 0; i < matters.count; i++) {
        free(matters.names[i]);
    }
    return status;
}

/* --- The proof --- */

/* The bytes of the proof, as they come. */
struct bytes {
    uint8_t *data;
    size_t size;
    size_t capacity;
    bool too_long;
};

static enum ledger_status keep(void *context, struct ledger_span piece)
{
    struct bytes *bytes = context;
    if (piece.size > LEDGER_STATUS_FILE_MAX - bytes->size) {
        bytes->too_long = true;
        return LEDGER_INVALID;
    }
    if (piece.size > bytes->capacity - bytes->size) {
        size_t capacity = (bytes->size + piece.size) * 2;
        uint8_t *larger = realloc(bytes->data, capacity);
        if (larger == NULL) {
            return LEDGER_NO_MEMORY;
        }
        bytes->data = larger;
        bytes->capacity = capacity;
    }
    memcpy(bytes->data + bytes->size, piece.data, piece.size);
    bytes->size += piece.size;
    return LEDGER_OK;
}

static enum ledger_status make_now(struct bytes *bytes, struct ledger_reader *reader,
                                   struct ledger_span matter, struct ledger_error *error)
{
    struct ledger_prover *prover = NULL;
    enum ledger_status status = ledger_prover_new(&prover, reader, error);
    if (status == LEDGER_OK) {
        status = ledger_prove_status(prover, keep, bytes, matter, error);
    }
    ledger_prover_free(&prover);
    return status;
}

/* Between the commit of an index and that of its checkpoint a live ledger looks unfinished. Waits up
 * to about two seconds, as an audit does, for a state that is not. */
static enum ledger_status make_soon(struct bytes *bytes, const struct cli_args *args,
                                    struct ledger_reader *reader, struct ledger_span matter,
                                    struct ledger_error *error)
{
    const struct timespec pause = {0, 40 * 1000 * 1000};
    int left = cli_count(args, "no-lock") > 0 ? 0 : 50;
    enum ledger_status status = make_now(bytes, reader, matter, error);
    while (status == LEDGER_BUSY && left-- > 0) {
        nanosleep(&pause, NULL);
        status = ledger_reader_renew(reader, error);
        if (status == LEDGER_OK) {
            status = make_now(bytes, reader, matter, error);
        }
    }
    return status;
}

static int make(struct bytes *bytes, const struct cli_args *args, struct ledger_reader *reader,
                struct ledger_span matter)
{
    struct ledger_error error = {0};
    enum ledger_status status = make_soon(bytes, args, reader, matter, &error);
    if (bytes->too_long) {
        return cli_fail("the matter has too many entries for one proof, which has at most %" PRIu64
                        " bytes",
                        LEDGER_STATUS_FILE_MAX);
    }
    if (status == LEDGER_NO_MEMORY) {
        return cli_fail("cannot make the proof: out of memory");
    }
    if (status == LEDGER_NOT_FOUND) {
        (void)cli_fail_with(&error);
        return CLI_NOT_VALID;
    }
    return status == LEDGER_OK ? CLI_DONE : read_ledger_fail(args, &error);
}

/* Who is to be trusted is for the one who checks the proof. All the rest must hold. */
static int check(struct ledger_status_report *report, struct ledger_hasher *hasher,
                 const struct bytes *bytes)
{
    struct ledger_status_proof proof;
    struct ledger_verdict verdict;
    uint8_t *memory = malloc(LEDGER_EVIDENCE_MAX);
    struct ledger_proof_report *entry = malloc(sizeof *entry);
    int status = CLI_DONE;
    ledger_verdict_clear(&verdict);
    if (memory == NULL || entry == NULL) {
        status = cli_fail("cannot check the proof: out of memory");
    } else if (!ledger_status_proof_parse(&proof, &verdict,
                                          (struct ledger_span){bytes->data, bytes->size}) ||
               !ledger_status_check_made(hasher, &verdict, report, &proof, entry, memory)) {
        status = cli_fail("the proof does not hold (%s: %s): verify the ledger",
                          ledger_finding_token(verdict.finding), verdict.detail);
    }
    free(entry);
    free(memory);
    return status;
}

/* --- What is said of it --- */

static enum ledger_status count_one(void *context, const struct ledger_entry *entry,
                                    struct ledger_span bytes)
{
    uint64_t *count = context;
    (void)entry;
    (void)bytes;
    (*count)++;
    return LEDGER_OK;
}

/* How many entries of the matter the index does not cover. */
static int count_later(uint64_t *later, const struct cli_args *args, struct ledger_reader *reader,
                       struct ledger_span matter, uint64_t as_of)
{
    struct ledger_error error = {0};
    struct ledger_query query = {.from = as_of, .matter = matter};
    *later = 0;
    return ledger_search(reader, &query, count_one, later, &error) == LEDGER_OK
               ? CLI_DONE
               : read_ledger_fail(args, &error);
}

static void print_json(const char *path, const char *matter,
                       const struct ledger_status_report *report, uint64_t later)
{
    struct document_status status = {.standing = report->standing,
                                     .entry = report->standing_entry,
                                     .time_ms = report->standing_ms};
    struct json_value *object = json_object_new();
    json_add_string(object, "what", "status-proof");
    json_add_string(object, "file", path);
    json_add_string(object, "matter", matter);
    json_add_number(object, "entries", report->entries);
    json_add(object, "status", document_status_json(&status));
    json_add_number(object, "as_of", report->as_of);
    json_add_time(object, "as_of_time", report->as_of_ms);
    json_add_number(object, "after", report->after);
    json_add_number(object, "not_covered", later);
    json_print(stdout, object);
}

static void say(const struct cli_args *args, const char *matter,
                const struct ledger_status_report *report, uint64_t later)
{
    const char *path = cli_value(args, "output");
    bool to_file = path != NULL && strcmp(path, "-") != 0;
    if (report->entries == 0) {
        cli_message("the proof shows that the matter '%s' has no entries before entry %" PRIu64,
                    matter, report->as_of);
    }
    if (later > 0) {
        cli_message("%" PRIu64 " %s of the matter came after the last index of matters, entry "
                    "%" PRIu64 ", and %s not covered by the proof: the operator appends a newer "
                    "index with 'ledger-index'",
                    later, later == 1 ? "entry" : "entries", report->as_of,
                    later == 1 ? "is" : "are");
    }
    if (cli_count(args, "json") > 0) {
        print_json(path, matter, report, later);
    } else if (to_file) {
        (void)printf("%s\n", path);
    }
}

static int prove_matter(const struct cli_args *args, struct ledger_reader *reader,
                        struct ledger_hasher *hasher, const char *matter)
{
    struct ledger_span number = ledger_span_of(matter);
    const char *path = cli_value(args, "output");
    struct ledger_status_report report;
    struct bytes bytes = {0};
    uint64_t later;
    int status = make(&bytes, args, reader, number);
    if (status == CLI_DONE) {
        status = check(&report, hasher, &bytes);
    }
    if (status == CLI_DONE) {
        status = count_later(&later, args, reader, number, report.as_of);
    }
    if (status == CLI_DONE) {
        status = cli_replace_file(path == NULL ? "-" : path,
                                  (struct ledger_span){bytes.data, bytes.size});
    }
    if (status == CLI_DONE) {
        say(args, matter, &report, later);
    }
    free(bytes.data);
    return status;
}

int prove_status(const struct cli_args *args, struct ledger_reader *reader,
                 struct ledger_hasher *hasher)
{
    const char *given = cli_value(args, "matter");
    char *found = NULL;
    int status = given != NULL ? CLI_DONE : find_matter(&found, args, reader, hasher);
    if (status == CLI_DONE) {
        status = prove_matter(args, reader, hasher, given != NULL ? given : found);
    }
    free(found);
    return status;
}
