/*
 * catalogue_world.h - the catalogue of rules in fixtures/catalogue as a world to play in: its
 * authority lines, its people with their keys, its flows and the records they are made of.
 *
 * fixtures/catalogue/flows.txt and cases.txt say how flows and cases are written.
 */
#ifndef LEDGER_TESTS_CATALOGUE_WORLD_H
#define LEDGER_TESTS_CATALOGUE_WORLD_H

#include "ledger/law/state.h"
#include "tests/catalogue_draft.h"
#include "tests/ledger_samples.h"

#define CATALOGUE_FOLDER "fixtures/catalogue/"
#define CATALOGUE_SERVICES 11
#define CATALOGUE_PEOPLE_MAX 120
#define CATALOGUE_FLOWS_MAX 60
#define CATALOGUE_STEPS_MAX 16
#define CATALOGUE_LINES_MAX 400
#define CATALOGUE_EVERYTHING "everything.test.example" /* holds every role; see people.txt */

/* The files of rules, without folder; the last is NULL. */
extern const char *const catalogue_services[CATALOGUE_SERVICES + 1];

struct catalogue_flow {
    struct ledger_span name;
    unsigned count;
    struct catalogue_draft steps[CATALOGUE_STEPS_MAX];
};

struct catalogue_person {
    struct ledger_span name;
    struct ledger_span institution; /* empty: a party */
    struct ledger_span grants;
    struct sample_key key;
};

struct catalogue {
    struct samples *s;
    unsigned line_count;
    struct ledger_span lines[CATALOGUE_LINES_MAX]; /* of authority; without people */
    unsigned person_count;
    struct catalogue_person people[CATALOGUE_PEOPLE_MAX];
    unsigned flow_count;
    struct catalogue_flow flows[CATALOGUE_FLOWS_MAX];
    uint64_t nonces;
};

/* Reads all of fixtures/catalogue but the cases. */
struct catalogue *catalogue_new(void);
void catalogue_free(struct catalogue **catalogue);

/* The file `name` of the folder; lives as long as the catalogue. */
struct ledger_span catalogue_file(struct catalogue *catalogue, const char *name);

/* Adds the flows of a file of the folder. */
void catalogue_read_flows(struct catalogue *catalogue, const char *name);

/* Takes the next line that is neither empty nor a comment off `rest`. */
bool catalogue_next_line(struct ledger_span *rest, struct ledger_span *line);

/* The flow of this name, or NULL; its first step of this event, or NULL. */
const struct catalogue_flow *catalogue_flow(const struct catalogue *catalogue,
                                            struct ledger_span name);
const struct catalogue_draft *catalogue_step(const struct catalogue_flow *flow,
                                             struct ledger_span event);

/* The signed note of a draft. */
struct ledger_span catalogue_note(struct catalogue *catalogue, const struct catalogue_draft *draft);

/* The genesis: operator, governors, institutions, all rules, all people. */
struct ledger_span catalogue_genesis(struct catalogue *catalogue);

#endif
