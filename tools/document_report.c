#include "tools/document_verdict.h"

#include <inttypes.h>
#include <string.h>

#include "tools/cli.h"
#include "tools/entry_json.h"
#include "tools/verify_text.h"

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

/* What is said after the status, if it is not this file that stands. */
static const char *standing_file(const struct document_verdict *verdict,
                                 const struct document_place *place)
{
    bool may = place->status.standing == LEDGER_STANDING_EFFECTIVE ||
               place->status.standing == LEDGER_STANDING_CORRECTED;
    return !may || document_verdict_stands(verdict, place) ? ""
           : place->status.decided == LEDGER_NO_ENTRY      ? ", which speaks of no file"
                                                           : ", with another file";
}

void document_require_print(const char *asked, const struct document_status *status)
{
    char text[64];
    document_status_text(text, sizeof text, status);
    (void)printf("NOT AS REQUIRED: of the matter: %s; asked was: ", text);
    cli_put_clean(stdout, ledger_span_of(asked));
    (void)fputc('\n', stdout);
}

void document_verdict_print_unmet(const struct document_verdict *verdict, const char *asked,
                                  const struct document_place *place)
{
    char text[64];
    document_status_text(text, sizeof text, &place->status);
    (void)fputs("NOT AS REQUIRED: of the matter '", stdout);
    cli_put_clean(stdout, ledger_span_of(place->matter));
    (void)printf("': %s%s; asked was: ", text, standing_file(verdict, place));
    cli_put_clean(stdout, ledger_span_of(asked));
    (void)fputc('\n', stdout);
}

static void print_as_of(const struct document_verdict *verdict)
{
    char time[LEDGER_TIME_SIZE + 1];
    ledger_write_ledger_time(time, verdict->as_of_ms);
    (void)printf(", as of entry %" PRIu64 ", at time %s\n", verdict->as_of, time);
}

/* The first place that counts; if none does, the first of the matter that was asked about. NULL if
 * there is none at all. */
static const struct document_place *place_of(const struct document_verdict *verdict)
{
    const struct document_place *asked = NULL;
    for (size_t i = 0; i < verdict->matches.count; i++) {
        const struct document_place *place = &verdict->matches.list[i];
        if (document_verdict_counts(verdict, place)) {
            return place;
        }
        bool of_matter = verdict->matter == NULL || strcmp(place->matter, verdict->matter) == 0;
        asked = asked == NULL && of_matter ? place : asked;
    }
    return asked;
}

static void print_recorded_line(const struct document_verdict *verdict)
{
    const struct document_place *place = place_of(verdict);
    char status[64];
    document_status_text(status, sizeof status, &place->status);
    (void)printf("RECORDED: entry %" PRIu64 " (%s, by ", place->entry, place->event);
    cli_put_clean(stdout, ledger_span_of(place->institution));
    (void)fputs(") speaks of this file, in the matter '", stdout);
    cli_put_clean(stdout, ledger_span_of(place->matter));
    (void)printf("'; of the matter: %s", status);
}

static void print_differs_line(const struct document_verdict *verdict)
{
    const struct document_place *place = place_of(verdict);
    if (place == NULL) {
        (void)fputs("DIFFERS: the file is none of those recorded for the matter '", stdout);
        cli_put_clean(stdout, ledger_span_of(verdict->matter));
        (void)fputc('\'', stdout);
        return;
    }
    char status[64];
    document_status_text(status, sizeof status, &place->status);
    (void)printf("DIFFERS: entry %" PRIu64 " (%s) speaks of this file, but entry %" PRIu64
                 ", which decided the matter '",
                 place->entry, place->event, place->status.decided);
    cli_put_clean(stdout, ledger_span_of(place->matter));
    (void)printf("', speaks of another; of the matter: %s", status);
}

void document_verdict_print_line(const struct document_verdict *verdict)
{
    struct ledger_span matter = ledger_span_of(verdict->matter == NULL ? "" : verdict->matter);
    switch (verdict->answer) {
    case DOCUMENT_RECORDED:
        print_recorded_line(verdict);
        break;
    case DOCUMENT_DIFFERS:
        print_differs_line(verdict);
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

static void print_standing(const struct document_verdict *verdict,
                           const struct document_place *place)
{
    const struct document_status *status = &place->status;
    char text[64];
    bool later = status->standing != LEDGER_STANDING_AS_BEFORE && status->entry > place->entry;
    document_status_text(text, sizeof text, status);
    const char *other = standing_file(verdict, place);
    text_row("the matter now", "%s%s", text,
             other[0] != '\0' ? other
             : later          ? ", after this file was recorded"
                              : "");
}

static void print_matches(const struct document_verdict *verdict)
{
    for (size_t i = 0; i < verdict->matches.count; i++) {
        text_section("where the file is recorded");
        print_place(&verdict->matches.list[i]);
        print_standing(verdict, &verdict->matches.list[i]);
    }
}

static void print_others(const struct document_verdict *verdict)
{
    for (size_t i = 0; i < verdict->others.count; i++) {
        const struct document_place *place = &verdict->others.list[i];
        text_section("a file recorded for the matter");
        print_file("digest, size", &place->digest, place->size);
        print_place(place);
        char status[64];
        document_status_text(status, sizeof status, &place->status);
        text_row("the matter now", "%s", status);
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
        if (place_of(verdict) != NULL) {
            text_lines(
                "An entry speaks of this very file, but none that decided the matter: it may be a\n"
                "draft, or a file that somebody brought for comparison. What was decided has\n"
                "another file, byte for byte: ask the institution for it.");
            break;
        }
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

static struct json_value *places_json(const struct document_verdict *verdict,
                                      const struct document_places *places)
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
        json_add_string(one, "makes", ledger_standing_word(place->makes));
        json_add_bool(one, "stands", document_verdict_stands(verdict, place));
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
    json_add(object, "recorded", places_json(verdict, &verdict->matches));
    json_add(object, "others", places_json(verdict, &verdict->others));
    json_add_number(object, "others_left_out", verdict->others_left_out);
    return object;
}
