/*
 * json_text.h - JSON as text, for values that go into a record as they were written: numbers keep
 * their digits and strings their escapes.
 */
#ifndef LEDGER_TOOLS_JSON_TEXT_H
#define LEDGER_TOOLS_JSON_TEXT_H

#include "ledger/base/span.h"

/* Takes the white space outside strings out of `text`, in place; returns the new size. Never makes
 * JSON of what is none: one space stays where two words would become one. */
size_t json_text_squeeze(uint8_t *text, size_t size);

/* The value of the member `name` of `object`, which must be one JSON object without white space
 * outside strings. False if no member is spelled so. */
bool json_text_member(struct ledger_span *value, struct ledger_span object, const char *name);

#endif
