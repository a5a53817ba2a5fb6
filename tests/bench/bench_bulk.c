/*
 * bench_bulk - bulk append and full audit, against libsodium's rate of verifying signatures; bytes
 * on disk and memory.
 *
 * usage: bench_bulk DIRECTORY ENTRIES REPEATS
 *        bench_bulk --audit LEDGER VKEY   (audits, prints its peak memory; used by the first form)
 */
#include "ledger/tree/tree.h"
#include "tests/bench/full_audit.h"
#include "tests/bench/sodium_rate.h"

struct runs {
    struct world world;
    struct world_notes notes;
    struct sodium_sample sample;
    struct ledger_audit_report *report;
    char path[PATH_MAX];
    char vkey[LEDGER_VKEY_MAX + 1];
    struct bench_times append_times;
    struct bench_times signing_times; /* records made, signed and appended */
    struct bench_times audit_times;
    struct bench_times hash_times;
    struct bench_times sodium_times;
};

/* --- memory, in a process of its own --- */

struct memory {
    unsigned long own;    /* RssAnon, KiB */
    unsigned long mapped; /* RssFile: programs, libraries and what is read of the store */
};

static void keep_larger(unsigned long *kept, const char *line, const char *name)
{
    if (strncmp(line, name, strlen(name)) == 0) {
        unsigned long now = strtoul(line + strlen(name), NULL, 10);
        *kept = now > *kept ? now : *kept;
    }
}

static void sample_memory(void *context, uint64_t done, uint64_t total)
{
    struct memory *memory = context;
    char line[256];
    FILE *file = fopen("/proc/self/status", "re");
    (void)done;
    (void)total;
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        keep_larger(&memory->own, line, "RssAnon:");
        keep_larger(&memory->mapped, line, "RssFile:");
    }
    if (file != NULL) {
        (void)fclose(file);
    }
}

static int audit_only(const char *path, const char *log)
{
    struct ledger_audit_report *report = bench_memory(sizeof *report);
    struct memory memory = {0};
    full_audit(report, path, log, sample_memory, &memory);
    sample_memory(&memory, 0, 0);
    (void)printf("RssAnon: %lu\nRssFile: %lu\n", memory.own, memory.mapped);
    free(report);
    return 0;
}

static struct memory audit_memory(const struct runs *r, const char *program)
{
    char command[3 * PATH_MAX];
    char line[256];
    struct memory memory = {0};
    (void)snprintf(command, sizeof command, "'%s' --audit '%s' '%s'", program, r->path, r->vkey);
    FILE *pipe = popen(command, "re");
    while (pipe != NULL && fgets(line, sizeof line, pipe) != NULL) {
        keep_larger(&memory.own, line, "RssAnon:");
        keep_larger(&memory.mapped, line, "RssFile:");
    }
    if (pipe == NULL || pclose(pipe) != 0) {
        bench_die("cannot run '%s'", command);
    }
    return memory;
}

/* --- the runs --- */

static void append_all(struct runs *r, bool sign, size_t count)
{
    struct ledger_appender *appender;
    world_found(&r->world, r->path, "bulk");
    world_appender(&r->world, &appender, r->path);
    double start = bench_now();
    if (sign) {
        world_notes_reset(&r->notes);
        world_notes_make(&r->world, &r->notes, count);
    }
    world_append(appender, &r->notes, 0, r->notes.count, LEDGER_BATCH_MAX);
    bench_since(sign ? &r->signing_times : &r->append_times, start);
    ledger_appender_close(&appender);
}

/* The hashing of an audit: every entry once as a leaf, every record text once, nodes left out. */
static void time_hashing(struct runs *r)
{
    struct ledger_hash out;
    double start = bench_now();
    for (size_t i = 0; i < r->notes.count; i++) {
        ledger_tree_leaf(r->world.hasher, &out, r->notes.notes[i]);
        ledger_hash_bytes(r->world.hasher, &out, r->notes.notes[i]);
    }
    bench_since(&r->hash_times, start);
}

static void run_once(struct runs *r, size_t count, bool last)
{
    sodium_sample_time(&r->sample, &r->sodium_times);
    append_all(r, true, count);
    world_remove(r->path);
    sodium_sample_time(&r->sample, &r->sodium_times);
    append_all(r, false, count);
    sodium_sample_time(&r->sample, &r->sodium_times);
    double start = bench_now();
    full_audit(r->report, r->path, r->vkey, NULL, NULL);
    bench_since(&r->audit_times, start);
    time_hashing(r);
    if (!last) {
        world_remove(r->path);
    }
}

/* --- what came out --- */

static void report_speed(struct runs *r, double count)
{
    double signatures = (double)r->notes.signatures;
    double rate = SODIUM_VERIFICATIONS / bench_median(&r->sodium_times);
    double append = bench_median(&r->append_times);
    double both = bench_median(&r->signing_times);
    double whole = bench_median(&r->audit_times);
    double hashing = bench_median(&r->hash_times);
    double verifying = signatures / rate;
    bench_row("signatures a record has, on average", signatures / count, "",
              "libsodium verifies %.0f /s on one thread", rate);
    bench_row("bulk append of signed records", count / append, "/s",
              "**%.3f** of libsodium by signatures (%.0f /s), %.3f by records",
              signatures / append / rate, signatures / append, count / append / rate);
    bench_row("bulk append, time", 1e6 * append / count, "µs a record",
              "%.0f %% verifying, %.0f %% hashing once, the rest parsing and storing",
              100 * verifying / append, 100 * hashing / append);
    bench_row("bulk append, records made and signed in it", count / both, "/s",
              "**%.3f** of libsodium by signatures, %.3f by records", signatures / both / rate,
              count / both / rate);
    bench_row("full audit", count / whole, "/s",
              "**%.3f** of libsodium by signatures (%.0f /s), %.3f by records",
              signatures / whole / rate, signatures / whole, count / whole / rate);
    bench_row("full audit, time", 1e6 * whole / count, "µs a record",
              "%.0f %% verifying, %.0f %% hashing once, the rest reading, parsing, indexes",
              100 * verifying / whole, 100 * hashing / whole);
}

static void report_size(const struct runs *r, const char *program, double count)
{
    char path[PATH_MAX];
    bench_path(path, r->path, "data.mdb");
    double disk = bench_bytes_on_disk(path);
    bench_row("bytes on disk an entry", disk / count, "bytes",
              "%.3f of the entries' own bytes (%.0f an entry), at %.0f entries",
              disk / (double)r->report->bytes, (double)r->report->bytes / count, count);
    struct memory memory = audit_memory(r, program);
    bench_row("peak memory of the audit", (double)memory.own / 1024, "MiB",
              "its own; and %.1f MiB of files mapped (the store has %.1f MiB)",
              (double)memory.mapped / 1024, disk / 1048576);
}

int main(int argc, char **argv)
{
    static struct runs r;
    if (argc == 4 && strcmp(argv[1], "--audit") == 0) {
        return audit_only(argv[2], argv[3]);
    }
    size_t count = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;
    size_t repeats = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
    if (count == 0 || repeats == 0 || repeats * 3 > BENCH_REPEATS_MAX) {
        bench_die("usage: bench_bulk DIRECTORY ENTRIES REPEATS");
    }
    world_open(&r.world, argv[1]);
    world_log(&r.world, r.vkey);
    r.report = bench_memory(sizeof *r.report);
    world_notes_reserve(&r.notes, count);
    world_notes_make(&r.world, &r.notes,
                     count < SODIUM_VERIFICATIONS ? count : SODIUM_VERIFICATIONS);
    sodium_sample_make(&r.sample, &r.notes);
    /* The sample signs texts that the runs overwrite with others of the same kind. */
    struct world_notes sampled = r.notes;
    world_notes_reserve(&r.notes, count);
    for (size_t i = 0; i < repeats; i++) {
        run_once(&r, count, i + 1 == repeats);
    }
    report_speed(&r, (double)count);
    report_size(&r, argv[0], (double)count);
    world_remove(r.path);
    sodium_sample_free(&r.sample);
    world_notes_free(&sampled);
    world_notes_free(&r.notes);
    free(r.report);
    world_close(&r.world);
    return 0;
}
