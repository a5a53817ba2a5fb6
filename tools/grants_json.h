/*
 * grants_json.h - grants as JSON: [{"role": text, "categories"?: [text]}].
 */
#ifndef LEDGER_TOOLS_GRANTS_JSON_H
#define LEDGER_TOOLS_GRANTS_JSON_H

#include "ledger/base/span.h"
#include "tools/json.h"

/* `grants` is of a parsed line; "-", for none, gives an empty array. A role that is not limited to
 * categories has no member "categories". */
struct json_value *grants_json(struct ledger_span grants);

#endif
