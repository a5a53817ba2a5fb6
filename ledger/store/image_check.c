#include "ledger/store/image_check.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/store/file_system.h"
#include "ledger/store/image_walk.h"

#define ATTEMPTS 5

struct meta_pages {
    uint8_t bytes[2][LEDGER_IMAGE_META_SIZE];
};

/* --- Meta pages --- */

/* Commits write both meta pages in turn, even transactions to page 0 and odd ones to page 1. A new
 * file has transaction 0 in both. liblmdb counts on that, so it tells a lost or old page. */
static const char *check_turns(const struct ledger_image_meta metas[2])
{
    uint64_t even = metas[0].transaction;
    uint64_t odd = metas[1].transaction;
    if (even == 0 && odd == 0) {
        return NULL;
    }
    if (even % 2 != 0 || odd % 2 != 1 || (even > odd ? even - odd : odd - even) != 1) {
        return "the meta pages do not follow each other";
    }
    return NULL;
}

static bool parse_metas(struct ledger_image *image, const struct meta_pages *pages)
{
    struct ledger_image_meta metas[2];
    for (unsigned i = 0; i < 2; i++) {
        const char *fault = ledger_image_read_meta(&metas[i], pages->bytes[i], i);
        if (fault != NULL) {
            return ledger_image_fault(image, i, fault);
        }
    }
    if (metas[0].page_size != metas[1].page_size) {
        return ledger_image_fault(image, 1, "the meta pages have different page sizes");
    }
    const char *fault = check_turns(metas);
    if (fault != NULL) {
        return ledger_image_fault(image, 1, fault);
    }
    image->meta = metas[metas[0].transaction < metas[1].transaction];
    if (image->file_size < UINT64_C(2) * image->meta.page_size) {
        return ledger_image_fault(image, 1, "the file ends before its end");
    }
    return true;
}

static bool read_metas(struct ledger_image *image, struct meta_pages *pages)
{
    memset(pages, 0, sizeof *pages);
    if (!ledger_image_read(image, pages->bytes[0], LEDGER_IMAGE_META_SIZE, 0, 0)) {
        return false;
    }
    /* Where page 1 begins is page 0's to say. */
    struct ledger_image_meta first;
    const char *fault = ledger_image_read_meta(&first, pages->bytes[0], 0);
    if (fault != NULL) {
        return ledger_image_fault(image, 0, fault);
    }
    return ledger_image_read(image, pages->bytes[1], LEDGER_IMAGE_META_SIZE, first.page_size, 1);
}

/* --- The file --- */

static bool measure(struct ledger_image *image)
{
    struct stat info;
    if (fstat(image->fd, &info) != 0) {
        image->status = ledger_status_of_errno(errno);
        image->os_error = errno;
        return false;
    }
    if (!S_ISREG(info.st_mode)) {
        image->status = LEDGER_INVALID;
        return false;
    }
    image->file_size = (uint64_t)info.st_size;
    return true;
}

/* A writer makes the file longer before it writes the meta page that needs it: how long the file is
 * for these pages shows only after they were read. */
static bool check_metas(struct ledger_image *image, struct meta_pages *pages)
{
    return measure(image) && read_metas(image, pages) && measure(image) &&
           parse_metas(image, pages);
}

static bool check_whole(struct ledger_image *image, struct meta_pages *pages)
{
    return check_metas(image, pages) && ledger_image_walk(image);
}

static bool check_head(struct ledger_image *image, struct meta_pages *pages)
{
    if (!check_metas(image, pages)) {
        return false;
    }
    return image->file_size / image->meta.page_size > image->meta.last_page ||
           ledger_image_fault(image, image->meta.last_page, "the file ends before its end");
}

/* Whether a commit came in between. A meta page that was being written when it was read counts as
 * changed, too; what cannot be read now will fail again in the next attempt. */
static bool has_changed(int fd, const struct meta_pages *before)
{
    struct ledger_image image = {.fd = fd};
    struct meta_pages now = {0};
    if (!measure(&image)) {
        return true;
    }
    bool readable = read_metas(&image, &now);
    return (!readable && image.status != LEDGER_DAMAGED) || memcmp(&now, before, sizeof now) != 0;
}

static void fill_report(struct ledger_image_report *report, const struct ledger_image *image)
{
    *report = (struct ledger_image_report){
        .page_size = image->meta.page_size,
        .last_page = image->meta.last_page,
        .transaction = image->meta.transaction,
        .pages = image->pages + LEDGER_IMAGE_FIRST_PAGE,
        .entries = image->entries,
        .tables = image->table_count,
    };
}

static enum ledger_status explain(struct ledger_error *error, const struct ledger_image *image,
                                  const char *path)
{
    switch (image->status) {
    case LEDGER_DAMAGED:
        return ledger_error_set(error, LEDGER_DAMAGED, 0,
                                "the store '%s' is damaged: page %llu: %s; use an intact copy",
                                path, (unsigned long long)image->bad_page, image->fault);
    case LEDGER_INVALID:
        return ledger_error_set(error, LEDGER_INVALID, 0, "'%s' is not a regular file", path);
    default:
        return ledger_error_set(error, image->status, image->os_error, "cannot check '%s'", path);
    }
}

/* Makes a check until it holds, or finds fault with a file that nobody changed meanwhile. */
static enum ledger_status attempt(struct ledger_image *image, int fd, const char *path,
                                  bool (*check)(struct ledger_image *, struct meta_pages *),
                                  struct ledger_error *error)
{
    for (unsigned i = 0; i < ATTEMPTS; i++) {
        struct meta_pages pages = {0};
        *image = (struct ledger_image){.fd = fd};
        if (check(image, &pages)) {
            return LEDGER_OK;
        }
        if (image->status != LEDGER_DAMAGED || !has_changed(fd, &pages)) {
            return explain(error, image, path);
        }
    }
    return ledger_error_set(error, LEDGER_BUSY, 0,
                            "cannot check '%s': it was changed each time; try again", path);
}

enum ledger_status ledger_image_check_open(struct ledger_image_report *report, int fd,
                                           const char *path, struct ledger_error *error)
{
    struct ledger_image image;
    enum ledger_status status = attempt(&image, fd, path, check_whole, error);
    if (status == LEDGER_OK) {
        fill_report(report, &image);
    }
    return status;
}

/* -1, with `error` filled. */
static int open_file(const char *path, struct ledger_error *error)
{
    /* O_NONBLOCK: a pipe must not keep the check waiting for somebody to write into it. */
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        ledger_error_set(error, ledger_status_of_errno(errno), errno, "cannot open '%s'", path);
    }
    return fd;
}

enum ledger_status ledger_image_check(struct ledger_image_report *report, const char *path,
                                      struct ledger_error *error)
{
    struct ledger_error own;
    struct ledger_error *told = error != NULL ? error : &own;
    int fd = open_file(path, told);
    if (fd < 0) {
        return told->status;
    }
    enum ledger_status status = ledger_image_check_open(report, fd, path, told);
    close(fd);
    return status;
}

enum ledger_status ledger_image_check_live(struct ledger_image_report *report, const char *path,
                                           uint64_t whole_max, struct ledger_error *error)
{
    struct ledger_image head;
    struct ledger_error found;
    int fd = open_file(path, &found);
    enum ledger_status status = fd < 0 ? found.status : LEDGER_BUSY;
    if (fd >= 0) {
        bool sound = attempt(&head, fd, path, check_head, NULL) == LEDGER_OK;
        if (!sound || head.file_size <= whole_max) {
            status = ledger_image_check_open(report, fd, path, &found);
        }
        if (sound && status == LEDGER_BUSY) {
            memset(report, 0, sizeof *report);
            status = LEDGER_OK;
        }
        close(fd);
    }
    if (status != LEDGER_OK && error != NULL) {
        *error = found;
    }
    return status;
}
