/*
 * json_line.h - recognises the JSON of a `data` line without building anything.
 */
#ifndef LEDGER_BASE_JSON_LINE_H
#define LEDGER_BASE_JSON_LINE_H

#include "ledger/base/span.h"

#define LEDGER_JSON_DEPTH 32

/* Exactly one JSON value (RFC 8259) without white space outside strings, nested at most
 * LEDGER_JSON_DEPTH deep, nothing before or after it. Clean text is the caller's to check. */
LEDGER_API bool ledger_is_json_line(struct ledger_span text);

#endif
