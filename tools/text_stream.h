/*
 * text_stream.h - text that is written to a stream and kept in memory.
 *
 * open_memstream(3) drops what it has no memory for, and ferror(3) does not tell. Here it is told.
 */
#ifndef LEDGER_TOOLS_TEXT_STREAM_H
#define LEDGER_TOOLS_TEXT_STREAM_H

#include <stdbool.h>
#include <stdio.h>

/* Must not move while it is open. */
struct text_stream {
    FILE *file; /* to write to; NULL: not open */
    char *text; /* with size, never NULL, good after text_stream_whole */
    size_t size;
    size_t capacity;
    bool failed; /* something was dropped; it stays so */
    char buffer[512];
};

/* False without memory; then there is nothing to close. */
bool text_stream_open(struct text_stream *stream);

/* Whether the text has everything that was written. */
bool text_stream_whole(struct text_stream *stream);

/* Frees the text, too. Accepts one that is not open. */
void text_stream_close(struct text_stream *stream);

#endif
