/*
 * bench_changes - changing one line of an authority, by governors and by registrars: in memory and
 * as a durable append; with many keys, and with a fiftieth.
 *
 * usage: bench_changes DIRECTORY KEYS INSTITUTIONS
 */
#include "ledger/law/authority.h"
#include "ledger/law/registrar.h"
#include "tests/bench/flow.h"

#define REPEATS 31

/* Things to append. */
enum thing { BY_GOVERNOR, BY_REGISTRAR, RULE, RECORD, THINGS };

struct size {
    struct town town;
    struct flow flow;
    char path[PATH_MAX];
    struct ledger_appender *appender;
    struct ledger_authority *authority; /* as the ledger's, but for the first lines */
    struct bench_times memory_times[THINGS];
    struct bench_times append_times[THINGS];
};

static const char *const thing_names[THINGS] = {
    [BY_GOVERNOR] = "a governor's change of one key",
    [BY_REGISTRAR] = "a registrar's change of one key",
    [RULE] = "a change of one rule",
    [RECORD] = "a record",
};

/* --- what is appended --- */

/* Turns go through the institutions; a key is changed once, a rule's term at every turn. */
static struct ledger_span change_note(struct size *size, enum thing thing, size_t turn)
{
    static struct town_page page;
    size_t institution = turn * (size->town.institutions / REPEATS);
    struct world_change *change = town_page_start(&page);
    if (thing == RULE) {
        world_set(change, NULL,
                  "rule appraisal-%zu issue after=review sign=seal:1 needs=document,conclusion "
                  "not-by=review keeps=document:sign term=%zu:accept makes=effective",
                  turn % TOWN_KINDS, 31 + turn);
        return town_by_governor(&size->town, &page);
    }
    if (thing == BY_GOVERNOR) {
        town_set_key(&size->town, change, institution, TOWN_APPRAISER, "appraiser/pathology");
        return town_by_governor(&size->town, &page);
    }
    town_set_key(&size->town, change, institution, TOWN_APPRAISER_TOO, "appraiser/pathology");
    return town_by_registrar(&size->town, &page, institution);
}

static struct ledger_span record_note(struct size *size)
{
    static uint8_t memory[WORLD_NOTE_MAX];
    struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
    size_t signatures;
    return flow_diary_note(&size->flow, &buffer, &signatures);
}

/* --- in memory --- */

/* Judges a registrar's reach, carries the change out and makes the root for the next entry. */
static double change_authority(struct size *size, struct ledger_span note)
{
    struct ledger_hasher *hasher = size->town.world->hasher;
    struct ledger_record record;
    struct ledger_verdict verdict;
    struct ledger_hash root;
    bool done = false;
    ledger_verdict_clear(&verdict);
    LEDGER_ASSERT(ledger_record_parse(&record, &verdict, note));
    double start = bench_now();
    bool reaches = !ledger_is_registrars(&record) ||
                   ledger_registrar_reaches(size->authority, hasher, &verdict, &record);
    enum ledger_status status =
        ledger_authority_change(size->authority, hasher, &verdict, &done, &record, 1);
    ledger_authority_root(size->authority, hasher, &root);
    double seconds = bench_now() - start;
    if (!reaches || status != LEDGER_OK || !done) {
        bench_die("cannot change the authority: %s", verdict.detail);
    }
    return seconds;
}

static void take_change(void *context, struct ledger_span note)
{
    struct size *size = context;
    (void)change_authority(size, note);
    town_append(size->appender, note);
}

/* --- the runs --- */

static void prepare_size(struct world *world, struct size *size, const char *name, size_t keys,
                         size_t institutions)
{
    static struct town_page page;
    struct world_change *change = town_page_start(&page);
    town_make(&size->town, world, keys, institutions);
    size->flow.town = &size->town;
    if (ledger_authority_new(&size->authority) != LEDGER_OK) {
        bench_die("out of memory");
    }
    world_first_lines(world, change);
    (void)change_authority(size, town_by_governor(&size->town, &page));
    world_found(world, size->path, name);
    world_appender(world, &size->appender, size->path);
    town_each_change(&size->town, take_change, size);
    (void)town_fill(&size->town, size->appender, town_entries(&size->town));
    town_set_rules(town_page_start(&page), TOWN_RULES_AND_HISTORY);
    take_change(size, town_by_governor(&size->town, &page));
}

/* All of one sort, as the change of a rule leaves little in the caches for that of a key. */
static void run_in_memory(struct size sizes[TOWN_SIZES])
{
    for (enum thing thing = BY_GOVERNOR; thing <= RULE; thing++) {
        for (size_t turn = 0; turn < REPEATS; turn++) {
            for (size_t s = 0; s < TOWN_SIZES; s++) {
                struct bench_times *times = &sizes[s].memory_times[thing];
                times->seconds[times->count++] =
                    change_authority(&sizes[s], change_note(&sizes[s], thing, turn));
            }
        }
    }
}

static void run_appends(struct size sizes[TOWN_SIZES])
{
    for (size_t turn = 0; turn < REPEATS; turn++) {
        for (enum thing thing = BY_GOVERNOR; thing < THINGS; thing++) {
            for (size_t s = 0; s < TOWN_SIZES; s++) {
                struct ledger_span note =
                    thing == RECORD ? record_note(&sizes[s]) : change_note(&sizes[s], thing, turn);
                double start = bench_now();
                town_append(sizes[s].appender, note);
                bench_since(&sizes[s].append_times[thing], start);
            }
        }
    }
}

/* --- what came out --- */

static void report(struct size sizes[TOWN_SIZES])
{
    char name[128];
    double record = bench_median(&sizes[0].append_times[RECORD]);
    (void)printf(
        "| *changes of an authority of %llu lines, %d of them rules; and of one of %llu* | | |\n",
        (unsigned long long)ledger_authority_count(sizes[0].authority),
        TOWN_KINDS * TOWN_EVENTS + 2,
        (unsigned long long)ledger_authority_count(sizes[1].authority));
    for (enum thing thing = BY_GOVERNOR; thing <= RULE; thing++) {
        double large = bench_median(&sizes[0].memory_times[thing]);
        double small = bench_median(&sizes[1].memory_times[thing]);
        (void)snprintf(name, sizeof name, "%s, with the root", thing_names[thing]);
        bench_row(name, 1e6 * large, "µs",
                  "**%.2f** times that with a fiftieth of the keys (%.1f µs)", large / small,
                  1e6 * small);
    }
    for (enum thing thing = BY_GOVERNOR; thing < THINGS; thing++) {
        double large = bench_median(&sizes[0].append_times[thing]);
        double small = bench_median(&sizes[1].append_times[thing]);
        (void)snprintf(name, sizeof name, "%s, durable", thing_names[thing]);
        bench_row(name, 1e3 * large, "ms",
                  "**%.2f** of a record's; %.2f times that with a fiftieth of the keys (%.2f ms)",
                  large / record, large / small, 1e3 * small);
    }
}

int main(int argc, char **argv)
{
    static struct world world;
    static struct size sizes[TOWN_SIZES];
    size_t keys = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;
    size_t institutions = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
    if (institutions / TOWN_SHARE < REPEATS) {
        bench_die("usage: bench_changes DIRECTORY KEYS INSTITUTIONS (%d or more)",
                  TOWN_SHARE * REPEATS);
    }
    world_open(&world, argv[1]);
    prepare_size(&world, &sizes[0], "changes-large", keys, institutions);
    prepare_size(&world, &sizes[1], "changes-small", keys / TOWN_SHARE, institutions / TOWN_SHARE);
    run_in_memory(sizes);
    run_appends(sizes);
    report(sizes);
    for (size_t s = 0; s < TOWN_SIZES; s++) {
        ledger_appender_close(&sizes[s].appender);
        ledger_authority_free(&sizes[s].authority);
        world_remove(sizes[s].path);
        town_free(&sizes[s].town);
    }
    world_close(&world);
    return 0;
}
