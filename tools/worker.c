#include "tools/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ledger/base/ed25519.h"
#include "ledger/base/hash.h"
#include "ledger/ops/audit_published.h"
#include "ledger/ops/search_published.h"
#include "tools/sandbox.h"

/* One program, one worker: what is between them. */
static struct {
    const struct cli_args *args;
    const struct worker_service *service;
    void *request; /* shared */
    struct ledger_audit_files files;
    bool has_files;
    int to_first; /* in the worker: where it asks; -1: there is no other process */
} worker = {.to_first = -1};

/* --- What the worker may open --- */

#define PATHS_MAX 256 /* files beyond are not opened; a command line with so many says so */

struct paths {
    struct sandbox_path list[PATHS_MAX];
    size_t count;
    char lock[PATH_MAX];
    char folder[PATH_MAX];
};

static void add_path(struct paths *paths, const char *path, enum sandbox_access access)
{
    if (paths->count < PATHS_MAX) {
        paths->list[paths->count++] = (struct sandbox_path){path, access};
    }
}

static bool is_given(const struct cli_args *args, const char *name)
{
    for (size_t i = 0; i < args->value_count; i++) {
        if (strcmp(args->values[i].option->name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* The engine makes the file of its locks if it is missing. In the sandbox nothing can be made beside
 * data.mdb that could not be made of it, so the file is made here; an empty one is as good. */
static void add_lock(struct paths *paths, const char *ledger)
{
    struct stat info;
    int size = snprintf(paths->lock, sizeof paths->lock, "%s/data.mdb", ledger);
    if (size < 0 || (size_t)size >= sizeof paths->lock || stat(paths->lock, &info) != 0 ||
        !S_ISREG(info.st_mode)) {
        return;
    }
    (void)snprintf(paths->lock, sizeof paths->lock, "%s/lock.mdb", ledger);
    int fd = open(paths->lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644);
    if (fd >= 0) {
        (void)close(fd);
    }
    add_path(paths, paths->lock, SANDBOX_LOCK);
}

/* A directory itself; of a file, that it stands in, since it is replaced and not written to. */
static void add_output(struct paths *paths, const char *path)
{
    struct stat info;
    const char *slash = strrchr(path, '/');
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        add_path(paths, path, SANDBOX_MAKE);
        return;
    }
    size_t size = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    if (size < sizeof paths->folder) {
        (void)snprintf(paths->folder, sizeof paths->folder, "%.*s", size == 0 ? 1 : (int)size,
                       size == 0 ? "." : path);
        add_path(paths, paths->folder, SANDBOX_MAKE);
    }
}

static void find_paths(struct paths *paths, const struct cli_args *args)
{
    size_t operands = args->operand_count < args->program->file_operands
                          ? args->operand_count
                          : args->program->file_operands;
    for (size_t i = 0; i < operands; i++) {
        add_path(paths, args->operands[i], SANDBOX_READ);
    }
    if (operands > 0 && !is_given(args, "no-lock")) {
        add_lock(paths, args->operands[0]);
    }
    for (size_t i = 0; i < args->value_count; i++) {
        if (args->values[i].option->file == CLI_FILE_READ) {
            add_path(paths, args->values[i].text, SANDBOX_READ);
        } else if (args->values[i].option->file == CLI_FILE_MADE) {
            add_output(paths, args->values[i].text);
        }
    }
}

/* --- The worker --- */

/* In the sandbox no file can be made. */
static void make_files(const struct cli_args *args)
{
    if (args->program->file_operands > 0 && args->operand_count > 0 &&
        ledger_form_of(args->operands[0]) == LEDGER_FORM_PUBLISHED) {
        ledger_audit_files_make(&worker.files);
        worker.has_files = true;
    }
}

/* Libraries read their configuration, and the time zone, when they are first used. */
static void warm_up(void)
{
    static const uint8_t nothing[LEDGER_ED25519_SIGNATURE_SIZE];
    struct ledger_hasher *hasher = NULL;
    if (ledger_hasher_new(&hasher) == LEDGER_OK) {
        ledger_hasher_free(&hasher);
    }
    (void)ledger_ed25519_verify(nothing, (struct ledger_span){NULL, 0}, nothing);
    tzset();
}

static void enter_sandbox(const struct cli_args *args)
{
#ifndef LEDGER_NO_SANDBOX
    struct paths *paths = calloc(1, sizeof *paths);
    if (paths == NULL) {
        exit(cli_fail("out of memory"));
    }
    find_paths(paths, args);
    make_files(args);
    warm_up();
    if (!sandbox_enter(paths->list, paths->count)) {
        cli_message("this system has no sandbox, neither Landlock nor seccomp: what is read is "
                    "read with all your rights");
    }
    free(paths);
#else
    (void)find_paths;
    (void)make_files;
    (void)warm_up;
    (void)args;
#endif
}

static void work(int (*run)(const struct cli_args *args), struct cli_args *args, pid_t first)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != first) {
        _exit(CLI_TROUBLE);
    }
    enter_sandbox(args);
    int status = run(args);
    cli_args_free(args);
    exit(cli_finish(status));
}

/* --- What the worker has done for it --- */

const struct ledger_audit_files *worker_files(void)
{
    return worker.has_files ? &worker.files : NULL;
}

void *worker_request(void)
{
    return worker.request;
}

int worker_ask(void)
{
    uint8_t byte = 1;
    if (worker.to_first < 0) {
        return worker.service->serve(worker.args, worker.request);
    }
    bool answered = write(worker.to_first, &byte, 1) == 1 && read(worker.to_first, &byte, 1) == 1;
    return answered ? byte : cli_fail("the process that does what a worker cannot is gone");
}

/* Until the worker ends, which closes its end. */
static void serve(int to_worker)
{
    uint8_t byte;
    bool served = false;
    ssize_t got;
    while ((got = read(to_worker, &byte, 1)) == 1 || (got < 0 && errno == EINTR)) {
        if (got == 1 && !served && worker.service != NULL) {
            served = true;
            byte = (uint8_t)worker.service->serve(worker.args, worker.request);
            (void)send(to_worker, &byte, 1, MSG_NOSIGNAL);
        }
    }
}

/* --- The first process --- */

static bool is_of_user(int number)
{
    return number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGQUIT ||
           number == SIGPIPE || number == SIGALRM;
}

static int tell_signal(int number)
{
    const char *what = worker.args->operands[0];
    const char *name = strsignal(number);
    if (number == SIGKILL) {
        return cli_fail("'%s' was not read to its end: the process that read it was killed, "
                        "perhaps for want of memory",
                        what);
    }
    if (number == SIGSYS) {
        return cli_fail("'%s' must be taken to be hostile: the process that read it asked the "
                        "system for what reading does not need, and was ended; nothing that it "
                        "said counts",
                        what);
    }
    return cli_fail(
        "'%s' must be taken to be damaged: the process that read it was ended by signal "
        "%d (%s), as by a file that is damaged, made to do harm or cut off meanwhile; "
        "nothing that it said counts; use an intact copy that nobody writes to",
        what, number, name);
}

static int supervise(pid_t pid, int to_worker)
{
    int ended;
    serve(to_worker);
    while (waitpid(pid, &ended, 0) < 0) {
        if (errno != EINTR) {
            return cli_fail("cannot wait for the process that reads: %s", strerror(errno));
        }
    }
    if (WIFEXITED(ended)) {
        return WEXITSTATUS(ended);
    }
    if (is_of_user(WTERMSIG(ended))) {
        (void)signal(WTERMSIG(ended), SIG_DFL);
        (void)raise(WTERMSIG(ended));
    }
    return tell_signal(WTERMSIG(ended));
}

static int run_apart(int (*run)(const struct cli_args *args), struct cli_args *args)
{
    int ends[2];
    pid_t first = getpid();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return cli_fail("cannot start a process to read in: %s", strerror(errno));
    }
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(ends[0]);
        worker.to_first = ends[1];
        work(run, args, first);
    }
    (void)close(ends[1]);
    int status = pid < 0 ? cli_fail("cannot start a process to read in: %s", strerror(errno))
                         : supervise(pid, ends[0]);
    (void)close(ends[0]);
    return status;
}

static bool share(const struct worker_service *service)
{
    worker.service = service;
    if (service == NULL) {
        return true;
    }
    worker.request =
        mmap(NULL, service->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return worker.request != MAP_FAILED;
}

int worker_run(const struct cli_program *program, int (*run)(const struct cli_args *args),
               const struct worker_service *service, int argc, char **argv)
{
    struct cli_args args;
    int status = CLI_TROUBLE;
    const char *wish = getenv("LEDGER_SANDBOX");
    bool together = wish != NULL && strcmp(wish, "off") == 0;
    (void)signal(SIGXFSZ, SIG_IGN); /* as cli_run */
    if (cli_parse(&args, &status, program, argc, argv)) {
        worker.args = &args;
        status = !share(service) ? cli_fail("out of memory")
                 : together      ? run(&args)
                                 : run_apart(run, &args);
    }
    cli_args_free(&args);
    return cli_finish(status);
}
