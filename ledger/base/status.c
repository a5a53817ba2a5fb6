#include "ledger/base/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/text.h"

const char *ledger_status_token(enum ledger_status status)
{
    switch (status) {
#define X(name, number, token, sentence)                                                           \
    case LEDGER_##name:                                                                            \
        return token;
        LEDGER_STATUS_LIST(X)
#undef X
    }
    return "unlisted";
}

const char *ledger_status_sentence(enum ledger_status status)
{
    switch (status) {
#define X(name, number, token, sentence)                                                           \
    case LEDGER_##name:                                                                            \
        return sentence;
        LEDGER_STATUS_LIST(X)
#undef X
    }
    return "this status is not in the list";
}

const char *ledger_finding_token(enum ledger_finding finding)
{
    switch (finding) {
#define X(name, number, token, sentence)                                                           \
    case LEDGER_##name:                                                                            \
        return token;
        LEDGER_FINDING_LIST(X)
#undef X
    }
    return "unlisted";
}

const char *ledger_finding_sentence(enum ledger_finding finding)
{
    switch (finding) {
#define X(name, number, token, sentence)                                                           \
    case LEDGER_##name:                                                                            \
        return sentence;
        LEDGER_FINDING_LIST(X)
#undef X
    }
    return "this finding is not in the list";
}

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* Drops a UTF-8 sequence that was cut short at the end of `text`. */
static void drop_partial(char *text)
{
    size_t size = strlen(text);
    size_t lead = size;
    while (lead > 0 && size - lead < 3 && is_continuation(text[lead - 1])) {
        lead--;
    }
    if (lead == 0) {
        return;
    }
    unsigned char first = (unsigned char)text[lead - 1];
    size_t wanted = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
    if (size - (lead - 1) < wanted) {
        text[lead - 1] = '\0';
    }
}

/* Puts one '?' for each sequence that is not clean, and for LF: the text is for one line of a
 * terminal or a log. It never grows. */
static void make_clean(char *text)
{
    size_t size = strlen(text);
    size_t from = 0;
    size_t to = 0;
    while (from < size) {
        size_t clean = size - from;
        (void)ledger_text_clean((struct ledger_span){(const uint8_t *)text + from, clean}, &clean);
        memmove(text + to, text + from, clean);
        from += clean;
        to += clean;
        if (from < size) {
            text[to++] = '?';
            do {
                from++;
            } while (from < size && is_continuation(text[from]));
        }
    }
    text[to] = '\0';
    for (char *line = strchr(text, '\n'); line != NULL; line = strchr(line, '\n')) {
        *line = '?';
    }
}

/* Formats into a copy, because an argument may be the text that is being replaced. */
LEDGER_PRINTF(3, 0)
static void format_clean(char *out, size_t capacity, const char *format, va_list arguments)
{
    char text[512];
    LEDGER_ASSERT(capacity > 0 && capacity <= sizeof text);
    int length = vsnprintf(text, capacity, format, arguments);
    if (length < 0) {
        text[0] = '\0';
    } else if ((size_t)length >= capacity) {
        drop_partial(text);
    }
    make_clean(text);
    memcpy(out, text, strlen(text) + 1);
}

void ledger_verdict_clear(struct ledger_verdict *verdict)
{
    LEDGER_ASSERT(verdict != NULL);
    *verdict =
        (struct ledger_verdict){.finding = LEDGER_NOT_CHECKED, .entry = LEDGER_NO_ENTRY, .line = 0};
}

bool ledger_verdict_set(struct ledger_verdict *verdict, enum ledger_finding finding,
                        const char *format, ...)
{
    LEDGER_ASSERT(verdict != NULL);
    va_list arguments;
    va_start(arguments, format);
    format_clean(verdict->detail, sizeof verdict->detail, format, arguments);
    va_end(arguments);
    verdict->finding = finding;
    verdict->line = 0;
    return false;
}

static void append_os_error(struct ledger_error *error)
{
    char memory[256];
    const char *reason = strerror_r(error->os_error, memory, sizeof memory);
    size_t used = strlen(error->what);
    size_t left = sizeof error->what - used;
    int length = snprintf(error->what + used, left, ": %s", reason);
    if (length < 0 || (size_t)length >= left) {
        drop_partial(error->what);
    }
    make_clean(error->what);
}

enum ledger_status ledger_error_set(struct ledger_error *error, enum ledger_status status,
                                    int os_error, const char *format, ...)
{
    if (error == NULL) {
        return status;
    }
    va_list arguments;
    va_start(arguments, format);
    format_clean(error->what, sizeof error->what, format, arguments);
    va_end(arguments);
    error->status = status;
    error->os_error = os_error;
    if (os_error != 0) {
        append_os_error(error);
    }
    return status;
}

void ledger_assert_failed(const char *condition, const char *file, int line)
{
    (void)fprintf(stderr, "%s:%d: assertion failed: '%s'\n", file, line, condition);
    abort();
}

enum ledger_status ledger_status_of_errno(int os_error)
{
    switch (os_error) {
    case ENOMEM:
        return LEDGER_NO_MEMORY;
    case ENOSPC:
    case EDQUOT:
        return LEDGER_DISK_FULL;
    case EROFS:
        return LEDGER_READ_ONLY;
    case EACCES:
    case EPERM:
        return LEDGER_PERMISSION;
    case ENOENT:
    case ENOTDIR:
        return LEDGER_NOT_FOUND;
    case EEXIST:
        return LEDGER_EXISTS;
    default:
        return LEDGER_IO;
    }
}
