/*
 * decade_records.c - the records of a city's ten years (decade.h), signed, into one file, for
 * decade_append.
 *
 * usage: decade_records DIRECTORY RECORDS alone|batched
 *
 * Writes DIRECTORY/records, of each its time in milliseconds and its note. `alone`: every signer
 * signs every record. `batched`: a signer's records come together as they do in real life, some
 * hundreds to 1,024 at a time. Prints how many signatures the records have and how many were made.
 */
#include "ledger/format/batch_maker.h"
#include "tests/bench/decade.h"
#include "tests/bench/records_file.h"

#define WINDOW 32768 /* records whose signers come round once */
#define NO_PLACE UINT32_MAX

/* A record to be signed; `next`: for each signer, the next place where he has to sign. */
struct pending {
    struct ledger_buffer note;
    struct ledger_span text;
    int64_t time_ms;
    size_t signer_count;
    const struct town_person *signers[DECADE_SIGNERS_MAX];
    uint32_t next[DECADE_SIGNERS_MAX];
};

struct window {
    uint8_t *memory; /* WORLD_NOTE_MAX for each record */
    struct pending *pending;
    size_t count;
    uint32_t *first; /* of each person */
    uint32_t *last;
    size_t people;
};

struct maker {
    struct world world;
    struct decade decade;
    struct window window;
    struct records_file file;
    bool batched;
    uint64_t signatures; /* lines */
    uint64_t signed_times;
};

static void window_open(struct window *window, size_t people)
{
    *window = (struct window){.memory = bench_memory((size_t)WINDOW * WORLD_NOTE_MAX),
                              .pending = bench_memory(WINDOW * sizeof *window->pending),
                              .first = bench_memory(people * sizeof *window->first),
                              .last = bench_memory(people * sizeof *window->last),
                              .people = people};
}

static void window_close(struct window *window)
{
    free(window->memory);
    free(window->pending);
    free(window->first);
    free(window->last);
}

/* A place is a record and which of its signers. */
static struct pending *pending_at(const struct window *window, uint32_t place)
{
    return &window->pending[place / DECADE_SIGNERS_MAX];
}

/* Takes the texts of up to `wanted` records; less when the window is full. */
static size_t take_texts(struct maker *m, uint64_t wanted)
{
    struct window *window = &m->window;
    for (window->count = 0; window->count < WINDOW && window->count < wanted; window->count++) {
        struct pending *pending = &window->pending[window->count];
        pending->note =
            ledger_buffer_in(window->memory + window->count * WORLD_NOTE_MAX, WORLD_NOTE_MAX);
        if (!decade_next_text(&m->decade, &pending->note)) {
            bench_die("the ten years have too few records");
        }
        pending->text = ledger_buffer_span(&pending->note);
        pending->time_ms = m->decade.now_ms;
        pending->signer_count = m->decade.signer_count;
        memcpy(pending->signers, m->decade.signers, sizeof pending->signers);
        m->signatures += pending->signer_count;
    }
    return window->count;
}

static void sign_alone(struct maker *m)
{
    for (size_t i = 0; i < m->window.count; i++) {
        struct pending *pending = &m->window.pending[i];
        town_sign_note(&pending->note, pending->signers, pending->signer_count);
        m->signed_times += pending->signer_count;
    }
}

/* Links the places of every person, in their order. */
static void link_places(struct maker *m)
{
    struct window *window = &m->window;
    memset(window->first, 0xff, window->people * sizeof *window->first);
    for (uint32_t i = 0; i < window->count; i++) {
        struct pending *pending = &window->pending[i];
        for (uint32_t s = 0; s < pending->signer_count; s++) {
            size_t person = (size_t)(pending->signers[s] - m->decade.people);
            uint32_t place = i * DECADE_SIGNERS_MAX + s;
            if (window->first[person] == NO_PLACE) {
                window->first[person] = place;
            } else {
                uint32_t last = window->last[person];
                pending_at(window, last)->next[last % DECADE_SIGNERS_MAX] = place;
            }
            window->last[person] = place;
            pending->next[s] = NO_PLACE;
        }
    }
}

/* One signature of `person` over up to 1,024 records from `place` on; returns the place after. */
static uint32_t sign_some(struct maker *m, const struct town_person *person, uint32_t place)
{
    static struct ledger_batch_maker batch;
    struct pending *members[LEDGER_BATCH_RECORDS_MAX];
    uint8_t memory[LEDGER_BATCH_MESSAGE_MAX];
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
    struct ledger_buffer message = ledger_buffer_in(memory, sizeof memory);
    ledger_batch_start(&batch, m->world.hasher);
    while (place != NO_PLACE && batch.count < LEDGER_BATCH_RECORDS_MAX) {
        struct pending *pending = pending_at(&m->window, place);
        members[batch.count] = pending;
        ledger_batch_add(&batch, pending->text);
        place = pending->next[place % DECADE_SIGNERS_MAX];
    }
    m->signed_times++;
    if (batch.count < LEDGER_BATCH_RECORDS_MIN) {
        (void)crypto_sign_detached(signature, NULL, members[0]->text.data, members[0]->text.size,
                                   person->secret);
        ledger_note_write_signature(&members[0]->note, &person->vkey, signature, sizeof signature);
        return place;
    }
    ledger_batch_to_sign(&batch, &message);
    (void)crypto_sign_detached(signature, NULL, message.data, message.size, person->secret);
    for (unsigned i = 0; i < batch.count; i++) {
        ledger_batch_write_line(&batch, &members[i]->note, &person->vkey, signature, i);
    }
    return place;
}

static void sign_batched(struct maker *m)
{
    link_places(m);
    for (size_t i = 0; i < m->window.count; i++) {
        ledger_buffer_text(&m->window.pending[i].note, "\n");
    }
    for (size_t person = 0; person < m->window.people; person++) {
        for (uint32_t place = m->window.first[person]; place != NO_PLACE;) {
            place = sign_some(m, &m->decade.people[person], place);
        }
    }
}

static void make(struct maker *m, uint64_t records)
{
    while (records > 0) {
        records -= take_texts(m, records);
        if (m->batched) {
            sign_batched(m);
        } else {
            sign_alone(m);
        }
        for (size_t i = 0; i < m->window.count; i++) {
            struct pending *pending = &m->window.pending[i];
            LEDGER_ASSERT(!pending->note.overflow);
            records_add(&m->file, pending->time_ms, ledger_buffer_span(&pending->note));
        }
    }
}

int main(int argc, char **argv)
{
    static struct maker m;
    char path[PATH_MAX];
    uint64_t records = argc == 4 ? strtoull(argv[2], NULL, 10) : 0;
    m.batched = argc == 4 && strcmp(argv[3], "batched") == 0;
    if (records == 0 || (!m.batched && strcmp(argv[3], "alone") != 0)) {
        bench_die("usage: decade_records DIRECTORY RECORDS alone|batched");
    }
    world_open(&m.world, argv[1]);
    decade_open(&m.decade, &m.world, decade_matters_of(records), DECADE_INSTITUTIONS);
    window_open(&m.window, DECADE_SERVICES * DECADE_INSTITUTIONS * DECADE_PEOPLE);
    bench_path(path, argv[1], "records");
    records_open(&m.file, path, "we");
    make(&m, records);
    records_close(&m.file);
    decade_write_policy(&m.world);
    (void)printf("%" PRIu64 " %" PRIu64 "\n", m.signatures, m.signed_times);
    window_close(&m.window);
    decade_close(&m.decade);
    world_close(&m.world);
    return 0;
}
