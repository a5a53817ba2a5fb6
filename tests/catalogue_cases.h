/*
 * catalogue_cases.h - the records of fixtures/catalogue/cases.txt, each of which must be refused.
 */
#ifndef LEDGER_TESTS_CATALOGUE_CASES_H
#define LEDGER_TESTS_CATALOGUE_CASES_H

#include "tests/catalogue_world.h"

#define CATALOGUE_CASES_MAX 2048

struct catalogue_case {
    struct ledger_span name;
    struct ledger_span kind;  /* of the flow */
    struct ledger_span event; /* the first word of the name */
    const struct catalogue_flow *flow;
    struct ledger_span so_far;
    struct ledger_span record;
    struct ledger_span finding;
};

struct catalogue_cases {
    unsigned count;
    struct catalogue_case all[CATALOGUE_CASES_MAX];
};

/* Reads all cases; they live as long as the catalogue. */
struct catalogue_cases *catalogue_cases_new(struct catalogue *c);

/* The signed note of the case's record, with a nonce of its own. */
struct ledger_span catalogue_case_note(struct catalogue *c, const struct catalogue_case *one);

#endif
