/*
 * progress.h - how far a long job is, for whoever waits at a terminal.
 */
#ifndef LEDGER_TOOLS_PROGRESS_H
#define LEDGER_TOOLS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* One line on stderr, if that is a terminal, redrawn at most ten times a second. */
struct cli_progress {
    const char *label;
    uint64_t total; /* 0: not known */
    struct timespec start;
    int64_t drawn_ms; /* since the start; -1: not yet */
    bool shown;
};

void cli_progress_start(struct cli_progress *progress, const char *label, uint64_t total);

/* `count` are done. Cheap enough for every record. */
void cli_progress_at(struct cli_progress *progress, uint64_t count);

/* A line that starts with the first that is told of it: for the library's `progress` and
 * `progress_context`. Fill in the label, the rest zero. */
struct cli_bar {
    const char *label;
    bool started;
    struct cli_progress progress;
};
void cli_bar_at(void *context, uint64_t count, uint64_t total);
void cli_bar_end(struct cli_bar *bar);

/* Removes the line. Call before any message. */
void cli_progress_end(struct cli_progress *progress);

#endif
