/*
 * entry_json.h - an entry as a JSON object.
 *
 * Members, in this order; those marked ? are absent if the entry does not have them:
 *
 *     index         number
 *     time          text, the ledger's time
 *     kind, event, matter, institution    text
 *     claimed_time  text, as the signers wrote it
 *     nonce         text, base64
 *     category ?    text
 *     parties ?     array of text: vkeys
 *     refers ?      text
 *     fields ?      object of text, in the order of the record
 *     documents     array of {"sha256": hex, "size": number, "name": text}
 *     unset, set ?  arrays of text: subjects and lines of the authority
 *     data ?        any JSON, byte for byte as it was signed
 *     signers       array of {"name": text, "key_id": 8 hex digits}: as the signature lines say,
 *                   not verified here; the key ID of a batch signature is not the key's own
 *     leaf          hex, the leaf hash
 */
#ifndef LEDGER_TOOLS_ENTRY_JSON_H
#define LEDGER_TOOLS_ENTRY_JSON_H

#include "ledger/format/entry.h"
#include "tools/json.h"

struct json_value *entry_json(const struct ledger_entry *entry, const struct ledger_hash *leaf);

/* The signers of a note, as in the member `signers`. */
struct json_value *note_signers_json(const struct ledger_note *note);

/* Adds a member with the ledger's spelling of a time. */
void json_add_time(struct json_value *object, const char *name, int64_t ms);

#endif
