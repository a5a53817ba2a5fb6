#include "tests/trust/crash_states/told.h"

#include <inttypes.h>
#include <string.h>

#include "tests/trust/crash_states/fatal.h"

static void add(struct told *told, uint64_t end, uint64_t entries)
{
    told->lines = grown(told->lines, told->count + 1, sizeof *told->lines);
    told->lines[told->count].end = end;
    told->lines[told->count++].entries = entries;
}

static void check_leaf(const struct expected *expected, uint64_t index, const char *hex)
{
    char right[2 * LEDGER_HASH_SIZE + 1];
    if (index < expected->size) {
        for (size_t i = 0; i < LEDGER_HASH_SIZE; i++) {
            (void)snprintf(right + 2 * i, 3, "%02x", expected->leaves[index].bytes[i]);
        }
        if (strcmp(right, hex) == 0) {
            return;
        }
    }
    fatal("a receipt says that entry %" PRIu64 " is %s", index, hex);
}

/* What a line tells; 0: nothing. */
static uint64_t entries_of(const char *line, const struct expected *expected)
{
    uint64_t number;
    char hex[65];
    if (sscanf(line, "%" SCNu64 "\t%64[0-9a-f]", &number, hex) == 2) {
        check_leaf(expected, number, hex);
        return number + 1;
    }
    if (sscanf(line, "entry %" SCNu64 ": index of the matters", &number) == 1) {
        return number + 1;
    }
    if (strcmp(line, "index 0\n") == 0) {
        return 1;
    }
    const char *last = strrchr(line, '\t');
    if ((strncmp(line, "published\t", 10) == 0 || strncmp(line, "imported\t", 9) == 0) &&
        last != NULL && sscanf(last + 1, "%" SCNu64 " entries", &number) == 1) {
        return number;
    }
    return 0;
}

void told_load(struct told *told, const char *path, const struct expected *expected)
{
    char line[4096];
    uint64_t end = 0;
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        fatal("there is no file '%s'", path);
    }
    while (fgets(line, sizeof line, file) != NULL) {
        end += strlen(line);
        uint64_t entries = entries_of(line, expected);
        if (entries > 0) {
            add(told, end, entries);
        }
    }
    (void)fclose(file);
    if (told->count == 0) {
        fatal("'%s' tells nothing", path);
    }
}

uint64_t told_upto(const struct told *told, uint64_t bytes)
{
    uint64_t entries = 0;
    for (size_t i = 0; i < told->count && told->lines[i].end <= bytes; i++) {
        entries = told->lines[i].entries;
    }
    return entries;
}
