/*
 * json_clean.h - printing JSON so that every character in it shows itself.
 *
 * Strings of a record's data may hold any character as a JSON escape, such as one that turns the
 * direction of writing. Read and printed again it would come out as itself; here it stays an
 * escape.
 */
#ifndef LEDGER_TOOLS_JSON_CLEAN_H
#define LEDGER_TOOLS_JSON_CLEAN_H

#include "tools/json.h"

/* As json_print, with what is not clean text as \u escapes. */
void json_print_clean(FILE *stream, struct json_value *value);

#endif
