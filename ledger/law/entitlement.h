/*
 * entitlement.h - may these signers sign this record? (SPEC.md "Who may sign")
 *
 * One decision, used alike when a record is admitted, when the ledger is audited and when a single
 * proof is checked. What differs is where the lines in force are looked up.
 */
#ifndef LEDGER_LAW_ENTITLEMENT_H
#define LEDGER_LAW_ENTITLEMENT_H

#include "ledger/format/authority_line.h"
#include "ledger/format/record.h"

/* Where lines in force are found. */
struct ledger_lookup {
    void *context;
    /* The KEY or GOVERNOR line of a name and key ID, or NULL. */
    const struct ledger_authority_line *(*key)(void *context, enum ledger_line_type type,
                                               struct ledger_span name, uint32_t key_id);
    /* The line of a subject, or NULL. */
    const struct ledger_authority_line *(*subject)(void *context, struct ledger_span subject);
    /* The lookup knows only some lines: one that is not found may still be in force. */
    bool partial;
};

/* The lines that entitled the signers, in the order of their signatures; owned by the lookup. */
struct ledger_signers {
    unsigned count;
    const struct ledger_authority_line *lines[LEDGER_SIGNATURES_MAX]; /* KEY or GOVERNOR */
};

/*
 * Whether a record may stand at `index` of ledger `origin` at all: it was made for this ledger (of
 * entry 0, which founds it, nothing is asked), entry 0 and no other is the genesis, and authority
 * records have the event, matter and institution of authority records. Sets OTHER_LEDGER,
 * BAD_GENESIS or BAD_CHANGE.
 */
LEDGER_API bool ledger_belongs(struct ledger_verdict *verdict, const struct ledger_record *record,
                               struct ledger_span origin, uint64_t index);

/*
 * Verifies every signature of `record` and decides. True only if all signatures are by distinct
 * keys in force, all verify, and the record's own rule is met:
 *   - kind authority: all signers are governors, at least `threshold` of them;
 *   - any other kind: the institution is in force and at least one signer is a key of it.
 * Sets NOT_ENROLLED (or EVIDENCE_MISSING for a partial lookup), REPEATED_SIGNER, BAD_SIGNATURE,
 * UNKNOWN_INSTITUTION, INSTITUTION_UNSIGNED or TOO_FEW_GOVERNORS. `signers` may be NULL; on success
 * it has every signer. Leaves `verdict` alone on success.
 *
 * Order: for each signature enrolled, not repeated, verified; then the rule.
 */
LEDGER_API bool ledger_entitled(const struct ledger_lookup *lookup, struct ledger_signers *signers,
                                struct ledger_verdict *verdict, const struct ledger_record *record);

#endif
