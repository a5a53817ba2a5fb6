/*
 * status.h - the three ways in which things go wrong, kept apart.
 *
 *   1. The caller's bug: LEDGER_ASSERT. Stays on in release builds, prints the place and aborts.
 *   2. The environment (disk, memory, locks): enum ledger_status, with a struct ledger_error that
 *      says what failed, on what, and why.
 *   3. The data does not verify: struct ledger_verdict. The check ran; this is what it found.
 *
 * Numbers and names of both lists are part of the interface: they are never reordered or reused.
 */
#ifndef LEDGER_BASE_STATUS_H
#define LEDGER_BASE_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger/base/api.h"

/* X(NAME, number, "token", "sentence") */
#define LEDGER_STATUS_LIST(X)                                                                      \
    X(OK, 0, "ok", "done")                                                                         \
    X(NO_MEMORY, 1, "no-memory", "out of memory")                                                  \
    X(IO, 2, "io", "input or output failed")                                                       \
    X(NOT_FOUND, 3, "not-found", "there is no such thing")                                         \
    X(EXISTS, 4, "exists", "it exists already")                                                    \
    X(BUSY, 5, "busy", "another program is writing to this ledger")                                \
    X(DISK_FULL, 6, "disk-full", "the file system is full")                                        \
    X(MAP_FULL, 7, "map-full", "the store has reached the size it was given")                      \
    X(READ_ONLY, 8, "read-only", "it cannot be written to")                                        \
    X(REMOTE, 9, "remote", "the file system is a network file system")                             \
    X(NEWER_FORMAT, 10, "newer-format", "it was written in a format this version does not know")   \
    X(UNKNOWN, 11, "unknown", "the outcome is unknown: ask again with the same bytes")             \
    X(DAMAGED, 12, "damaged", "the store is damaged")                                              \
    X(PERMISSION, 13, "permission", "permission denied")                                           \
    X(CLOCK, 14, "clock", "the clock is behind the ledger's last entry")                           \
    X(ROLLED_BACK, 15, "rolled-back", "the ledger is older than its guard")                        \
    X(NO_GUARD, 16, "no-guard", "the ledger's guard is missing")                                   \
    X(FORKED, 17, "forked", "the ledger contradicts its guard")                                    \
    X(WRONG_KEY, 18, "wrong-key", "this is not the key that is needed")                            \
    X(SELF_CHECK, 19, "self-check", "what was stored differs from what was computed")              \
    X(INVALID, 20, "invalid", "the argument is not acceptable")

enum ledger_status {
#define X(name, number, token, sentence) LEDGER_##name = number,
    LEDGER_STATUS_LIST(X)
#undef X
};

/* Which environment, where and why. `what` is UTF-8, lower case, without a full stop. */
struct ledger_error {
    enum ledger_status status;
    int os_error; /* errno, or 0 */
    char what[512];
};

/* X(NAME, number, "token", "what it means") */
#define LEDGER_FINDING_LIST(X)                                                                     \
    X(NOT_CHECKED, 0, "not-checked", "nothing has been established")                               \
    X(VALID, 1, "valid", "everything that was checked holds")                                      \
    /* text and formats */                                                                         \
    X(BAD_TEXT, 10, "bad-text",                                                                    \
      "not clean UTF-8: an invalid, control, bidi or invisible character")                         \
    X(TOO_LONG, 11, "too-long", "longer than the format allows")                                   \
    X(BAD_NOTE, 12, "bad-note", "not a signed note")                                               \
    X(BAD_RECORD, 13, "bad-record", "not a record of the specified form")                          \
    X(BAD_ENTRY, 14, "bad-entry", "not an entry of the specified form")                            \
    X(BAD_CHECKPOINT, 15, "bad-checkpoint", "not a checkpoint of the specified form")              \
    X(BAD_POLICY, 16, "bad-policy", "not a trust policy of the specified form")                    \
    X(BAD_PROOF, 17, "bad-proof", "not a proof of the specified form")                             \
    X(BAD_AUTHORITY_LINE, 18, "bad-authority-line", "not an authority line of the specified form") \
    X(BAD_KEY, 19, "bad-key", "not a verifier key of the specified form")                          \
    /* entries in their order */                                                                   \
    X(WRONG_INDEX, 30, "wrong-index", "the entry stands at another place than it says")            \
    X(BROKEN_CHAIN, 31, "broken-chain", "the entry does not continue the entry before it")         \
    X(TIME_REVERSED, 32, "time-reversed", "the entry is older than the entry before it")           \
    X(WRONG_AUTHORITY, 33, "wrong-authority",                                                      \
      "the entry names another authority than is in force")                                        \
    X(OTHER_LEDGER, 34, "other-ledger", "the record was made for another ledger")                  \
    X(BAD_GENESIS, 35, "bad-genesis",                                                              \
      "the first entry is not a genesis, or a genesis is not first")                               \
    X(REPEATED_RECORD, 36, "repeated-record", "the same record stands in the ledger twice")        \
    X(OTHER_SIGNATURES, 37, "other-signatures",                                                    \
      "the ledger has this record already, with other signatures")                                 \
    X(BAD_INDEX, 38, "bad-index", "not an index of matters of the specified form")                 \
    X(INDEX_ROOT, 39, "index-root", "the index of matters has another root than the entries give") \
    X(BAD_STATISTICS, 40, "bad-statistics", "not a statistics record of the specified form")       \
    X(OTHER_FIGURES, 41, "other-figures",                                                          \
      "the statistics record has other figures than the entries give")                             \
    X(BAD_MATTER, 42, "bad-matter", "the matter's number is not in the one spelling allowed")      \
    /* who signed */                                                                               \
    X(NOT_ENROLLED, 50, "not-enrolled", "signed with a key that is not enrolled at this position") \
    X(BAD_SIGNATURE, 51, "bad-signature", "a signature does not fit the text and the key")         \
    X(REPEATED_SIGNER, 52, "repeated-signer", "one key signed twice")                              \
    X(UNKNOWN_INSTITUTION, 53, "unknown-institution", "the institution is not in the authority")   \
    X(INSTITUTION_UNSIGNED, 54, "institution-unsigned",                                            \
      "nobody of the institution that files the record signed it")                                 \
    X(TOO_FEW_GOVERNORS, 55, "too-few-governors",                                                  \
      "fewer governors signed than the threshold asks")                                            \
    X(BAD_CHANGE, 56, "bad-change", "the authority cannot be changed in this way")                 \
    X(NO_RULE, 57, "no-rule", "no rule provides for this kind and event")                          \
    X(ROLE_MISSING, 58, "role-missing",                                                            \
      "those who signed for the institution do not have the roles that are needed")                \
    X(PARTY_UNSIGNED, 59, "party-unsigned", "a party named in the record did not sign it")         \
    X(LINE_MISSING, 60, "line-missing",                                                            \
      "the record lacks a line the rule needs, or has one it does not provide for")                \
    /* what went before in the matter */                                                           \
    X(WRONG_ORDER, 61, "wrong-order", "the matter is not at a step that this event may follow")    \
    X(ALREADY_OPEN, 62, "already-open", "the matter was opened before")                            \
    X(OTHER_KIND, 63, "other-kind", "the matter is of another kind")                               \
    X(WRONG_INSTITUTION, 64, "wrong-institution",                                                  \
      "the institution may not file this in the matter")                                           \
    X(SIGNER_EXCLUDED, 65, "signer-excluded",                                                      \
      "somebody signed who signed an earlier step and may not sign this one")                      \
    X(ORIGINAL_MISSING, 66, "original-missing",                                                    \
      "fewer of those who signed an earlier step than the rule asks")                              \
    X(LINE_CHANGED, 67, "line-changed", "a line is not what it was in an earlier entry")           \
    X(BAD_REFERENCE, 68, "bad-reference",                                                          \
      "the matter referred to is not there, or not such as the rule asks")                         \
    X(BEYOND_REACH, 69, "beyond-reach", "a registrar changes what is not of its institution")      \
    /* the ledger as a whole */                                                                    \
    X(ENTRY_MISSING, 70, "entry-missing", "an entry that must be there is missing")                \
    X(WRONG_NODE, 71, "wrong-node", "a stored tree node differs from the entries below it")        \
    X(WRONG_INDEX_ROW, 72, "wrong-index-row", "an index row says what the entries do not")         \
    X(CHECKPOINT_UNSIGNED, 73, "checkpoint-unsigned",                                              \
      "a checkpoint is not signed by the operator in force at its position")                       \
    X(CHECKPOINT_ROOT, 74, "checkpoint-root",                                                      \
      "a signed checkpoint has another root than the entries: history was rewritten")              \
    X(CHECKPOINT_BEYOND, 75, "checkpoint-beyond",                                                  \
      "a signed checkpoint covers more entries than there are: history was cut off")               \
    X(CHECKPOINT_MISSING, 76, "checkpoint-missing", "the last entries are under no checkpoint")    \
    X(OTHER_ORIGIN, 77, "other-origin", "the checkpoint belongs to another ledger")                \
    X(LOG_UNTRUSTED, 78, "log-untrusted", "no log key of the trust policy signed the checkpoint")  \
    X(QUORUM_MISSING, 79, "quorum-missing",                                                        \
      "fewer witnesses cosigned the checkpoint than the trust policy asks")                        \
    X(FORK, 80, "fork", "the ledger is not an extension of the checkpoint seen before")            \
    X(OLDER_THAN_SEEN, 81, "older-than-seen",                                                      \
      "the ledger is shorter than the checkpoint seen before")                                     \
    X(STORE_DAMAGED, 82, "store-damaged", "the store cannot be read as a ledger")                  \
    /* one proof */                                                                                \
    X(NOT_INCLUDED, 90, "not-included", "the entry is not in the tree of the checkpoint")          \
    X(OTHER_ENTRY, 91, "other-entry", "the proof carries another entry than it proves")            \
    X(EVIDENCE_MISSING, 92, "evidence-missing", "the proof lacks a line that entitles a signer")   \
    X(EVIDENCE_FALSE, 93, "evidence-false",                                                        \
      "an authority line of the proof was not in force at the entry")                              \
    X(DOCUMENT_DIFFERS, 94, "document-differs", "the file is none of those the record speaks of")  \
    X(NOT_ALL_ENTRIES, 95, "not-all-entries",                                                      \
      "the entries shown are not all that the index counts for the matter")

enum ledger_finding {
#define X(name, number, token, sentence) LEDGER_##name = number,
    LEDGER_FINDING_LIST(X)
#undef X
};

/* "Nowhere in particular", for the place of a verdict. */
#define LEDGER_NO_ENTRY UINT64_MAX

/* What a check found, and where. Starts as NOT_CHECKED and is valid only when a check says so. */
struct ledger_verdict {
    enum ledger_finding finding;
    uint64_t entry;   /* index of the entry concerned, or LEDGER_NO_ENTRY */
    uint32_t line;    /* 1-based line within the text that was parsed, or 0 */
    char detail[400]; /* UTF-8 for a reader; made of clean text only */
};

/* Token ("bad-signature") and sentence of a status or finding; never NULL, static storage. */
LEDGER_API const char *ledger_status_token(enum ledger_status status);
LEDGER_API const char *ledger_status_sentence(enum ledger_status status);
LEDGER_API const char *ledger_finding_token(enum ledger_finding finding);
LEDGER_API const char *ledger_finding_sentence(enum ledger_finding finding);

/* Sets `verdict` to NOT_CHECKED, nowhere, no detail. */
LEDGER_API void ledger_verdict_clear(struct ledger_verdict *verdict);

/* Sets finding and detail (printf; bytes that are not clean text become '?'), keeps the entry and
 * sets line 0. Returns false, so that a parser can end with it. `verdict` must not be NULL. */
LEDGER_API bool ledger_verdict_set(struct ledger_verdict *verdict, enum ledger_finding finding,
                                   const char *format, ...) LEDGER_PRINTF(3, 4);

/* Fills `error` (may be NULL) and returns `status`. `os_error` is an errno or 0; its text is
 * appended to `what`. */
LEDGER_API enum ledger_status ledger_error_set(struct ledger_error *error,
                                               enum ledger_status status, int os_error,
                                               const char *format, ...) LEDGER_PRINTF(4, 5);

/* The status for an errno of a file operation. */
LEDGER_API enum ledger_status ledger_status_of_errno(int os_error);

/* Prints place and condition to stderr and aborts. For LEDGER_ASSERT only. */
LEDGER_API void ledger_assert_failed(const char *condition, const char *file, int line)
    __attribute__((noreturn));

#define LEDGER_ASSERT(condition)                                                                   \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            ledger_assert_failed(#condition, __FILE__, __LINE__);                                  \
        }                                                                                          \
    } while (0)

#endif
