/*
 * json.h - JSON at the edge of the programs, by Jansson, whose types stay behind this header.
 *
 * Values are built in memory and printed as one line. Without memory the program ends with a
 * message and CLI_TROUBLE: output that lacks a member would be a lie.
 */
#ifndef LEDGER_TOOLS_JSON_H
#define LEDGER_TOOLS_JSON_H

#include <stdio.h>

#include "ledger/base/hash.h"
#include "ledger/base/span.h"

struct json_value; /* an object or an array */

struct json_value *json_object_new(void);
struct json_value *json_array_new(void);
void json_free(struct json_value *value);

/* Members, in the order in which they are added. Text that is not UTF-8 has '?' for what is not. */
void json_add_text(struct json_value *object, const char *name, struct ledger_span text);
void json_add_string(struct json_value *object, const char *name, const char *text);
void json_add_number(struct json_value *object, const char *name, uint64_t number);
void json_add_bool(struct json_value *object, const char *name, bool value);
void json_add_hex(struct json_value *object, const char *name, const struct ledger_hash *hash);

/* A member or element that is itself an object or array; `child` becomes its owner's. */
void json_add(struct json_value *object, const char *name, struct json_value *child);
void json_append(struct json_value *array, struct json_value *child);
void json_append_text(struct json_value *array, struct ledger_span text);

/* Adds a member whose value is the JSON in `text`, as a record's data line has it. */
void json_add_raw(struct json_value *object, const char *name, struct ledger_span text);

/* Prints on one line with LF, and frees. Every character shows itself: what is not clean text, as
 * the data of a record may have it in an escape, stays an escape. */
void json_print(FILE *stream, struct json_value *value);

#endif
