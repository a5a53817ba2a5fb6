/*
 * lines_file.h - files of authority lines, as people write them.
 *
 *     # a comment; empty lines are left out too
 *     institution notary.gz.example notary,registrar 广州市南方公证处
 *     unset key notary.gz.example/li+5ba1f0b7+AU...      only where changes are drafted
 */
#ifndef LEDGER_TOOLS_LINES_FILE_H
#define LEDGER_TOOLS_LINES_FILE_H

#include "ledger/format/authority_line.h"
#include "tools/cli.h"

#define LINES_FILE_MAX (1u << 20) /* bytes, comments included */

/* The lines borrow `bytes`. */
struct lines_file {
    const char *path;
    bool json;
    uint8_t *bytes;
    struct ledger_span *sets; /* authority lines, in their order */
    size_t set_count;
    struct ledger_span *unsets; /* subjects, in their order */
    size_t unset_count;
};

/* Reads and parses the file `path`; without `with_unsets` every line is one to set. CLI_NOT_VALID
 * or CLI_TROUBLE after a message that names the file and the line, with `json` also as in
 * refusal.h. Free it in every case. */
int lines_file_read(struct lines_file *file, struct ledger_hasher *hasher, const char *path,
                    bool with_unsets, bool json);

void lines_file_free(struct lines_file *file);

/* Whether one of the lines to set is of `type`. */
bool lines_file_has(const struct lines_file *file, struct ledger_hasher *hasher,
                    enum ledger_line_type type);

#endif
