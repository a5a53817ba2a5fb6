#include "tools/memory.h"

#include <stdlib.h>
#include <string.h>

#include "tools/cli.h"

void *memory_or_end(void *memory, const char *what)
{
    if (memory == NULL) {
        exit(cli_fail("cannot %s: out of memory", what));
    }
    return memory;
}

char *memory_copy_or_end(struct ledger_span text, const char *what)
{
    char *copy = memory_or_end(malloc(text.size + 1), what);
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    return copy;
}
