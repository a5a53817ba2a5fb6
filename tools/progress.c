#include "tools/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define REDRAW_MS 100

static int64_t ms_since(const struct timespec *start)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        return 0;
    }
    return (int64_t)(now.tv_sec - start->tv_sec) * 1000 + (now.tv_nsec - start->tv_nsec) / 1000000;
}

void cli_progress_start(struct cli_progress *progress, const char *label, uint64_t total)
{
    *progress = (struct cli_progress){.label = label, .total = total, .drawn_ms = -1};
    progress->shown =
        isatty(STDERR_FILENO) == 1 && clock_gettime(CLOCK_MONOTONIC, &progress->start) == 0;
}

static void draw_left(double seconds)
{
    double minutes = seconds / 60.0;
    if (seconds < 120.0) {
        (void)fprintf(stderr, ", %.0f s left", seconds);
    } else if (minutes < 120.0) {
        (void)fprintf(stderr, ", %.0f min left", minutes);
    } else {
        (void)fprintf(stderr, ", %.1f h left", minutes / 60.0);
    }
}

static void draw(const struct cli_progress *progress, uint64_t count, int64_t elapsed_ms)
{
    double rate = elapsed_ms > 0 ? (double)count * 1000.0 / (double)elapsed_ms : 0.0;
    (void)fprintf(stderr, "\r\033[K%s %" PRIu64, progress->label, count);
    if (progress->total > 0) {
        (void)fprintf(stderr, " of %" PRIu64 " (%.0f%%)", progress->total,
                      100.0 * (double)count / (double)progress->total);
    }
    (void)fprintf(stderr, ", %.0f/s", rate);
    if (progress->total > count && rate > 0.0) {
        draw_left((double)(progress->total - count) / rate);
    }
}

void cli_progress_at(struct cli_progress *progress, uint64_t count)
{
    if (!progress->shown) {
        return;
    }
    int64_t elapsed_ms = ms_since(&progress->start);
    if (progress->drawn_ms >= 0 && elapsed_ms - progress->drawn_ms < REDRAW_MS) {
        return;
    }
    progress->drawn_ms = elapsed_ms;
    draw(progress, count, elapsed_ms);
}

void cli_progress_end(struct cli_progress *progress)
{
    if (progress->shown && progress->drawn_ms >= 0) {
        (void)fputs("\r\033[K", stderr);
    }
    progress->shown = false;
}

void cli_bar_at(void *context, uint64_t count, uint64_t total)
{
    struct cli_bar *bar = context;
    if (!bar->started) {
        bar->started = true;
        cli_progress_start(&bar->progress, bar->label, total);
    }
    cli_progress_at(&bar->progress, count);
}

void cli_bar_end(struct cli_bar *bar)
{
    if (bar->started) {
        cli_progress_end(&bar->progress);
    }
}
