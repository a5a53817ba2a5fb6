#include "tests/fake_memory.h"

#include <search.h>
#include <stddef.h>

#include "ledger/base/api.h"
#include "ledger/base/status.h"

#define PLACES_MAX 200u

struct place {
    const void *address; /* that the call returns to */
    unsigned passed;     /* since the start */
    bool old;
};

static struct {
    bool on;
    bool failed;
    unsigned time;
    unsigned count;
    struct place places[PLACES_MAX];
} fake;

void fake_memory_forget(void)
{
    fake.count = 0;
}

void fake_memory_start(unsigned time)
{
    for (unsigned i = 0; i < fake.count; i++) {
        fake.places[i].passed = 0;
    }
    fake.time = time;
    fake.failed = false;
    fake.on = true;
}

bool fake_memory_end(void)
{
    fake.on = false;
    return fake.failed;
}

static struct place *place_of(const void *address)
{
    for (unsigned i = 0; i < fake.count; i++) {
        if (fake.places[i].address == address) {
            return &fake.places[i];
        }
    }
    LEDGER_ASSERT(fake.count < PLACES_MAX);
    fake.places[fake.count] = (struct place){.address = address};
    return &fake.places[fake.count++];
}

static bool fails(const void *address)
{
    if (!fake.on || fake.failed) {
        return false;
    }
    struct place *place = place_of(address);
    fake.failed = ++place->passed == fake.time && !place->old;
    place->old = place->old || fake.failed;
    return fake.failed;
}

/* --- what the linker puts in their places --- */

/* NOLINTBEGIN(bugprone-reserved-identifier): the names are the linker's */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_reallocarray(void *old, size_t count, size_t size);
void *__real_tsearch(const void *key, void **root, int (*compare)(const void *, const void *));
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);
void *__wrap_tsearch(const void *key, void **root, int (*compare)(const void *, const void *));

void *__wrap_malloc(size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __real_realloc(old, size);
}

void *__wrap_reallocarray(void *old, size_t count, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __real_reallocarray(old, count, size);
}

void *__wrap_tsearch(const void *key, void **root, int (*compare)(const void *, const void *))
{
    return fails(__builtin_return_address(0)) ? NULL : __real_tsearch(key, root, compare);
}
/* NOLINTEND(bugprone-reserved-identifier) */
