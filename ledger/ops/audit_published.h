/*
 * audit_published.h - verifying a published directory (SPEC.md "Verifying a publication").
 */
#ifndef LEDGER_OPS_AUDIT_PUBLISHED_H
#define LEDGER_OPS_AUDIT_PUBLISHED_H

#include "ledger/format/entry.h"
#include "ledger/ops/audit.h"

/* What the directory `path` is by the names in it. Where those of both are, somebody may have put a
 * good publication beside a ledger that is not, so that the question is which of them to verify. */
enum ledger_form {
    LEDGER_FORM_STORE,     /* a ledger, as far as that can be told from names */
    LEDGER_FORM_PUBLISHED, /* there is something named `checkpoint` in it, which no ledger has */
    LEDGER_FORM_UNCLEAR,   /* and something named `data.mdb` as well */
};
LEDGER_API enum ledger_form ledger_form_of(const char *path);

/*
 * Audits the published directory `path` as ledger_audit does a ledger, without LMDB, whose file
 * formats are not safe in the hands of strangers; `options->unlocked` says nothing here. The report
 * is the same, with the hashes in tiles as `nodes`, no `rows`, and one checkpoint. Files that the
 * checkpoint does not ask for are not read. Memory: the largest bundle (a full one has at most
 * LEDGER_BUNDLE_MAX bytes) and about 60 bytes an entry and a matter (published_memory.h).
 *
 * Order: the form of the checkpoint; for each entry that its bundle is there and exactly as long as
 * it must be, the steps of ledger_state_accept, and whether its record came before; then the
 * checkpoint, the policy, the checkpoint seen before, hash tiles.
 */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_audit_published(struct ledger_audit_report *report, struct ledger_verdict *verdict,
                       const char *path, const struct ledger_audit_options *options,
                       struct ledger_error *error);

/* Reads one entry of a published directory, verifying nothing, to show it. LEDGER_NOT_FOUND or
 * LEDGER_DAMAGED if it cannot be had. */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_published_entry(uint8_t memory[LEDGER_ENTRY_MAX], struct ledger_span *entry,
                       const char *path, uint64_t index, struct ledger_error *error);

#endif
