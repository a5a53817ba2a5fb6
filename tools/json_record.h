/*
 * json_record.h - records as JSON objects, one a line.
 *
 *     {"kind":"notarisation","event":"issue","matter":"...","institution":"notary.gz.example",
 *      "time":"2026-11-23T10:21:07+08:00","nonce":"<base64>",
 *      "category":"pathology","parties":["<vkey>"],"refers":"...","fields":{"result":"upheld"},
 *      "documents":["path/to/file",{"sha256":"<hex>","size":123,"name":"deed.pdf"}],
 *      "data":{"any":"value"}}
 *
 * kind, event, matter and institution are needed; time and nonce have defaults. The fields become
 * lines in the order in which they stand. Unknown members,
 * members given twice and values of another type are refused.
 */
#ifndef LEDGER_TOOLS_JSON_RECORD_H
#define LEDGER_TOOLS_JSON_RECORD_H

#include "tools/record_builder.h"

/* Writes the text of the record that `size` bytes at `line` (which are changed) describe into
 * builder->text. CLI_NOT_VALID with `verdict`; CLI_TROUBLE after a message. */
int json_record_build(struct record_builder *builder, struct ledger_verdict *verdict,
                      struct ledger_span ledger, uint8_t *line, size_t size);

#endif
