#include "tools/record_builder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

#include "ledger/base/encoding.h"
#include "ledger/base/text.h"
#include "ledger/base/timestamp.h"
#include "ledger/format/matter.h"
#include "tools/document_file.h"
#include "tools/json_text.h"
#include "tools/refusal.h"

#define OFFSET_MAX_MINUTES (14 * 60)

struct record_builder *record_builder_new(void)
{
    struct record_builder *builder = calloc(1, sizeof *builder);
    if (builder == NULL || ledger_hasher_new(&builder->hasher) != LEDGER_OK) {
        cli_fail("cannot build a record: out of memory");
        record_builder_free(&builder);
    }
    return builder;
}

void record_builder_free(struct record_builder **builder)
{
    if (*builder != NULL) {
        ledger_hasher_free(&(*builder)->hasher);
        free((*builder)->data);
        free(*builder);
        *builder = NULL;
    }
}

/* --- defaults --- */

/* UTC where the local offset cannot be written as a claimed time. */
static bool write_now(char text[32])
{
    time_t now = time(NULL);
    struct tm local;
    if (now < 0 || now > LEDGER_TIME_MAX / 1000) {
        return false;
    }
    if (localtime_r(&now, &local) == NULL || local.tm_gmtoff % 60 != 0 || local.tm_gmtoff == 0 ||
        labs(local.tm_gmtoff) / 60 > OFFSET_MAX_MINUTES) {
        ledger_write_claimed_time(text, (int64_t)now * 1000);
        return true;
    }
    long minutes = labs(local.tm_gmtoff) / 60;
    size_t size = strftime(text, 32, "%Y-%m-%dT%H:%M:%S", &local);
    (void)snprintf(text + size, 32 - size, "%c%02ld:%02ld", local.tm_gmtoff < 0 ? '-' : '+',
                   minutes / 60, minutes % 60);
    return true;
}

int record_builder_start(struct record_builder *builder, struct ledger_span ledger)
{
    free(builder->data);
    builder->data = NULL;
    builder->fields = (struct ledger_record_fields){
        .ledger = ledger,
        .documents = builder->documents,
        .parties = builder->parties,
        .fields = builder->field_lines,
    };
    builder->field_text = ledger_buffer_in(builder->field_memory, sizeof builder->field_memory);
    if (getrandom(builder->fields.nonce, LEDGER_NONCE_SIZE, 0) != LEDGER_NONCE_SIZE) {
        return cli_fail("cannot get random bytes for the record: %s", strerror(errno));
    }
    if (!write_now(builder->time)) {
        return cli_fail("the clock of this machine is out of range: set it right");
    }
    builder->fields.time = ledger_span_of(builder->time);
    return CLI_DONE;
}

/* --- documents --- */

int record_builder_add_document(struct record_builder *builder,
                                const struct ledger_document *document)
{
    if (builder->fields.document_count == RECORD_DOCUMENTS_MAX) {
        return cli_fail("too many documents for one record: at most %d", RECORD_DOCUMENTS_MAX);
    }
    builder->documents[builder->fields.document_count++] = *document;
    return CLI_DONE;
}

static bool is_regular(const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0) {
        cli_fail("cannot open document '%s': %s", path, strerror(errno));
        return false;
    }
    if (!S_ISREG(about.st_mode)) {
        cli_fail("cannot take '%s' as a document: it is not a regular file", path);
        return false;
    }
    return true;
}

int record_builder_add_file(struct record_builder *builder, const char *path)
{
    struct ledger_document document;
    if (!is_regular(path) || !document_file_read(&document, builder->hasher, path)) {
        return CLI_TROUBLE;
    }
    if (!ledger_text_is_file_name(document.name)) {
        return cli_fail("cannot take '%s' as a document: its name is not 1 to %d bytes of clean "
                        "text; rename the file",
                        path, LEDGER_FILE_MAX);
    }
    return record_builder_add_document(builder, &document);
}

/* --- parties and fields --- */

int record_builder_add_party(struct record_builder *builder, struct ledger_span vkey)
{
    if (builder->fields.party_count == RECORD_PARTIES_MAX) {
        return cli_fail("too many parties for one record: at most %d may sign it",
                        RECORD_PARTIES_MAX);
    }
    builder->parties[builder->fields.party_count++] = vkey;
    return CLI_DONE;
}

int record_builder_add_field(struct record_builder *builder, struct ledger_span name,
                             struct ledger_span value)
{
    struct ledger_buffer *text = &builder->field_text;
    size_t start = text->size;
    if (!ledger_text_is_token(name)) {
        return cli_fail("'%.*s' is not the name of a field: lower-case letters, digits and '-'",
                        LEDGER_SPAN_ARGS(name));
    }
    ledger_buffer_add(text, name);
    ledger_buffer_text(text, " ");
    ledger_buffer_add(text, value);
    if (builder->fields.field_count == RECORD_FIELDS_MAX || text->overflow) {
        return cli_fail("the fields are too many or too long for one record, at '%.*s'",
                        LEDGER_SPAN_ARGS(name));
    }
    builder->field_lines[builder->fields.field_count++] =
        (struct ledger_span){text->data + start, text->size - start};
    return CLI_DONE;
}

/* --- options --- */

static bool is_time(struct ledger_span text)
{
    int64_t ignored = 0;
    return ledger_read_claimed_time(&ignored, text);
}

#define A_TOKEN                                                                                    \
    "a token: a lower-case letter, then lower-case letters, digits and hyphens, at most 64"
#define A_MATTER                                                                                   \
    "a number: 1 to 255 bytes of clean text on one line, no space at either end and no two in a "  \
    "row"

bool record_option_holds(const struct cli_args *args, const char *name)
{
    static const struct form {
        const char *name;
        bool (*is)(struct ledger_span text);
        const char *what;
    } forms[] = {
        {"kind", ledger_text_is_token, A_TOKEN},
        {"event", ledger_text_is_token, A_TOKEN},
        {"category", ledger_text_is_token, A_TOKEN},
        {"matter", ledger_matter_is_title, A_MATTER},
        {"refers", ledger_matter_is_title, A_MATTER},
        {"institution", ledger_text_is_name,
         "a name: 1 to 255 bytes of clean text without spaces and '+'"},
        {"time", is_time, "a time such as 2026-11-23T10:21:07+08:00"},
    };
    const char *text = cli_value(args, name);
    const struct form *form = forms;
    while (strcmp(form->name, name) != 0) {
        form++;
        LEDGER_ASSERT(form < forms + sizeof forms / sizeof forms[0]);
    }
    if (text == NULL || form->is(ledger_span_of(text))) {
        return true;
    }
    cli_fail_usage(args->program, "option '--%s': '%s' is not %s", name, text, form->what);
    return false;
}

static int take_data(struct record_builder *builder, const char *text)
{
    builder->data = (uint8_t *)strdup(text);
    if (builder->data == NULL) {
        return cli_fail("out of memory");
    }
    builder->fields.data =
        (struct ledger_span){builder->data, json_text_squeeze(builder->data, strlen(text))};
    return builder->fields.data.size > 0 ? CLI_DONE
                                         : cli_fail("option '--data': '' is not a JSON value");
}

static int take_nonce(struct record_builder *builder, const char *text)
{
    return ledger_read_base64(builder->fields.nonce, LEDGER_NONCE_SIZE, ledger_span_of(text))
               ? CLI_DONE
               : cli_fail("option '--nonce': '%s' is not the base64 of %d bytes", text,
                          LEDGER_NONCE_SIZE);
}

static void take_text(struct ledger_span *field, const struct cli_args *args, const char *name)
{
    const char *text = cli_value(args, name);
    if (text != NULL) {
        *field = ledger_span_of(text);
    }
}

/* Given without a value, a line that need not be there would silently be none. */
static bool is_empty(const struct cli_args *args, const char *name)
{
    const char *text = cli_value(args, name);
    bool empty = text != NULL && text[0] == '\0';
    if (empty) {
        cli_fail("option '--%s': the value is empty", name);
    }
    return empty;
}

static int take_texts(struct record_builder *builder, const struct cli_args *args)
{
    struct ledger_record_fields *fields = &builder->fields;
    const struct {
        const char *name;
        struct ledger_span *field;
    } texts[] = {
        {"kind", &fields->kind},     {"event", &fields->event},
        {"matter", &fields->matter}, {"institution", &fields->institution},
        {"time", &fields->time},     {"category", &fields->category},
        {"refers", &fields->refers},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (is_empty(args, texts[i].name) || !record_option_holds(args, texts[i].name)) {
            return CLI_TROUBLE;
        }
        take_text(texts[i].field, args, texts[i].name);
    }
    return CLI_DONE;
}

static int take_party(struct record_builder *builder, const struct cli_args *args, const char *text)
{
    struct ledger_vkey vkey;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    return ledger_vkey_parse(builder->hasher, &vkey, &verdict, ledger_span_of(text))
               ? record_builder_add_party(builder, ledger_span_of(text))
               : cli_fail_usage(args->program,
                                "option '--party': '%s' is not a key as 'ledger-key show' prints "
                                "it: %s",
                                text, verdict.detail);
}

static int take_field(struct record_builder *builder, const char *text)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL) {
        return cli_fail("option '--field': '%s' is not NAME=VALUE", text);
    }
    struct ledger_span name = {(const uint8_t *)text, (size_t)(equals - text)};
    return record_builder_add_field(builder, name, ledger_span_of(equals + 1));
}

static int take_repeated(struct record_builder *builder, const struct cli_args *args)
{
    int status = CLI_DONE;
    for (size_t i = 0; status == CLI_DONE && i < cli_count(args, "party"); i++) {
        status = take_party(builder, args, cli_nth(args, "party", i));
    }
    for (size_t i = 0; status == CLI_DONE && i < cli_count(args, "field"); i++) {
        status = take_field(builder, cli_nth(args, "field", i));
    }
    for (size_t i = 0; status == CLI_DONE && i < cli_count(args, "document"); i++) {
        status = record_builder_add_file(builder, cli_nth(args, "document", i));
    }
    return status;
}

int record_builder_take_options(struct record_builder *builder, const struct cli_args *args)
{
    const char *nonce = cli_value(args, "nonce");
    const char *data = cli_value(args, "data");
    int status = take_texts(builder, args);
    if (status == CLI_DONE && nonce != NULL) {
        status = take_nonce(builder, nonce);
    }
    if (status == CLI_DONE && data != NULL) {
        status = take_data(builder, data);
    }
    return status == CLI_DONE ? take_repeated(builder, args) : status;
}

/* --- writing --- */

/* Header and seven lines that each record has, and the others. */
static size_t lines_expected(const struct ledger_record_fields *fields)
{
    size_t repeated = fields->party_count + fields->field_count + fields->document_count +
                      fields->unset_count + fields->set_count;
    size_t optional = fields->category.size > 0 ? 1 : 0;
    optional += fields->refers.size > 0 ? 1 : 0;
    optional += fields->data.size > 0 ? 1 : 0;
    return 8 + repeated + optional;
}

static size_t lines_in(struct ledger_span text)
{
    size_t lines = 0;
    struct ledger_span line;
    while (ledger_span_take_line(&text, &line)) {
        lines++;
    }
    return lines;
}

bool record_builder_write(struct record_builder *builder, struct ledger_verdict *verdict)
{
    struct ledger_record record;
    builder->text = ledger_buffer_in(builder->memory, sizeof builder->memory);
    ledger_record_write(&builder->text, &builder->fields);
    ledger_verdict_clear(verdict);
    if (builder->text.overflow) {
        return ledger_verdict_set(verdict, LEDGER_TOO_LONG, "a record is at most %d bytes",
                                  LEDGER_NOTE_MAX);
    }
    struct ledger_span text = ledger_buffer_span(&builder->text);
    /* A value with a newline in it must not become lines of its own. */
    if (lines_in(text) != lines_expected(&builder->fields)) {
        return ledger_verdict_set(verdict, LEDGER_BAD_TEXT, "a value has a newline in it");
    }
    return ledger_record_parse_draft(&record, verdict, text);
}

int record_builder_refuse(bool json, const char *subject, const struct ledger_verdict *verdict)
{
    int status =
        cli_refuse_as(&(struct refusal){.subject = subject, .verdict = verdict, .json = json});
    return verdict->finding == LEDGER_TOO_LONG ? status : CLI_TROUBLE;
}
