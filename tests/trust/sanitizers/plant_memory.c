/*
 * plant_memory.c - wrong on purpose, for the controls: what a tool must find.
 * usage: plant_memory uninitialised|lost|freed
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int decided_by_nobody(void)
{
    char *bytes = malloc(16);
    if (bytes == NULL) {
        return 2;
    }
    int said = 0;
    if (bytes[7] == 'x') {
        said = 1;
    }
    free(bytes);
    return said;
}

static int used_after_it_was_freed(void)
{
    char *bytes = malloc(16);
    if (bytes == NULL) {
        return 2;
    }
    bytes[0] = 'x';
    free(bytes);
    return bytes[0] == 'x';
}

static int lost(void)
{
    char *bytes = malloc(16);
    if (bytes == NULL) {
        return 2;
    }
    bytes[0] = 'x';
    bytes = NULL;
    return bytes != NULL;
}

int main(int argc, char **argv)
{
    const char *what = argc == 2 ? argv[1] : "";
    puts("planted");
    if (strcmp(what, "uninitialised") == 0) {
        return decided_by_nobody();
    }
    return strcmp(what, "lost") == 0 ? lost() : used_after_it_was_freed();
}
