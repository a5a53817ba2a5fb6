#include "ledger/ops/new_place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/ops/files.h"
#include "ledger/ops/paths.h"
#include "ledger/store/durable_file.h"
#include "ledger/store/file_system.h"

enum ledger_status ledger_new_place_start(struct ledger_new_place *place, const char *path,
                                          const char *guard, struct ledger_error *error)
{
    char parent[PATH_MAX];
    struct stat info;
    place->temporary[0] = '\0';
    enum ledger_status status = ledger_path_with(place->path, path, "", error);
    if (status == LEDGER_OK) {
        status = ledger_path_of_guard(place->guard, path, guard, error);
    }
    if (status == LEDGER_OK && lstat(place->path, &info) == 0) {
        return ledger_error_set(error, LEDGER_EXISTS, 0, "cannot create '%s': it exists",
                                place->path);
    }
    if (status == LEDGER_OK) {
        status = ledger_durable_parent(parent, place->guard, error);
    }
    return status == LEDGER_OK ? ledger_file_system_check(parent, error) : status;
}

bool ledger_new_place_has_guard(const struct ledger_new_place *place)
{
    struct stat info;
    return lstat(place->guard, &info) == 0;
}

bool ledger_new_place_has_ledger(const struct ledger_new_place *place)
{
    struct stat info;
    return lstat(place->path, &info) == 0 && S_ISDIR(info.st_mode);
}

enum ledger_status ledger_new_place_make(struct ledger_new_place *place, struct ledger_error *error)
{
    enum ledger_status status = ledger_durable_name_beside(place->temporary, place->path, error);
    if (status != LEDGER_OK) {
        place->temporary[0] = '\0';
        return status;
    }
    if (mkdir(place->temporary, 0777) != 0) {
        int failed = errno;
        place->temporary[0] = '\0'; /* what was not made here is not removed either */
        return ledger_error_set(error, ledger_status_of_errno(failed), failed,
                                "cannot create a directory beside '%s'", place->path);
    }
    return ledger_file_system_check(place->temporary, error);
}

enum ledger_status ledger_new_place_filled(enum ledger_status status, struct ledger_error *error)
{
    if (status != LEDGER_UNKNOWN) {
        return status;
    }
    if (error == NULL) {
        return LEDGER_IO;
    }
    error->status = ledger_status_of_errno(error->os_error);
    return error->status;
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

enum ledger_status ledger_new_place_take(struct ledger_new_place *place, struct ledger_error *error)
{
    enum ledger_status status = sync_directory(place->temporary, error);
    if (status != LEDGER_OK) {
        return status;
    }
    if (renameat2(AT_FDCWD, place->temporary, AT_FDCWD, place->path, RENAME_NOREPLACE) != 0) {
        int failed = errno;
        return ledger_error_set(error, ledger_status_of_errno(failed), failed,
                                "cannot put the new ledger in place at '%s'", place->path);
    }
    place->temporary[0] = '\0';
    status = ledger_durable_sync_parent(place->path, error);
    if (status != LEDGER_OK) {
        return ledger_error_set(error, LEDGER_UNKNOWN, 0,
                                "'%s' is made and in its place, but that could not be made "
                                "durable: verify it before it is used",
                                place->path);
    }
    return LEDGER_OK;
}

/* Only names that a store makes. */
void ledger_new_place_leave(struct ledger_new_place *place)
{
    static const char *const names[] = {"data.mdb", "lock.mdb"};
    char file[PATH_MAX];
    if (place->temporary[0] == '\0') {
        return;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        int size = snprintf(file, sizeof file, "%s/%s", place->temporary, names[i]);
        if (size > 0 && (size_t)size < sizeof file) {
            unlink(file);
        }
    }
    rmdir(place->temporary);
    place->temporary[0] = '\0';
}
