/*
 * document_file.h - what a record says about a file: its digest, its size, its name.
 */
#ifndef LEDGER_TOOLS_DOCUMENT_FILE_H
#define LEDGER_TOOLS_DOCUMENT_FILE_H

#include "ledger/format/record.h"

#define DOCUMENT_SIZE_MAX ((UINT64_C(1) << 53) - 1)

/* Reads the file `path` in pieces, however large it is, with progress on a terminal. The name in
 * `*document` is the last part of `path`, borrowed from it; whether a record may hold it is the
 * caller's to check. False after a message. */
bool document_file_read(struct ledger_document *document, struct ledger_hasher *hasher,
                        const char *path);

#endif
