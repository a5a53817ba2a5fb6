#include "tools/document_verdict.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cli.h"
#include "tools/entry_json.h"
#include "tools/verify_text.h"

/* --- Looking at entries --- */

static void *or_end(void *memory)
{
    if (memory == NULL) {
        exit(cli_fail("cannot judge the file: out of memory"));
    }
    return memory;
}

static char *copy_of(struct ledger_span text)
{
    char *copy = or_end(malloc(text.size + 1));
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    return copy;
}

static char *event_of(const struct ledger_record *record)
{
    char *text = NULL;
    int size = asprintf(&text, "%.*s, %.*s", LEDGER_SPAN_ARGS(record->kind),
                        LEDGER_SPAN_ARGS(record->event));
    return or_end(size < 0 ? NULL : text);
}

static char *signers_of(const struct ledger_record *record)
{
    struct ledger_span rest = record->note.signatures;
    struct ledger_signature signature;
    char *text = or_end(malloc(rest.size + 1)); /* each line has more than its name and ", " */
    size_t size = 0;
    while (ledger_note_next(&rest, &signature)) {
        if (size > 0) {
            memcpy(text + size, ", ", 2);
            size += 2;
        }
        memcpy(text + size, signature.name.data, signature.name.size);
        size += signature.name.size;
    }
    text[size] = '\0';
    return text;
}

static void add_place(struct document_places *places, const struct ledger_entry *entry,
                      const struct ledger_document *document)
{
    if (places->count == places->capacity) {
        places->capacity = places->capacity == 0 ? 4 : places->capacity * 2;
        places->list = or_end(reallocarray(places->list, places->capacity, sizeof places->list[0]));
    }
    places->list[places->count++] =
        (struct document_place){.entry = entry->index,
                                .time_ms = entry->time_ms,
                                .digest = document->digest,
                                .size = document->size,
                                .name = copy_of(document->name),
                                .matter = copy_of(entry->record.matter),
                                .event = event_of(&entry->record),
                                .institution = copy_of(entry->record.institution),
                                .signers = signers_of(&entry->record),
                                .status = {.entry = LEDGER_NO_ENTRY}};
}

static void free_places(struct document_places *places)
{
    for (size_t i = 0; i < places->count; i++) {
        free(places->list[i].name);
        free(places->list[i].matter);
        free(places->list[i].event);
        free(places->list[i].institution);
        free(places->list[i].signers);
    }
    free(places->list);
    *places = (struct document_places){0};
}

void document_verdict_start(struct document_verdict *verdict, const char *path,
                            const struct ledger_document *file, const char *matter)
{
    *verdict = (struct document_verdict){
        .path = path, .file = *file, .matter = matter, .answer = DOCUMENT_UNJUDGED};
}

void document_verdict_free(struct document_verdict *verdict)
{
    free_places(&verdict->matches);
    free_places(&verdict->others);
}

static bool is_file(const struct ledger_document *a, const struct ledger_document *b)
{
    return a->size == b->size && ledger_hash_equal(&a->digest, &b->digest);
}

static bool is_listed(const struct document_places *places, const struct ledger_document *document)
{
    for (size_t i = 0; i < places->count; i++) {
        if (ledger_hash_equal(&places->list[i].digest, &document->digest)) {
            return true;
        }
    }
    return false;
}

static void take_other(struct document_verdict *verdict, const struct ledger_entry *entry,
                       const struct ledger_document *document)
{
    if (is_listed(&verdict->others, document)) {
        return;
    }
    if (verdict->others.count < DOCUMENT_OTHERS_MAX) {
        add_place(&verdict->others, entry, document);
    } else {
        verdict->others_left_out++;
    }
}

void document_verdict_entry(struct document_verdict *verdict, const struct ledger_entry *entry)
{
    struct ledger_lines documents = entry->record.documents;
    struct ledger_document document;
    bool of_matter =
        verdict->matter != NULL && ledger_span_is(entry->record.matter, verdict->matter);
    bool taken = false;
    verdict->entries++;
    verdict->of_matter += of_matter;
    while (ledger_record_next_document(&documents, &document)) {
        if (!is_file(&document, &verdict->file)) {
            if (of_matter) {
                take_other(verdict, entry, &document);
            }
        } else if (!taken) { /* the same file twice in one entry is one place */
            add_place(&verdict->matches, entry, &document);
            taken = true;
        }
    }
}

bool document_verdict_has(const struct document_verdict *verdict, struct ledger_span matter)
{
    for (size_t i = 0; i < verdict->matches.count; i++) {
        if (ledger_span_is(matter, verdict->matches.list[i].matter)) {
            return true;
        }
    }
    return false;
}

static void set_status(struct document_places *places, struct ledger_span matter,
                       const struct document_status *status)
{
    for (size_t i = 0; i < places->count; i++) {
        if (ledger_span_is(matter, places->list[i].matter)) {
            places->list[i].status = *status;
        }
    }
}

void document_verdict_status(struct document_verdict *verdict, struct ledger_span matter,
                             const struct document_status *status)
{
    set_status(&verdict->matches, matter, status);
    set_status(&verdict->others, matter, status);
}

/* --- Deciding --- */

void document_verdict_unjudged(struct document_verdict *verdict, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(verdict->missing, sizeof verdict->missing, format, arguments);
    va_end(arguments);
    verdict->answer = DOCUMENT_UNJUDGED;
}

/* Whether the file is in an entry of the matter that was given, or, without one, in any. */
static bool is_recorded(const struct document_verdict *verdict)
{
    return verdict->matter == NULL ? verdict->matches.count > 0
                                   : document_verdict_has(verdict, ledger_span_of(verdict->matter));
}

void document_verdict_decide(struct document_verdict *verdict)
{
    if (is_recorded(verdict)) {
        verdict->answer = DOCUMENT_RECORDED;
    } else if (verdict->matter == NULL || verdict->of_matter == 0) {
        verdict->answer = DOCUMENT_NOT_IN_LEDGER;
    } else if (verdict->others.count > 0) {
        verdict->answer = DOCUMENT_DIFFERS;
    } else {
        document_verdict_unjudged(verdict,
                                  "the matter '%s' has %" PRIu64 " %s, and none speaks of a file: "
                                  "there is nothing to compare with",
                                  verdict->matter, verdict->of_matter,
                                  verdict->of_matter == 1 ? "entry" : "entries");
    }
}

bool document_require_parse(unsigned *required, const char *text)
{
    static const enum ledger_standing all[] = {
        LEDGER_STANDING_EFFECTIVE, LEDGER_STANDING_CORRECTED, LEDGER_STANDING_PENDING,
        LEDGER_STANDING_VOID,      LEDGER_STANDING_CLOSED,    LEDGER_STANDING_AS_BEFORE};
    unsigned parsed = 0;
    while (text != NULL) {
        const char *comma = strchr(text, ',');
        size_t size = comma == NULL ? strlen(text) : (size_t)(comma - text);
        unsigned bit = 0;
        for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
            const char *word =
                all[i] == LEDGER_STANDING_AS_BEFORE ? "none" : ledger_standing_word(all[i]);
            bit |= strlen(word) == size && memcmp(word, text, size) == 0 ? 1u << all[i] : 0;
        }
        if (bit == 0) {
            return false;
        }
        parsed |= bit;
        text = comma == NULL ? NULL : comma + 1;
    }
    *required = parsed;
    return parsed != 0;
}

bool document_require_met(unsigned required, enum ledger_standing standing)
{
    return required == 0 || (required >> standing & 1) != 0;
}

/* Of the places of a file in other matters than that which was given nothing is asked. */
static bool counts(const struct document_verdict *verdict, const struct document_place *place)
{
    return verdict->matter == NULL || strcmp(place->matter, verdict->matter) == 0;
}

int document_verdict_exit(const struct document_verdict *verdict, unsigned required)
{
    if (verdict->answer != DOCUMENT_RECORDED) {
        return (int)verdict->answer;
    }
    for (size_t i = 0; i < verdict->matches.count; i++) {
        const struct document_place *place = &verdict->matches.list[i];
        if (counts(verdict, place) && !document_require_met(required, place->status.standing)) {
            return CLI_NOT_VALID;
        }
    }
    return CLI_DONE;
}

/* --- The report for a reader --- */

void document_status_text(char *text, size_t size, const struct document_status *status)
{
    const char *word = ledger_standing_word(status->standing);
    const char *link = status->standing == LEDGER_STANDING_CORRECTED ? "by" : "since";
    if (status->standing == LEDGER_STANDING_AS_BEFORE) {
        (void)snprintf(text, size, "no rule says what became of it");
    } else {
        (void)snprintf(text, size, "%s %s entry %" PRIu64, word, link, status->entry);
    }
}

void document_require_print(const char *asked, const struct document_status *status)
{
    char text[64];
    document_status_text(text, sizeof text, status);
    (void)printf("NOT AS REQUIRED: of the matter: %s; asked was: ", text);
    cli_put_clean(stdout, ledger_span_of(asked));
    (void)fputc('\n', stdout);
}

static void print_as_of(const struct document_verdict *verdict)
{
    char time[LEDGER_TIME_SIZE + 1];
    ledger_write_ledger_time(time, verdict->as_of_ms);
    (void)printf(", as of entry %" PRIu64 ", at time %s\n", verdict->as_of, time);
}

/* The first place that counts. */
static const struct document_place *place_of(const struct document_verdict *verdict)
{
    size_t i = 0;
    while (!counts(verdict, &verdict->matches.list[i])) {
        i++;
    }
    return &verdict->matches.list[i];
}

static void print_recorded_line(const struct document_verdict *verdict)
{
    const struct document_place *place = place_of(verdict);
    char status[64];
    document_status_text(status, sizeof status, &place->status);
    (void)printf("RECORDED: entry %" PRIu64 " speaks of this file, in the matter '", place->entry);
    cli_put_clean(stdout, ledger_span_of(place->matter));
    (void)printf("'; of the matter: %s", status);
}

void document_verdict_print_line(const struct document_verdict *verdict)
{
    struct ledger_span matter = ledger_span_of(verdict->matter == NULL ? "" : verdict->matter);
    switch (verdict->answer) {
    case DOCUMENT_RECORDED:
        print_recorded_line(verdict);
        break;
    case DOCUMENT_DIFFERS:
        (void)fputs("DIFFERS: the file is none of those recorded for the matter '", stdout);
        cli_put_clean(stdout, matter);
        (void)fputc('\'', stdout);
        break;
    case DOCUMENT_NOT_IN_LEDGER:
        if (verdict->matter != NULL) {
            (void)fputs("NOT IN THIS LEDGER: nothing is recorded under this number, '", stdout);
            cli_put_clean(stdout, matter);
            (void)fputc('\'', stdout);
        } else {
            (void)fputs("NOT IN THIS LEDGER: no entry speaks of this very file", stdout);
        }
        break;
    case DOCUMENT_UNJUDGED:
        (void)fputs("CANNOT BE JUDGED: ", stdout);
        cli_put_clean(stdout, ledger_span_of(verdict->missing));
        (void)fputc('\n', stdout);
        return;
    }
    print_as_of(verdict);
}

static void print_file(const char *label, const struct ledger_hash *digest, uint64_t size)
{
    uint8_t memory[2 * LEDGER_HASH_SIZE];
    struct ledger_buffer hex = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_hex(&hex, digest->bytes, sizeof digest->bytes);
    text_row(label, "sha256 %.*s, %" PRIu64 " bytes", LEDGER_SPAN_ARGS(ledger_buffer_span(&hex)),
             size);
}

static void print_place(const struct document_place *place)
{
    char time[LEDGER_TIME_SIZE + 1];
    ledger_write_ledger_time(time, place->time_ms);
    text_row("entry", "%" PRIu64 ", at %s", place->entry, time);
    text_row("matter", "%s", place->matter);
    text_row("kind, event", "%s", place->event);
    text_row("institution", "%s", place->institution);
    text_row("signed by", "%s", place->signers);
    text_row("as the file", "'%s'", place->name);
}

static void print_standing(const struct document_place *place)
{
    const struct document_status *status = &place->status;
    char text[64];
    bool later = status->standing != LEDGER_STANDING_AS_BEFORE && status->entry > place->entry;
    document_status_text(text, sizeof text, status);
    text_row("the matter now", "%s%s", text, later ? ", after this file was recorded" : "");
}

static void print_matches(const struct document_verdict *verdict)
{
    for (size_t i = 0; i < verdict->matches.count; i++) {
        text_section("where the file is recorded");
        print_place(&verdict->matches.list[i]);
        print_standing(&verdict->matches.list[i]);
    }
}

static void print_others(const struct document_verdict *verdict)
{
    for (size_t i = 0; i < verdict->others.count; i++) {
        const struct document_place *place = &verdict->others.list[i];
        text_section("a file recorded for the matter");
        print_file("digest, size", &place->digest, place->size);
        print_place(place);
        print_standing(place);
    }
    if (verdict->others_left_out > 0) {
        text_section("and others");
        text_row("not listed", "%" PRIu64, verdict->others_left_out);
    }
}

/* Whether what became of the matter came after the file was recorded, at every place. */
static bool is_superseded(const struct document_verdict *verdict)
{
    for (size_t i = 0; i < verdict->matches.count; i++) {
        const struct document_place *place = &verdict->matches.list[i];
        if (place->status.standing == LEDGER_STANDING_AS_BEFORE ||
            place->status.entry <= place->entry) {
            return false;
        }
    }
    return true;
}

static void print_meaning(const struct document_verdict *verdict)
{
    text_section("what it means for the file");
    switch (verdict->answer) {
    case DOCUMENT_RECORDED:
        text_lines("The file is, byte for byte, what was recorded. That what it says is true, the\n"
                   "ledger does not show.");
        if (is_superseded(verdict)) {
            text_lines("What became of the matter, shown above, came after the file was recorded.");
        }
        break;
    case DOCUMENT_DIFFERS:
        text_lines(
            "The matter has recorded files, shown above, and this is none of them, byte for\n"
            "byte. It may be another version or another copy, as one that was scanned or "
            "saved\nanew, or it may have been altered: ask the institution for the recorded "
            "file.");
        break;
    case DOCUMENT_NOT_IN_LEDGER:
        text_lines(
            verdict->matter != NULL
                ? "Nothing stands under this number in this ledger. That says nothing for or "
                  "against the\nfile: the number may be spelt otherwise, the matter may be "
                  "in another ledger, or it was\nnever recorded."
                : "No entry has the digest of this file. That says nothing for or against "
                  "it: it may be\nanother copy of a recorded file, or never have been "
                  "recorded. If you know the number of\nits matter, give it with "
                  "'--matter': then the file is compared with those recorded.");
        break;
    case DOCUMENT_UNJUDGED:
        text_lines("Nothing was found for or against the file.");
        break;
    }
}

void document_verdict_print(const struct document_verdict *verdict)
{
    text_section("the file");
    text_row("file", "'%s'", verdict->path);
    print_file("digest, size", &verdict->file.digest, verdict->file.size);
    print_matches(verdict);
    if (verdict->answer == DOCUMENT_DIFFERS) {
        print_others(verdict);
    }
    print_meaning(verdict);
}

/* --- The report for a machine --- */

struct json_value *document_status_json(const struct document_status *status)
{
    struct json_value *object = json_object_new();
    bool none = status->standing == LEDGER_STANDING_AS_BEFORE;
    json_add_string(object, "standing", none ? "none" : ledger_standing_word(status->standing));
    if (!none) {
        json_add_number(object, "entry", status->entry);
        json_add_time(object, "time", status->time_ms);
    }
    return object;
}

static struct json_value *places_json(const struct document_places *places)
{
    struct json_value *array = json_array_new();
    for (size_t i = 0; i < places->count; i++) {
        const struct document_place *place = &places->list[i];
        struct json_value *one = json_object_new();
        json_add_number(one, "entry", place->entry);
        json_add_time(one, "time", place->time_ms);
        json_add_string(one, "matter", place->matter);
        json_add_string(one, "event", place->event);
        json_add_string(one, "institution", place->institution);
        json_add_string(one, "signers", place->signers);
        json_add_hex(one, "sha256", &place->digest);
        json_add_number(one, "size", place->size);
        json_add_string(one, "name", place->name);
        json_add(one, "status", document_status_json(&place->status));
        json_append(array, one);
    }
    return array;
}

static const char *answer_word(enum document_answer answer)
{
    switch (answer) {
    case DOCUMENT_RECORDED:
        return "recorded";
    case DOCUMENT_DIFFERS:
        return "differs";
    case DOCUMENT_NOT_IN_LEDGER:
        return "not-in-this-ledger";
    case DOCUMENT_UNJUDGED:
        break;
    }
    return "cannot-be-judged";
}

struct json_value *document_verdict_json(const struct document_verdict *verdict)
{
    struct json_value *object = json_object_new();
    json_add_string(object, "file", verdict->path);
    json_add_hex(object, "sha256", &verdict->file.digest);
    json_add_number(object, "size", verdict->file.size);
    json_add_string(object, "answer", answer_word(verdict->answer));
    if (verdict->matter != NULL) {
        json_add_string(object, "matter", verdict->matter);
    }
    if (verdict->answer == DOCUMENT_UNJUDGED) {
        json_add_string(object, "missing", verdict->missing);
    } else {
        json_add_number(object, "as_of", verdict->as_of);
        json_add_time(object, "as_of_time", verdict->as_of_ms);
    }
    json_add(object, "recorded", places_json(&verdict->matches));
    json_add(object, "others", places_json(&verdict->others));
    json_add_number(object, "others_left_out", verdict->others_left_out);
    return object;
}
