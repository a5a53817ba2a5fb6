/*
 * json.h - JSON that the programs print, written as text while it is built.
 *
 * Values are built in memory and printed as one line. Without memory the program ends with a
 * message and CLI_TROUBLE: output that lacks a member would be a lie. Text comes out as it is, but
 * with '?' for every byte that is not clean text, as in messages (cli_put_clean), and LF as \n.
 */
#ifndef LEDGER_TOOLS_JSON_H
#define LEDGER_TOOLS_JSON_H

#include <stdio.h>

#include "ledger/base/hash.h"
#include "ledger/base/span.h"

struct json_value; /* an object or an array; json_add, json_append or json_print end its life */

struct json_value *json_object_new(void);
struct json_value *json_array_new(void);

/* Members, in the order in which they are added. The caller adds no name twice. */
void json_add_text(struct json_value *object, const char *name, struct ledger_span text);
void json_add_string(struct json_value *object, const char *name, const char *text);
void json_add_number(struct json_value *object, const char *name, uint64_t number);
void json_add_bool(struct json_value *object, const char *name, bool value);
void json_add_hex(struct json_value *object, const char *name, const struct ledger_hash *hash);
void json_add_base64(struct json_value *object, const char *name, const struct ledger_hash *hash);

/* A member or element that is itself an object or array; `child` is freed. */
void json_add(struct json_value *object, const char *name, struct json_value *child);
void json_append(struct json_value *array, struct json_value *child);
void json_append_text(struct json_value *array, struct ledger_span text);

/* Adds a member whose value is `text`, byte for byte, which must be one JSON value as
 * ledger_is_json_line tells: the data line of a parsed record is. Numbers, members given twice and
 * escapes stay as they were signed. */
void json_add_raw(struct json_value *object, const char *name, struct ledger_span text);

/* Prints on one line with LF, and frees. */
void json_print(FILE *stream, struct json_value *value);

/* Frees what is not to be printed after all. */
void json_discard(struct json_value *value);

#endif
