/* fatal.h - ends the program with 2, "could not be done": not a violation. */
#ifndef TRUST_CRASH_STATES_FATAL_H
#define TRUST_CRASH_STATES_FATAL_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((noreturn, format(printf, 1, 2))) static inline void fatal(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fputs("explore_crashes: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
    exit(2);
}

static inline void *grown(void *memory, size_t count, size_t size)
{
    void *more = reallocarray(memory, count > 0 ? count : 1, size);
    if (more == NULL) {
        fatal("out of memory");
    }
    return more;
}

#endif
