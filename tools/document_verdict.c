#include "tools/document_verdict.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cli.h"
#include "tools/entry_json.h"
#include "tools/memory.h"
#include "tools/verify_text.h"

/* --- What became of a matter --- */

static bool decides(enum ledger_standing standing)
{
    return standing != LEDGER_STANDING_AS_BEFORE && standing != LEDGER_STANDING_PENDING;
}

void document_status_start(struct document_status *status)
{
    *status = (struct document_status){.entry = LEDGER_NO_ENTRY, .decided = LEDGER_NO_ENTRY};
}

void document_status_take(struct document_status *status, const struct ledger_entry *entry,
                          enum ledger_standing makes)
{
    if (makes == LEDGER_STANDING_AS_BEFORE) {
        return;
    }
    status->standing = makes;
    status->entry = entry->index;
    status->time_ms = entry->time_ms;
    if (decides(makes) && entry->record.documents.count > 0) {
        status->decided = entry->index;
    }
}

/* --- Looking at entries --- */

static void *or_end(void *memory)
{
    return memory_or_end(memory, "judge the file");
}

static char *copy_of(struct ledger_span text)
{
    return memory_copy_or_end(text, "judge the file");
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
                      const struct ledger_document *document, enum ledger_standing makes)
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
                                .makes = makes};
    document_status_start(&places->list[places->count - 1].status);
}

static void free_place(struct document_place *place)
{
    free(place->name);
    free(place->matter);
    free(place->event);
    free(place->institution);
    free(place->signers);
}

static void free_places(struct document_places *places)
{
    for (size_t i = 0; i < places->count; i++) {
        free_place(&places->list[i]);
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
        if (places->list[i].size == document->size &&
            ledger_hash_equal(&places->list[i].digest, &document->digest)) {
            return true;
        }
    }
    return false;
}

/* Whoever files many files in a matter must not crowd out those that decided it. */
static bool make_room(struct document_places *places)
{
    for (size_t i = places->count; i-- > 0;) {
        if (!decides(places->list[i].makes)) {
            free_place(&places->list[i]);
            memmove(&places->list[i], &places->list[i + 1],
                    (places->count - i - 1) * sizeof places->list[0]);
            places->count--;
            return true;
        }
    }
    return false;
}

static void take_other(struct document_verdict *verdict, const struct ledger_entry *entry,
                       const struct ledger_document *document, enum ledger_standing makes)
{
    if (!decides(makes) && is_listed(&verdict->others, document)) {
        return;
    }
    bool full = verdict->others.count == DOCUMENT_OTHERS_MAX;
    if (!full || (decides(makes) && make_room(&verdict->others))) {
        add_place(&verdict->others, entry, document, makes);
    }
    verdict->others_left_out += full;
}

void document_verdict_entry(struct document_verdict *verdict, const struct ledger_entry *entry,
                            enum ledger_standing makes)
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
                take_other(verdict, entry, &document, makes);
            }
        } else if (!taken) { /* the same file twice in one entry is one place */
            add_place(&verdict->matches, entry, &document, makes);
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

/* Of the places of a file in other matters than that which was given nothing is asked. */
static bool is_asked(const struct document_verdict *verdict, const struct document_place *place)
{
    return verdict->matter == NULL || strcmp(place->matter, verdict->matter) == 0;
}

bool document_verdict_counts(const struct document_verdict *verdict,
                             const struct document_place *place)
{
    return is_asked(verdict, place) &&
           (place->status.decided == LEDGER_NO_ENTRY || decides(place->makes));
}

typedef bool is_such(const struct document_verdict *verdict, const struct document_place *place);

static bool has_match(const struct document_verdict *verdict, is_such *such)
{
    for (size_t i = 0; i < verdict->matches.count; i++) {
        if (such(verdict, &verdict->matches.list[i])) {
            return true;
        }
    }
    return false;
}

void document_verdict_decide(struct document_verdict *verdict)
{
    if (has_match(verdict, document_verdict_counts)) {
        verdict->answer = DOCUMENT_RECORDED;
    } else if (has_match(verdict, is_asked)) {
        verdict->answer = DOCUMENT_DIFFERS;
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

bool document_verdict_stands(const struct document_verdict *verdict,
                             const struct document_place *place)
{
    if (place->status.standing != LEDGER_STANDING_EFFECTIVE &&
        place->status.standing != LEDGER_STANDING_CORRECTED) {
        return false;
    }
    for (size_t i = 0; i < verdict->matches.count; i++) {
        const struct document_place *other = &verdict->matches.list[i];
        if (other->entry == place->status.decided && strcmp(other->matter, place->matter) == 0) {
            return true;
        }
    }
    return false;
}

const struct document_place *document_verdict_unmet(const struct document_verdict *verdict,
                                                    unsigned required)
{
    const unsigned standing_ones =
        1u << LEDGER_STANDING_EFFECTIVE | 1u << LEDGER_STANDING_CORRECTED;
    for (size_t i = 0; required != 0 && i < verdict->matches.count; i++) {
        const struct document_place *place = &verdict->matches.list[i];
        bool stands = (1u << place->status.standing & standing_ones) == 0 ||
                      document_verdict_stands(verdict, place);
        if (document_verdict_counts(verdict, place) &&
            !(stands && document_require_met(required, place->status.standing))) {
            return place;
        }
    }
    return NULL;
}

int document_verdict_exit(const struct document_verdict *verdict, unsigned required)
{
    if (verdict->answer != DOCUMENT_RECORDED) {
        return (int)verdict->answer;
    }
    return document_verdict_unmet(verdict, required) == NULL ? CLI_DONE : CLI_NOT_VALID;
}
