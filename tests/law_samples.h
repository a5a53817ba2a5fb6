/*
 * law_samples.h - a sample ledger in memory with rules, whose history is found by looking at every
 * entry.
 *
 * It has the authority of the sample genesis, and a second notary's office, OTHER_NOTARY, for which
 * STRANGER signs.
 */
#ifndef LEDGER_TESTS_LAW_SAMPLES_H
#define LEDGER_TESTS_LAW_SAMPLES_H

#include "ledger/law/workflow.h"
#include "tests/ledger_samples.h"

#define LAW_ENTRIES_MAX 160
#define DEED "notarial-deed"
#define OTHER_NOTARY "panyu-notary.gz.example"

struct law {
    struct samples *s;
    struct ledger_state *state;
    struct ledger_history history;
    struct ledger_span entries[LAW_ENTRIES_MAX];
    unsigned count;
    unsigned reads;             /* that were asked of the history */
    enum ledger_status failure; /* what the history answers instead, unless LEDGER_OK, */
    unsigned good_reads;        /* after so many reads that it still answers */
};

/* With these rules, at most eight, ended by NULL; or with none, and none required. */
struct law *law_new(const char *const *rules);
struct law *law_without_rules(void);
void law_free(struct law **l);

/* Requires rules, and sets these. */
void law_require(struct law *l, const char *const *rules);

/* Offers a note to the state and leaves the ledger as it was: how that ended. */
enum ledger_status law_status(struct law *l, struct ledger_span note);

/* Offers a note, or a record. What it is found to be; NOT_CHECKED if it fits. */
enum ledger_finding law_offer_note(struct law *l, struct ledger_span note);
enum ledger_finding law_offer(struct law *l, struct sample_record what);

/* The record is found to be `expected`; if it does not fit, the verdict names its rule. */
void law_expect(struct law *l, enum ledger_finding expected, struct sample_record what);

/* Of the entry that was accepted last. */
const struct ledger_step *law_step(const struct law *l);

#endif
