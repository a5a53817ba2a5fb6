/*
 * check.h - what must hold of every state that a crash can leave.
 */
#ifndef TRUST_CRASH_STATES_CHECK_H
#define TRUST_CRASH_STATES_CHECK_H

#include "ledger/format/policy.h"
#include "ledger/ops/signing.h"
#include "tests/trust/crash_states/disk.h"
#include "tests/trust/crash_states/expected.h"

#define WHY_MAX 400

struct reference; /* check_published.c */

struct checks {
    const char *ledger;      /* its path in the directory that was watched */
    const char *guard;       /* the same; NULL: beside the ledger */
    const char *publication; /* the same; NULL: ledgers are checked, not publications */
    const char *source;      /* a publication that the ledger was imported from, or NULL */
    const char *original;    /* the ledger that was published, or NULL */
    const char *place;       /* a directory for images */
    uint64_t from;           /* entries at the start; 0: there was no ledger, or publication */
    unsigned batches;        /* that may be there without having been told */
    struct expected expected;
    struct ledger_signing operator_key;
    struct ledger_policy *policy; /* that trusts it */
    struct reference *references; /* publications by size, each made at once */
    size_t reference_count;
};

/* Each answers whether it holds, and if not, why. `told`: how many entries somebody was told to be
 * durable before the crash, 0 for none. */

/* The ledger opens; it has no fewer entries than were told and none but those of the run, whole
 * batches, with the root they had; it finds each record; its guard is neither behind what was told
 * nor ahead of the ledger, its last checkpoint neither behind what was told nor ahead of the guard.
 * Leaves the image in `place`. */
bool check_ledger(const struct checks *checks, char why[WHY_MAX], const struct disk_image *image,
                  uint64_t told);

/* After check_ledger: an appender takes it up; clients that ask again get the entries they had, once;
 * the rest of the run can be appended; all of it verifies, and the proof of an entry that was told.
 * A ledger that is not there yet can be imported again. */
bool check_recovery(const struct checks *checks, char why[WHY_MAX], uint64_t told, uint64_t pick);

/* The publication is one of those of the run, not behind what was told: for every checkpoint that
 * can be seen all files are there as they must be. */
bool check_published(const struct checks *checks, char why[WHY_MAX], const struct disk_image *image,
                     uint64_t told);

/* Leaves the image in `place`; it verifies there, and publishing again makes it what it must be. */
bool check_publishing_again(const struct checks *checks, char why[WHY_MAX],
                            const struct disk_image *image);

/* Reads the publications in the directories `path`/<size>. */
void check_load_references(struct checks *checks, const char *path);

__attribute__((format(printf, 2, 3))) bool check_fails(char why[WHY_MAX], const char *format, ...);

#endif
