/*
 * proof_file.h - reading the file of a proof of either sort, once, so that it may be a pipe.
 */
#ifndef LEDGER_TOOLS_PROOF_FILE_H
#define LEDGER_TOOLS_PROOF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct proof_file {
    uint8_t *data; /* from malloc */
    size_t size;
    bool is_status; /* by its first line */
    size_t max;     /* bytes that its sort may have */
    bool too_long;  /* it has more, and not all of it was read */
};

/* Reads the file `path` ("-": standard input). False after a message. Free with proof_file_free in
 * both cases. */
bool proof_file_read(struct proof_file *file, const char *path);
void proof_file_free(struct proof_file *file);

#endif
