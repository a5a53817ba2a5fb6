/*
 * check_matters.h - the matters whose status ledger-check follows while it reads the ledger.
 */
#ifndef LEDGER_TOOLS_CHECK_MATTERS_H
#define LEDGER_TOOLS_CHECK_MATTERS_H

#include "tools/document_verdict.h"

struct check_matter {
    char *name;
    struct document_status status;
};

struct check_matters {
    struct check_matter *list;
    size_t count;
    size_t capacity;
};

/* Adds a copy of the name, which may be there already. Ends the program if memory runs out. */
void check_matters_add(struct check_matters *matters, struct ledger_span name);

/* After adding, before finding: each matter once, with nothing known of it. */
void check_matters_settle(struct check_matters *matters);

/* NULL if it is not among them. */
struct check_matter *check_matters_find(const struct check_matters *matters,
                                        struct ledger_span name);

void check_matters_free(struct check_matters *matters);

#endif
