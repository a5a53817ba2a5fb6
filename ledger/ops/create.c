#include "ledger/ops/create.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/ops/files.h"
#include "ledger/ops/paths.h"
#include "ledger/store/durable_file.h"
#include "ledger/store/file_system.h"
#include "ledger/store/store_write.h"

struct creation {
    const char *path;
    char temporary[PATH_MAX];
    char guard[PATH_MAX];
    struct ledger_hasher *hasher;
    struct ledger_state *state;
    struct ledger_store *store;
    uint8_t entry[LEDGER_ENTRY_MAX + 1];
    uint8_t checkpoint[LEDGER_SIGNED_CHECKPOINT_MAX];
    struct ledger_span checkpoint_span;
};

/* Nothing is in the place of the ledger and its guard, and the guard can be where it is to be. */
static enum ledger_status check_places(struct creation *c, struct ledger_error *error)
{
    char parent[PATH_MAX];
    struct stat info;
    if (lstat(c->path, &info) == 0) {
        return ledger_error_set(error, LEDGER_EXISTS, 0, "cannot create '%s': it exists", c->path);
    }
    if (lstat(c->guard, &info) == 0) {
        return ledger_error_set(error, LEDGER_EXISTS, 0,
                                "cannot create '%s': its guard '%s' exists, so a ledger of this "
                                "name was signed before; remove the guard only if founding that "
                                "ledger was interrupted and nothing of it was given to anybody",
                                c->path, c->guard);
    }
    enum ledger_status status = ledger_durable_parent(parent, c->guard, error);
    return status == LEDGER_OK ? ledger_file_system_check(parent, error) : status;
}

static enum ledger_status make_directory(struct creation *c, struct ledger_error *error)
{
    enum ledger_status status = check_places(c, error);
    if (status == LEDGER_OK) {
        status = ledger_durable_name_beside(c->temporary, c->path, error);
    }
    if (status != LEDGER_OK) {
        c->temporary[0] = '\0';
        return status;
    }
    if (mkdir(c->temporary, 0777) != 0) {
        int failed = errno;
        c->temporary[0] = '\0'; /* what was not made here is not removed either */
        return ledger_error_set(error, ledger_status_of_errno(failed), failed,
                                "cannot create a directory beside '%s'", c->path);
    }
    return ledger_file_system_check(c->temporary, error);
}

/* Takes away what make_directory and the store made; only names that they make. */
static void remove_temporary(const char *directory)
{
    static const char *const names[] = {"data.mdb", "lock.mdb"};
    char file[PATH_MAX];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        int size = snprintf(file, sizeof file, "%s/%s", directory, names[i]);
        if (size > 0 && (size_t)size < sizeof file) {
            unlink(file);
        }
    }
    rmdir(directory);
}

static enum ledger_status accept_genesis(struct creation *c, struct ledger_verdict *verdict,
                                         struct ledger_entry *entry, struct ledger_span *bytes,
                                         struct ledger_span genesis, int64_t now,
                                         struct ledger_error *error)
{
    struct ledger_buffer buffer = ledger_buffer_in(c->entry, sizeof c->entry);
    struct ledger_hash leaf;
    bool fits = false;
    ledger_state_compose(c->state, &buffer, now, genesis);
    *bytes = ledger_buffer_span(&buffer);
    if (buffer.overflow) {
        verdict->entry = 0;
        ledger_verdict_set(verdict, LEDGER_TOO_LONG, "the genesis is over %d bytes as an entry",
                           LEDGER_ENTRY_MAX);
    } else {
        enum ledger_status status =
            ledger_state_accept(c->state, verdict, &fits, entry, &leaf, *bytes);
        if (status != LEDGER_OK) {
            return ledger_error_set(error, status, 0, "cannot judge the genesis");
        }
    }
    return fits ? LEDGER_OK
                : ledger_error_set(error, LEDGER_INVALID, 0, "the genesis does not hold");
}

static enum ledger_status fill_store(struct creation *c, const struct ledger_entry *entry,
                                     struct ledger_span bytes, uint64_t map_size,
                                     struct ledger_error *error)
{
    enum ledger_status status = ledger_store_create(&c->store, c->temporary,
                                                    ledger_state_origin(c->state), map_size, error);
    if (status == LEDGER_OK) {
        status = ledger_store_begin_write(c->store, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_store_add_entry(c->store, c->hasher, entry, bytes, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_store_add_checkpoint(c->store, 1, c->checkpoint_span, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_store_commit(c->store, error);
    }
    ledger_store_close(&c->store);
    return status;
}

static enum ledger_status sync_directory(const char *path, struct ledger_error *error)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0) {
        int failed = errno;
        if (fd >= 0) {
            close(fd);
        }
        return ledger_error_set(error, LEDGER_IO, failed, "cannot make '%s' durable", path);
    }
    close(fd);
    return LEDGER_OK;
}

/* Guard first: a ledger never stands in its place without one. */
static enum ledger_status put_in_place(struct creation *c, struct ledger_error *error)
{
    enum ledger_status status = sync_directory(c->temporary, error);
    if (status == LEDGER_OK) {
        status = ledger_file_create(c->guard, c->checkpoint_span, error);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    if (renameat2(AT_FDCWD, c->temporary, AT_FDCWD, c->path, RENAME_NOREPLACE) != 0) {
        int failed = errno;
        unlink(c->guard);
        return ledger_error_set(error, ledger_status_of_errno(failed), failed,
                                "cannot put the new ledger in place at '%s'", c->path);
    }
    status = ledger_durable_sync_parent(c->path, error);
    if (status != LEDGER_OK) {
        return ledger_error_set(error, LEDGER_UNKNOWN, 0,
                                "'%s' is founded and in its place, but that could not be made "
                                "durable: verify it before it is used",
                                c->path);
    }
    return LEDGER_OK;
}

static enum ledger_status build(struct creation *c, struct ledger_verdict *verdict,
                                struct ledger_span genesis, const struct ledger_signing *signing,
                                const struct ledger_create_options *options,
                                struct ledger_error *error)
{
    struct ledger_entry entry;
    struct ledger_span bytes;
    struct ledger_buffer buffer = ledger_buffer_in(c->checkpoint, sizeof c->checkpoint);
    int64_t (*clock)(void *) = options->clock != NULL ? options->clock : ledger_system_clock;
    int64_t now = clock(options->clock_context);
    if (now < 0 || now > LEDGER_TIME_MAX) {
        return ledger_error_set(error, LEDGER_CLOCK, 0, "the system's clock is out of range");
    }
    enum ledger_status status = accept_genesis(c, verdict, &entry, &bytes, genesis, now, error);
    if (status == LEDGER_OK) {
        status = ledger_sign_checkpoint(&buffer, c->state, signing, error);
        c->checkpoint_span = ledger_buffer_span(&buffer);
    }
    if (status == LEDGER_OK) {
        status = make_directory(c, error);
    }
    if (status == LEDGER_OK) {
        status = fill_store(c, &entry, bytes, options->map_size, error);
    }
    return status == LEDGER_OK ? put_in_place(c, error) : status;
}

enum ledger_status ledger_create(struct ledger_verdict *verdict, const char *path,
                                 struct ledger_span genesis,
                                 const struct ledger_signing *operator_key,
                                 const struct ledger_create_options *options,
                                 struct ledger_error *error)
{
    ledger_verdict_clear(verdict);
    struct creation *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot create '%s'", path);
    }
    char plain[PATH_MAX];
    c->path = plain;
    enum ledger_status status = ledger_path_with(plain, path, "", error);
    if (status == LEDGER_OK) {
        status = ledger_path_of_guard(c->guard, path, options->guard_path, error);
    }
    if (status == LEDGER_OK && (ledger_hasher_new(&c->hasher) != LEDGER_OK ||
                                ledger_state_new(&c->state, c->hasher) != LEDGER_OK)) {
        status = ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot create '%s'", path);
    }
    if (status == LEDGER_OK) {
        status = build(c, verdict, genesis, operator_key, options, error);
    }
    if (status == LEDGER_OK) {
        verdict->finding = LEDGER_VALID;
    } else if (c->temporary[0] != '\0') {
        remove_temporary(c->temporary);
    }
    ledger_state_free(&c->state);
    ledger_hasher_free(&c->hasher);
    free(c);
    return status;
}
