/*
 * policy.h - what a verifier trusts (c2sp.org/tlog-policy): logs, witnesses, groups, a quorum.
 */
#ifndef LEDGER_FORMAT_POLICY_H
#define LEDGER_FORMAT_POLICY_H

#include "ledger/format/checkpoint.h"

#define LEDGER_POLICY_MAX 262144 /* bytes of a policy file */
#define LEDGER_POLICY_LOGS 32
#define LEDGER_POLICY_WITNESSES 64
#define LEDGER_POLICY_GROUPS 64

struct ledger_policy; /* large; made and freed here */

LEDGER_API LEDGER_MUST_USE enum ledger_status ledger_policy_new(struct ledger_policy **policy);
LEDGER_API void ledger_policy_free(struct ledger_policy **policy);

/* Reads a policy file into `policy`, replacing what it held. Sets BAD_POLICY with the line; then
 * the policy trusts nothing. Keys of other types than Ed25519 are refused. */
LEDGER_API bool ledger_policy_parse(struct ledger_hasher *hasher, struct ledger_policy *policy,
                                    struct ledger_verdict *verdict, struct ledger_span bytes);

/* The policy "log <vkey>", "quorum none". The type of `log` must be ED25519. */
LEDGER_API void ledger_policy_of_log(struct ledger_policy *policy, const struct ledger_vkey *log);

/* What stood behind a verdict. Names are borrowed from the policy. */
struct ledger_policy_report {
    const struct ledger_vkey *log; /* that signed, or NULL */
    unsigned witnesses;            /* of the policy */
    unsigned cosigned;             /* how many of them cosigned */
    struct {
        const char *name; /* the policy's own name for the witness */
        const struct ledger_vkey *key;
        uint64_t seconds;
    } cosigners[LEDGER_POLICY_WITNESSES];
};

/*
 * True only if a log key of the policy named like the checkpoint's origin signed it, no signature
 * by a key of the policy is bad, and the quorum is met. Sets LOG_UNTRUSTED, OTHER_ORIGIN,
 * BAD_SIGNATURE or QUORUM_MISSING (with the names that are missing). `report` may be NULL. It
 * leaves `verdict` alone on success: the caller has more to check. `report` is written on failure,
 * too, and tells what was found until then.
 */
LEDGER_API bool ledger_policy_check(const struct ledger_policy *policy,
                                    struct ledger_policy_report *report,
                                    struct ledger_verdict *verdict,
                                    const struct ledger_checkpoint *checkpoint);

#endif
