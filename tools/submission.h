/*
 * submission.h - handing records to a ledger in batches, and telling what became of them.
 */
#ifndef LEDGER_TOOLS_SUBMISSION_H
#define LEDGER_TOOLS_SUBMISSION_H

#include "ledger/ops/append.h"
#include "tools/cli.h"
#include "tools/jobs.h"

#define SUBMISSION_NAME_MAX 4200

/* The options of whoever opens a ledger to append, but for 'json'. */
#define SUBMISSION_OPTIONS                                                                         \
    {.name = "guard", .argument = "FILE", .help = "the guard, if it is not LEDGER.guard"},         \
        {.name = "map-size", .argument = "BYTES", .help = "new largest size of the store"},        \
        {.name = "reserve",                                                                        \
         .argument = "BYTES",                                                                      \
         .help = "disk space that must stay free, or nothing is appended; 64 MiB if not given"},   \
        {.name = "rested",                                                                         \
         .help = "the ledger really rested for over 31 days; without it the clock\n"               \
                 "is taken to be wrong"},                                                          \
        JOBS_OPTION

/* Where the records of a batch come from, for messages. */
struct submission_source {
    /* Writes what the user knows the nth record of the batch as ("line 12 of 'x.jsonl'"). */
    void (*name)(const void *context, char name[SUBMISSION_NAME_MAX], size_t nth);
    /* Tells how to ask again for the `count` records of a batch of unknown outcome. */
    void (*ask_again)(const void *context, size_t count);
    const void *context;
};

struct submission {
    struct ledger_appender *appender;
    struct submission_source source;
    bool json;         /* how receipts are printed */
    bool quiet;        /* they are not: the caller tells */
    uint64_t answered; /* records of the batches before */
    uint64_t existing; /* those of them that were there already */
    struct cli_progress progress;
    size_t count;                      /* of the batch at hand */
    uint8_t *copies[LEDGER_BATCH_MAX]; /* behind `notes` */
    struct ledger_span notes[LEDGER_BATCH_MAX];
    struct ledger_receipt receipts[LEDGER_BATCH_MAX];
};

/* Opens the ledger of args->operands[0] with the SUBMISSION_OPTIONS and 'json', and tells about entries that the guard did not know. NULL after a
 * message, with *status.
 */
struct submission *submission_open(int *status, const struct cli_args *args,
                                   const struct ledger_signing *operator_key);

/* Closes the ledger; accepts NULL inside; sets to NULL. */
void submission_close(struct submission **submission);

/* Adds a copy of a note to the batch, which must not be full. CLI_TROUBLE after a message. */
int submission_add(struct submission *submission, struct ledger_span note);

/* Puts `tail` behind the nth note of the batch. CLI_TROUBLE after a message. */
int submission_extend(struct submission *submission, size_t nth, struct ledger_span tail);

bool submission_full(const struct submission *submission);

/* Appends the batch, prints its receipts and flushes them; an empty batch is done. After anything
 * but CLI_DONE, for which the messages were printed, nothing more can be sent. */
int submission_send(struct submission *submission);

/* Says that the nth record of the batch is refused, and that the batch at hand is given up.
 * CLI_NOT_VALID. */
int submission_refuse(struct submission *submission, size_t nth,
                      const struct ledger_verdict *verdict);

/* Says that the batch at hand is given up, and what is in the ledger. Returns `status`. */
int submission_give_up(struct submission *submission, int status);

/* Says how many records were there before. */
void submission_tell_existing(const struct submission *submission);

#endif
