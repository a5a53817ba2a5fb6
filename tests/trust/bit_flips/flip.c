/* flip.c - flips one bit of what a program reads, hashes, stores, verifies or signs (LD_PRELOAD).
 * flip.h says where, and how it is told. */
#include "tests/trust/bit_flips/flip.h"

#include <dlfcn.h>
#include <lmdb.h>
#define OPENSSL_SUPPRESS_DEPRECATED /* as in ledger/base/hash.c */
#include <openssl/sha.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define SHOWN __attribute__((visibility("default")))
#define DIGEST_SIZE 32

static struct {
    atomic_ulong calls[FLIP_CLASS_COUNT];
    unsigned long class_wanted; /* FLIP_CLASS_COUNT: none */
    unsigned long call;
    unsigned long bit;
    time_t now;
    bool stuck;
    uint8_t before[DIGEST_SIZE]; /* of the digest that is flipped from then on */
    uint8_t after[DIGEST_SIZE];
    atomic_bool known;
} flip = {.class_wanted = FLIP_CLASS_COUNT};

/* The next function of this name, as a function: ISO C has no cast for it. */
#define NEXT(pointer, name)                                                                        \
    do {                                                                                           \
        void *found = dlsym(RTLD_NEXT, name);                                                      \
        memcpy(&(pointer), &found, sizeof found);                                                  \
    } while (0)

__attribute__((constructor)) static void start(void)
{
    const char *wanted = getenv("FLIP_BIT");
    const char *now = getenv("FLIP_TIME");
    flip.now = now != NULL ? (time_t)strtol(now, NULL, 10) : 0;
    flip.stuck = getenv("FLIP_STUCK") != NULL;
    if (wanted != NULL) {
        char *rest;
        unsigned long class_wanted = strtoul(wanted, &rest, 10);
        flip.call = strtoul(rest, &rest, 10);
        flip.bit = strtoul(rest, &rest, 10);
        flip.class_wanted = class_wanted;
    }
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("FLIP_COUNTS");
    FILE *file = path != NULL ? fopen(path, "w") : NULL;
    for (int i = 0; file != NULL && i < FLIP_CLASS_COUNT; i++) {
        (void)fprintf(file, "%lu\n", atomic_load(&flip.calls[i]));
    }
    if (file != NULL) {
        (void)fclose(file);
    }
}

static bool is_due(enum flip_class what, size_t size)
{
    return size > 0 && atomic_fetch_add(&flip.calls[what], 1) == flip.call &&
           flip.class_wanted == (unsigned long)what;
}

static void flip_at(uint8_t *bytes, size_t size)
{
    size_t bit = flip.bit % (size * 8);
    bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
}

/* Whoever looks keeps what is given to it: the copy is never freed. */
static const void *flipped_copy(enum flip_class what, const void *bytes, size_t size)
{
    if (!is_due(what, size)) {
        return bytes;
    }
    uint8_t *copy = malloc(size);
    if (copy == NULL) {
        abort();
    }
    memcpy(copy, bytes, size);
    flip_at(copy, size);
    return copy;
}

/* What may not be written to, a constant or a page of the store, stays as it is. */
static void flip_memory(enum flip_class what, const void *bytes, size_t size)
{
    if (!is_due(what, size)) {
        return;
    }
    union {
        const void *in;
        void *out;
    } there = {.in = bytes};
    size_t at = flip.bit % (size * 8) / 8;
    uint8_t byte = (uint8_t)(((const uint8_t *)bytes)[at] ^ (1U << flip.bit % (size * 8) % 8));
    struct iovec from = {&byte, 1};
    struct iovec to = {(uint8_t *)there.out + at, 1};
    (void)process_vm_writev(getpid(), &from, 1, &to, 1, 0);
}

/* --- libcrypto --- */

static void flip_again(unsigned char *digest)
{
    if (flip.stuck && atomic_load(&flip.known) && memcmp(digest, flip.before, DIGEST_SIZE) == 0) {
        memcpy(digest, flip.after, DIGEST_SIZE);
    }
}

SHOWN int SHA256_Final(unsigned char *digest, SHA256_CTX *context)
{
    static int (*next)(unsigned char *, SHA256_CTX *);
    if (next == NULL) {
        NEXT(next, "SHA256_Final");
    }
    int done = next(digest, context);
    flip_again(digest);
    if (is_due(FLIP_DIGEST, DIGEST_SIZE)) {
        memcpy(flip.before, digest, DIGEST_SIZE);
        flip_at(digest, DIGEST_SIZE);
        memcpy(flip.after, digest, DIGEST_SIZE);
        atomic_store(&flip.known, true);
    }
    return done;
}

SHOWN int SHA256_Update(SHA256_CTX *context, const void *data, size_t size)
{
    static int (*next)(SHA256_CTX *, const void *, size_t);
    if (next == NULL) {
        NEXT(next, "SHA256_Update");
    }
    flip_memory(FLIP_HASHED_MEMORY, data, size);
    return next(context, flipped_copy(FLIP_HASHED, data, size), size);
}

/* --- liblmdb --- */

static MDB_val flipped_val(enum flip_class what, const MDB_val *val)
{
    union {
        const void *in;
        void *out;
    } bytes = {.in = flipped_copy(what, val->mv_data, val->mv_size)};
    return (MDB_val){val->mv_size, bytes.out};
}

SHOWN int mdb_put(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data, unsigned int flags)
{
    static int (*next)(MDB_txn *, MDB_dbi, MDB_val *, MDB_val *, unsigned int);
    if (next == NULL) {
        NEXT(next, "mdb_put");
    }
    MDB_val k = flipped_val(FLIP_PUT_KEY, key);
    MDB_val v = flipped_val(FLIP_PUT, data);
    return next(txn, dbi, &k, &v, flags);
}

SHOWN int mdb_get(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data)
{
    static int (*next)(MDB_txn *, MDB_dbi, MDB_val *, MDB_val *);
    if (next == NULL) {
        NEXT(next, "mdb_get");
    }
    int code = next(txn, dbi, key, data);
    if (code == 0) {
        *data = flipped_val(FLIP_GOT, data);
    }
    return code;
}

SHOWN int mdb_cursor_get(MDB_cursor *cursor, MDB_val *key, MDB_val *data, MDB_cursor_op operation)
{
    static int (*next)(MDB_cursor *, MDB_val *, MDB_val *, MDB_cursor_op);
    if (next == NULL) {
        NEXT(next, "mdb_cursor_get");
    }
    int code = next(cursor, key, data, operation);
    if (code == 0) {
        *key = flipped_val(FLIP_GOT, key);
        *data = flipped_val(FLIP_GOT, data);
    }
    return code;
}

/* --- libsodium --- */

int crypto_sign_ed25519_verify_detached(const unsigned char *signature,
                                        const unsigned char *message, unsigned long long size,
                                        const unsigned char *key);

SHOWN int crypto_sign_ed25519_verify_detached(const unsigned char *signature,
                                              const unsigned char *message, unsigned long long size,
                                              const unsigned char *key)
{
    static int (*next)(const unsigned char *, const unsigned char *, unsigned long long,
                       const unsigned char *);
    if (next == NULL) {
        NEXT(next, "crypto_sign_ed25519_verify_detached");
    }
    flip_memory(FLIP_VERIFIED_MEMORY, message, (size_t)size);
    const unsigned char *copy = flipped_copy(FLIP_VERIFIED, message, (size_t)size);
    signature = flipped_copy(FLIP_VERIFIED, signature, 64);
    return next(signature, copy, size, flipped_copy(FLIP_VERIFIED, key, 32));
}

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
    flip_memory(FLIP_SIGNED_MEMORY, message, (size_t)size);
    int done = next(signature, made, flipped_copy(FLIP_SIGNED, message, (size_t)size), size, key);
    if (is_due(FLIP_SIGNATURE, 64)) {
        flip_at(signature, 64);
    }
    return done;
}

/* --- files --- */

static ssize_t flip_read(void *buffer, ssize_t got)
{
    if (got > 0 && is_due(FLIP_READ, (size_t)got)) {
        flip_at(buffer, (size_t)got);
    }
    return got;
}

SHOWN ssize_t read(int fd, void *buffer, size_t size)
{
    static ssize_t (*next)(int, void *, size_t);
    if (next == NULL) {
        NEXT(next, "read");
    }
    return flip_read(buffer, next(fd, buffer, size));
}

SHOWN ssize_t pread(int fd, void *buffer, size_t size, off_t at)
{
    static ssize_t (*next)(int, void *, size_t, off_t);
    if (next == NULL) {
        NEXT(next, "pread");
    }
    return flip_read(buffer, next(fd, buffer, size, at));
}

/* What fortified programs call. */
ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room);
ssize_t __pread_chk(int fd, void *buffer, size_t size, off_t at, size_t room);

SHOWN ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room)
{
    (void)room;
    return read(fd, buffer, size);
}

SHOWN ssize_t __pread_chk(int fd, void *buffer, size_t size, off_t at, size_t room)
{
    (void)room;
    return pread(fd, buffer, size, at);
}

SHOWN ssize_t getline(char **line, size_t *capacity, FILE *stream)
{
    static ssize_t (*next)(char **, size_t *, FILE *);
    if (next == NULL) {
        NEXT(next, "getline");
    }
    ssize_t got = next(line, capacity, stream);
    return got > 0 ? flip_read(*line, got) : got;
}

SHOWN ssize_t write(int fd, const void *bytes, size_t size)
{
    static ssize_t (*next)(int, const void *, size_t);
    if (next == NULL) {
        NEXT(next, "write");
    }
    return next(fd, fd > 2 ? flipped_copy(FLIP_WRITTEN, bytes, size) : bytes, size);
}

/* --- the same in every run, and fast --- */

SHOWN int clock_gettime(clockid_t clock, struct timespec *now)
{
    (void)clock;
    *now = (struct timespec){.tv_sec = flip.now};
    return 0;
}

SHOWN time_t time(time_t *now)
{
    if (now != NULL) {
        *now = flip.now;
    }
    return flip.now;
}

/* Nonces only: names of files are of another size, and may not repeat. */
SHOWN ssize_t getrandom(void *bytes, size_t size, unsigned int flags)
{
    static ssize_t (*next)(void *, size_t, unsigned int);
    static uint8_t nonces;
    if (next == NULL) {
        NEXT(next, "getrandom");
    }
    ssize_t got = next(bytes, size, flags);
    if (size == 16 && got == 16) {
        memset(bytes, ++nonces, size);
    }
    return got;
}

SHOWN int fsync(int fd)
{
    (void)fd;
    return 0;
}

SHOWN int fdatasync(int fd)
{
    (void)fd;
    return 0;
}
