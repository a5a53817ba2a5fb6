/*
 * scan.c - looks for secrets in the memory of a program, from within (LD_PRELOAD): before each
 * signature, before each fsync, and at the end.
 *
 *     SCAN_NEEDLES   the secrets, in hex, each byte XORed with 0x5a, so that they are not in the
 *                    memory of the program because of the search; separated by commas
 *     SCAN_REPORT    file to which a line is appended for each violation ("outside ..."), and one at
 *                    each look that says how many were found where they may be ("within N")
 *     SCAN_PLAIN     secrets are kept in plain memory, for controls
 *     SCAN_OPEN      the program may be dumped, for controls
 *     SCAN_UNLOCKED  locking memory fails
 *
 * Secrets may be in memory that is locked (lo) and left out of core dumps (dd), and nowhere else;
 * none at the end. A program that has secrets at all leaves no core dump.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define SHOWN __attribute__((visibility("default")))
#define MASK 0x5aU
#define NEEDLES 16
#define SHUT_MAX ((size_t)1 << 20)

#define NEXT(pointer, name)                                                                        \
    do {                                                                                           \
        void *found = dlsym(RTLD_NEXT, name);                                                      \
        memcpy(&(pointer), &found, sizeof found);                                                  \
    } while (0)

struct needle {
    uint8_t masked[1024];
    size_t size;
};

static struct needle needles[NEEDLES];
static unsigned needle_count;
static bool plain;
static bool open_to_all;
static bool unlocked;
static bool signed_something;

static void load_needle(const char *hex, size_t size)
{
    struct needle *needle = &needles[needle_count++];
    for (size_t i = 0; i + 1 < size && needle->size < sizeof needle->masked; i += 2) {
        char byte[3] = {hex[i], hex[i + 1], '\0'};
        needle->masked[needle->size++] = (uint8_t)strtoul(byte, NULL, 16);
    }
}

__attribute__((constructor)) static void start(void)
{
    const char *hex = getenv("SCAN_NEEDLES");
    plain = getenv("SCAN_PLAIN") != NULL;
    open_to_all = getenv("SCAN_OPEN") != NULL;
    unlocked = getenv("SCAN_UNLOCKED") != NULL;
    while (hex != NULL && *hex != '\0' && needle_count < NEEDLES) {
        size_t size = strcspn(hex, ",");
        load_needle(hex, size);
        hex += size + (hex[size] == ',' ? 1 : 0);
    }
}

__attribute__((format(printf, 1, 2))) static void report(const char *format, ...)
{
    const char *path = getenv("SCAN_REPORT");
    FILE *file = path != NULL ? fopen(path, "a") : NULL;
    va_list arguments;
    if (file == NULL) {
        return;
    }
    va_start(arguments, format);
    (void)vfprintf(file, format, arguments);
    va_end(arguments);
    (void)fclose(file);
}

/* --- looking --- */

struct mapping {
    uintptr_t from;
    uintptr_t to;
    char allowed[8];
    char name[128];
    bool locked;
    bool not_dumped;
};

__attribute__((no_sanitize("address"))) static bool is_at(const volatile uint8_t *at,
                                                          const struct needle *needle)
{
    for (size_t i = 0; i < needle->size; i++) {
        if ((at[i] ^ MASK) != needle->masked[i]) {
            return false;
        }
    }
    return true;
}

static unsigned long count_in(const struct mapping *m, const struct needle *needle)
{
    unsigned long found = 0;
    union {
        uintptr_t number;
        const uint8_t *bytes;
    } at = {.number = m->from};
    const uint8_t *end = at.bytes + (m->to - m->from);
    uint8_t first = (uint8_t)(needle->masked[0] ^ MASK);
    while ((size_t)(end - at.bytes) >= needle->size) {
        const uint8_t *next = memchr(at.bytes, first, (size_t)(end - at.bytes) - needle->size + 1);
        if (next == NULL) {
            break;
        }
        found += is_at(next, needle) ? 1 : 0;
        at.bytes = next + 1;
    }
    return found;
}

static void look_in(const struct mapping *m, unsigned long *within)
{
    union {
        uintptr_t number;
        void *pointer;
    } start = {.number = m->from};
    bool shut = m->allowed[0] != 'r';
    /* What is shared is a file, and is looked into as such; it may end before its mapping does. */
    if (strncmp(m->name, "[v", 2) == 0 || m->allowed[3] == 's' ||
        (shut && m->to - m->from > SHUT_MAX) ||
        (shut && mprotect(start.pointer, m->to - m->from, PROT_READ) != 0)) {
        return;
    }
    for (unsigned i = 0; i < needle_count; i++) {
        unsigned long found = count_in(m, &needles[i]);
        if (found > 0 && m->locked && m->not_dumped) {
            *within += found;
        } else if (found > 0) {
            report("outside: secret %u, %lu times, in '%s' %s%s%s\n", i, found, m->name, m->allowed,
                   m->locked ? " locked" : " not locked", m->not_dumped ? "" : ", dumped");
        }
    }
    if (shut) {
        (void)mprotect(start.pointer, m->to - m->from, PROT_NONE);
    }
}

static void look(const char *when)
{
    static struct mapping mappings[2048];
    static char line[4096];
    size_t count = 0;
    unsigned long within = 0;
    FILE *file = fopen("/proc/self/smaps", "r");
    if (file == NULL || needle_count == 0) {
        report("outside: nothing can be looked at: %s\n", strerror(errno));
        return;
    }
    while (fgets(line, sizeof line, file) != NULL && count < 2048) {
        struct mapping *m = &mappings[count];
        struct mapping begun = {0};
        if (sscanf(line, "%lx-%lx %7s %*s %*s %*s %127s", &begun.from, &begun.to, begun.allowed,
                   begun.name) >= 3) {
            *m = begun;
            continue;
        }
        if (strncmp(line, "VmFlags:", 8) == 0) {
            m->locked = strstr(line, " lo") != NULL;
            m->not_dumped = strstr(line, " dd") != NULL;
            count++;
        }
    }
    (void)fclose(file);
    for (size_t i = 0; i < count; i++) {
        look_in(&mappings[i], &within);
    }
    report("within %lu %s\n", within, when);
}

static void look_at_limits(void)
{
    struct rlimit core = {1, 1};
    if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_cur != 0 || core.rlim_max != 0 ||
        prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) {
        report("outside: the program can be dumped\n");
    }
}

__attribute__((destructor)) static void end(void)
{
    look(signed_something ? "at the end, with a key before" : "at the end");
}

/* --- where it looks --- */

int crypto_sign_detached(unsigned char *signature, unsigned long long *made,
                         const unsigned char *message, unsigned long long size,
                         const unsigned char *key);

SHOWN int crypto_sign_detached(unsigned char *signature, unsigned long long *made,
                               const unsigned char *message, unsigned long long size,
                               const unsigned char *key)
{
    static int (*next)(unsigned char *, unsigned long long *, const unsigned char *,
                       unsigned long long, const unsigned char *);
    if (next == NULL) {
        NEXT(next, "crypto_sign_detached");
    }
    signed_something = true;
    look_at_limits();
    int done = next(signature, made, message, size, key);
    look("after signing");
    return done;
}

SHOWN int fsync(int fd)
{
    static int (*next)(int);
    if (next == NULL) {
        NEXT(next, "fsync");
    }
    look("before fsync");
    return next(fd);
}

/* --- controls --- */

void *sodium_malloc(size_t size);
void sodium_free(void *memory);
int sodium_mprotect_noaccess(void *memory);
int sodium_mprotect_readonly(void *memory);

SHOWN void *sodium_malloc(size_t size)
{
    static void *(*next)(size_t);
    if (next == NULL) {
        NEXT(next, "sodium_malloc");
    }
    return plain ? malloc(size) : next(size);
}

SHOWN void sodium_free(void *memory)
{
    static void (*next)(void *);
    if (next == NULL) {
        NEXT(next, "sodium_free");
    }
    if (plain) {
        free(memory);
    } else {
        next(memory);
    }
}

SHOWN int sodium_mprotect_noaccess(void *memory)
{
    static int (*next)(void *);
    if (next == NULL) {
        NEXT(next, "sodium_mprotect_noaccess");
    }
    return plain ? 0 : next(memory);
}

SHOWN int sodium_mprotect_readonly(void *memory)
{
    static int (*next)(void *);
    if (next == NULL) {
        NEXT(next, "sodium_mprotect_readonly");
    }
    return plain ? 0 : next(memory);
}

SHOWN int mlock(const void *memory, size_t size)
{
    static int (*next)(const void *, size_t);
    if (next == NULL) {
        NEXT(next, "mlock");
    }
    if (unlocked) {
        errno = EPERM;
        return -1;
    }
    return plain ? 0 : next(memory, size);
}

SHOWN int madvise(void *memory, size_t size, int advice)
{
    static int (*next)(void *, size_t, int);
    if (next == NULL) {
        NEXT(next, "madvise");
    }
    return plain ? 0 : next(memory, size, advice);
}

SHOWN int prctl(int option, ...)
{
    static int (*next)(int, ...);
    va_list arguments;
    if (next == NULL) {
        NEXT(next, "prctl");
    }
    va_start(arguments, option);
    unsigned long value = va_arg(arguments, unsigned long);
    va_end(arguments);
    return open_to_all && option == PR_SET_DUMPABLE ? 0 : next(option, value, 0UL, 0UL, 0UL);
}
