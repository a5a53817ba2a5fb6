/*
 * check_report.h - the report of ledger-check.
 *
 * Its first line is the answer (document_verdict.h). As JSON, an object on one line:
 *
 *     what          "document"
 *     document      as in document_verdict.h; if the file could not be read only {"file", "answer",
 *                   "missing"}
 *     exit          number: the exit status
 *     required ?    {"asked": text, "met": bool}; if a status was asked for and the file is recorded
 *     verdict ?     as in verify_json.h, on the ledger; if that could be read
 *     ledger ?      {"origin": text, "size": number, "root": base64, "last_time": text}; if it is
 *                   valid, as the members below
 *     trust ?       as in verify_json.h
 *     doubtful ?    [{"entry", "from": numbers, "key": vkey}]: entries that speak of the file and
 *                   were signed by a key that was later declared compromised
 */
#ifndef LEDGER_TOOLS_CHECK_REPORT_H
#define LEDGER_TOOLS_CHECK_REPORT_H

#include "tools/check_document.h"

/* `asked` is the list of statuses, or NULL, `required` as in document_verdict.h; `status` is what
 * the program will exit with. */
void check_report_text(const struct check_document *check, const char *asked, unsigned required);
void check_report_json(const struct check_document *check, const char *asked, int status);

#endif
