/*
 * shut_down - ends an ext4 file system at once, as a power cut would (EXT4_IOC_SHUTDOWN).
 *
 *     shut_down DIRECTORY flush|no-flush
 *
 * flush: what the journal holds by now is written out; no-flush: not even that. Nothing can be written
 * afterwards; unmounted and mounted again, it is as the journal says.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Of the kernel's fs/ext4/ext4.h; XFS has the same. */
#define SHUTDOWN _IOR('X', 125, uint32_t)
#define FLUSH 1u
#define NO_FLUSH 2u

int main(int argc, char **argv)
{
    if (argc != 3) {
        (void)fputs("usage: shut_down DIRECTORY flush|no-flush\n", stderr);
        return 2;
    }
    uint32_t how = strcmp(argv[2], "flush") == 0 ? FLUSH : NO_FLUSH;
    int fd = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || ioctl(fd, SHUTDOWN, &how) != 0) {
        (void)fprintf(stderr, "shut_down: '%s': %s\n", argv[1], strerror(errno));
        return 2;
    }
    (void)close(fd);
    return 0;
}
