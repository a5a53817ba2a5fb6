/*
 * trust_keys - opens key files that were changed: none opens but the one that is whole, and each
 * refusal says why.
 *
 *     trust_keys make 0 0 KEYFILE PASSPHRASE             a key, sealed at the lowest cost
 *     trust_keys flips TRIES SEED KEYFILE [PASSPHRASE]   single bits, all if TRIES is 0
 *     trust_keys cuts TRIES SEED KEYFILE [PASSPHRASE]    every length, and a byte more
 *     trust_keys costs 0 0 KEYFILE PASSPHRASE            costs of the passphrase out of bounds
 *
 * The file to be opened is written beside KEYFILE. Exit status: 0, 1 violations, 2 trouble.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "keys/signer.h"

#define CHANGED "changed.key"

static uint8_t whole[LEDGER_KEY_FILE_MAX + 1];
static size_t whole_size;
static const char *passphrase = "";
static unsigned long tries;
static unsigned long violations;
static uint64_t state;

static void die(const char *what)
{
    (void)fprintf(stderr, "trust_keys: %s: %s\n", what, strerror(errno));
    exit(2);
}

static uint64_t next(void) /* splitmix64 */
{
    uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static void read_whole(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, whole, sizeof whole) : -1;
    if (got <= 0) {
        die(path);
    }
    whole_size = (size_t)got;
    (void)close(fd);
}

static void write_changed(const uint8_t *bytes, size_t size)
{
    int fd = open(CHANGED, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size || close(fd) != 0) {
        die(CHANGED);
    }
}

static enum ledger_status opened(struct ledger_error *error)
{
    struct ledger_signer *signer = NULL;
    *error = (struct ledger_error){0};
    enum ledger_status status =
        ledger_signer_open(&signer, CHANGED, ledger_span_of(passphrase), error);
    if ((status == LEDGER_OK) != (signer != NULL)) {
        printf("violation: the status and the signer do not agree\n");
        violations++;
    }
    ledger_signer_close(&signer);
    return status;
}

/* The file of these bytes is refused, with a word. */
static void refused(const uint8_t *bytes, size_t size, const char *what, size_t where)
{
    struct ledger_error error;
    write_changed(bytes, size);
    enum ledger_status status = opened(&error);
    tries++;
    if (status == LEDGER_OK || error.what[0] == '\0') {
        printf("violation: %s %zu: %s\n", what, where,
               status == LEDGER_OK ? "the key opens" : "refused without a word");
        violations++;
    }
}

static void flip(size_t bit)
{
    uint8_t bytes[sizeof whole];
    memcpy(bytes, whole, whole_size);
    bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
    refused(bytes, whole_size, "bit", bit);
}

static void flip_bits(unsigned long wanted)
{
    for (size_t i = 0; i < (wanted != 0 ? wanted : whole_size * 8); i++) {
        flip(wanted != 0 ? (size_t)(next() % (whole_size * 8)) : i);
    }
}

static void cut(void)
{
    for (size_t size = 0; size < whole_size; size++) {
        refused(whole, size, "cut at", size);
    }
    for (unsigned byte = 0; byte < 256; byte++) {
        whole[whole_size] = (uint8_t)byte;
        refused(whole, whole_size + 1, "with a byte more", byte);
    }
}

/* Refused before anything is computed: not a hundredth of the time that the cost would take. */
static void try_cost(const char *opslimit, const char *memlimit)
{
    char text[4096];
    const char *line = strstr((const char *)whole, "kdf argon2id ");
    const char *salt = line != NULL ? strchr(line + 13, ' ') : NULL;
    salt = salt != NULL ? strchr(salt + 1, ' ') : NULL;
    if (salt == NULL) {
        die("no sealed key");
    }
    int size =
        snprintf(text, sizeof text, "%.*skdf argon2id %s %s%s", (int)(line - (const char *)whole),
                 (const char *)whole, opslimit, memlimit, salt);
    clock_t before = clock();
    refused((const uint8_t *)text, (size_t)size, opslimit, 0);
    if (clock() - before > CLOCKS_PER_SEC / 10) {
        printf("violation: cost %s %s: something was computed first\n", opslimit, memlimit);
        violations++;
    }
}

static void try_costs(void)
{
    static const char *const opslimits[] = {"0",
                                            "17",
                                            "18446744073709551615",
                                            "18446744073709551616",
                                            "18446744073709551617",
                                            "-1",
                                            "+1",
                                            "01",
                                            "1e3",
                                            "0x1",
                                            ""};
    static const char *const memlimits[] = {"0",
                                            "1",
                                            "8388607",
                                            "8387584",
                                            "8388609",
                                            "1073741825",
                                            "1073742848",
                                            "1099511627776",
                                            "18446744073709551615",
                                            "18446744073709551616",
                                            "18446744073717940224",
                                            "-8388608",
                                            "08388608",
                                            ""};
    for (size_t i = 0; i < sizeof opslimits / sizeof opslimits[0]; i++) {
        try_cost(opslimits[i], "8388608");
    }
    for (size_t i = 0; i < sizeof memlimits / sizeof memlimits[0]; i++) {
        try_cost("1", memlimits[i]);
    }
}

/* The harness could find the key to open: it does so when nothing was changed. */
static void check_whole(void)
{
    struct ledger_error error;
    write_changed(whole, whole_size);
    if (opened(&error) != LEDGER_OK) {
        die(error.what);
    }
}

static void make(const char *path)
{
    struct ledger_signer *signer = NULL;
    struct ledger_error error;
    const struct ledger_seal seal = {ledger_span_of(passphrase), LEDGER_KEY_OPSLIMIT_MIN,
                                     LEDGER_KEY_MEMLIMIT_MIN};
    if (ledger_signer_generate(&signer, path, ledger_span_of("publiclaw.gz.example/2026"), &seal,
                               &error) != LEDGER_OK) {
        die(error.what);
    }
    ledger_signer_close(&signer);
}

static bool try_all(const char *what, unsigned long wanted)
{
    if (strcmp(what, "costs") == 0) {
        try_costs();
    } else if (strcmp(what, "flips") == 0) {
        flip_bits(wanted);
    } else if (strcmp(what, "cuts") == 0) {
        cut();
    } else {
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    if (argc != 5 && argc != 6) {
        (void)fprintf(stderr, "usage: %s make|flips|cuts|costs TRIES SEED KEYFILE [PASSPHRASE]\n",
                      argv[0]);
        return 2;
    }
    passphrase = argc == 6 ? argv[5] : "";
    state = strtoull(argv[3], NULL, 10);
    if (strcmp(argv[1], "make") == 0) {
        make(argv[4]);
        return 0;
    }
    read_whole(argv[4]);
    check_whole();
    if (!try_all(argv[1], strtoul(argv[2], NULL, 10)) || unlink(CHANGED) != 0) {
        die(argv[1]);
    }
    printf("%lu changed key files\n", tries);
    return violations == 0 ? 0 : 1;
}
