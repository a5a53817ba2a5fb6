/*
 * plain.c - runs a target without libFuzzer: the files of a corpus, then seeded changes of them.
 *
 *     fuzz_<target> [-seed=N] [-runs=N] FILE-OR-DIRECTORY...
 *
 * The bytes of an execution end at a page that cannot be read. An execution may take two seconds of
 * processor time. Exit status: 0, or 1 for a violation; its input is then left in the file
 * "violation-<target>" of the current directory.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "tests/trust/fuzzing/fuzz.h"
#include "tests/trust/fuzzing/mutate.h"

#define FILES_MAX 4096
#define PATIENCE 2 /* seconds of processor time for one execution */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
    const char *target;
    struct ledger_span files[FILES_MAX];
    size_t count;
    uint8_t *arena; /* FUZZ_INPUT_MAX bytes, then a page that cannot be read */
    struct ledger_span input;
    uint64_t run;
    uint64_t seed;
    uint64_t last_run; /* seen by the clock */
    unsigned waited;
} state;

static void die(const char *what)
{
    (void)fprintf(stderr, "%s: %s: %s\n", state.target, what, strerror(errno));
    exit(2);
}

/* --- Violations --- */

static void keep_input(void)
{
    char path[128];
    (void)snprintf(path, sizeof path, "violation-%s", state.target);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd >= 0) {
        ssize_t written = write(fd, state.input.data, state.input.size);
        (void)written;
        (void)close(fd);
    }
}

static void on_fault(int number)
{
    char text[160];
    int size = snprintf(text, sizeof text, "violation: signal %d in run %llu, seed %llu\n", number,
                        (unsigned long long)state.run, (unsigned long long)state.seed);
    ssize_t written = write(STDERR_FILENO, text, (size_t)size);
    (void)written;
    keep_input();
    _exit(1);
}

static void on_tick(int number)
{
    (void)number;
    state.waited = state.run == state.last_run ? state.waited + 1 : 0;
    state.last_run = state.run;
    if (state.waited > PATIENCE) {
        on_fault(SIGVTALRM);
    }
}

static void watch(void)
{
    static uint8_t stack[1 << 16];
    static const int faults[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
    stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction fault = {.sa_handler = on_fault, .sa_flags = SA_ONSTACK};
    struct sigaction tick = {.sa_handler = on_tick, .sa_flags = SA_RESTART | SA_ONSTACK};
    struct itimerval second = {{1, 0}, {1, 0}};
    if (sigaltstack(&other, NULL) != 0 || sigaction(SIGVTALRM, &tick, NULL) != 0 ||
        setitimer(ITIMER_VIRTUAL, &second, NULL) != 0) {
        die("cannot watch");
    }
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        if (sigaction(faults[i], &fault, NULL) != 0) {
            die("cannot watch");
        }
    }
}

/* --- The corpus --- */

static void load_file(const char *path)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0) {
        die(path);
    }
    size_t size = (size_t)info.st_size;
    uint8_t *bytes = malloc(size + 1);
    if (state.count == FILES_MAX || size > FUZZ_INPUT_MAX || bytes == NULL ||
        read(fd, bytes, size) != (ssize_t)size) {
        die(path);
    }
    (void)close(fd);
    state.files[state.count++] = (struct ledger_span){bytes, size};
}

static int not_hidden(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* In the order of the names, so that a seed means the same everywhere. */
static void load(const char *path)
{
    struct stat info;
    struct dirent **names;
    if (stat(path, &info) != 0) {
        die(path);
    }
    if (!S_ISDIR(info.st_mode)) {
        load_file(path);
        return;
    }
    int count = scandir(path, &names, not_hidden, alphasort);
    if (count < 0) {
        die(path);
    }
    for (int i = 0; i < count; i++) {
        char file[4096];
        (void)snprintf(file, sizeof file, "%s/%s", path, names[i]->d_name);
        load_file(file);
        free(names[i]);
    }
    free(names);
}

/* --- Running --- */

static void make_arena(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    state.arena = mmap(NULL, FUZZ_INPUT_MAX + page, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (state.arena == MAP_FAILED || mprotect(state.arena + FUZZ_INPUT_MAX, page, PROT_NONE) != 0) {
        die("no memory");
    }
}

static void execute(struct ledger_span bytes)
{
    uint8_t *start = state.arena + FUZZ_INPUT_MAX - bytes.size;
    if (bytes.size > 0) {
        memcpy(start, bytes.data, bytes.size);
    }
    state.input = (struct ledger_span){start, bytes.size};
    state.run++;
    (void)LLVMFuzzerTestOneInput(start, bytes.size);
}

static bool take_option(const char *argument, const char *name, uint64_t *value)
{
    size_t size = strlen(name);
    if (strncmp(argument, name, size) != 0) {
        return false;
    }
    *value = strtoull(argument + size, NULL, 10);
    return true;
}

int main(int argc, char **argv)
{
    static uint8_t memory[FUZZ_INPUT_MAX];
    uint64_t runs = 0;
    const char *slash = strrchr(argv[0], '/');
    state.target = slash == NULL ? argv[0] : slash + 1;
    state.seed = 1;
    for (int i = 1; i < argc; i++) {
        if (!take_option(argv[i], "-seed=", &state.seed) &&
            !take_option(argv[i], "-runs=", &runs)) {
            load(argv[i]);
        }
    }
    if (state.count == 0) {
        (void)fprintf(stderr, "%s: no inputs\n", state.target);
        return 2;
    }
    make_arena();
    watch();
    for (size_t i = 0; i < state.count; i++) {
        execute(state.files[i]);
    }
    struct fuzz_source source = {state.files, state.count, state.seed};
    for (uint64_t i = 0; i < runs; i++) {
        execute(fuzz_mutate(&source, memory));
    }
    (void)printf("%s: %zu files, %llu executions, %llu accepted, %llu compared\n", state.target,
                 state.count, fuzz_count.executions, fuzz_count.accepted, fuzz_count.compared);
    return 0;
}
