/*
 * trust_flips - runs a program again and again with one bit flipped (flip.h), and looks at what it
 * leaves behind.
 *
 *     trust_flips SHIM BASE VKEY TRIES SEED INPUT CLASS -- PROGRAM ARGUMENT...
 *
 * BASE is a directory with the ledger L and its guard, or without. Each try gets a copy of it as its
 * current directory. A run with no flip says what is right. After each other run, and, if it failed,
 * after the program was run again with no flip:
 *
 * - every checkpoint that VKEY signed has the root that the entries stored have, by a computation of
 *   its own, and these entries are those of the right run, byte for byte;
 * - what was printed is covered by a signed checkpoint, and, the first time, is what the right run
 *   printed, or as much of it as there is;
 * - the program was not ended by a signal other than SIGABRT, an assertion.
 *
 * INPUT is "signed" or "unsigned". Of unsigned input a bit may be flipped before anything could
 * notice: then entries may differ in what they say, and are counted; the rest holds all the same.
 * CLASS is a number of flip.h, or -1: all.
 *
 * Exit status: 0 no violation, 1 violations, 2 trouble.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/trust/bit_flips/flip.h"
#include "tests/trust/bit_flips/left.h"

#define WORKERS 2
#define TOLD_MAX 65536

static const char *const class_names[] = {
#define FLIP_NAME(symbol, name) name,
    FLIP_CLASSES(FLIP_NAME)
#undef FLIP_NAME
};

struct plan {
    const char *shim;
    const char *base;
    unsigned long tries;
    uint64_t seed;
    bool unsigned_input;
    int only; /* class, or -1 */
    char **program;
    unsigned long calls[FLIP_CLASS_COUNT];
    struct left right;
    char told[TOLD_MAX];
};

/* Of all workers. */
struct tally {
    unsigned long tries;
    unsigned long refused; /* the program did not say that all is well */
    unsigned long unsigned_changed;
    unsigned long violations;
};

/* --- the program --- */

static void copy_file(const char *from, const char *to)
{
    static char bytes[1 << 16];
    ssize_t got = 0;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = in >= 0 ? open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    while (out >= 0 && (got = read(in, bytes, sizeof bytes)) > 0) {
        if (write(out, bytes, (size_t)got) != got) {
            left_die(to);
        }
    }
    if (out >= 0) {
        (void)close(out);
    }
    if (in >= 0) {
        (void)close(in);
    }
}

/* The current directory becomes that of a try. */
static void make_place(const struct plan *plan, const char *name)
{
    char from[PATH_MAX];
    if (mkdir(name, 0700) != 0 || chdir(name) != 0) {
        left_die(name);
    }
    (void)snprintf(from, sizeof from, "%s/L.guard", plan->base);
    copy_file(from, "L.guard");
    (void)snprintf(from, sizeof from, "%s/L/data.mdb", plan->base);
    if (access(from, R_OK) == 0) {
        if (mkdir("L", 0700) != 0) {
            left_die("L");
        }
        copy_file(from, "L/data.mdb");
    }
}

static void leave_place(const char *name)
{
    char command[PATH_MAX + 16];
    (void)unlink("L/data.mdb");
    (void)unlink("L/lock.mdb");
    (void)rmdir("L");
    (void)unlink("L.guard");
    (void)unlink("told");
    (void)unlink("said");
    if (chdir("..") != 0) {
        left_die("..");
    }
    if (rmdir(name) != 0) { /* something else was left there */
        (void)snprintf(command, sizeof command, "rm -rf %s", name);
        if (system(command) != 0) {
            left_die(name);
        }
    }
}

static void become(const struct plan *plan, const char *flip, const char *counts)
{
    int out = open("told", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    int err = open("said", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (out < 0 || err < 0 || in < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0 ||
        setenv("LD_PRELOAD", plan->shim, 1) != 0 ||
        (flip != NULL && setenv("FLIP_BIT", flip, 1) != 0) ||
        (counts != NULL && setenv("FLIP_COUNTS", counts, 1) != 0)) {
        _exit(125);
    }
    (void)execv(plan->program[0], plan->program);
    _exit(125);
}

static int run(const struct plan *plan, const char *flip, const char *counts)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        become(plan, flip, counts);
    }
    if (child < 0 || waitpid(child, &status, 0) != child ||
        (WIFEXITED(status) && WEXITSTATUS(status) == 125)) {
        left_die(plan->program[0]);
    }
    return status;
}

static void read_told(char told[TOLD_MAX])
{
    FILE *file = fopen("told", "r");
    size_t size = file != NULL ? fread(told, 1, TOLD_MAX - 1, file) : 0;
    told[size] = '\0';
    if (file != NULL) {
        (void)fclose(file);
    }
}

/* --- judging --- */

static bool complain(const char *what)
{
    printf("violation: %s\n", what);
    return false;
}

static bool whole(int status)
{
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Entries other than the right ones under a signed checkpoint. */
static bool entries_may_differ(const struct plan *plan, struct tally *tally, uint64_t at)
{
    if (!plan->unsigned_input || at < plan->right.base) {
        return false;
    }
    __atomic_add_fetch(&tally->unsigned_changed, 1, __ATOMIC_RELAXED);
    return true;
}

static bool judge_entries(const struct plan *plan, struct tally *tally, const struct left *left)
{
    for (uint64_t i = 0; i < left->signed_size; i++) {
        if (i >= plan->right.size || !left_same(&left->entries[i], &plan->right.entries[i])) {
            return entries_may_differ(plan, tally, i) || complain("an altered entry was signed");
        }
    }
    return true;
}

/* What was told begins as it should; the last of it may be missing, by whole lines. */
static bool judge_told(const struct plan *plan, const struct left *left, int status, bool other)
{
    static char told[TOLD_MAX];
    read_told(told);
    size_t size = strlen(told);
    if (other) {
        return true;
    }
    if (whole(status)
            ? strcmp(told, plan->told) != 0
            : strncmp(told, plan->told, size) != 0 || (size > 0 && told[size - 1] != '\n')) {
        return complain("what was told is not so");
    }
    return (!whole(status) && size == 0) || left->signed_size == plan->right.signed_size ||
           complain("what was told is not under a signed checkpoint");
}

static bool judge(const struct plan *plan, struct tally *tally, int status, bool again)
{
    static struct left left;
    unsigned long before = tally->unsigned_changed;
    if (WIFSIGNALED(status) && WTERMSIG(status) != SIGABRT) {
        return complain("the program was ended by a signal");
    }
    const char *wrong = left_read(&left);
    if (wrong != NULL) {
        return complain(wrong);
    }
    return judge_entries(plan, tally, &left) &&
           judge_told(plan, &left, status, again || tally->unsigned_changed != before);
}

/* --- trying --- */

static uint64_t next(uint64_t *state) /* splitmix64 */
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static unsigned choose_class(const struct plan *plan, uint64_t *state)
{
    unsigned what = plan->only >= 0 ? (unsigned)plan->only : 0;
    do {
        what = plan->only >= 0 ? what : (unsigned)(next(state) % FLIP_CLASS_COUNT);
    } while (plan->calls[what] == 0 && plan->only < 0);
    return what;
}

static void show(const char *flip, unsigned what)
{
    printf("  with FLIP_BIT='%s' (%s); the program said:\n", flip, class_names[what]);
    (void)fflush(stdout);
    (void)!system("head -n 5 said told 2>/dev/null | sed 's/^/    /'");
}

static void try_once(const struct plan *plan, struct tally *tally, unsigned long nth)
{
    char name[32];
    char flip[96];
    uint64_t state = plan->seed * UINT64_C(1000003) + nth;
    unsigned what = choose_class(plan, &state);
    unsigned long call = plan->calls[what] > 0 ? next(&state) % plan->calls[what] : 0;
    (void)snprintf(flip, sizeof flip, "%u %lu %lu", what, call, (unsigned long)(next(&state) >> 1));
    (void)snprintf(name, sizeof name, "try-%lu", nth);
    make_place(plan, name);
    int status = run(plan, flip, NULL);
    bool good = judge(plan, tally, status, false);
    if (good && !whole(status)) {
        __atomic_add_fetch(&tally->refused, 1, __ATOMIC_RELAXED);
        good = judge(plan, tally, run(plan, NULL, NULL), true);
    }
    __atomic_add_fetch(&tally->tries, 1, __ATOMIC_RELAXED);
    if (!good) {
        __atomic_add_fetch(&tally->violations, 1, __ATOMIC_RELAXED);
        show(flip, what);
    }
    (void)fflush(stdout);
    leave_place(name);
}

static void work(const struct plan *plan, struct tally *tally, unsigned long first)
{
    for (unsigned long i = first; i < plan->tries; i += WORKERS) {
        try_once(plan, tally, i);
    }
}

static void try_all(const struct plan *plan, struct tally *tally)
{
    pid_t workers[WORKERS];
    int status = 0;
    (void)fflush(stdout);
    for (unsigned i = 0; i < WORKERS; i++) {
        workers[i] = fork();
        if (workers[i] == 0) {
            work(plan, tally, i);
            _exit(0);
        }
    }
    for (unsigned i = 0; i < WORKERS; i++) {
        if (workers[i] < 0 || waitpid(workers[i], &status, 0) != workers[i] || !whole(status)) {
            left_die("a worker");
        }
    }
}

/* What is right, and how often each class comes up. */
static void run_right(struct plan *plan)
{
    struct left before;
    make_place(plan, "right");
    if (left_read(&before) != NULL || !whole(run(plan, NULL, "counts"))) {
        (void)!system("cat said >&2");
        left_die("the run with no flip");
    }
    const char *wrong = left_read(&plan->right);
    if (wrong != NULL) {
        left_die(wrong);
    }
    plan->right.base = before.size;
    read_told(plan->told);
    FILE *file = fopen("counts", "r");
    for (int i = 0; i < FLIP_CLASS_COUNT; i++) {
        if (file == NULL || fscanf(file, "%lu", &plan->calls[i]) != 1) {
            left_die("counts");
        }
    }
    (void)fclose(file);
    leave_place("right");
}

static struct plan plan;

int main(int argc, char **argv)
{
    if (argc < 10 || strcmp(argv[8], "--") != 0 || sodium_init() < 0 || !left_start(argv[3])) {
        (void)fprintf(stderr,
                      "usage: %s SHIM BASE VKEY TRIES SEED signed|unsigned CLASS -- "
                      "PROGRAM ARGUMENT...\n",
                      argv[0]);
        return 2;
    }
    char now[32];
    (void)snprintf(now, sizeof now, "%lld", (long long)time(NULL));
    (void)setenv("FLIP_TIME", now, 1);
    plan.shim = argv[1];
    plan.base = argv[2];
    plan.tries = strtoul(argv[4], NULL, 10);
    plan.seed = strtoull(argv[5], NULL, 10);
    plan.unsigned_input = strcmp(argv[6], "unsigned") == 0;
    plan.only = atoi(argv[7]);
    plan.program = argv + 9;
    run_right(&plan);
    struct tally *tally =
        mmap(NULL, sizeof *tally, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (tally == MAP_FAILED) {
        left_die("mmap");
    }
    try_all(&plan, tally);
    printf("%lu flips, %lu not accepted, %lu in unsigned input\n", tally->tries, tally->refused,
           tally->unsigned_changed);
    return tally->violations == 0 ? 0 : 1;
}
