/*
 * decade.h - ten years of a city's public legal services, at any scale: what its services filed, by
 * kind in the proportions of practice, under rules, signed by their people.
 *
 * Per 7,472 matters: 2,084 of lawyers, 3,900 notarial, 620 mediations, 558 appraisals, 197 of legal
 * aid, 113 arbitrations. Appraisals and arbitrations have two entries each, the others one. The
 * time runs from 2016 to the end of 2025, whatever the number of matters. Everything comes from a
 * seed, but for the keys of operator and governor, which are files.
 */
#ifndef LEDGER_BENCH_DECADE_H
#define LEDGER_BENCH_DECADE_H

#include "tests/bench/town.h"

#define DECADE_SERVICES 6
#define DECADE_SHARES 7472     /* the sum of all */
#define DECADE_RECORDS 8143    /* of so many matters */
#define DECADE_INSTITUTIONS 10 /* of a service, if nobody says otherwise */
#define DECADE_PEOPLE 4        /* of an institution: two of the main role, a reviewer, a clerk */
#define DECADE_START_MS INT64_C(1451606400000) /* 2016-01-01 */
#define DECADE_MS (INT64_C(3653) * 24 * 3600 * 1000)
#define DECADE_DAY_MS (INT64_C(24) * 3600 * 1000)
#define DECADE_WAITING_MAX 65536
#define DECADE_SIGNERS_MAX 3

/* What happens in a matter, and who of the institution signs it. */
struct decade_step {
    const char *event;
    size_t signers;
    size_t ranks[DECADE_SIGNERS_MAX];
    bool document;
};

struct decade_service {
    const char *kind;
    uint64_t share;
    const char *role; /* the main one */
    const char *place;
    const char *before; /* the year in a matter's number */
    const char *after;
    const char *document;
    struct decade_step step;
    struct decade_step other; /* what comes instead of it, once in `one_in`; 0: never */
    uint64_t one_in;
    struct decade_step opening; /* before it, if it has signers */
    unsigned days;              /* the term of `step` after `opening` */
};

static const struct decade_service decade_services[DECADE_SERVICES] = {
    {.kind = "lawyer-service",
     .share = 2084,
     .role = "lawyer",
     .place = "律师事务所",
     .before = "律服〔",
     .after = "〕第",
     .document = "委托代理合同.pdf",
     .step = {"file", 1, {0}, true}},
    {.kind = "notarisation",
     .share = 3900,
     .role = "notary",
     .place = "公证处",
     .before = "（",
     .after = "）粤公证字第",
     .document = "公证书正本.pdf",
     .step = {"issue", 1, {0}, true}},
    {.kind = "people-mediation",
     .share = 620,
     .role = "mediator",
     .place = "人民调解委员会",
     .before = "穗调字〔",
     .after = "〕",
     .document = "人民调解协议书.pdf",
     .step = {"agree", 1, {0}, true},
     .other = {"fail", 1, {0}, false},
     .one_in = 20},
    {.kind = "forensic-appraisal",
     .share = 558,
     .role = "appraiser",
     .place = "司法鉴定所",
     .before = "粤医鉴〔",
     .after = "〕病鉴字第",
     .document = "鉴定意见书.pdf",
     .step = {"issue", 3, {0, 1, 2}, true},
     .opening = {"accept", 1, {3}, false},
     .days = 30},
    {.kind = "legal-aid",
     .share = 197,
     .role = "officer",
     .place = "法律援助处",
     .before = "穗援〔",
     .after = "〕民字",
     .document = "法律援助决定书.pdf",
     .step = {"grant", 1, {0}, true},
     .other = {"refuse", 1, {0}, false},
     .one_in = 12},
    {.kind = "arbitration",
     .share = 113,
     .role = "arbitrator",
     .place = "仲裁委员会",
     .before = "穗仲案字〔",
     .after = "〕",
     .document = "裁决书.pdf",
     .step = {"award", 1, {0}, true},
     .opening = {"accept", 1, {3}, false},
     .days = 120},
};

static const char *const decade_rules[] = {
    "rules required",
    "rule lawyer-service file after=- sign=lawyer:1 needs=document makes=effective",
    "rule notarisation issue after=- sign=notary:1 needs=document makes=effective",
    "rule people-mediation agree after=- sign=mediator:1 needs=document makes=effective",
    "rule people-mediation fail after=- sign=mediator:1 makes=closed",
    "rule forensic-appraisal accept after=- sign=clerk:1",
    "rule forensic-appraisal issue after=accept sign=appraiser:2,reviewer:1 needs=document "
    "term=30:accept makes=effective",
    "rule legal-aid grant after=- sign=officer:1 needs=document makes=effective",
    "rule legal-aid refuse after=- sign=officer:1 makes=closed",
    "rule arbitration accept after=- sign=clerk:1",
    "rule arbitration award after=accept sign=arbitrator:1 needs=document term=120:accept "
    "makes=effective",
};

/* A matter that was opened and waits for its step. */
struct decade_waiting {
    int64_t due_ms;
    size_t service;
    size_t institution;
    char matter[128];
};

struct decade {
    struct world *world;
    struct town_person *people; /* by service, institution, rank */
    size_t institutions;        /* of every service */
    uint64_t matters;           /* to be opened in all */
    uint64_t opened;
    uint64_t left[DECADE_SERVICES]; /* to be opened */
    int64_t now_ms;
    struct decade_waiting *waiting; /* a heap, the earliest first */
    size_t waiting_count;
    const struct town_person *signers[DECADE_SIGNERS_MAX]; /* of the last record */
    size_t signer_count;
    unsigned jobs; /* of the appender, as there */
};

static inline int64_t decade_clock(void *context)
{
    const struct decade *decade = context;
    return decade->now_ms;
}

static inline void decade_institution(char name[TOWN_NAME_MAX], size_t service, size_t institution)
{
    (void)snprintf(name, TOWN_NAME_MAX, "%s-%zu.gz.example", decade_services[service].role,
                   institution);
}

static inline const struct town_person *decade_person(const struct decade *decade, size_t service,
                                                      size_t institution, size_t rank)
{
    return &decade->people[(service * decade->institutions + institution) * DECADE_PEOPLE + rank];
}

/* Matters that have so many records at least. */
static inline uint64_t decade_matters_of(uint64_t records)
{
    return records * DECADE_SHARES / DECADE_RECORDS + 2 * DECADE_SERVICES;
}

static inline void decade_open(struct decade *decade, struct world *world, uint64_t matters,
                               size_t institutions)
{
    char name[2 * TOWN_NAME_MAX];
    char id[TOWN_NAME_MAX];
    size_t count = DECADE_SERVICES * institutions * DECADE_PEOPLE;
    *decade =
        (struct decade){.world = world,
                        .people = bench_memory(count * sizeof decade->people[0]),
                        .institutions = institutions,
                        .matters = matters,
                        .now_ms = DECADE_START_MS,
                        .waiting = bench_memory(DECADE_WAITING_MAX * sizeof decade->waiting[0])};
    for (size_t i = 0; i < count; i++) {
        size_t service = i / DECADE_PEOPLE / institutions;
        decade_institution(id, service, i / DECADE_PEOPLE % institutions);
        (void)snprintf(name, sizeof name, "%s/person-%zu", id, i % DECADE_PEOPLE);
        world_person(world, &decade->people[i].vkey, decade->people[i].secret, name);
    }
    uint64_t given = 0;
    for (size_t s = 0; s < DECADE_SERVICES; s++) {
        decade->left[s] = matters * decade_services[s].share / DECADE_SHARES;
        given += decade->left[s];
    }
    decade->left[1] += matters - given; /* what the division left over */
}

static inline void decade_close(struct decade *decade)
{
    free(decade->people);
    free(decade->waiting);
}

/* --- the ledger --- */

static inline void decade_set_institution(const struct decade *decade, struct world_change *change,
                                          size_t service, size_t institution)
{
    const struct decade_service *s = &decade_services[service];
    const char *roles[DECADE_PEOPLE] = {s->role, s->role, "reviewer", "clerk"};
    char id[TOWN_NAME_MAX];
    decade_institution(id, service, institution);
    world_set(change, NULL, "institution %s %s,reviewer,clerk 广州市第%zu%s", id, s->role,
              institution + 1, s->place);
    for (size_t rank = 0; rank < DECADE_PEOPLE; rank++) {
        world_set(change, &decade_person(decade, service, institution, rank)->vkey, "key %s %s", id,
                  roles[rank]);
    }
}

/* Founds the ledger, enrols everybody and sets the rules. */
static inline void decade_found(struct decade *decade, struct ledger_appender **appender,
                                const char *path)
{
    static struct town_page page;
    struct ledger_create_options create = {.clock = decade_clock, .clock_context = decade};
    struct ledger_append_options append = {
        .clock = decade_clock, .clock_context = decade, .rested = true, .jobs = decade->jobs};
    struct ledger_verdict verdict;
    struct ledger_error error;
    struct town town = {.world = decade->world};
    struct world_change *change = town_page_start(&page);
    struct ledger_buffer buffer = ledger_buffer_in(page.note, sizeof page.note);
    world_first_lines(decade->world, change);
    world_authority_text(decade->world, &buffer, "genesis", WORLD_ORIGIN, change);
    world_sign_note(&buffer, &decade->world->governor, 1);
    bench_ok(ledger_create(&verdict, path, ledger_buffer_span(&buffer),
                           &decade->world->operator_signing, &create, &error),
             &error);
    bench_ok(ledger_appender_open(appender, &verdict, path, &decade->world->operator_signing,
                                  &append, &error),
             &error);
    size_t count = DECADE_SERVICES * decade->institutions;
    for (size_t n = 0; n < count;) {
        change = town_page_start(&page);
        while (n < count && change->count + 1 + DECADE_PEOPLE <= TOWN_LINES_A_RECORD) {
            decade_set_institution(decade, change, n / decade->institutions,
                                   n % decade->institutions);
            n++;
        }
        town_append(*appender, town_by_governor(&town, &page));
    }
    change = town_page_start(&page);
    for (size_t i = 0; i < sizeof decade_rules / sizeof decade_rules[0]; i++) {
        world_set(change, NULL, "%s", decade_rules[i]);
    }
    town_append(*appender, town_by_governor(&town, &page));
}

/* Writes the policy to verify such a ledger by into the world's directory. */
static inline void decade_write_policy(const struct world *world)
{
    char path[PATH_MAX];
    char vkey[LEDGER_VKEY_MAX + 1];
    char policy[LEDGER_VKEY_MAX + 64];
    world_log(world, vkey);
    int size = snprintf(policy, sizeof policy, "log %s\nquorum none\n", vkey);
    bench_path(path, world->directory, "policy");
    bench_write_file(path, policy, (size_t)size);
}

/* --- records --- */

static inline void decade_swap(struct decade_waiting *a, struct decade_waiting *b)
{
    struct decade_waiting kept = *a;
    *a = *b;
    *b = kept;
}

static inline void decade_wait(struct decade *decade, const struct decade_waiting *waiting)
{
    size_t i = decade->waiting_count++;
    if (i >= DECADE_WAITING_MAX) {
        bench_die("too many matters wait at once");
    }
    decade->waiting[i] = *waiting;
    for (; i > 0 && decade->waiting[i].due_ms < decade->waiting[(i - 1) / 2].due_ms;
         i = (i - 1) / 2) {
        decade_swap(&decade->waiting[i], &decade->waiting[(i - 1) / 2]);
    }
}

static inline struct decade_waiting decade_take(struct decade *decade)
{
    struct decade_waiting first = decade->waiting[0];
    decade->waiting[0] = decade->waiting[--decade->waiting_count];
    for (size_t i = 0;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2; child++) {
            if (child < decade->waiting_count &&
                decade->waiting[child].due_ms < decade->waiting[least].due_ms) {
                least = child;
            }
        }
        if (least == i) {
            return first;
        }
        decade_swap(&decade->waiting[i], &decade->waiting[least]);
        i = least;
    }
}

/* A matter of one of the services that have some left, by their number. */
static inline struct decade_waiting decade_new_matter(struct decade *decade)
{
    struct decade_waiting matter = {0};
    uint64_t n = bench_below(&decade->world->random, decade->matters - decade->opened);
    while (n >= decade->left[matter.service]) {
        n -= decade->left[matter.service++];
    }
    const struct decade_service *service = &decade_services[matter.service];
    uint64_t number =
        decade->matters * service->share / DECADE_SHARES + 1 - decade->left[matter.service]--;
    matter.institution = (size_t)bench_below(&decade->world->random, decade->institutions);
    decade->opened++;
    unsigned year = 2016 + (unsigned)((decade->now_ms - DECADE_START_MS) * 10 / DECADE_MS);
    (void)snprintf(matter.matter, sizeof matter.matter, "%s%u%s%07" PRIu64 "号", service->before,
                   year, service->after, number);
    return matter;
}

/* The text of a record; who has to sign it goes to decade->signers. */
static inline void decade_write(struct decade *decade, struct ledger_buffer *buffer,
                                const struct decade_waiting *matter, const struct decade_step *step)
{
    const struct decade_service *service = &decade_services[matter->service];
    struct world_record record;
    char id[TOWN_NAME_MAX];
    memset(&record, 0, sizeof record);
    decade_institution(id, matter->service, matter->institution);
    ledger_write_claimed_time(record.time, decade->now_ms);
    world_data(decade->world, &record);
    bench_fill(&decade->world->random, record.documents[0].digest.bytes, LEDGER_HASH_SIZE);
    record.documents[0].size = 20000 + bench_below(&decade->world->random, 5000000);
    record.documents[0].name = ledger_span_of(service->document);
    record.fields = (struct ledger_record_fields){.ledger = ledger_span_of(WORLD_ORIGIN),
                                                  .kind = ledger_span_of(service->kind),
                                                  .event = ledger_span_of(step->event),
                                                  .matter = ledger_span_of(matter->matter),
                                                  .institution = ledger_span_of(id),
                                                  .time = ledger_span_of(record.time),
                                                  .documents = record.documents,
                                                  .document_count = step->document ? 1 : 0,
                                                  .data = ledger_span_of(record.data)};
    bench_fill(&decade->world->random, record.fields.nonce, sizeof record.fields.nonce);
    ledger_record_write(buffer, &record.fields);
    decade->signer_count = step->signers;
    for (size_t i = 0; i < step->signers; i++) {
        decade->signers[i] =
            decade_person(decade, matter->service, matter->institution, step->ranks[i]);
    }
}

/* The text of the next record into `buffer`, and who has to sign it; false when the ten years are
 * over. The clock moves on. */
static inline bool decade_next_text(struct decade *decade, struct ledger_buffer *buffer)
{
    struct bench_random *random = &decade->world->random;
    int64_t opening_ms = DECADE_START_MS + (int64_t)((double)DECADE_MS * (double)decade->opened /
                                                     (double)decade->matters);
    bool more = decade->opened < decade->matters;
    if (decade->waiting_count > 0 && (!more || decade->waiting[0].due_ms <= opening_ms)) {
        struct decade_waiting matter = decade_take(decade);
        decade->now_ms = matter.due_ms > decade->now_ms ? matter.due_ms : decade->now_ms;
        decade_write(decade, buffer, &matter, &decade_services[matter.service].step);
        return true;
    }
    if (!more) {
        return false;
    }
    decade->now_ms = opening_ms > decade->now_ms ? opening_ms : decade->now_ms;
    struct decade_waiting matter = decade_new_matter(decade);
    const struct decade_service *service = &decade_services[matter.service];
    if (service->opening.signers == 0) {
        bool other = service->one_in != 0 && bench_below(random, service->one_in) == 0;
        decade_write(decade, buffer, &matter, other ? &service->other : &service->step);
        return true;
    }
    decade_write(decade, buffer, &matter, &service->opening);
    /* One in about ten comes after its term. */
    matter.due_ms =
        decade->now_ms + (int64_t)bench_below(random, service->days * 11 / 10) * DECADE_DAY_MS;
    decade_wait(decade, &matter);
    return true;
}

/* The next record, signed. */
static inline bool decade_next(struct decade *decade, struct ledger_buffer *buffer)
{
    if (!decade_next_text(decade, buffer)) {
        return false;
    }
    town_sign_note(buffer, decade->signers, decade->signer_count);
    return true;
}

#endif
