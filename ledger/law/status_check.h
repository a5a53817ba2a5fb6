/*
 * status_check.h - checking what became of a matter, from nothing but the bytes of a status proof
 * and a trust policy (SPEC.md "Verifying a status proof").
 */
#ifndef LEDGER_LAW_STATUS_CHECK_H
#define LEDGER_LAW_STATUS_CHECK_H

#include "ledger/format/status_proof.h"
#include "ledger/law/proof_check.h"

/* What a valid status proof says, always as of the index entry. */
struct ledger_status_report {
    uint64_t as_of;   /* the index entry: all entries before it were counted */
    int64_t as_of_ms; /* its time */
    uint64_t entries; /* of the matter */
    uint64_t after;   /* entries of the ledger under the checkpoint from the index entry on,
                         of which nothing is said */
    bool ruled;       /* a rule bound every entry; else `standing` says what the rules of some
                         made of the matter, or AS_BEFORE */
    enum ledger_standing standing; /* AS_BEFORE: no rule made anything of it */
    uint64_t standing_entry;       /* the entry that made it so; LEDGER_NO_ENTRY for none */
    int64_t standing_ms;
    struct ledger_policy_report policy;
};

/* Called for every entry of the matter in order, once it holds; the whole may still turn out not
 * to. `entry` is good until it returns. */
typedef void ledger_status_visit(void *context, const struct ledger_proof_report *entry);

/*
 * True, with finding VALID, only if the checkpoint satisfies the policy; the first proof is of an
 * index entry that holds (else BAD_INDEX, or as in ledger_proof_check); every other holds as in
 * ledger_proof_check and is of the matter (OTHER_ENTRY); they ascend and stand before the index
 * entry, and their list, or the absence of the matter, leads by the path to the root that the index
 * entry says (NOT_ALL_ENTRIES). verdict->entry is that of the proof concerned. `entry` (large) and
 * `memory` (LEDGER_EVIDENCE_MAX bytes) are the caller's, to work in. `visit` may be NULL.
 */
LEDGER_API bool ledger_status_check(struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                                    struct ledger_status_report *report,
                                    const struct ledger_status_proof *proof,
                                    const struct ledger_policy *policy,
                                    struct ledger_proof_report *entry, uint8_t *memory,
                                    ledger_status_visit *visit, void *context);

/* The same for a checkpoint that is believed without a policy: for who has just made the proof, and
 * leaves it to whoever gets it whom to trust. report->policy is left alone. */
LEDGER_API bool ledger_status_check_made(struct ledger_hasher *hasher,
                                         struct ledger_verdict *verdict,
                                         struct ledger_status_report *report,
                                         const struct ledger_status_proof *proof,
                                         struct ledger_proof_report *entry, uint8_t *memory);

#endif
