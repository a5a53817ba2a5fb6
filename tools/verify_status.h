/*
 * verify_status.h - ledger-verify for the proof of what became of a matter, and for a document of
 * it.
 *
 * The report as JSON is one object:
 *
 *     what          "status-proof"
 *     verdict       as in verify_json.h
 *     matter ?      text; trusted only if "holds"
 *     checkpoint ?  {"origin": text, "size": number, "root"}: trusted only if "holds"
 *     trust ?       as in verify_json.h
 *     holds         bool: the proof is valid
 *     as_of ?       number: the index entry, which counts all entries before it; only if "holds",
 *                   as are all below
 *     as_of_time ?  text, its time
 *     after ?       number: entries of the ledger under the checkpoint after it, of which nothing
 *                   is said
 *     entries ?     number, of the matter
 *     status ?      {"standing": "effective", "corrected", "pending", "void", "closed" or "none",
 *                    "entry"?: that made it so, "time"?}
 *     ruled ?       bool: a rule bound every entry
 *     history ?     [{"record": as in entry_json.h, "institution_name"?: text, "signers": as in
 *                    verify_json.h, "rules_absent": bool, "makes"?: by its rule, "unchanged" for
 *                    nothing}], in the order of the ledger
 *     document ?    as in document_verdict.h, if a file was given
 *     required ?    {"asked": text, "met": bool}, if a status was asked for
 */
#ifndef LEDGER_TOOLS_VERIFY_STATUS_H
#define LEDGER_TOOLS_VERIFY_STATUS_H

#include "ledger/law/status_check.h"
#include "tools/document_verdict.h"
#include "tools/proof_file.h"
#include "tools/text_stream.h"
#include "tools/verify.h"

/* Verifies the status proof in `file` as the options say, with the policy, the hasher and the
 * documents of `from`, and prints the report. The exit status. */
int verify_status(const struct cli_args *args, const struct proof_file *file,
                  const struct verify_proof *from);

/* What is known of a status proof. Large: allocate it. */
struct verify_status {
    const struct ledger_policy *policy;
    struct ledger_hasher *hasher;
    bool parsed; /* `proof` is filled */
    struct ledger_verdict verdict;
    struct ledger_status_proof proof;
    struct ledger_status_report report;
    struct ledger_proof_report entry; /* the one at hand */
    uint8_t memory[LEDGER_EVIDENCE_MAX];
    struct document_status status; /* of the matter, after the entry at hand */
    bool has_file;                 /* a file was given: */
    struct document_verdict file;
    char matter[LEDGER_MATTER_MAX + 1];
    const char *asked; /* of --require, or NULL: */
    unsigned required;
    const char *pinned;         /* the matter of --matter, or NULL */
    struct text_stream rows;    /* of the history as text, if it is wanted */
    struct json_value *history; /* as JSON, if that is wanted */
};

/* verify_status_text.c: the report for a reader. verify_status_row writes the next entry to
 * v->rows, as the whole may still turn out not to hold. */
void verify_status_row(struct verify_status *v, const struct ledger_proof_report *entry);
void verify_status_text(const struct verify_status *v);

/* verify_status_json.c: that for a machine; the report ends the life of v->history. */
void verify_status_json_row(struct verify_status *v, const struct ledger_proof_report *entry);
void verify_status_json(struct verify_status *v);

#endif
