/*
 * verify_notices.h - what a ledger that holds gives cause to look at: late entries, entries in
 * doubt, keys declared compromised.
 */
#ifndef LEDGER_TOOLS_VERIFY_NOTICES_H
#define LEDGER_TOOLS_VERIFY_NOTICES_H

#include "ledger/ops/audit.h"
#include "tools/cli.h"
#include "tools/json.h"

#define VERIFY_NOTICES_SHOWN 20 /* entries of each type, in the report for a reader */

struct verify_notices {
    bool all; /* keep all; else all compromises and, of each other type, those of the first
                 VERIFY_NOTICES_SHOWN entries */
    struct ledger_notice *notices; /* kept, in the order of their coming */
    size_t count;
    size_t entries[LEDGER_NOTICE_COMPROMISED + 1]; /* that there were notices of, by type */
    struct ledger_notice last;                     /* type and entry of the latest, kept or not */
    char **keys;                                   /* declared compromised: behind the spans */
    size_t key_count;
    bool sorted; /* `keys` */
    bool lost;   /* for want of memory */
};

/* For ledger_audit_options.notice; the context is a struct verify_notices. */
void verify_notices_take(void *context, const struct ledger_notice *notice);

/* After the audit: CLI_TROUBLE after a message if notices were lost. */
int verify_notices_finish(const struct verify_notices *notices);

void verify_notices_free(struct verify_notices *notices);

/* The sections of the report; nothing if there is nothing to tell. */
void verify_notices_text(const struct verify_notices *notices,
                         const struct ledger_audit_report *report);

/*
 * Adds the members
 *
 *     notices       [{"type": "late", "entry", "from", "days", "late_ms": numbers} or
 *                    {"type": "doubtful", "entry", "from": numbers, "key": vkey}]
 *     compromised   [{"key": vkey, "from": number}]
 */
void verify_notices_json(struct json_value *object, const struct verify_notices *notices);

#endif
