/*
 * fail_allocations.c - lets a program run out of memory (LD_PRELOAD).
 *
 *     ALLOC_LOG    file to which is written how many allocations there were ("asked for 1234"), and if
 *                  the program crashes "crash before LIBRARY 12", or "after" a store was opened
 *     ALLOC_AT     the number of the one that fails, from 1
 *     ALLOC_LASTS  if set, so does every later one
 *
 * Memory that libsodium takes from the kernel itself (mmap) counts, too.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define SHOWN __attribute__((visibility("default")))

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t many, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t to, size_t size);

static struct {
    unsigned long at;
    bool lasts;
    bool opened; /* a store */
    int log;
    atomic_ulong asked;
} fail = {.log = -1};

static bool runs_out(void)
{
    unsigned long number = ++fail.asked;
    bool out = fail.at != 0 && (number == fail.at || (fail.lasts && number > fail.at));
    if (out) {
        errno = ENOMEM;
    }
    return out;
}

/* --- what is replaced --- */

SHOWN void *malloc(size_t size)
{
    return runs_out() ? NULL : __libc_malloc(size);
}

SHOWN void *calloc(size_t many, size_t size)
{
    return runs_out() ? NULL : __libc_calloc(many, size);
}

SHOWN void *realloc(void *old, size_t size)
{
    return runs_out() ? NULL : __libc_realloc(old, size);
}

SHOWN void *reallocarray(void *old, size_t many, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(many, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(old, bytes);
}

SHOWN void *memalign(size_t to, size_t size);
SHOWN void *memalign(size_t to, size_t size)
{
    return runs_out() ? NULL : __libc_memalign(to, size);
}

SHOWN void *aligned_alloc(size_t to, size_t size)
{
    return memalign(to, size);
}

SHOWN int posix_memalign(void **out, size_t to, size_t size)
{
    void *made = memalign(to, size);
    if (made == NULL) {
        return ENOMEM;
    }
    *out = made;
    return 0;
}

SHOWN void *mmap(void *where, size_t size, int rights, int flags, int fd, off_t offset)
{
    if ((flags & MAP_ANONYMOUS) != 0 && runs_out()) {
        return MAP_FAILED;
    }
    long made = syscall(SYS_mmap, where, size, rights, flags, fd, offset);
    union {
        long number;
        void *memory;
    } result = {made};
    return made == -1 ? MAP_FAILED : result.memory;
}

/* From here on a ledger is open. */
SHOWN int mdb_env_create(void **env);
SHOWN int mdb_env_create(void **env)
{
    union {
        void *found;
        int (*create)(void **env);
    } real = {dlsym(RTLD_NEXT, "mdb_env_create")};
    fail.opened = true;
    return real.create(env);
}

/* --- telling --- */

static void tell(const char *what, const char *where)
{
    char line[512];
    int size = snprintf(line, sizeof line, "%s %s %lu\n", what, where, fail.asked);
    if (fail.log >= 0 && size > 0 && (size_t)size < sizeof line) {
        (void)!write(fail.log, line, (size_t)size);
    }
}

static void crash(int signal, siginfo_t *info, void *context)
{
    ucontext_t *state = context;
    Dl_info library = {.dli_fname = "nowhere"};
    (void)info;
#if defined(__x86_64__)
    union {
        greg_t number;
        void *place;
    } at = {state->uc_mcontext.gregs[REG_RIP]};
    (void)dladdr(at.place, &library);
#else
    (void)state;
#endif
    tell(fail.opened ? "crash after" : "crash before", library.dli_fname);
    struct sigaction usual = {.sa_handler = SIG_DFL};
    (void)sigaction(signal, &usual, NULL); /* and it happens again */
}

__attribute__((constructor)) static void start(void)
{
    const char *log = getenv("ALLOC_LOG");
    const char *at = getenv("ALLOC_AT");
    struct sigaction action = {.sa_sigaction = crash, .sa_flags = SA_SIGINFO};
    if (log == NULL) {
        return;
    }
    fail.log = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    (void)sigaction(SIGSEGV, &action, NULL);
    (void)sigaction(SIGBUS, &action, NULL);
    fail.lasts = getenv("ALLOC_LASTS") != NULL;
    fail.asked = 0;
    fail.at = at != NULL ? strtoul(at, NULL, 10) : 0;
}

__attribute__((destructor)) static void end(void)
{
    tell("asked", "for");
}
