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
#include "ledger/format/rule.h"
#include "ledger/law/signature_check.h"

/* The line that makes rules required. */
#define LEDGER_RULES_SUBJECT "rules"

/* The line with the key that signs checkpoints. */
#define LEDGER_OPERATOR_SUBJECT "operator"

/* Where lines in force are found. */
struct ledger_lookup {
    void *context;
    /* The KEY or GOVERNOR line of a name and key ID, be it the key's own or that of its batch
     * signatures, or NULL. */
    const struct ledger_authority_line *(*key)(void *context, enum ledger_line_type type,
                                               struct ledger_span name, uint32_t key_id);
    /* The line of a subject, or NULL. */
    const struct ledger_authority_line *(*subject)(void *context, struct ledger_span subject);
    /* Whether it is known that there is no line of a subject. */
    bool (*absent)(void *context, struct ledger_span subject);
    /* The lookup knows only some lines: one that is not found may still be in force. */
    bool partial;
};

struct ledger_signer {
    const struct ledger_authority_line *line; /* KEY, GOVERNOR or OPERATOR, owned by the lookup;
                                                 NULL: none */
    struct ledger_span name;                  /* borrowed from the record */
    uint32_t key_id;                          /* the key's own, also for a batch signature */
    struct ledger_batch_place batch;
    bool party;              /* the record names this key as a party, who acts as no role */
    struct ledger_span role; /* as which the rule counted the signer; empty: as none */
};

/* Who signed, and under which rule. */
struct ledger_entitlement {
    unsigned count;
    struct ledger_signer signers[LEDGER_SIGNATURES_MAX]; /* in the order of their signatures */
    bool ruled;                                          /* a rule was required and met */
    struct ledger_rule rule;                             /* if ruled; borrowed from the lookup */
};

/*
 * Whether a record may stand at `index` of ledger `origin` at all: it was made for this ledger (of
 * entry 0, which founds it, nothing is asked), entry 0 and no other is the genesis, and authority
 * records have the event, matter and institution of authority records: the ledger's own name where
 * governors sign, another where registrars do; the operator's own records have their form
 * (operator_record.h). Sets OTHER_LEDGER, BAD_GENESIS, BAD_CHANGE, BAD_INDEX or BAD_STATISTICS.
 */
LEDGER_API bool ledger_belongs(struct ledger_verdict *verdict, const struct ledger_record *record,
                               struct ledger_span origin, uint64_t index);

/* The party line of this name and key ID, be it the key's own or that of its batch signatures.
 * `hasher` may be NULL: that is slower. False if the record names no such party. */
LEDGER_API bool ledger_party_find(struct ledger_vkey *vkey, struct ledger_hasher *hasher,
                                  const struct ledger_record *record, struct ledger_span name,
                                  uint32_t key_id);

/*
 * Verifies every signature of `record` and decides. True only if all signatures are by distinct
 * persons whose keys are in force or are parties of the record, all verify, and:
 *   - kind authority, of the ledger itself: all signers are governors, at least `threshold`;
 *   - kind authority, of an institution in force: all signers are registrars of it;
 *   - kinds index and statistics: all signers are the operator;
 *   - any other kind: every party signed, the institution is in force, at least one signer is a key
 *     of it, and, unless the line `rules` is known to be absent, the rule for the record's kind and
 *     event is in force and its local clauses are met.
 * Sets NOT_ENROLLED, REPEATED_SIGNER, BAD_SIGNATURE, TOO_FEW_GOVERNORS, PARTY_UNSIGNED,
 * UNKNOWN_INSTITUTION, INSTITUTION_UNSIGNED, NO_RULE, ROLE_MISSING or LINE_MISSING; for a partial
 * lookup EVIDENCE_MISSING where a line was not found, and where INSTITUTION_UNSIGNED could be due
 * to the key line of a party that was not found. `entitled` gets the signers as far as the check
 * came. Leaves `verdict` alone on success. `known` remembers batches; it may be NULL.
 *
 * Order: for each signature enrolled, not repeated, verified; then as above.
 */
LEDGER_API bool ledger_entitled(const struct ledger_lookup *lookup,
                                struct ledger_batch_cache *known,
                                struct ledger_entitlement *entitled, struct ledger_hasher *hasher,
                                struct ledger_verdict *verdict, const struct ledger_record *record);

#endif
