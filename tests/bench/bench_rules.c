/*
 * bench_rules - what rules cost: the same records appended to and audited in ledgers without rules,
 * with rules, and with rules that look at earlier entries; with many keys, and with a fiftieth.
 *
 * usage: bench_rules DIRECTORY KEYS INSTITUTIONS RECORDS REPEATS
 */
#include "tests/bench/flow.h"
#include "tests/bench/full_audit.h"
#include "tests/bench/sodium_rate.h"

#define VARIANTS 3

struct variant {
    struct bench_times append_times;
    struct bench_times audit_times; /* for each record */
};

struct size {
    struct town town;
    struct world_notes notes;
    char base[PATH_MAX];
    uint64_t base_size;
    struct variant variants[VARIANTS];
};

struct runs {
    struct world world;
    struct size sizes[TOWN_SIZES];
    struct sodium_sample sample;
    struct bench_times sodium_times;
    struct ledger_audit_report *report;
    char log[LEDGER_VKEY_MAX + 1];
};

static const char *const variant_names[VARIANTS] = {
    [TOWN_NO_RULES] = "without rules",
    [TOWN_RULES] = "rules on the record",
    [TOWN_RULES_AND_HISTORY] = "rules on earlier entries too",
};

/* Seconds for each record in an audit: from where the authority is complete to the very end. */
static double audit_records(struct runs *r, const char *path, uint64_t first)
{
    struct full_audit_laps laps = {.laps = {{.wanted = first}}, .count = 1};
    full_audit(r->report, path, r->log, full_audit_take_laps, &laps);
    double end = bench_now();
    LEDGER_ASSERT(laps.laps[0].at > 0 && laps.laps[0].done < r->report->size);
    return (end - laps.laps[0].at) / (double)(r->report->size - laps.laps[0].done);
}

static void run_variant(struct runs *r, struct size *size, enum town_rules rules)
{
    struct variant *variant = &size->variants[rules];
    struct ledger_appender *appender;
    char path[PATH_MAX];
    uint64_t first =
        size->base_size + town_appender(&size->town, &appender, path, size->base, "rules", rules);
    sodium_sample_time(&r->sample, &r->sodium_times);
    double start = bench_now();
    world_append(appender, &size->notes, 0, size->notes.count, LEDGER_BATCH_MAX);
    bench_since(&variant->append_times, start);
    ledger_appender_close(&appender);
    sodium_sample_time(&r->sample, &r->sodium_times);
    variant->audit_times.seconds[variant->audit_times.count++] = audit_records(r, path, first);
    uint64_t ruled = rules == TOWN_NO_RULES ? 0 : size->notes.count;
    LEDGER_ASSERT(r->report->ruled == ruled && r->report->late == 0);
    world_remove(path);
}

static void run_once(struct runs *r)
{
    for (size_t v = 0; v < VARIANTS; v++) {
        for (size_t s = 0; s < TOWN_SIZES; s++) {
            run_variant(r, &r->sizes[s], (enum town_rules)v);
        }
    }
}

static void report_variant(const char *what, size_t v, double seconds, double without,
                           double signatures, double rate)
{
    char name[128];
    (void)snprintf(name, sizeof name, "%s, %s", what, variant_names[v]);
    double speed = signatures / seconds / rate;
    if (v == TOWN_NO_RULES) {
        bench_row(name, 1 / seconds, "/s", "**%.3f** of libsodium by signatures", speed);
    } else {
        bench_row(name, 1 / seconds, "/s",
                  "**%.3f** of libsodium by signatures, %.3f times the time without rules", speed,
                  seconds / without);
    }
}

static void report_size(struct size *size, double rate)
{
    double count = (double)size->notes.count;
    double signatures = (double)size->notes.signatures / count;
    (void)printf("| *%zu keys in %zu institutions* | | |\n", size->town.count,
                 size->town.institutions);
    bench_row("signatures a record has, on average", signatures, "",
              "libsodium verifies %.0f /s on one thread", rate);
    double without = bench_median(&size->variants[TOWN_NO_RULES].append_times) / count;
    for (size_t v = 0; v < VARIANTS; v++) {
        report_variant("bulk append", v, bench_median(&size->variants[v].append_times) / count,
                       without, signatures, rate);
    }
    without = bench_median(&size->variants[TOWN_NO_RULES].audit_times);
    for (size_t v = 0; v < VARIANTS; v++) {
        report_variant("full audit", v, bench_median(&size->variants[v].audit_times), without,
                       signatures, rate);
    }
}

static void prepare_size(struct runs *r, size_t s, size_t keys, size_t institutions, size_t records)
{
    static const char *const names[TOWN_SIZES] = {"base-large", "base-small"};
    static struct flow flow;
    struct size *size = &r->sizes[s];
    town_make(&size->town, &r->world, keys, institutions);
    size->base_size = town_found(&size->town, size->base, names[s]);
    flow = (struct flow){.town = &size->town};
    world_notes_reserve(&size->notes, records);
    flow_make(&flow, &size->notes, flow_note, records);
}

int main(int argc, char **argv)
{
    static struct runs r;
    size_t keys = argc == 6 ? strtoul(argv[2], NULL, 10) : 0;
    size_t institutions = argc == 6 ? strtoul(argv[3], NULL, 10) : 0;
    size_t records = argc == 6 ? strtoul(argv[4], NULL, 10) : 0;
    size_t repeats = argc == 6 ? strtoul(argv[5], NULL, 10) : 0;
    if (institutions < TOWN_SHARE || records < 1000 || repeats == 0 ||
        repeats * TOWN_SIZES * VARIANTS * 2 > BENCH_REPEATS_MAX) {
        bench_die("usage: bench_rules DIRECTORY KEYS INSTITUTIONS RECORDS REPEATS");
    }
    world_open(&r.world, argv[1]);
    world_log(&r.world, r.log);
    r.report = bench_memory(sizeof *r.report);
    prepare_size(&r, 0, keys, institutions, records);
    prepare_size(&r, 1, keys / TOWN_SHARE, institutions / TOWN_SHARE, records);
    sodium_sample_make(&r.sample, &r.sizes[0].notes);
    for (size_t i = 0; i < repeats; i++) {
        run_once(&r);
    }
    double rate = SODIUM_VERIFICATIONS / bench_median(&r.sodium_times);
    for (size_t s = 0; s < TOWN_SIZES; s++) {
        report_size(&r.sizes[s], rate);
        world_remove(r.sizes[s].base);
        world_notes_free(&r.sizes[s].notes);
        town_free(&r.sizes[s].town);
    }
    sodium_sample_free(&r.sample);
    free(r.report);
    world_close(&r.world);
    return 0;
}
