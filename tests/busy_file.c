#include "tests/busy_file.h"

#include <CUnit/CUnit.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096
#define META_MAP 32 /* where a meta page has the size of the map */

static void spoil(const char *path, off_t from, off_t end)
{
    struct stat info;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    CU_ASSERT_FATAL(fd >= 0 && fstat(fd, &info) == 0);
    for (off_t at = from; at < end && at < info.st_size; at += PAGE) {
        CU_ASSERT_EQUAL(pwrite(fd, "\xEE", 1, at), 1); /* the number of the page */
    }
    CU_ASSERT_EQUAL(close(fd), 0);
}

void busy_file_damage(const char *path)
{
    spoil(path, 2 * PAGE, INT32_MAX);
}

void busy_file_behead(const char *path)
{
    spoil(path, PAGE, 2 * PAGE);
}

static int busy_fd = -1;
static uint64_t busy_size;

void busy_file_start(const char *path)
{
    busy_size = UINT64_C(1) << 30;
    busy_fd = open(path, O_RDWR | O_CLOEXEC);
    CU_ASSERT_FATAL(busy_fd >= 0);
}

void busy_file_stop(void)
{
    CU_ASSERT_EQUAL(close(busy_fd), 0);
    busy_fd = -1;
}

static void (*next_change)(void *context);
static void *next_context;

void busy_file_next(void (*change)(void *context), void *context)
{
    next_change = change;
    next_context = context;
}

static void change_once(void)
{
    void (*change)(void *context) = next_change;
    next_change = NULL;
    if (change != NULL) {
        change(next_context);
    }
}

static void change_if_busy(const struct stat *info)
{
    struct stat busy;
    if (busy_fd >= 0 && fstatat(busy_fd, "", &busy, AT_EMPTY_PATH) == 0 &&
        busy.st_dev == info->st_dev && busy.st_ino == info->st_ino) {
        busy_size += PAGE;
        CU_ASSERT_EQUAL(pwrite(busy_fd, &busy_size, sizeof busy_size, META_MAP),
                        (ssize_t)sizeof busy_size);
    }
}

/* In a program that links the library's archive, this takes the place of the C library's. */
int fstat(int fd, struct stat *info)
{
    int result = fstatat(fd, "", info, AT_EMPTY_PATH);
    if (result == 0) {
        change_if_busy(info);
        change_once();
    }
    return result;
}
