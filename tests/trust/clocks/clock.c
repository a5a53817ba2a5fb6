/*
 * clock.c - a clock that is wrong (LD_PRELOAD).
 *
 *     CLOCK_START  milliseconds since 1970 that the first look at it gives
 *     CLOCK_STEP   milliseconds that each further look adds; may be negative, or 0: it stands still
 *     CLOCK_LOG    file to which what it gave is appended, a line each
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SHOWN __attribute__((visibility("default")))

static long long now_ms(void)
{
    static long long looks;
    const char *start = getenv("CLOCK_START");
    const char *step = getenv("CLOCK_STEP");
    const char *log = getenv("CLOCK_LOG");
    long long now = (start != NULL ? strtoll(start, NULL, 10) : 0) +
                    looks++ * (step != NULL ? strtoll(step, NULL, 10) : 0);
    int fd = log != NULL ? open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (fd >= 0) {
        (void)dprintf(fd, "%lld\n", now);
        (void)close(fd);
    }
    return now;
}

/* Of a time before 1970 the seconds are the next lower number. */
static time_t seconds(long long ms)
{
    return (time_t)(ms >= 0 ? ms / 1000 : -((999 - ms) / 1000));
}

SHOWN int clock_gettime(clockid_t clock, struct timespec *now)
{
    (void)clock;
    long long ms = now_ms();
    *now = (struct timespec){.tv_sec = seconds(ms)};
    now->tv_nsec = (long)(ms - (long long)now->tv_sec * 1000) * 1000000;
    return 0;
}

SHOWN int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    (void)zone;
    long long ms = now_ms();
    *now = (struct timeval){.tv_sec = seconds(ms)};
    now->tv_usec = (suseconds_t)(ms - (long long)now->tv_sec * 1000) * 1000;
    return 0;
}

SHOWN time_t time(time_t *now)
{
    time_t answer = seconds(now_ms());
    if (now != NULL) {
        *now = answer;
    }
    return answer;
}
