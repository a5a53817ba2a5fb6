/*
 * measured.c - runs a program and says what it took.
 *
 * usage: measured REPEATS REPORT PROGRAM [ARGUMENT...]
 *
 * Writes one line to the file REPORT: seconds from start to exit, seconds of the processor (both:
 * median of the repeats), the largest resident set in KiB with the files mapped, and what of memory
 * was its own and its children's in KiB, read from /proc every few milliseconds. Exits with 1 if the program failed.
 */
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "tests/bench/bench.h"

#define SAMPLE_NS 5000000L

extern char **environ;

struct taken {
    struct bench_times wall;
    struct bench_times processor;
    long resident;      /* KiB */
    unsigned long anon; /* KiB */
};

/* KiB of memory of its own that a process has now; 0 if it is gone. */
static unsigned long own_of(long pid)
{
    char path[64];
    char line[256];
    unsigned long own = 0;
    (void)snprintf(path, sizeof path, "/proc/%ld/status", pid);
    FILE *file = fopen(path, "re");
    while (file != NULL && own == 0 && fgets(line, sizeof line, file) != NULL) {
        own = strncmp(line, "RssAnon:", 8) == 0 ? strtoul(line + 8, NULL, 10) : 0;
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return own;
}

/* Programs that read have a process do it. */
static void sample(struct taken *taken, pid_t child)
{
    char path[64];
    long worker = 0;
    unsigned long own = own_of(child);
    (void)snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)child, (long)child);
    FILE *file = fopen(path, "re");
    while (file != NULL && fscanf(file, "%ld", &worker) == 1) {
        own += own_of(worker);
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    taken->anon = own > taken->anon ? own : taken->anon;
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec * 1e-6;
}

/* Waits for the child, which stays a zombie between waitid and wait4, and looks at it meanwhile. */
static int watch(struct taken *taken, pid_t child, double start)
{
    const struct timespec pause = {.tv_nsec = SAMPLE_NS};
    struct rusage usage;
    sigset_t ended;
    int code = 0;
    (void)sigemptyset(&ended);
    (void)sigaddset(&ended, SIGCHLD);
    for (;;) {
        siginfo_t info = {0};
        LEDGER_ASSERT(waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == 0);
        if (info.si_pid == child) {
            break;
        }
        sample(taken, child);
        (void)sigtimedwait(&ended, NULL, &pause);
    }
    bench_since(&taken->wall, start);
    LEDGER_ASSERT(wait4(child, &code, 0, &usage) == child);
    taken->resident = usage.ru_maxrss > taken->resident ? usage.ru_maxrss : taken->resident;
    taken->processor.seconds[taken->processor.count++] =
        seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
    return WIFEXITED(code) ? WEXITSTATUS(code) : 128;
}

/* The child gets the signals as they were before. */
static pid_t start_program(char **argv, const sigset_t *signals)
{
    posix_spawnattr_t attributes;
    pid_t child;
    LEDGER_ASSERT(posix_spawnattr_init(&attributes) == 0);
    LEDGER_ASSERT(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK) == 0);
    LEDGER_ASSERT(posix_spawnattr_setsigmask(&attributes, signals) == 0);
    if (posix_spawnp(&child, argv[0], NULL, &attributes, argv, environ) != 0) {
        bench_die("cannot run '%s'", argv[0]);
    }
    (void)posix_spawnattr_destroy(&attributes);
    return child;
}

int main(int argc, char **argv)
{
    static struct taken taken;
    sigset_t blocked;
    sigset_t before;
    size_t repeats = argc > 3 ? strtoul(argv[1], NULL, 10) : 0;
    if (repeats == 0 || repeats > BENCH_REPEATS_MAX) {
        bench_die("usage: measured REPEATS REPORT PROGRAM [ARGUMENT...]");
    }
    (void)sigemptyset(&blocked);
    (void)sigaddset(&blocked, SIGCHLD);
    LEDGER_ASSERT(sigprocmask(SIG_BLOCK, &blocked, &before) == 0);
    for (size_t i = 0; i < repeats; i++) {
        double start = bench_now();
        int code = watch(&taken, start_program(argv + 3, &before), start);
        if (code != 0) {
            (void)fprintf(stderr, "measured: '%s' exited with %d\n", argv[3], code);
            return 1;
        }
    }
    FILE *report = fopen(argv[2], "we");
    if (report == NULL ||
        fprintf(report, "%.6f %.6f %ld %lu\n", bench_median(&taken.wall),
                bench_median(&taken.processor), taken.resident, taken.anon) < 0 ||
        fclose(report) != 0) {
        bench_die("cannot write '%s'", argv[2]);
    }
    return 0;
}
