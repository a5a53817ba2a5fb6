/*
 * intruder.c - a library that is loaded before liblmdb and libsodium, and acts in their place once
 * the program that it is in reads a ledger or a proof.
 *
 *     INTRUDER=NAME        makes this attempt, tells "done NAME" or "refused NAME: why", and exits
 *     INTRUDER=signal-N    sends the process this signal
 *     INTRUDER=stop        stops the process when it first reads a value, until it is told to go on
 *     INTRUDER=list        prints the names of the attempts, and exits
 *     NO_LANDLOCK=1, NO_SECCOMP=1   the kernel has not got it
 */
#include "tests/trust/sandbox/intruder.h"

#include <dlfcn.h>
#include <errno.h>
#include <lmdb.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SYS_LANDLOCK_FIRST 444
#define SYS_LANDLOCK_LAST 446

int crypto_sign_ed25519_verify_detached(const unsigned char *signature,
                                        const unsigned char *message, unsigned long long size,
                                        const unsigned char *key);
int seccomp_load(const void *filter);

/* The function that this library stands in front of. */
static void next(void *function, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(function, &found, sizeof found);
}

static bool is_wanted(const char *what)
{
    const char *wish = getenv("INTRUDER");
    return wish != NULL && strcmp(wish, what) == 0;
}

static void tell(const char *what, const char *name, const char *why)
{
    char line[256];
    int size = snprintf(line, sizeof line, "%s %s%s\n", what, name, why);
    if (write(STDERR_FILENO, line, (size_t)size) != size) {
        _exit(4);
    }
}

static void list(void)
{
    for (const struct attempt *attempt = attempts; attempt->name != NULL; attempt++) {
        (void)puts(attempt->name);
    }
    (void)fflush(stdout);
    _exit(0);
}

static void act(void)
{
    const char *wish = getenv("INTRUDER");
    if (wish == NULL || is_wanted("stop")) {
        return;
    }
    if (is_wanted("list")) {
        list();
    }
    if (strncmp(wish, "signal-", 7) == 0) {
        (void)raise(atoi(wish + 7));
    }
    for (const struct attempt *attempt = attempts; attempt->name != NULL; attempt++) {
        if (is_wanted(attempt->name)) {
            bool done = attempt->make();
            tell(done ? "done" : "refused", attempt->name, done ? "" : ": not allowed");
            _exit(done ? 5 : 6);
        }
    }
    tell("unknown", wish, "");
    _exit(4);
}

/* --- In the place of others --- */

int mdb_env_create(MDB_env **env)
{
    int (*create)(MDB_env **);
    act();
    next(&create, "mdb_env_create");
    return create(env);
}

int mdb_get(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data)
{
    static bool stopped;
    int (*get)(MDB_txn *, MDB_dbi, MDB_val *, MDB_val *);
    if (!stopped && is_wanted("stop")) {
        stopped = true;
        (void)raise(SIGSTOP);
    }
    next(&get, "mdb_get");
    return get(txn, dbi, key, data);
}

int crypto_sign_ed25519_verify_detached(const unsigned char *signature,
                                        const unsigned char *message, unsigned long long size,
                                        const unsigned char *key)
{
    int (*verify)(const unsigned char *, const unsigned char *, unsigned long long,
                  const unsigned char *);
    if (size > 0) { /* before the sandbox is entered, one of nothing is verified */
        act();
    }
    next(&verify, "crypto_sign_ed25519_verify_detached");
    return verify(signature, message, size, key);
}

int seccomp_load(const void *filter)
{
    int (*load)(const void *);
    if (getenv("NO_SECCOMP") != NULL) {
        return -EINVAL;
    }
    next(&load, "seccomp_load");
    return load(filter);
}

long syscall(long number, ...)
{
    long (*call)(long, ...);
    long a[6];
    va_list arguments;
    va_start(arguments, number);
    for (unsigned i = 0; i < 6; i++) {
        a[i] = va_arg(arguments, long);
    }
    va_end(arguments);
    if (getenv("NO_LANDLOCK") != NULL && number >= SYS_LANDLOCK_FIRST &&
        number <= SYS_LANDLOCK_LAST) {
        errno = ENOSYS;
        return -1;
    }
    next(&call, "syscall");
    return call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
