/*
 * catalogue_play.h - a ledger in memory: a state, and what it accepted as its history.
 */
#ifndef LEDGER_TESTS_CATALOGUE_PLAY_H
#define LEDGER_TESTS_CATALOGUE_PLAY_H

#include "tests/catalogue_world.h"

#define CATALOGUE_ENTRIES_MAX 512
#define CATALOGUE_DAY_MS (INT64_C(24) * 3600 * 1000)

/* Entries that were accepted, as the state's history of its matters. */
struct catalogue_memory {
    unsigned count;
    struct ledger_entry entries[CATALOGUE_ENTRIES_MAX];
    struct ledger_span bytes[CATALOGUE_ENTRIES_MAX];
};

struct catalogue_play {
    struct catalogue *c;
    struct ledger_state *state;
    struct catalogue_memory memory;
    struct ledger_history history;
};

/* A ledger without entries. */
struct catalogue_play *catalogue_play_new(struct catalogue *catalogue);
void catalogue_play_free(struct catalogue_play **play);

/* Offers an entry. NOT_CHECKED if it was accepted, else what was found, with the verdict in the
 * samples. */
enum ledger_finding catalogue_offer(struct catalogue_play *play, struct ledger_span bytes);

/* The same for a note, in the entry that the state composes around it. */
enum ledger_finding catalogue_offer_note(struct catalogue_play *play, struct ledger_span note);

/* Offers the genesis of the catalogue, or a step after its wait; either must be admitted. */
void catalogue_found(struct catalogue_play *play);
void catalogue_play_step(struct catalogue_play *play, const struct catalogue_flow *flow,
                         const struct catalogue_draft *draft);

/* Prints a finding that a test did not expect, `what` of `where`, with the verdict's detail. */
void catalogue_complain(const struct catalogue *c, struct ledger_span where,
                        struct ledger_span what, enum ledger_finding found);

#endif
