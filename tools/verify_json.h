/*
 * verify_json.h - the report as one JSON object on one line, for a machine.
 *
 * Names are stable; later versions only add. A member marked ? is absent if there is no such thing.
 * Roots are base64, other hashes hex. Times are text in the ledger's spelling.
 *
 *     what          "ledger" or "proof"
 *     verdict       {"valid": bool, "finding": token, "number": number, "entry"?: number,
 *                    "line"?: number, "meaning": text, "detail": text, "explanation": text,
 *                    "advice": text}
 *
 * Of a ledger, as far as the check came:
 *
 *     ledger        {"origin": text, "size": number in the store, "entries": number that hold,
 *                    "bytes", "links", "signatures", "authority_records", "authority_lines",
 *                    "checkpoints", "nodes", "rows", "index_entries", "matters": counted if there
 *                    is an index, "statistics", "ruled", "late", "compromised",
 *                    "doubtful": numbers, "root"?, "first_time"?, "last_time"?}
 *     trust ?       {"log": {"name", "key_id"}, "witnesses": number, "cosigned": number,
 *                    "cosigners": [{"name", "key_name", "key_id", "seconds": number}]}
 *     since ?       {"file": path, "usable": bool, "size": number compared, 0 for not}
 *     remember ?    {"file": path, "first_use": bool, "kept": bool: has the new checkpoint}
 *     checkpoint ?  text: the last signed checkpoint that holds
 *     entry ?       {"index", "kind", "event", "matter", "institution", "time"}: the entry of the
 *                   verdict by its own words
 *     notices, compromised   as in verify_notices.h
 *
 * Of a proof:
 *
 *     index ?       number
 *     checkpoint ?  {"origin": text, "size": number, "root"}: trusted only if "holds"
 *     holds         bool: the proof itself is valid
 *     trust ?       as above
 *     record ?      the members of entry_json.h; only if "holds"
 *     institution_name ?   text, from the evidence
 *     signers ?     [{"name", "key_id": always the key's own, "type": "key", "governor", "operator"
 *                    or "party", "institution"?, "roles"?: [text], "grants"?: as in grants_json.h,
 *                    "signed_as"?: the role that the rule counted, "party": bool, named in the
 *                    record as a party, "batch"?: {"position": number from 0, "size": number}, if
 *                    the signature is one over a batch}]
 *     rules_absent ?  bool: shown that the ledger had no rules at this position
 *     rule ?        {"kind", "event", "line": text, "makes": text, "history_shown": false}: the
 *                   rule the record meets in itself; what it asks of earlier entries is not shown
 *     documents     [{"file": path, "sha256", "size": number, "compared": bool, "matches": bool,
 *                    "document"?: number of the document in the record, from 1}]
 *
 * Of a status proof: verify_status.h.
 */
#ifndef LEDGER_TOOLS_VERIFY_JSON_H
#define LEDGER_TOOLS_VERIFY_JSON_H

#include "tools/json.h"
#include "tools/verify.h"

void verify_json_ledger(const struct verify_ledger *v);
void verify_json_proof(const struct verify_proof *v);

/* The members `verdict`, `trust` (added if a log key signed) and `signers`. */
struct json_value *verify_verdict_json(const struct ledger_verdict *verdict);
void verify_add_trust(struct json_value *object, const struct ledger_policy_report *policy);
struct json_value *verify_signers_json(const struct ledger_entitlement *entitled);

#endif
