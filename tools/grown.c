#include "tools/grown.h"

#include <stdbool.h>
#include <stdlib.h>

void *grown(void *memory, size_t count, size_t size)
{
    bool full = (count & (count - 1)) == 0; /* at 0 and at every power of two */
    return full ? reallocarray(memory, count > 0 ? count * 2 : 1, size) : memory;
}
