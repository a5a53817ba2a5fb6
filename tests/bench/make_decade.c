/*
 * make_decade.c - makes a ledger with ten years of a city's public legal services (decade.h).
 *
 * usage: make_decade DIRECTORY MATTERS [INSTITUTIONS]
 *
 * The ledger is DIRECTORY/ledger, with DIRECTORY/policy to verify it by; the operator's key stays
 * in DIRECTORY/operator.key. 7472000 matters are the whole city; INSTITUTIONS is a service's (10).
 */
#include "tests/bench/decade.h"

#define BATCH LEDGER_BATCH_MAX

struct batch {
    struct ledger_span notes[BATCH];
    size_t count;
    struct ledger_buffer memory;
};

static void append(struct ledger_appender *appender, struct batch *batch)
{
    struct world_notes notes = {.notes = batch->notes, .count = batch->count};
    world_append(appender, &notes, 0, batch->count, BATCH);
    batch->count = 0;
    batch->memory.size = 0;
}

/* Appends all records; returns how many. A batch gets one time, so it ends after nine days. */
static uint64_t fill(struct decade *decade, struct ledger_appender *appender)
{
    static struct batch batch;
    uint64_t records = 0;
    const int64_t pause = 9 * DECADE_DAY_MS;
    int64_t end = DECADE_START_MS + pause;
    batch.memory = ledger_buffer_in(bench_memory(BATCH * WORLD_NOTE_MAX), BATCH * WORLD_NOTE_MAX);
    for (;;) {
        struct ledger_buffer note = ledger_buffer_in(batch.memory.data + batch.memory.size,
                                                     batch.memory.capacity - batch.memory.size);
        bool more = decade_next(decade, &note);
        if (more) {
            batch.notes[batch.count++] = ledger_buffer_span(&note);
            batch.memory.size += note.size;
            records++;
        }
        if (batch.count == BATCH || (batch.count > 0 && (!more || decade->now_ms >= end))) {
            append(appender, &batch);
            end = decade->now_ms + pause;
        }
        if (!more) {
            free(batch.memory.data);
            return records;
        }
    }
}

int main(int argc, char **argv)
{
    struct world world;
    struct decade decade;
    struct ledger_appender *appender;
    char path[PATH_MAX];
    uint64_t matters = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    size_t institutions = argc > 3 ? strtoul(argv[3], NULL, 10) : DECADE_INSTITUTIONS;
    if (argc < 3 || argc > 4 || matters == 0 || institutions == 0) {
        (void)fprintf(stderr, "usage: make_decade DIRECTORY MATTERS [INSTITUTIONS]\n");
        return 2;
    }
    world_open(&world, argv[1]);
    decade_open(&decade, &world, matters, institutions);
    bench_path(path, argv[1], "ledger");
    decade_found(&decade, &appender, path);
    uint64_t records = fill(&decade, appender);
    ledger_appender_close(&appender);
    decade_write_policy(&world);
    (void)printf("%" PRIu64 " matters, %" PRIu64 " records\n", matters, records);
    decade_close(&decade);
    world_close(&world);
    return 0;
}
