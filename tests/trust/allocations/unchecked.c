/*
 * unchecked.c - a program that does not look at what malloc gave, for controls: `unchecked crash FILE`
 * uses it all the same, `unchecked short FILE` leaves out what it had no memory for and says nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *copy_of(const char *line, int crash)
{
    size_t size = strlen(line) + 1;
    char *copy = malloc(size);
    if (crash || copy != NULL) {
        memcpy(copy, line, size);
    }
    return copy;
}

int main(int argc, char **argv)
{
    char line[512];
    FILE *file = argc == 3 ? fopen(argv[2], "r") : NULL;
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        char *copy = copy_of(line, strcmp(argv[1], "crash") == 0);
        (void)fputs(copy != NULL ? copy : "", stdout);
        free(copy);
    }
    if (file != NULL) {
        (void)fclose(file);
    } else {
        (void)fputs("unchecked: cannot open it\n", stderr);
    }
    return file != NULL ? 0 : 2;
}
