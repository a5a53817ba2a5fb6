#include "tools/text_stream.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#define CAPACITY_MIN 512

static bool make_room(struct text_stream *stream, size_t size)
{
    size_t capacity = stream->capacity > 0 ? stream->capacity : CAPACITY_MIN;
    if (size > SIZE_MAX / 4 - stream->size) {
        return false;
    }
    while (capacity - stream->size < size) {
        capacity *= 2;
    }
    char *larger = capacity > stream->capacity ? realloc(stream->text, capacity) : stream->text;
    if (larger == NULL) {
        return false;
    }
    stream->text = larger;
    stream->capacity = capacity;
    return true;
}

/* Once something is missing nothing more is taken: what follows would hide the gap. */
static ssize_t take(void *cookie, const char *bytes, size_t size)
{
    struct text_stream *stream = cookie;
    stream->failed = stream->failed || !make_room(stream, size);
    if (stream->failed) {
        return 0;
    }
    memcpy(stream->text + stream->size, bytes, size);
    stream->size += size;
    return (ssize_t)size;
}

bool text_stream_open(struct text_stream *stream)
{
    *stream = (struct text_stream){.file = NULL};
    stream->file = fopencookie(stream, "w", (cookie_io_functions_t){.write = take});
    if (stream->file == NULL || !make_room(stream, 1)) {
        text_stream_close(stream);
        return false;
    }
    (void)setvbuf(stream->file, stream->buffer, _IOFBF, sizeof stream->buffer);
    return true;
}

bool text_stream_whole(struct text_stream *stream)
{
    return fflush(stream->file) == 0 && ferror(stream->file) == 0 && !stream->failed;
}

void text_stream_close(struct text_stream *stream)
{
    if (stream->file != NULL) {
        (void)fclose(stream->file);
    }
    free(stream->text);
    *stream = (struct text_stream){.file = NULL};
}
