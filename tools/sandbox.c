#include "tools/sandbox.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tools/sandbox_calls.h"

/* --- Files: Landlock --- */

/* Each version of the kernel's interface added rights; the headers of a system may be older. */
#define RIGHTS_1 ((UINT64_C(1) << 13) - 1)
#define RIGHT_REFER (UINT64_C(1) << 13)     /* 2: moving to another directory */
#define RIGHT_TRUNCATE (UINT64_C(1) << 14)  /* 3 */
#define RIGHT_IOCTL_DEV (UINT64_C(1) << 15) /* 5: controlling devices */

#define RIGHTS_OF_READING (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define RIGHTS_OF_WRITING (LANDLOCK_ACCESS_FS_WRITE_FILE | RIGHT_TRUNCATE)
#define RIGHTS_OF_MAKING                                                                           \
    (LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE)
#define RIGHTS_OF_FILES                                                                            \
    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | RIGHT_TRUNCATE)

static uint64_t rights_known(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1) {
        return 0;
    }
    return RIGHTS_1 | (version >= 2 ? RIGHT_REFER : 0) | (version >= 3 ? RIGHT_TRUNCATE : 0) |
           (version >= 5 ? RIGHT_IOCTL_DEV : 0);
}

static uint64_t rights_of(enum sandbox_access access)
{
    switch (access) {
    case SANDBOX_MAKE:
        return RIGHTS_OF_READING | RIGHTS_OF_WRITING | RIGHTS_OF_MAKING;
    case SANDBOX_LOCK:
        return RIGHTS_OF_READING | RIGHTS_OF_WRITING;
    case SANDBOX_READ:
    default:
        return RIGHTS_OF_READING;
    }
}

/* What cannot be opened, or is no file of a file system, as the pipes of a shell, gets no rights,
 * and the program tells that better. */
static void allow_path(int rules, uint64_t known, const struct sandbox_path *path)
{
    struct stat info;
    int fd = open(path->path, O_PATH | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &info) == 0) {
        uint64_t rights = rights_of(path->access) & known;
        struct landlock_path_beneath_attr rule = {
            .allowed_access = S_ISDIR(info.st_mode) ? rights : rights & RIGHTS_OF_FILES,
            .parent_fd = fd};
        (void)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
}

static bool leave_files(const struct sandbox_path *paths, size_t count)
{
    uint64_t known = rights_known();
    struct landlock_ruleset_attr handled = {.handled_access_fs = known};
    if (known == 0) {
        return false;
    }
    int rules = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
    if (rules < 0) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        allow_path(rules, known, &paths[i]);
    }
    bool left = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    (void)close(rules);
    return left;
}

/* --- All of it --- */

static enum sandbox_calls calls_for(const struct sandbox_path *paths, size_t count)
{
    enum sandbox_calls calls = SANDBOX_CALLS_READ;
    for (size_t i = 0; i < count; i++) {
        if (paths[i].access == SANDBOX_MAKE) {
            calls = SANDBOX_CALLS_MAKE;
        } else if (paths[i].access == SANDBOX_LOCK && calls == SANDBOX_CALLS_READ) {
            calls = SANDBOX_CALLS_LOCK;
        }
    }
    return calls;
}

bool sandbox_enter(const struct sandbox_path *paths, size_t count)
{
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return false;
    }
    bool files = leave_files(paths, count);
    bool calls = sandbox_calls_leave(calls_for(paths, count));
    return files || calls;
}
