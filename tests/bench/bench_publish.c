/*
 * bench_publish - publishing a ledger, verifying and importing what was published, against
 * verifying the ledger itself; memory.
 *
 * usage: bench_publish DIRECTORY ENTRIES REPEATS
 *        bench_publish --audit PUBLICATION VKEY   (audits, prints its peak memory)
 */
#include "ledger/format/tile.h"
#include "ledger/ops/ahead.h"
#include "ledger/ops/audit_published.h"
#include "ledger/ops/import.h"
#include "ledger/ops/publish.h"
#include "tests/bench/full_audit.h"
#include "tests/bench/world.h"

struct runs {
    struct world world;
    char path[PATH_MAX];
    char files[PATH_MAX];
    char imported[PATH_MAX];
    char vkey[LEDGER_VKEY_MAX + 1];
    struct ledger_audit_report *report;
    struct ledger_policy *policy;
    struct ledger_publish_report published;
    struct bench_times publish;
    struct bench_times one_more;
    struct bench_times audit;
    struct bench_times audit_files;
    struct bench_times import;
    struct bench_times wide_audit_files; /* on all cores */
    struct bench_times wide_import;
};

static void trust(struct ledger_policy **policy, struct ledger_hasher *hasher, const char *log)
{
    struct ledger_vkey vkey;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    if (ledger_policy_new(policy) != LEDGER_OK ||
        !ledger_vkey_parse(hasher, &vkey, &verdict, ledger_span_of(log))) {
        bench_die("cannot trust '%s'", log);
    }
    ledger_policy_of_log(*policy, &vkey);
}

static void audit_files(struct ledger_audit_report *report, const char *path,
                        const struct ledger_policy *policy, unsigned jobs)
{
    struct ledger_audit_options options = {.policy = policy, .jobs = jobs};
    struct ledger_verdict verdict;
    struct ledger_error error;
    bench_ok(ledger_audit_published(report, &verdict, path, &options, &error), &error);
    bench_valid(&verdict);
}

/* The peak of the memory of this process, its own and the files mapped. */
static int audit_only(const char *path, const char *log)
{
    struct ledger_hasher *hasher;
    struct ledger_policy *policy;
    char line[256];
    if (ledger_hasher_new(&hasher) != LEDGER_OK) {
        bench_die("out of memory");
    }
    trust(&policy, hasher, log);
    audit_files(bench_memory(sizeof(struct ledger_audit_report)), path, policy, 1);
    FILE *file = fopen("/proc/self/status", "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0) {
            (void)printf("%lu\n", strtoul(line + 6, NULL, 10));
        }
    }
    return 0;
}

static double peak_memory(const struct runs *r, const char *program)
{
    char command[3 * PATH_MAX];
    unsigned long kib = 0;
    (void)snprintf(command, sizeof command, "'%s' --audit '%s' '%s'", program, r->files, r->vkey);
    FILE *pipe = popen(command, "re");
    if (pipe == NULL || fscanf(pipe, "%lu", &kib) != 1 || pclose(pipe) != 0) {
        bench_die("cannot run '%s'", command);
    }
    return (double)kib / 1024;
}

static void remove_all(const char *path)
{
    char command[PATH_MAX + 16];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", path);
    if (system(command) != 0) {
        bench_die("cannot remove '%s'", path);
    }
}

static void append(struct runs *r, size_t count)
{
    struct ledger_appender *appender;
    struct world_notes notes;
    world_notes_reserve(&notes, count);
    world_notes_make(&r->world, &notes, count);
    world_appender(&r->world, &appender, r->path);
    world_append(appender, &notes, 0, count, LEDGER_BATCH_MAX);
    ledger_appender_close(&appender);
    world_notes_free(&notes);
}

static void publish(struct runs *r, struct bench_times *times)
{
    struct ledger_publish_options options = {.again = false};
    struct ledger_error error;
    double start = bench_now();
    bench_ok(ledger_publish(&r->published, r->path, r->files, &options, &error), &error);
    bench_since(times, start);
}

static void import(struct runs *r, unsigned jobs, struct bench_times *times)
{
    struct ledger_import_options options = {.policy = r->policy, .jobs = jobs};
    struct ledger_import_report report;
    struct ledger_verdict verdict;
    struct ledger_error error;
    double start = bench_now();
    bench_ok(ledger_import(&report, &verdict, r->files, r->imported, &options, &error), &error);
    bench_valid(&verdict);
    bench_since(times, start);
    world_remove(r->imported);
}

static void verify_files(struct runs *r, unsigned jobs, struct bench_times *times)
{
    double start = bench_now();
    audit_files(r->report, r->files, r->policy, jobs);
    bench_since(times, start);
}

static void run_once(struct runs *r)
{
    remove_all(r->files);
    publish(r, &r->publish);
    append(r, 1);
    publish(r, &r->one_more);
    double start = bench_now();
    full_audit(r->report, r->path, r->vkey, NULL, NULL);
    bench_since(&r->audit, start);
    verify_files(r, 1, &r->audit_files);
    verify_files(r, 0, &r->wide_audit_files);
    import(r, 1, &r->import);
    import(r, 0, &r->wide_import);
}

static void report_wide(struct runs *r, double count)
{
    char what[64];
    double files = bench_median(&r->wide_audit_files);
    double again = bench_median(&r->wide_import);
    (void)snprintf(what, sizeof what, "verifying the files on %u cores", ledger_jobs_default());
    bench_row(what, count / files, "/s", "**%.2f** of one core",
              bench_median(&r->audit_files) / files);
    (void)snprintf(what, sizeof what, "importing on %u cores", ledger_jobs_default());
    bench_row(what, count / again, "/s", "%.2f of one core", bench_median(&r->import) / again);
}

static void report(struct runs *r, const char *program, double count)
{
    double whole = bench_median(&r->audit);
    double files = bench_median(&r->audit_files);
    double first = bench_median(&r->publish);
    double again = bench_median(&r->import);
    bench_row("publishing all", count / first, "/s", "%.3f of verifying the ledger", whole / first);
    bench_row("publishing one entry more", 1e3 * bench_median(&r->one_more), "ms",
              "%.4f of publishing all", bench_median(&r->one_more) / first);
    bench_row("verifying the files", count / files, "/s",
              "**%.3f** of verifying the ledger (%.0f /s)", whole / files, count / whole);
    bench_row("importing", count / again, "/s", "%.3f of verifying the ledger", whole / again);
    report_wide(r, count);
    bench_row("peak memory of verifying the files", peak_memory(r, program), "MiB",
              "%.0f entries, the largest bundle %.2f MiB", count,
              (double)r->report->bytes / count * LEDGER_TILE_WIDTH / 1048576);
}

int main(int argc, char **argv)
{
    static struct runs r;
    if (argc == 4 && strcmp(argv[1], "--audit") == 0) {
        return audit_only(argv[2], argv[3]);
    }
    size_t count = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;
    size_t repeats = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
    if (count == 0 || repeats == 0 || repeats > BENCH_REPEATS_MAX) {
        bench_die("usage: bench_publish DIRECTORY ENTRIES REPEATS");
    }
    world_open(&r.world, argv[1]);
    world_log(&r.world, r.vkey);
    trust(&r.policy, r.world.hasher, r.vkey);
    r.report = bench_memory(sizeof *r.report);
    bench_path(r.files, argv[1], "files");
    bench_path(r.imported, argv[1], "imported");
    world_found(&r.world, r.path, "published-ledger");
    append(&r, count);
    for (size_t i = 0; i < repeats; i++) {
        run_once(&r);
    }
    report(&r, argv[0], (double)count);
    remove_all(r.files);
    world_remove(r.path);
    ledger_policy_free(&r.policy);
    free(r.report);
    world_close(&r.world);
    return 0;
}
