#include "tools/replace_file.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/store/durable_file.h"

/* Takes the place of `path`, or leaves nothing behind. */
static int move_over(const char *temporary, const char *path)
{
    struct ledger_error error;
    if (rename(temporary, path) != 0) {
        int status = cli_fail("cannot replace '%s': %s", path, strerror(errno));
        (void)unlink(temporary);
        return status;
    }
    return ledger_durable_sync_parent(path, &error) == LEDGER_OK ? CLI_DONE : cli_fail_with(&error);
}

static int replace(const char *path, struct ledger_span bytes, const struct stat *old)
{
    char temporary[PATH_MAX];
    struct ledger_error error;
    int fd = -1;
    if (ledger_durable_write_beside(temporary, &fd, path, bytes, &error) != LEDGER_OK) {
        return cli_fail_with(&error);
    }
    bool kept = old == NULL || fchmod(fd, old->st_mode & 0777) == 0;
    (void)close(fd);
    if (!kept) {
        (void)unlink(temporary);
        return cli_fail("cannot give '%s' the permissions it had", path);
    }
    return move_over(temporary, path);
}

int cli_replace_file(const char *path, struct ledger_span bytes)
{
    char real[PATH_MAX];
    struct stat old;
    if (strcmp(path, "-") == 0) {
        (void)fwrite(bytes.data, 1, bytes.size, stdout);
        return CLI_DONE;
    }
    /* Through a symbolic link the file is replaced, not the link. */
    if (realpath(path, real) == NULL || stat(real, &old) != 0) {
        return replace(path, bytes, NULL);
    }
    if (!S_ISREG(old.st_mode)) {
        return cli_fail("cannot replace '%s': it is not a regular file", path);
    }
    return replace(real, bytes, &old);
}
