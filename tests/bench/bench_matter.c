/*
 * bench_matter - one matter with very many entries, under a rule that does not look at earlier
 * signers or lines, against the same records in a ledger without rules; and whether the last
 * entries cost more than the first.
 *
 * usage: bench_matter DIRECTORY KEYS INSTITUTIONS ENTRIES REPEATS
 */
#include "tests/bench/flow.h"
#include "tests/bench/full_audit.h"
#include "tests/bench/sodium_rate.h"

#define VARIANTS 2 /* TOWN_NO_RULES and TOWN_RULES */

struct variant {
    struct bench_times append_times;
    struct bench_times audit_times;
    struct bench_times append_tenths[2]; /* the first and the last, for each record */
    struct bench_times audit_tenths[2];
};

struct runs {
    struct world world;
    struct town town;
    struct world_notes notes;
    struct sodium_sample sample;
    struct bench_times sodium_times;
    struct ledger_audit_report *report;
    char base[PATH_MAX];
    uint64_t base_size;
    char log[LEDGER_VKEY_MAX + 1];
    struct variant variants[VARIANTS];
};

static void keep(struct bench_times *times, double seconds)
{
    LEDGER_ASSERT(times->count < BENCH_REPEATS_MAX);
    times->seconds[times->count++] = seconds;
}

static void append_all(struct runs *r, struct variant *variant, struct ledger_appender *appender)
{
    size_t count = r->notes.count;
    size_t tenth = count / 10;
    const size_t bounds[] = {0, tenth, count - tenth, count};
    double at[4] = {bench_now()};
    for (size_t i = 1; i < 4; i++) {
        world_append(appender, &r->notes, bounds[i - 1], bounds[i], LEDGER_BATCH_MAX);
        at[i] = bench_now();
    }
    keep(&variant->append_times, at[3] - at[0]);
    keep(&variant->append_tenths[0], (at[1] - at[0]) / (double)tenth);
    keep(&variant->append_tenths[1], (at[3] - at[2]) / (double)tenth);
}

/* `first` entries come before the records. The end of a tenth is the next time the audit tells. */
static void audit_all(struct runs *r, struct variant *variant, const char *path, uint64_t first)
{
    size_t count = r->notes.count;
    struct full_audit_laps taken = {.laps = {{.wanted = first},
                                             {.wanted = first + count / 10},
                                             {.wanted = first + count - count / 10}},
                                    .count = 3};
    const struct full_audit_lap *laps = taken.laps;
    full_audit(r->report, path, r->log, full_audit_take_laps, &taken);
    double end = bench_now();
    uint64_t size = r->report->size;
    LEDGER_ASSERT(laps[1].done > laps[0].done && size > laps[2].done);
    keep(&variant->audit_times, (end - laps[0].at) / (double)(size - laps[0].done));
    keep(&variant->audit_tenths[0],
         (laps[1].at - laps[0].at) / (double)(laps[1].done - laps[0].done));
    keep(&variant->audit_tenths[1], (end - laps[2].at) / (double)(size - laps[2].done));
}

static void run_variant(struct runs *r, enum town_rules rules)
{
    struct variant *variant = &r->variants[rules];
    struct ledger_appender *appender;
    char path[PATH_MAX];
    uint64_t first =
        r->base_size + town_appender(&r->town, &appender, path, r->base, "matter", rules);
    sodium_sample_time(&r->sample, &r->sodium_times);
    append_all(r, variant, appender);
    ledger_appender_close(&appender);
    sodium_sample_time(&r->sample, &r->sodium_times);
    audit_all(r, variant, path, first);
    LEDGER_ASSERT(r->report->ruled == (rules == TOWN_NO_RULES ? 0 : r->notes.count));
    world_remove(path);
}

/* The tenths of the audit: its last one has the work after the last entry, too. */
static void report_one(const char *what, struct bench_times *times, double share,
                       struct bench_times tenths[2], double without, double rate)
{
    double seconds = bench_median(times) * share;
    bench_row(what, 1 / seconds, "/s",
              "**%.3f** of libsodium by signatures, %.3f times the time without rules; the last "
              "tenth takes %.2f times as long as the first",
              1 / seconds / rate, seconds / without,
              bench_median(&tenths[1]) / bench_median(&tenths[0]));
}

static void report(struct runs *r)
{
    struct variant *none = &r->variants[TOWN_NO_RULES];
    struct variant *ruled = &r->variants[TOWN_RULES];
    double rate = SODIUM_VERIFICATIONS / bench_median(&r->sodium_times);
    double each = 1 / (double)r->notes.count;
    double append = bench_median(&none->append_times) * each;
    double whole = bench_median(&none->audit_times);
    report_one("bulk append, without rules", &none->append_times, each, none->append_tenths, append,
               rate);
    report_one("bulk append, under a rule", &ruled->append_times, each, ruled->append_tenths,
               append, rate);
    report_one("full audit, without rules", &none->audit_times, 1, none->audit_tenths, whole, rate);
    report_one("full audit, under a rule", &ruled->audit_times, 1, ruled->audit_tenths, whole,
               rate);
}

int main(int argc, char **argv)
{
    static struct runs r;
    static struct flow flow;
    size_t keys = argc == 6 ? strtoul(argv[2], NULL, 10) : 0;
    size_t institutions = argc == 6 ? strtoul(argv[3], NULL, 10) : 0;
    size_t count = argc == 6 ? strtoul(argv[4], NULL, 10) : 0;
    size_t repeats = argc == 6 ? strtoul(argv[5], NULL, 10) : 0;
    if (count < 10000 || repeats == 0 || repeats * VARIANTS * 2 > BENCH_REPEATS_MAX) {
        bench_die("usage: bench_matter DIRECTORY KEYS INSTITUTIONS ENTRIES(10000 or more) REPEATS");
    }
    world_open(&r.world, argv[1]);
    world_log(&r.world, r.log);
    r.report = bench_memory(sizeof *r.report);
    town_make(&r.town, &r.world, keys, institutions);
    r.base_size = town_found(&r.town, r.base, "base");
    flow.town = &r.town;
    world_notes_reserve(&r.notes, count);
    flow_make(&flow, &r.notes, flow_diary_note, count);
    sodium_sample_make(&r.sample, &r.notes);
    for (size_t i = 0; i < repeats; i++) {
        run_variant(&r, TOWN_NO_RULES);
        run_variant(&r, TOWN_RULES);
    }
    report(&r);
    world_remove(r.base);
    sodium_sample_free(&r.sample);
    world_notes_free(&r.notes);
    town_free(&r.town);
    free(r.report);
    world_close(&r.world);
    return 0;
}
