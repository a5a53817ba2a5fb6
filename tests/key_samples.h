/*
 * key_samples.h - key files in a folder of the test, and what the tests of keys/ seal them with.
 */
#ifndef LEDGER_TESTS_KEY_SAMPLES_H
#define LEDGER_TESTS_KEY_SAMPLES_H

#include <CUnit/CUnit.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/signer.h"

#define NAME "nanfang-notary.gz.example/张三"
#define PASSPHRASE "通关口令 correct horse"

/* The least that a key file may ask for, so that the tests are fast. */
static inline struct ledger_seal cheap_seal(void)
{
    return (struct ledger_seal){.passphrase = ledger_span_of(PASSPHRASE),
                                .opslimit = LEDGER_KEY_OPSLIMIT_MIN,
                                .memlimit = LEDGER_KEY_MEMLIMIT_MIN};
}

static inline struct ledger_span no_passphrase(void)
{
    return (struct ledger_span){0};
}

struct folder {
    char path[64];
    char key[80]; /* path of the key file */
};

static inline struct folder make_folder(void)
{
    struct folder folder = {.path = "/tmp/ledger-test-key-XXXXXX"};
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder.path));
    (void)snprintf(folder.key, sizeof folder.key, "%s/key", folder.path);
    return folder;
}

/* Removes the folder; fails if anything but the key file is left in it. */
static inline void remove_folder(const struct folder *folder)
{
    (void)unlink(folder->key);
    CU_ASSERT_EQUAL(rmdir(folder->path), 0);
}

static inline void put_file(const char *path, struct ledger_span bytes, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CU_ASSERT_FATAL(fd >= 0);
    CU_ASSERT_EQUAL_FATAL(write(fd, bytes.data, bytes.size), (ssize_t)bytes.size);
    CU_ASSERT_EQUAL(fchmod(fd, mode), 0);
    CU_ASSERT_EQUAL(close(fd), 0);
}

static inline enum ledger_status open_status(const char *path, struct ledger_span passphrase)
{
    struct ledger_signer *signer = NULL;
    struct ledger_error error = {0};
    enum ledger_status status = ledger_signer_open(&signer, path, passphrase, &error);
    CU_ASSERT_EQUAL(signer != NULL, status == LEDGER_OK);
    CU_ASSERT_EQUAL(error.what[0] != '\0', status != LEDGER_OK);
    ledger_signer_close(&signer);
    return status;
}

#endif
