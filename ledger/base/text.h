/*
 * text.h - which characters may stand in signed text (SPEC.md "Clean text").
 *
 * Clean text is well-formed UTF-8 (RFC 3629) whose code points show themselves: no controls (but
 * LF where it ends a line), no bidirectional overrides and isolates, no zero-width or other
 * invisible characters, no line or paragraph separators, no non-characters. The list is fixed and
 * needs no Unicode tables, so that it reads the same in thirty years.
 */
#ifndef LEDGER_BASE_TEXT_H
#define LEDGER_BASE_TEXT_H

#include "ledger/base/span.h"

#define LEDGER_NAME_MAX 255   /* bytes of a name: origin, institution, key name */
#define LEDGER_TOKEN_MAX 64   /* bytes of a token: kind, event, role */
#define LEDGER_MATTER_MAX 255 /* bytes of a matter's number */
#define LEDGER_FILE_MAX 255   /* bytes of a file name */

/* Clean text with LF as the only control. `*bad_at`, if not NULL, gets the offset of the first
 * byte that is not clean. The empty span is clean. */
LEDGER_API bool ledger_text_clean(struct ledger_span text, size_t *bad_at);

/* Takes the next code point off `rest`, which is clean text; false at its end. */
LEDGER_API bool ledger_text_next(struct ledger_span *rest, uint32_t *code);

/* A name: 1 to LEDGER_NAME_MAX bytes of clean text without LF, '+' or any Unicode space. */
LEDGER_API bool ledger_text_is_name(struct ledger_span text);

/* A token: [a-z] followed by [a-z0-9-], at most LEDGER_TOKEN_MAX bytes, not ending in '-'. */
LEDGER_API bool ledger_text_is_token(struct ledger_span text);

/* Free text on one line: 1 to `max` bytes of clean text, no LF, no Unicode space at either end. */
LEDGER_API bool ledger_text_is_phrase(struct ledger_span text, size_t max);

/* A file's name: a phrase of at most LEDGER_FILE_MAX bytes without '/' that is not "." or "..". */
LEDGER_API bool ledger_text_is_file_name(struct ledger_span text);

#endif
