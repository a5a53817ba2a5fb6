/*
 * bench_ruled_proof - the proofs of the same records in a ledger without rules and in one with:
 * size and checking; with many keys, and with a fiftieth.
 *
 * usage: bench_ruled_proof DIRECTORY KEYS INSTITUTIONS RECORDS
 */
#include "tests/bench/flow.h"
#include "tests/bench/proof_set.h"
#include "tests/bench/sodium_rate.h"

#define VARIANTS 2
#define REPEATS 9

/* One ledger: the records come after its first `first` entries. */
struct variant {
    char path[PATH_MAX];
    uint64_t first;
    struct proof_set set;
    struct bench_times check_times;
};

struct size {
    struct town town;
    struct world_notes notes;
    struct variant variants[VARIANTS]; /* without rules and with */
};

struct runs {
    struct world world;
    struct size sizes[TOWN_SIZES];
    struct sodium_sample sample;
    struct bench_times sodium_times;
};

static void prepare_variant(struct size *size, struct variant *variant, const char *base,
                            uint64_t base_size, const char *name, enum town_rules rules)
{
    struct ledger_appender *appender;
    variant->first =
        base_size + town_appender(&size->town, &appender, variant->path, base, name, rules);
    world_append(appender, &size->notes, 0, size->notes.count, LEDGER_BATCH_MAX);
    ledger_appender_close(&appender);
    proof_set_open(&variant->set, size->town.world, variant->path);
}

static void prepare_size(struct world *world, struct size *size, size_t keys, size_t institutions,
                         size_t records, const char *const names[VARIANTS])
{
    static struct flow flow;
    char base[PATH_MAX];
    town_make(&size->town, world, keys, institutions);
    uint64_t base_size = town_found(&size->town, base, "base");
    flow = (struct flow){.town = &size->town};
    world_notes_reserve(&size->notes, records);
    flow_make(&flow, &size->notes, flow_note, records);
    prepare_variant(size, &size->variants[0], base, base_size, names[0], TOWN_NO_RULES);
    prepare_variant(size, &size->variants[1], base, base_size, names[1], TOWN_RULES_AND_HISTORY);
    world_remove(base);
}

static int compare_indexes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The same records, by chance, of both ledgers of a size; in their order, which is cheaper. */
static void make_proofs(struct runs *r)
{
    for (size_t s = 0; s < TOWN_SIZES; s++) {
        struct size *size = &r->sizes[s];
        for (size_t i = 0; i < PROOF_SET_SIZE; i++) {
            uint64_t record = bench_below(&r->world.random, size->notes.count);
            for (size_t v = 0; v < VARIANTS; v++) {
                struct variant *variant = &size->variants[v];
                variant->set.indexes[i] = variant->first + record;
            }
        }
        for (size_t v = 0; v < VARIANTS; v++) {
            struct proof_set *set = &size->variants[v].set;
            qsort(set->indexes, PROOF_SET_SIZE, sizeof set->indexes[0], compare_indexes);
            proof_set_make(set);
        }
    }
}

static void run_once(struct runs *r)
{
    sodium_sample_time(&r->sample, &r->sodium_times);
    for (size_t s = 0; s < TOWN_SIZES; s++) {
        for (size_t v = 0; v < VARIANTS; v++) {
            struct variant *variant = &r->sizes[s].variants[v];
            double start = bench_now();
            proof_set_check(&variant->set);
            bench_since(&variant->check_times, start);
        }
    }
}

static void report_variant(struct variant *variant, struct variant *against, const char *words,
                           double rate)
{
    char name[128];
    double bytes = (double)variant->set.memory.size / PROOF_SET_SIZE;
    double seconds = bench_median(&variant->check_times) / PROOF_SET_SIZE;
    double signatures = (double)variant->set.signatures / PROOF_SET_SIZE;
    (void)snprintf(name, sizeof name, "size of a proof, %s", words);
    bench_row(name, bytes, "bytes", "**%.3f** of one without rules, average of the same records",
              (double)variant->set.memory.size / (double)against->set.memory.size);
    (void)snprintf(name, sizeof name, "checking it, %s", words);
    bench_row(name, 1e6 * seconds, "µs",
              "**%.3f** of the time without rules; %.3f of libsodium by signatures, %.3g a proof",
              bench_median(&variant->check_times) / bench_median(&against->check_times),
              signatures / seconds / rate, signatures);
}

int main(int argc, char **argv)
{
    static struct runs r;
    static const char *const names[TOWN_SIZES][VARIANTS] = {{"large-none", "large-rules"},
                                                            {"small-none", "small-rules"}};
    size_t keys = argc == 5 ? strtoul(argv[2], NULL, 10) : 0;
    size_t institutions = argc == 5 ? strtoul(argv[3], NULL, 10) : 0;
    size_t records = argc == 5 ? strtoul(argv[4], NULL, 10) : 0;
    if (institutions < TOWN_SHARE || records == 0) {
        bench_die("usage: bench_ruled_proof DIRECTORY KEYS INSTITUTIONS RECORDS");
    }
    world_open(&r.world, argv[1]);
    prepare_size(&r.world, &r.sizes[0], keys, institutions, records, names[0]);
    prepare_size(&r.world, &r.sizes[1], keys / TOWN_SHARE, institutions / TOWN_SHARE, records,
                 names[1]);
    sodium_sample_make(&r.sample, &r.sizes[0].notes);
    make_proofs(&r);
    for (size_t i = 0; i < REPEATS; i++) {
        run_once(&r);
    }
    double rate = SODIUM_VERIFICATIONS / bench_median(&r.sodium_times);
    for (size_t s = 0; s < TOWN_SIZES; s++) {
        struct size *size = &r.sizes[s];
        (void)printf("| *proofs, %zu keys in %zu institutions* | | |\n", size->town.count,
                     size->town.institutions);
        report_variant(&size->variants[0], &size->variants[0], "without rules", rate);
        report_variant(&size->variants[1], &size->variants[0], "under rules", rate);
        for (size_t v = 0; v < VARIANTS; v++) {
            proof_set_close(&size->variants[v].set);
            world_remove(size->variants[v].path);
        }
        world_notes_free(&size->notes);
        town_free(&size->town);
    }
    sodium_sample_free(&r.sample);
    world_close(&r.world);
    return 0;
}
