/*
 * verify.h - what the parts of ledger-verify hand to each other.
 */
#ifndef LEDGER_TOOLS_VERIFY_H
#define LEDGER_TOOLS_VERIFY_H

#include "ledger/law/proof_check.h"
#include "ledger/ops/audit.h"
#include "ledger/ops/search_published.h"
#include "tools/cli.h"
#include "tools/remember.h"
#include "tools/verify_notices.h"
#include "tools/verify_withdrawn.h"

/* A file that is compared with a proof. */
struct verify_document {
    const char *path;
    struct ledger_document file; /* digest and size as they are */
    unsigned line;               /* which document line of the record it is, from 1; 0 for none */
};

/* The verdict on a ledger. Large: allocate it. */
struct verify_ledger {
    const char *path;
    bool published; /* it is a published directory */
    const struct ledger_policy *policy;
    unsigned jobs;          /* see ledger_audit_options */
    const char *since_path; /* of --since or --remember, or NULL */
    bool remember;          /* it is that of --remember */
    bool since_read;        /* there was a checkpoint to compare with */
    bool since_unusable;    /* what was seen before was refused; the ledger was not read */
    enum remember_outcome remembered;
    struct ledger_verdict verdict;
    struct ledger_audit_report report;
    struct verify_notices notices;
    struct verify_withdrawn withdrawn; /* if it is valid */
    bool has_entry;                    /* the entry of the verdict could be read: */
    struct ledger_entry entry;
    uint8_t entry_bytes[LEDGER_ENTRY_MAX];
};

/* The verdict on a proof. Large: allocate it. */
struct verify_proof {
    const struct ledger_policy *policy;
    struct ledger_hasher *hasher;
    struct verify_document *documents;
    size_t document_count;
    bool parsed;             /* `proof` is filled */
    bool holds;              /* the proof itself is valid, whatever a document is */
    unsigned document_lines; /* in the record */
    struct ledger_verdict verdict;
    struct ledger_proof proof;
    struct ledger_proof_report report;
};

#endif
