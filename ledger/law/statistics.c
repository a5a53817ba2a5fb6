#include "ledger/law/statistics.h"

#include <stdlib.h>
#include <string.h>

#define LINE_MAX_SIZE                                                                              \
    (8 + 2 * (LEDGER_TOKEN_MAX + 1) + LEDGER_STATISTICS_VALUE_MAX + 1 +                            \
     LEDGER_STATISTICS_COUNTERS * 21) /* bytes */
#define CHUNK_ROWS 256
#define PERIOD_SIZE 7 /* "2026-11" */

struct row {
    struct ledger_statistics_row row;
    uint8_t text[]; /* behind its spans */
};

/* Rows in order, and chunks of rows in order: as quick to look up in as a tree however the rows are
 * chosen by those who file them, and no row is ever moved far. */
struct chunk {
    size_t count; /* at least 1 */
    struct row *rows[CHUNK_ROWS];
};

struct ledger_statistics {
    struct chunk **chunks;
    size_t count;
    size_t capacity;
    uint64_t entries;
};

/* --- rows --- */

static struct ledger_statistics_row key_of(const struct ledger_entry *entry)
{
    struct ledger_statistics_row key = {.kind = entry->record.kind,
                                        .event = entry->record.event,
                                        .institution = entry->record.institution};
    char time[LEDGER_TIME_SIZE + 1];
    ledger_write_ledger_time(time, entry->time_ms);
    memcpy(key.period, time, PERIOD_SIZE);
    return key;
}

static int compare(const struct ledger_statistics_row *a, const struct ledger_statistics_row *b)
{
    int order = memcmp(a->period, b->period, PERIOD_SIZE);
    if (order == 0) {
        order = ledger_span_compare(a->kind, b->kind);
    }
    if (order == 0) {
        order = ledger_span_compare(a->event, b->event);
    }
    return order != 0 ? order : ledger_span_compare(a->institution, b->institution);
}

static void copy_span(struct ledger_span *span, uint8_t **text)
{
    memcpy(*text, span->data, span->size);
    span->data = *text;
    *text += span->size;
}

static struct row *row_new(const struct ledger_statistics_row *key)
{
    size_t size = key->kind.size + key->event.size + key->institution.size;
    struct row *row = malloc(sizeof *row + size);
    if (row != NULL) {
        uint8_t *text = row->text;
        row->row = *key;
        copy_span(&row->row.kind, &text);
        copy_span(&row->row.event, &text);
        copy_span(&row->row.institution, &text);
    }
    return row;
}

/* --- their order --- */

/* The place in `chunk` of the first row that is not less than `key`. */
static size_t place_in(const struct chunk *chunk, const struct ledger_statistics_row *key)
{
    size_t low = 0;
    size_t high = chunk->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&chunk->rows[middle]->row, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The last chunk whose first row is not greater than `key`, or the first chunk. */
static size_t chunk_for(const struct ledger_statistics *statistics,
                        const struct ledger_statistics_row *key)
{
    size_t low = 0;
    size_t high = statistics->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (compare(&statistics->chunks[middle]->rows[0]->row, key) <= 0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static struct row *find(const struct ledger_statistics *statistics,
                        const struct ledger_statistics_row *key)
{
    if (statistics->count == 0) {
        return NULL;
    }
    const struct chunk *chunk = statistics->chunks[chunk_for(statistics, key)];
    size_t place = place_in(chunk, key);
    bool there = place < chunk->count && compare(&chunk->rows[place]->row, key) == 0;
    return there ? chunk->rows[place] : NULL;
}

/* Puts an empty chunk, to be filled at once, at `place`. NULL without memory. */
static struct chunk *add_chunk(struct ledger_statistics *statistics, size_t place)
{
    if (statistics->count == statistics->capacity) {
        size_t capacity = statistics->capacity * 2 + 16;
        struct chunk **chunks = reallocarray(statistics->chunks, capacity, sizeof chunks[0]);
        if (chunks == NULL) {
            return NULL;
        }
        statistics->chunks = chunks;
        statistics->capacity = capacity;
    }
    struct chunk *chunk = malloc(sizeof *chunk);
    if (chunk == NULL) {
        return NULL;
    }
    chunk->count = 0;
    struct chunk **at = &statistics->chunks[place];
    memmove(at + 1, at, (statistics->count - place) * sizeof at[0]);
    *at = chunk;
    statistics->count++;
    return chunk;
}

/* Makes room in the full chunk at `place`: half of it goes to a new one behind it. */
static bool split(struct ledger_statistics *statistics, size_t place)
{
    struct chunk *half = add_chunk(statistics, place + 1);
    if (half == NULL) {
        return false;
    }
    struct chunk *full = statistics->chunks[place];
    half->count = CHUNK_ROWS / 2;
    full->count = CHUNK_ROWS - half->count;
    memcpy(half->rows, full->rows + full->count, half->count * sizeof half->rows[0]);
    return true;
}

/* The chunk in which a row of `key` is to be put, with room for it. NULL without memory. */
static struct chunk *chunk_with_room(struct ledger_statistics *statistics,
                                     const struct ledger_statistics_row *key)
{
    if (statistics->count == 0) {
        return add_chunk(statistics, 0);
    }
    size_t place = chunk_for(statistics, key);
    if (statistics->chunks[place]->count < CHUNK_ROWS) {
        return statistics->chunks[place];
    }
    return split(statistics, place) ? statistics->chunks[chunk_for(statistics, key)] : NULL;
}

static struct row *insert(struct ledger_statistics *statistics,
                          const struct ledger_statistics_row *key)
{
    struct row *row = row_new(key);
    struct chunk *chunk = row != NULL ? chunk_with_room(statistics, key) : NULL;
    if (chunk == NULL) {
        free(row);
        return NULL;
    }
    struct row **at = &chunk->rows[place_in(chunk, key)];
    memmove(at + 1, at, (size_t)(chunk->rows + chunk->count - at) * sizeof at[0]);
    *at = row;
    chunk->count++;
    return row;
}

/* --- counting --- */

enum ledger_status ledger_statistics_new(struct ledger_statistics **statistics)
{
    *statistics = calloc(1, sizeof **statistics);
    return *statistics != NULL ? LEDGER_OK : LEDGER_NO_MEMORY;
}

void ledger_statistics_free(struct ledger_statistics **statistics)
{
    if (*statistics == NULL) {
        return;
    }
    for (size_t i = 0; i < (*statistics)->count; i++) {
        struct chunk *chunk = (*statistics)->chunks[i];
        for (size_t j = 0; j < chunk->count; j++) {
            free(chunk->rows[j]);
        }
        free(chunk);
    }
    free((*statistics)->chunks);
    free(*statistics);
    *statistics = NULL;
}

static void count(struct ledger_figures *figures, const struct ledger_step *step)
{
    figures->entries++;
    figures->opened += step->opened ? 1 : 0;
    figures->effective += step->makes == LEDGER_STANDING_EFFECTIVE ? 1 : 0;
    figures->corrected += step->makes == LEDGER_STANDING_CORRECTED ? 1 : 0;
    figures->voided += step->makes == LEDGER_STANDING_VOID ? 1 : 0;
    figures->closed += step->makes == LEDGER_STANDING_CLOSED ? 1 : 0;
    figures->due += step->term_days > 0 ? 1 : 0;
    figures->late += step->late_ms > 0 ? 1 : 0;
}

enum ledger_status ledger_statistics_add(struct ledger_statistics *statistics,
                                         const struct ledger_entry *entry,
                                         const struct ledger_step *step)
{
    struct ledger_statistics_row key = key_of(entry);
    struct row *row = find(statistics, &key);
    if (row == NULL) {
        row = insert(statistics, &key);
    }
    if (row == NULL) {
        return LEDGER_NO_MEMORY;
    }
    count(&row->row.figures, step);
    statistics->entries++;
    return LEDGER_OK;
}

uint64_t ledger_statistics_entries(const struct ledger_statistics *statistics)
{
    return statistics->entries;
}

void ledger_statistics_each(const struct ledger_statistics *statistics,
                            ledger_statistics_visit *visit, void *context)
{
    for (size_t i = 0; i < statistics->count; i++) {
        const struct chunk *chunk = statistics->chunks[i];
        for (size_t j = 0; j < chunk->count; j++) {
            visit(context, &chunk->rows[j]->row);
        }
    }
}

/* --- the CSV --- */

const char *ledger_statistics_column(unsigned column)
{
    static const char *const names[LEDGER_STATISTICS_COLUMNS] = {
        "period",    "kind",      "event", "institution", "entries", "opened",
        "effective", "corrected", "void",  "closed",      "due",     "late"};
    LEDGER_ASSERT(column < LEDGER_STATISTICS_COLUMNS);
    return names[column];
}

void ledger_statistics_counters(uint64_t counters[LEDGER_STATISTICS_COUNTERS],
                                const struct ledger_figures *figures)
{
    const uint64_t in_order[LEDGER_STATISTICS_COUNTERS] = {
        figures->entries, figures->opened, figures->effective, figures->corrected,
        figures->voided,  figures->closed, figures->due,       figures->late};
    memcpy(counters, in_order, sizeof in_order);
}

/* RFC 4180, section 2.5 to 2.7. */
void ledger_statistics_value(struct ledger_buffer *buffer, struct ledger_span value)
{
    if (memchr(value.data, ',', value.size) == NULL &&
        memchr(value.data, '"', value.size) == NULL) {
        ledger_buffer_add(buffer, value);
        return;
    }
    ledger_buffer_text(buffer, "\"");
    for (size_t i = 0; i < value.size; i++) {
        ledger_buffer_text(buffer, value.data[i] == '"' ? "\"" : "");
        ledger_buffer_add(buffer, (struct ledger_span){value.data + i, 1});
    }
    ledger_buffer_text(buffer, "\"");
}

static void write_figures(struct ledger_buffer *buffer, const struct ledger_figures *figures)
{
    uint64_t counters[LEDGER_STATISTICS_COUNTERS];
    ledger_statistics_counters(counters, figures);
    for (size_t i = 0; i < LEDGER_STATISTICS_COUNTERS; i++) {
        ledger_buffer_text(buffer, ",");
        ledger_buffer_decimal(buffer, counters[i]);
    }
}

static void write_header(struct ledger_buffer *buffer)
{
    for (unsigned i = 0; i < LEDGER_STATISTICS_COLUMNS; i++) {
        ledger_buffer_text(buffer, i == 0 ? "" : ",");
        ledger_buffer_text(buffer, ledger_statistics_column(i));
    }
    ledger_buffer_text(buffer, "\n");
}

static void write_line(void *context, const struct ledger_statistics_row *row)
{
    struct ledger_buffer *buffer = context;
    ledger_buffer_text(buffer, row->period);
    ledger_buffer_text(buffer, ",");
    ledger_statistics_value(buffer, row->kind);
    ledger_buffer_text(buffer, ",");
    ledger_statistics_value(buffer, row->event);
    ledger_buffer_text(buffer, ",");
    ledger_statistics_value(buffer, row->institution);
    write_figures(buffer, &row->figures);
    ledger_buffer_text(buffer, "\n");
}

void ledger_statistics_write(struct ledger_buffer *buffer,
                             const struct ledger_statistics *statistics)
{
    write_header(buffer);
    ledger_statistics_each(statistics, write_line, buffer);
}

/* The CSV on its way into a hash: no copy of it is kept. */
struct digesting {
    struct ledger_hasher *hasher;
    uint64_t size;
};

static void digest_text(struct digesting *digesting, const struct ledger_buffer *text)
{
    LEDGER_ASSERT(!text->overflow);
    ledger_hash_update(digesting->hasher, ledger_buffer_span(text));
    digesting->size += text->size;
}

static void digest_line(void *context, const struct ledger_statistics_row *row)
{
    uint8_t memory[LINE_MAX_SIZE];
    struct ledger_buffer line = ledger_buffer_in(memory, sizeof memory);
    write_line(&line, row);
    digest_text(context, &line);
}

void ledger_statistics_digest(struct ledger_document *digest, struct ledger_hasher *hasher,
                              const struct ledger_statistics *statistics)
{
    uint8_t memory[LINE_MAX_SIZE];
    struct ledger_buffer header = ledger_buffer_in(memory, sizeof memory);
    struct digesting digesting = {.hasher = hasher};
    ledger_hash_start(hasher);
    write_header(&header);
    digest_text(&digesting, &header);
    ledger_statistics_each(statistics, digest_line, &digesting);
    ledger_hash_finish(hasher, &digest->digest);
    digest->size = digesting.size;
    digest->name = ledger_span_of("");
}
