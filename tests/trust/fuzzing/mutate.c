#include "tests/trust/fuzzing/mutate.h"

#include <string.h>

#define CHANGES_MAX 6

static uint64_t next_random(struct fuzz_source *source)
{
    source->random += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = source->random;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static size_t below(struct fuzz_source *source, size_t limit)
{
    return limit == 0 ? 0 : (size_t)(next_random(source) % limit);
}

struct edit {
    uint8_t *bytes;
    size_t size;
};

/* Replaces `removed` bytes at `at`; what does not fit is left out. */
static void splice(struct edit *edit, size_t at, size_t removed, struct ledger_span inserted)
{
    size_t tail = edit->size - at - removed;
    if (edit->size - removed + inserted.size > FUZZ_INPUT_MAX) {
        return;
    }
    memmove(edit->bytes + at + inserted.size, edit->bytes + at + removed, tail);
    if (inserted.size > 0) {
        memcpy(edit->bytes + at, inserted.data, inserted.size);
    }
    edit->size = at + inserted.size + tail;
}

static void change_byte(struct fuzz_source *source, struct edit *edit)
{
    static const uint8_t telling[] = {0,   1,   0x7F, 0x80, 0xFF, '\n', ' ', '0',  '9',
                                      '+', '-', '=',  ',',  ':',  '/',  '"', '\\', 0xE2};
    if (edit->size == 0) {
        return;
    }
    uint8_t *at = edit->bytes + below(source, edit->size);
    switch (below(source, 4)) {
    case 0:
        *at = telling[below(source, sizeof telling)];
        break;
    case 1:
        *at = (uint8_t)next_random(source);
        break;
    case 2:
        *at = (uint8_t)(*at + (next_random(source) % 2 == 0 ? 1 : -1));
        break;
    default:
        *at = (uint8_t)(*at ^ 1u << below(source, 8));
        break;
    }
}

/* A piece of a file, mostly short, or one whole line of it. */
static struct ledger_span piece(struct fuzz_source *source)
{
    struct ledger_span file = source->files[below(source, source->count)];
    if (file.size == 0) {
        return file;
    }
    size_t start = below(source, file.size);
    size_t size = 1 + below(source, next_random(source) % 4 == 0 ? file.size - start : 16);
    if (next_random(source) % 2 == 0) {
        while (start > 0 && file.data[start - 1] != '\n') {
            start--;
        }
        const uint8_t *end = memchr(file.data + start, '\n', file.size - start);
        size = end == NULL ? file.size - start : (size_t)(end - file.data) - start + 1;
    }
    return (struct ledger_span){file.data + start,
                                size < file.size - start ? size : file.size - start};
}

/* Where something begins, often a line. */
static size_t place(struct fuzz_source *source, const struct edit *edit)
{
    size_t at = below(source, edit->size + 1);
    if (next_random(source) % 2 == 0) {
        while (at > 0 && edit->bytes[at - 1] != '\n') {
            at--;
        }
    }
    return at;
}

static void change_piece(struct fuzz_source *source, struct edit *edit)
{
    size_t at = place(source, edit);
    size_t left = edit->size - at;
    size_t removed = next_random(source) % 2 == 0 ? 0 : below(source, left < 48 ? left + 1 : 48);
    bool only_remove = next_random(source) % 3 == 0;
    splice(edit, at, removed, only_remove ? (struct ledger_span){NULL, 0} : piece(source));
}

struct ledger_span fuzz_mutate(struct fuzz_source *source, uint8_t *memory)
{
    struct ledger_span file = source->files[below(source, source->count)];
    struct edit edit = {memory, file.size};
    if (file.size > 0) {
        memcpy(memory, file.data, file.size);
    }
    size_t changes = 1 + below(source, CHANGES_MAX);
    for (size_t i = 0; i < changes; i++) {
        size_t sort = below(source, 16);
        if (sort == 0) {
            edit.size = below(source, edit.size + 1);
        } else if (sort < 11) {
            change_byte(source, &edit);
        } else {
            change_piece(source, &edit);
        }
    }
    return (struct ledger_span){memory, edit.size};
}
