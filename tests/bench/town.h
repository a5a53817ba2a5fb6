/*
 * town.h - an authority of many people in many institutions, and the rules they work under.
 *
 * People have one role each, by their rank in their institution; person r of institution i is
 * people[r * institutions + i]. Their keys are in memory. Rules are those of 40 kinds of matters
 * with 6 events each (flow.h has the matters), and of one kind that has no end.
 */
#ifndef LEDGER_BENCH_TOWN_H
#define LEDGER_BENCH_TOWN_H

#include "tests/bench/world.h"

#define TOWN_SIZES 2  /* what is measured with many people is measured with few, too: */
#define TOWN_SHARE 50 /* the small town's part of the large one */
#define TOWN_KINDS 40
#define TOWN_DIARY "diary" /* the kind of matters without end */
#define TOWN_LINES_A_RECORD 250
#define TOWN_LINES_MAX 256 /* of one change */
#define TOWN_NAME_MAX 64
#define TOWN_BLOCK 256 /* entries that an append hashes again, while their block is not full */

enum town_rank {
    TOWN_REGISTRAR,
    TOWN_CLERK,
    TOWN_SEAL,
    TOWN_REVIEWER,
    TOWN_APPRAISER,
    TOWN_APPRAISER_TOO, /* and all after */
    TOWN_RANKS,
};

/* What the ledger asks of the same records. */
enum town_rules {
    TOWN_NO_RULES,
    TOWN_RULES,             /* what a record shows by itself, and the order of events */
    TOWN_RULES_AND_HISTORY, /* besides, clauses about the signers and lines of earlier entries */
};

struct town_person {
    struct ledger_vkey vkey;
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
};

struct town {
    struct world *world;
    struct town_person *people;
    size_t count;
    size_t institutions;
};

struct town_event {
    const char *event;
    const char *record;  /* clauses on the record, and `after` */
    const char *history; /* clauses on earlier entries */
    const char *makes;
};

#define TOWN_EVENTS 6
static const struct town_event town_events[TOWN_EVENTS] = {
    {"accept",
     "after=- sign=clerk:1 needs=category,document,origin among=origin:court+police+party", "", ""},
    {"sign", "after=accept sign=appraiser:2 needs=category,document", " keeps=category:accept", ""},
    {"review", "after=sign sign=reviewer:1 needs=category", " not-by=sign keeps=category:sign", ""},
    {"issue", "after=review sign=seal:1 needs=document,conclusion",
     " not-by=review keeps=document:sign term=30:accept", " makes=effective"},
    {"correct", "after=issue,correct sign=appraiser:1,seal:1 needs=category,conclusion",
     " by=appraiser:1:sign keeps=conclusion:issue", " makes=corrected"},
    {"close", "after=correct sign=clerk:1 needs=category", " not-by=sign,review", " makes=closed"},
};
_Static_assert(TOWN_LINES_A_RECORD <= TOWN_LINES_MAX, "people come many in a record");
_Static_assert(TOWN_KINDS *TOWN_EVENTS + 3 <= TOWN_LINES_MAX, "all rules come in one record");
static const char *const town_categories[] = {"pathology", "documents", "toxicology"};

static inline void town_institution(char name[TOWN_NAME_MAX], size_t institution)
{
    (void)snprintf(name, TOWN_NAME_MAX, "org-%zu.gz.example", institution);
}

/* Thinks up `count` people; each institution has one of every rank at least. */
static inline void town_make(struct town *town, struct world *world, size_t count,
                             size_t institutions)
{
    char name[2 * TOWN_NAME_MAX];
    if (institutions == 0 || count / institutions < TOWN_RANKS) {
        bench_die("an institution has at least %d keys", TOWN_RANKS);
    }
    *town =
        (struct town){world, bench_memory(count * sizeof(struct town_person)), count, institutions};
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(name, sizeof name, "org-%zu.gz.example/person-%zu", i % institutions,
                       i / institutions);
        world_person(world, &town->people[i].vkey, town->people[i].secret, name);
    }
}

static inline void town_free(struct town *town)
{
    free(town->people);
}

static inline const struct town_person *town_person(const struct town *town, size_t institution,
                                                    size_t rank)
{
    return &town->people[rank * town->institutions + institution];
}

/* Ends a note as world_sign_note does, with keys in memory. */
static inline void town_sign_note(struct ledger_buffer *buffer,
                                  const struct town_person *const *signers, size_t count)
{
    unsigned char signature[crypto_sign_BYTES];
    struct ledger_span text = ledger_buffer_span(buffer);
    ledger_buffer_text(buffer, "\n");
    for (size_t i = 0; i < count; i++) {
        (void)crypto_sign_detached(signature, NULL, text.data, text.size, signers[i]->secret);
        ledger_note_write_signature(buffer, &signers[i]->vkey, signature, sizeof signature);
    }
    LEDGER_ASSERT(!buffer->overflow);
}

/* --- changes of the authority --- */

/* One change at a time: its lines, and the record they go into. */
struct town_page {
    struct world_change change;
    struct ledger_span sets[TOWN_LINES_MAX];
    uint8_t lines[LEDGER_NOTE_MAX];
    uint8_t note[LEDGER_NOTE_MAX];
};

static inline struct world_change *town_page_start(struct town_page *page)
{
    page->change = (struct world_change){.sets = page->sets,
                                         .text = ledger_buffer_in(page->lines, sizeof page->lines)};
    return &page->change;
}

/* The page as a change that the governor signed. Borrowed until the page is used again. */
static inline struct ledger_span town_by_governor(const struct town *town, struct town_page *page)
{
    struct ledger_buffer buffer = ledger_buffer_in(page->note, sizeof page->note);
    world_authority_text(town->world, &buffer, "change", WORLD_ORIGIN, &page->change);
    world_sign_note(&buffer, &town->world->governor, 1);
    return ledger_buffer_span(&buffer);
}

/* The same, signed by the registrar of `institution`. */
static inline struct ledger_span town_by_registrar(const struct town *town, struct town_page *page,
                                                   size_t institution)
{
    char name[TOWN_NAME_MAX];
    const struct town_person *registrar = town_person(town, institution, TOWN_REGISTRAR);
    struct ledger_buffer buffer = ledger_buffer_in(page->note, sizeof page->note);
    town_institution(name, institution);
    world_authority_text(town->world, &buffer, "change", name, &page->change);
    town_sign_note(&buffer, &registrar, 1);
    return ledger_buffer_span(&buffer);
}

static inline void town_set_key(const struct town *town, struct world_change *change,
                                size_t institution, size_t rank, const char *grants)
{
    char name[TOWN_NAME_MAX];
    town_institution(name, institution);
    world_set(change, &town_person(town, institution, rank)->vkey, "key %s %s", name, grants);
}

static inline const char *town_grants(size_t rank)
{
    static const char *const grants[] = {
        [TOWN_REGISTRAR] = "registrar",
        [TOWN_CLERK] = "clerk",
        [TOWN_SEAL] = "seal",
        [TOWN_REVIEWER] = "reviewer",
        [TOWN_APPRAISER] = "appraiser/pathology+documents+toxicology",
    };
    return grants[rank < TOWN_APPRAISER ? rank : TOWN_APPRAISER];
}

/* Line `n` of those that the town adds to the authority: institutions, then people. */
static inline void town_line(const struct town *town, struct world_change *change, size_t n)
{
    if (n < town->institutions) {
        world_set(change, NULL,
                  "institution org-%zu.gz.example registrar,clerk,seal,reviewer,"
                  "appraiser/pathology+documents+toxicology+traces 第%zu号司法鉴定中心",
                  n, n);
        return;
    }
    size_t person = n - town->institutions;
    size_t rank = person / town->institutions;
    town_set_key(town, change, person % town->institutions, rank, town_grants(rank));
}

/* Gives the records that set the town's institutions and people to `take`, one by one. */
static inline void town_each_change(const struct town *town,
                                    void (*take)(void *context, struct ledger_span note),
                                    void *context)
{
    static struct town_page page;
    size_t total = town->institutions + town->count;
    for (size_t n = 0; n < total;) {
        struct world_change *change = town_page_start(&page);
        while (n < total && change->count < TOWN_LINES_A_RECORD) {
            town_line(town, change, n++);
        }
        take(context, town_by_governor(town, &page));
    }
}

/* Adds the lines that make rules required, and all rules. */
static inline void town_set_rules(struct world_change *change, enum town_rules rules)
{
    if (rules == TOWN_NO_RULES) {
        return;
    }
    world_set(change, NULL, "rules required");
    world_set(change, NULL, "rule " TOWN_DIARY " open after=- sign=clerk:1");
    world_set(change, NULL, "rule " TOWN_DIARY " note after=open,note sign=clerk:1");
    for (size_t i = 0; i < (size_t)TOWN_KINDS * TOWN_EVENTS; i++) {
        const struct town_event *event = &town_events[i % TOWN_EVENTS];
        world_set(change, NULL, "rule appraisal-%zu %s %s%s%s", i / TOWN_EVENTS, event->event,
                  event->record, rules == TOWN_RULES_AND_HISTORY ? event->history : "",
                  event->makes);
    }
}

/* --- ledgers --- */

static inline void town_append(void *appender, struct ledger_span note)
{
    struct world_notes notes = {.notes = &note, .count = 1};
    world_append(appender, &notes, 0, 1, 1);
}

/* How many entries the genesis and the records of town_each_change are. */
static inline uint64_t town_entries(const struct town *town)
{
    size_t lines = town->institutions + town->count;
    return 1 + (lines + TOWN_LINES_A_RECORD - 1) / TOWN_LINES_A_RECORD;
}

/* Appends ordinary records to a ledger of `entries` without rules until its last block is full, so
 * that large authority records do not weigh on what is appended later. Returns its new size. */
static inline uint64_t town_fill(const struct town *town, struct ledger_appender *appender,
                                 uint64_t entries)
{
    struct world_notes notes;
    size_t missing = (size_t)((TOWN_BLOCK - entries % TOWN_BLOCK) % TOWN_BLOCK);
    world_notes_reserve(&notes, TOWN_BLOCK);
    world_notes_make(town->world, &notes, missing);
    world_append(appender, &notes, 0, missing, LEDGER_BATCH_MAX);
    world_notes_free(&notes);
    return entries + missing;
}

/* Founds the ledger `name` and enrols everybody; returns how many entries it has. */
static inline uint64_t town_found(const struct town *town, char path[PATH_MAX], const char *name)
{
    struct ledger_appender *appender;
    world_found(town->world, path, name);
    world_appender(town->world, &appender, path);
    town_each_change(town, town_append, appender);
    uint64_t entries = town_fill(town, appender, town_entries(town));
    ledger_appender_close(&appender);
    return entries;
}

static inline void town_copy_file(const char *to, const char *from, const char *name)
{
    char paths[2][PATH_MAX + 16];
    static char bytes[1 << 16];
    size_t size;
    (void)snprintf(paths[0], sizeof paths[0], "%s%s", from, name);
    (void)snprintf(paths[1], sizeof paths[1], "%s%s", to, name);
    FILE *in = fopen(paths[0], "re");
    FILE *out = fopen(paths[1], "we");
    if (in == NULL || out == NULL) {
        bench_die("cannot copy '%s' to '%s'", paths[0], paths[1]);
    }
    while ((size = fread(bytes, 1, sizeof bytes, in)) > 0) {
        if (fwrite(bytes, 1, size, out) != size) {
            bench_die("cannot write '%s'", paths[1]);
        }
    }
    if (ferror(in) || fclose(in) != 0 || fclose(out) != 0) {
        bench_die("cannot copy '%s' to '%s'", paths[0], paths[1]);
    }
}

/* Copies the ledger `base` to `name`, sets the rules there and opens it; returns how many entries
 * it has more. */
static inline uint64_t town_appender(const struct town *town, struct ledger_appender **appender,
                                     char path[PATH_MAX], const char *base, const char *name,
                                     enum town_rules rules)
{
    static struct town_page page;
    bench_path(path, town->world->directory, name);
    if (mkdir(path, 0700) != 0) {
        bench_die("cannot make '%s'", path);
    }
    town_copy_file(path, base, "/data.mdb");
    town_copy_file(path, base, ".guard");
    world_appender(town->world, appender, path);
    if (rules == TOWN_NO_RULES) {
        return 0;
    }
    town_set_rules(town_page_start(&page), rules);
    town_append(*appender, town_by_governor(town, &page));
    return 1;
}

#endif
