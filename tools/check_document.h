/*
 * check_document.h - what a whole ledger says of a file.
 */
#ifndef LEDGER_TOOLS_CHECK_DOCUMENT_H
#define LEDGER_TOOLS_CHECK_DOCUMENT_H

#include "ledger/ops/audit.h"
#include "tools/check_matters.h"
#include "tools/document_verdict.h"
#include "tools/verify_notices.h"

/* Large: allocate it. Starts with zeroes, but for what is asked, down to `unlocked`. */
struct check_document {
    const char *ledger;
    bool published;     /* it is a published one */
    const char *path;   /* of the file */
    const char *matter; /* its number, or NULL */
    const struct ledger_policy *policy;
    bool unlocked;
    unsigned jobs;                     /* see ledger_audit_options */
    bool read;                         /* the file could be read */
    bool audited;                      /* the ledger could be read: verdict and report say */
    struct ledger_verdict verdict;     /* on the ledger */
    struct ledger_audit_report report; /* of the ledger */
    struct document_verdict document;  /* on the file: always decided */
    struct verify_notices doubtful;    /* entries that speak of the file */
    struct check_matters matters;      /* that are followed */
    struct check_matters missed;       /* that speak of the file and were not */
};

/* Reads the file, audits the ledger, with progress, and decides. What could not be read is told on
 * stderr. Ends the program if memory runs out. */
void check_document(struct check_document *check, struct ledger_hasher *hasher,
                    const struct cli_args *args);

void check_document_free(struct check_document *check);

#endif
