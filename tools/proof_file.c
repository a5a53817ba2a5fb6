#include "tools/proof_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/format/status_proof.h"
#include "tools/cli.h"

/* What tells the sort: one byte more than this is read first. */
#define START_MAX (sizeof LEDGER_STATUS_HEADER "\n" - 2)

_Static_assert(START_MAX < LEDGER_PROOF_FILE_MAX, "a proof is longer than what tells its sort");

/* Known without reading all of it. */
static bool has_more_than(int fd, size_t max)
{
    struct stat info;
    return fd != STDIN_FILENO && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
           info.st_size > (off_t)max;
}

static bool read_from(struct proof_file *file, int fd)
{
    bool whole = cli_read_on(fd, &file->data, &file->size, START_MAX);
    bool more = !whole && errno == EFBIG;
    file->is_status = ledger_is_status_proof((struct ledger_span){file->data, file->size});
    file->max = file->is_status ? LEDGER_STATUS_FILE_MAX : LEDGER_PROOF_FILE_MAX;
    if (!more) {
        return whole;
    }
    file->too_long = has_more_than(fd, file->max);
    if (!file->too_long && !cli_read_on(fd, &file->data, &file->size, file->max)) {
        file->too_long = errno == EFBIG;
        return file->too_long;
    }
    return true;
}

bool proof_file_read(struct proof_file *file, const char *path)
{
    *file = (struct proof_file){.data = NULL};
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        cli_fail("cannot open '%s': %s", path, strerror(errno));
        return false;
    }
    bool read = read_from(file, fd);
    if (!read) {
        cli_fail("cannot read '%s': %s", path, strerror(errno));
    }
    if (!standard) {
        (void)close(fd);
    }
    return read;
}

void proof_file_free(struct proof_file *file)
{
    free(file->data);
    *file = (struct proof_file){.data = NULL};
}
