/*
 * forge.h - the parts of forge.c, the tool of the attacks: what an insider can do to a ledger.
 */
#ifndef LEDGER_TESTS_FORGE_H
#define LEDGER_TESTS_FORGE_H

#include "fixtures/script.h"
#include "fixtures/tamper.h"

struct forge {
    struct fixture_world world;
    struct tampering t;   /* its image is the ledger */
    struct script script; /* of the base that the ledger is a copy of */
    const char *held;     /* labels of the keys that the attacker holds, joined by commas */
    bool changed;         /* the image is not what was read */
};

/* Dies unless the attacker holds the key of this label: no attack signs with what it has not. */
void forge_need(const struct forge *f, struct ledger_span label);

/* The record that lines in the words of scenario.txt make at position `index`; lines "flow" may
 * stand before. Every signer and every party that signs must be held. The note is in memory of its
 * own, until the next call. */
struct ledger_span forge_record(struct forge *f, struct ledger_span words, uint64_t index);

/* Tells the script all flows of its scenario. */
void forge_learn(struct forge *f);

/* What only the operator can make anew: every index of matters and every record of statistics from
 * entry `first` on, with chain and authority. Entry `without` is left out of the indexes (UINT64_MAX:
 * none). Figures that cannot be counted, as the entries before do not verify, stay. */
void forge_renew(struct forge *f, uint64_t first, uint64_t without);

/* Signs the checkpoints of `first` entries or more anew, drops those beyond the end and makes one at
 * the end: with the key `label`, or, if it is empty, with that of the operator in force at each. */
void forge_resign(struct forge *f, uint64_t first, struct ledger_span label);

/* A checkpoint of `size`, signed with the key `label`. Beyond the end its root is made up. */
void forge_checkpoint(struct forge *f, uint64_t size, struct ledger_span label);

/* The figures of the first `before` entries as CSV, allocated; without data if they do not verify.
 * `context` is the struct forge. */
struct ledger_span forge_figures(void *context, uint64_t before);

#endif
