/*
 * decade_append.c - appends what decade_records made, 1,024 records at a time or as many as are said,
 * and prints the seconds that took, founding left out.
 *
 * usage: decade_append DIRECTORY LEDGER JOBS FIRST COUNT [AT-ONCE]
 *
 * Records FIRST up to FIRST + COUNT of DIRECTORY/records. With FIRST 0 the ledger is founded, and
 * its clock is that of the records; later ones are appended to it by the clock of today. JOBS is the
 * number of threads, 0: as many as there are cores.
 */
#include "tests/bench/decade.h"
#include "tests/bench/records_file.h"

struct batch {
    struct ledger_span notes[LEDGER_BATCH_MAX];
    size_t count;
    uint8_t *memory; /* WORLD_NOTE_MAX for each */
};

static void take(struct batch *batch, struct records_file *file, struct decade *decade,
                 uint64_t wanted)
{
    for (batch->count = 0; batch->count < LEDGER_BATCH_MAX && batch->count < wanted;
         batch->count++) {
        uint8_t *bytes = batch->memory + batch->count * WORLD_NOTE_MAX;
        size_t size = records_next(file, &decade->now_ms, bytes, WORLD_NOTE_MAX);
        if (size == 0) {
            bench_die("'%s' has too few records", file->path);
        }
        batch->notes[batch->count] = (struct ledger_span){bytes, size};
    }
}

static double append_all(struct decade *decade, struct ledger_appender *appender,
                         struct records_file *file, uint64_t count, size_t at_once)
{
    static struct batch batch;
    batch.memory = bench_memory((size_t)LEDGER_BATCH_MAX * WORLD_NOTE_MAX);
    double start = bench_now();
    while (count > 0) {
        take(&batch, file, decade, count);
        struct world_notes notes = {.notes = batch.notes, .count = batch.count};
        world_append(appender, &notes, 0, batch.count, at_once);
        count -= batch.count;
    }
    double seconds = bench_now() - start;
    free(batch.memory);
    return seconds;
}

static void open_today(struct world *world, struct ledger_appender **appender, const char *path,
                       unsigned jobs)
{
    struct ledger_append_options options = {.jobs = jobs, .rested = true};
    struct ledger_verdict verdict;
    struct ledger_error error;
    bench_ok(
        ledger_appender_open(appender, &verdict, path, &world->operator_signing, &options, &error),
        &error);
}

int main(int argc, char **argv)
{
    struct world world;
    struct decade decade;
    struct ledger_appender *appender;
    struct records_file file;
    char path[PATH_MAX];
    size_t at_once = argc == 7 ? strtoul(argv[6], NULL, 10) : LEDGER_BATCH_MAX;
    if (argc < 6 || argc > 7 || at_once == 0 || at_once > LEDGER_BATCH_MAX) {
        bench_die("usage: decade_append DIRECTORY LEDGER JOBS FIRST COUNT [AT-ONCE]");
    }
    unsigned jobs = (unsigned)strtoul(argv[3], NULL, 10);
    uint64_t first = strtoull(argv[4], NULL, 10);
    uint64_t count = strtoull(argv[5], NULL, 10);
    world_open(&world, argv[1]);
    /* The same seed, the same people. */
    decade_open(&decade, &world, 1, DECADE_INSTITUTIONS);
    decade.jobs = jobs;
    if (first == 0) {
        decade_found(&decade, &appender, argv[2]);
    } else {
        open_today(&world, &appender, argv[2], jobs);
    }
    bench_path(path, argv[1], "records");
    records_open(&file, path, "re");
    records_skip(&file, first);
    (void)printf("%.6f\n", append_all(&decade, appender, &file, count, at_once));
    ledger_appender_close(&appender);
    records_close(&file);
    decade_close(&decade);
    world_close(&world);
    return 0;
}
