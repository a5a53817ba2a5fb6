/*
 * kinds.c - the kinds of damage.
 *
 *     flips    one bit
 *     heads    one bit of the first 64 bytes of a page
 *     cuts     a file that ends early
 *     splices  the front of a file, and the rest of the same file of another ledger
 *     pages    some pages of another data.mdb in the place of those of this one
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/trust/damage/damage.h"

#define PAGE 4096u
#define HEAD 64u

/* The file that has byte `at` of all, and its place there. */
static const struct damage_file *file_at(const struct subject *subject, uint64_t *at)
{
    size_t i = 0;
    while (*at >= subject->files[i].bytes.size) {
        *at -= subject->files[i].bytes.size;
        i++;
    }
    return &subject->files[i];
}

static void name_byte(char *text, size_t size, const struct subject *subject, uint64_t byte,
                      const char *what, unsigned bit)
{
    const struct damage_file *file = file_at(subject, &byte);
    (void)snprintf(text, size, "%s: %s %llu, bit %u", file->name, what, (unsigned long long)byte,
                   bit);
}

static void put_byte(const struct damage_file *file, uint64_t at, uint8_t byte)
{
    if (pwrite(file->fd, &byte, 1, (off_t)at) != 1) {
        abort();
    }
}

/* --- One bit --- */

static enum byte_class make_flip(const struct subject *subject, const struct subject *other,
                                 uint64_t which)
{
    uint64_t at = which / 8;
    const struct damage_file *file = file_at(subject, &at);
    (void)other;
    put_byte(file, at, (uint8_t)(file->bytes.data[at] ^ 1u << which % 8));
    return (enum byte_class)file->classes[at];
}

static void undo_flip(const struct subject *subject, uint64_t which)
{
    uint64_t at = which / 8;
    const struct damage_file *file = file_at(subject, &at);
    put_byte(file, at, file->bytes.data[at]);
}

static void name_flip(char *text, size_t size, const struct subject *subject, uint64_t which)
{
    name_byte(text, size, subject, which / 8, "byte", (unsigned)(which % 8));
}

static uint64_t of_head(uint64_t which)
{
    uint64_t byte = which / 8;
    return (byte / HEAD * PAGE + byte % HEAD) * 8 + which % 8;
}

static enum byte_class make_head(const struct subject *subject, const struct subject *other,
                                 uint64_t which)
{
    return make_flip(subject, other, of_head(which));
}

static void undo_head(const struct subject *subject, uint64_t which)
{
    undo_flip(subject, of_head(which));
}

static void name_head(char *text, size_t size, const struct subject *subject, uint64_t which)
{
    name_flip(text, size, subject, of_head(which));
}

/* --- The end of a file --- */

/* A data.mdb may end after its last page that is in use. */
static enum byte_class class_of_tail(const struct damage_file *file, uint64_t at)
{
    for (uint64_t i = at; i < file->bytes.size; i++) {
        if (file->classes[i] != BYTE_UNUSED) {
            return BYTE_RECORD;
        }
    }
    return BYTE_STRUCTURE;
}

static enum byte_class make_cut(const struct subject *subject, const struct subject *other,
                                uint64_t which)
{
    const struct damage_file *file = file_at(subject, &which);
    (void)other;
    if (ftruncate(file->fd, (off_t)which) != 0) {
        abort();
    }
    return class_of_tail(file, which);
}

static void undo_whole(const struct subject *subject, uint64_t which)
{
    const struct damage_file *file = file_at(subject, &which);
    subject_write(file, file->bytes);
}

static void name_cut(char *text, size_t size, const struct subject *subject, uint64_t which)
{
    name_byte(text, size, subject, which, "cut at", 0);
}

/* --- Two ledgers --- */

static const struct damage_file *counterpart(const struct subject *other, size_t number)
{
    return &other->files[number < other->count ? number : other->count - 1];
}

static enum byte_class make_splice(const struct subject *subject, const struct subject *other,
                                   uint64_t which)
{
    static uint8_t memory[1 << 22];
    const struct damage_file *file = file_at(subject, &which);
    const struct damage_file *from = counterpart(other, (size_t)(file - subject->files));
    size_t size = from->bytes.size > which ? from->bytes.size : which;
    if (size > sizeof memory) {
        abort();
    }
    memcpy(memory, file->bytes.data, which);
    memcpy(memory + which, from->bytes.data + which, size - which);
    subject_write(file, (struct ledger_span){memory, size});
    bool same = size == file->bytes.size && memcmp(memory, file->bytes.data, size) == 0;
    return same ? BYTE_UNUSED : BYTE_STRUCTURE;
}

static void name_splice(char *text, size_t size, const struct subject *subject, uint64_t which)
{
    name_byte(text, size, subject, which, "another ledger from", 0);
}

/* One to eight pages, from any place in the other file. */
static enum byte_class make_pages(const struct subject *subject, const struct subject *other,
                                  uint64_t which)
{
    const struct damage_file *file = &subject->files[0];
    const struct damage_file *from = &other->files[0];
    uint64_t pages = file->bytes.size / PAGE;
    uint64_t to = which % pages;
    uint64_t start = which / pages % (from->bytes.size / PAGE);
    uint64_t count = 1 + which % 8;
    for (uint64_t i = 0; i < count && to + i < pages; i++) {
        uint64_t page = (start + i) % (from->bytes.size / PAGE);
        if (pwrite(file->fd, from->bytes.data + page * PAGE, PAGE, (off_t)((to + i) * PAGE)) !=
            (ssize_t)PAGE) {
            abort();
        }
    }
    return BYTE_STRUCTURE;
}

static void undo_pages(const struct subject *subject, uint64_t which)
{
    (void)which;
    subject_write(&subject->files[0], subject->files[0].bytes);
}

static void name_pages(char *text, size_t size, const struct subject *subject, uint64_t which)
{
    (void)subject;
    (void)snprintf(text, size, "pages of another ledger, choice %llu", (unsigned long long)which);
}

bool damage_find(struct damage *damage, const char *kind, const struct subject *subject,
                 const struct subject *other)
{
    uint64_t pages = subject->total / PAGE;
    if (strcmp(kind, "flips") == 0) {
        *damage = (struct damage){subject->total * 8, make_flip, undo_flip, name_flip};
    } else if (strcmp(kind, "heads") == 0) {
        *damage = (struct damage){pages * HEAD * 8, make_head, undo_head, name_head};
    } else if (strcmp(kind, "cuts") == 0) {
        *damage = (struct damage){subject->total, make_cut, undo_whole, name_cut};
    } else if (other != NULL && strcmp(kind, "splices") == 0) {
        *damage = (struct damage){subject->total, make_splice, undo_whole, name_splice};
    } else if (other != NULL && strcmp(kind, "pages") == 0) {
        *damage =
            (struct damage){pages * (other->total / PAGE), make_pages, undo_pages, name_pages};
    } else {
        return false;
    }
    return true;
}
