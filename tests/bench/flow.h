/*
 * flow.h - matters on their way, and the records that take them on: always such that every one of
 * a town's rules is met, so that the same records fit ledgers with and without rules.
 *
 * 200 matters are open at a time; each record takes one of them, by chance, to its next event. A
 * matter has 6 records with 8 signatures.
 */
#ifndef LEDGER_BENCH_FLOW_H
#define LEDGER_BENCH_FLOW_H

#include "tests/bench/town.h"

#define FLOW_OPEN 200
#define FLOW_SIGNERS 2

struct flow_matter {
    uint64_t number;
    size_t institution;
    size_t kind;
    size_t category;
    size_t step; /* the event to come */
    struct ledger_document document;
    char conclusion[64];
};

struct flow {
    const struct town *town;
    uint64_t matters;
    struct flow_matter open[FLOW_OPEN];
    uint64_t notes; /* in the matter without end */
};

/* Who signs each event of town_events. */
static const struct flow_signers {
    size_t count;
    size_t ranks[FLOW_SIGNERS];
} flow_signers[TOWN_EVENTS] = {
    {1, {TOWN_CLERK}}, {2, {TOWN_APPRAISER, TOWN_APPRAISER_TOO}}, {1, {TOWN_REVIEWER}},
    {1, {TOWN_SEAL}},  {2, {TOWN_APPRAISER, TOWN_SEAL}},          {1, {TOWN_CLERK}},
};
static const bool flow_has_document[TOWN_EVENTS] = {true, true, false, true, false, false};
static const char *const flow_origins[] = {"origin court", "origin police", "origin party"};

static inline void flow_open(struct flow *flow, struct flow_matter *matter)
{
    struct bench_random *random = &flow->town->world->random;
    *matter = (struct flow_matter){
        .number = 1 + flow->matters++,
        .institution = (size_t)bench_below(random, flow->town->institutions),
        .kind = (size_t)bench_below(random, TOWN_KINDS),
        .category = (size_t)bench_below(random, 3),
        .document = {.size = 20000 + bench_below(random, 5000000),
                     .name = ledger_span_of(world_files[0])},
    };
    bench_fill(random, matter->document.digest.bytes, sizeof matter->document.digest.bytes);
    (void)snprintf(matter->conclusion, sizeof matter->conclusion, "conclusion 意见第%" PRIu64 "项",
                   bench_below(random, 1000));
}

/* An open matter, by chance, that has an event to come. */
static inline struct flow_matter *flow_pick(struct flow *flow)
{
    struct flow_matter *matter = &flow->open[bench_below(&flow->town->world->random, FLOW_OPEN)];
    if (matter->number == 0 || matter->step == TOWN_EVENTS) {
        flow_open(flow, matter);
    }
    return matter;
}

/* The field that the event asks for. */
static inline size_t flow_field(struct ledger_span *field, const struct flow_matter *matter)
{
    const char *event = town_events[matter->step].event;
    if (strcmp(event, "accept") == 0) {
        *field = ledger_span_of(flow_origins[matter->number % 3]);
    } else {
        *field = ledger_span_of(matter->conclusion);
    }
    return strcmp(event, "accept") == 0 || strcmp(event, "issue") == 0 ||
           strcmp(event, "correct") == 0;
}

/* A note whose record is `fields`, behind what `memory` has already. */
static inline struct ledger_span flow_write(struct ledger_buffer *memory,
                                            const struct ledger_record_fields *fields,
                                            const struct town_person *const *signers, size_t count)
{
    struct ledger_buffer buffer =
        ledger_buffer_in(memory->data + memory->size, memory->capacity - memory->size);
    ledger_record_write(&buffer, fields);
    town_sign_note(&buffer, signers, count);
    memory->size += buffer.size;
    return ledger_buffer_span(&buffer);
}

/* The next record of some matter, signed. */
static inline struct ledger_span flow_note(struct flow *flow, struct ledger_buffer *memory,
                                           size_t *signatures)
{
    struct world_record record;
    char kind[LEDGER_TOKEN_MAX];
    char institution[TOWN_NAME_MAX];
    struct ledger_span field;
    const struct town_person *people[FLOW_SIGNERS];
    struct flow_matter *matter = flow_pick(flow);
    const struct flow_signers *signers = &flow_signers[matter->step];
    world_next(flow->town->world, &record);
    town_institution(institution, matter->institution);
    (void)snprintf(kind, sizeof kind, "appraisal-%zu", matter->kind);
    (void)snprintf(record.matter, sizeof record.matter, "粤鉴〔2026〕第%" PRIu64 "号",
                   matter->number);
    record.fields.kind = ledger_span_of(kind);
    record.fields.event = ledger_span_of(town_events[matter->step].event);
    record.fields.matter = ledger_span_of(record.matter);
    record.fields.institution = ledger_span_of(institution);
    record.fields.category = ledger_span_of(town_categories[matter->category]);
    record.fields.fields = &field;
    record.fields.field_count = flow_field(&field, matter);
    record.fields.documents = &matter->document;
    record.fields.document_count = flow_has_document[matter->step];
    for (size_t i = 0; i < signers->count; i++) {
        people[i] = town_person(flow->town, matter->institution, signers->ranks[i]);
    }
    matter->step++;
    *signatures = signers->count;
    return flow_write(memory, &record.fields, people, signers->count);
}

/* The next record of the one matter without end, signed. */
static inline struct ledger_span flow_diary_note(struct flow *flow, struct ledger_buffer *memory,
                                                 size_t *signatures)
{
    struct world_record record;
    const struct town_person *clerk = town_person(flow->town, 0, TOWN_CLERK);
    char institution[TOWN_NAME_MAX];
    world_next(flow->town->world, &record);
    town_institution(institution, 0);
    record.fields.kind = ledger_span_of(TOWN_DIARY);
    record.fields.event = ledger_span_of(flow->notes++ == 0 ? "open" : "note");
    record.fields.matter = ledger_span_of("工作日志");
    record.fields.institution = ledger_span_of(institution);
    *signatures = 1;
    return flow_write(memory, &record.fields, &clerk, 1);
}

typedef struct ledger_span flow_writer(struct flow *flow, struct ledger_buffer *memory,
                                       size_t *signatures);

/* Adds `count` records that `write` gives. */
static inline void flow_make(struct flow *flow, struct world_notes *notes, flow_writer *write,
                             size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t signatures = 0;
        struct ledger_span note = write(flow, &notes->memory, &signatures);
        notes->notes[notes->count++] = note;
        notes->signatures += signatures;
    }
}

#endif
