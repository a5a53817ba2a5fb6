/*
 * catalogue_draft.h - a record of the catalogue's tests before it is written, and the words that
 * make and change it.
 */
#ifndef LEDGER_TESTS_CATALOGUE_DRAFT_H
#define LEDGER_TESTS_CATALOGUE_DRAFT_H

#include "tests/format_samples.h"

struct catalogue;

struct catalogue_value {
    struct ledger_span name;
    struct ledger_span value;
};

/* What a record is made of, before it is written. Spans are borrowed from the files. */
struct catalogue_draft {
    struct ledger_span kind;
    struct ledger_span matter;
    struct ledger_span event;
    unsigned signer_count;
    struct ledger_span signers[12]; /* names; the first one's institution files the record */
    unsigned party_count;
    struct ledger_span parties[6]; /* names of people who are not enrolled */
    unsigned line_count;
    struct catalogue_value lines[20]; /* category, refers, document, data and fields */
    uint64_t wait_days;               /* pass before it */
    uint64_t late_days;               /* it is expected to be late */
    struct ledger_span standing;      /* expected afterwards; empty: not said */
};

/* Takes what stands before the next `separator`, or all, off `rest`; empty parts are left out. */
bool catalogue_next_part(struct ledger_span *rest, struct ledger_span *part, char separator);

/* Changes `draft` as the words say: see fixtures/catalogue/flows.txt and cases.txt. Asserts that a
 * word that takes something away finds it. */
void catalogue_change(const struct catalogue *catalogue, struct catalogue_draft *draft,
                      struct ledger_span words);

#endif
