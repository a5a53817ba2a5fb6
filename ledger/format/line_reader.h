/*
 * line_reader.h - walking through the lines of a text, counting them. Internal to ledger/format.
 */
#ifndef LEDGER_FORMAT_LINE_READER_H
#define LEDGER_FORMAT_LINE_READER_H

#include <string.h>

#include "ledger/base/span.h"
#include "ledger/base/status.h"
#include "ledger/base/text.h"

struct ledger_line_reader {
    struct ledger_span rest; /* what follows `line` */
    struct ledger_span line; /* without its LF */
    uint32_t number;         /* of `line`, counted from 1; 0 before the first */
};

static inline struct ledger_line_reader ledger_line_reader_on(struct ledger_span text)
{
    return (struct ledger_line_reader){.rest = text};
}

/* Steps to the next line. At the end `line` is empty, `number` is one past the last line. */
static inline bool ledger_line_reader_next(struct ledger_line_reader *reader)
{
    reader->number++;
    reader->line = (struct ledger_span){.data = NULL, .size = 0};
    return ledger_span_take_line(&reader->rest, &reader->line);
}

/* What follows `prefix` in `line`. False if the line starts otherwise. */
static inline bool ledger_line_after(struct ledger_span line, const char *prefix,
                                     struct ledger_span *value)
{
    if (!ledger_span_starts(line, prefix)) {
        return false;
    }
    size_t skipped = strlen(prefix);
    *value = (struct ledger_span){line.data + skipped, line.size - skipped};
    return true;
}

/* Steps to the next line, which must start with `prefix`, and gives what follows it. */
static inline bool ledger_line_reader_value(struct ledger_line_reader *reader, const char *prefix,
                                            struct ledger_span *value)
{
    return ledger_line_reader_next(reader) && ledger_line_after(reader->line, prefix, value);
}

/* Puts a failed verdict at a line. Returns false, so that a parser can end with it. */
static inline bool ledger_verdict_at(struct ledger_verdict *verdict, uint32_t line)
{
    verdict->line = line;
    return false;
}

/* The number of the line that has the byte at `offset`, which is at most the text's size. */
static inline uint32_t ledger_line_of(struct ledger_span text, size_t offset)
{
    uint32_t line = 1;
    LEDGER_ASSERT(offset <= text.size);
    for (size_t i = 0; i < offset; i++) {
        line += text.data[i] == '\n';
    }
    return line;
}

/* Whether `text` is clean; if not, sets BAD_TEXT with the line. */
static inline bool ledger_check_clean(struct ledger_verdict *verdict, struct ledger_span text)
{
    size_t bad_at = 0;
    if (ledger_text_clean(text, &bad_at)) {
        return true;
    }
    uint32_t line = ledger_line_of(text, bad_at);
    ledger_verdict_set(verdict, LEDGER_BAD_TEXT, "byte %zu is not part of clean text", bad_at);
    return ledger_verdict_at(verdict, line);
}

/* Whether two spaces stand side by side. */
static inline bool ledger_has_double_space(struct ledger_span text)
{
    for (size_t i = 1; i < text.size; i++) {
        if (text.data[i - 1] == ' ' && text.data[i] == ' ') {
            return true;
        }
    }
    return false;
}

#endif
