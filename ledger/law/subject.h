/*
 * subject.h - subjects of authority lines (SPEC.md "Lines") that are built to be looked up.
 * Internal.
 */
#ifndef LEDGER_LAW_SUBJECT_H
#define LEDGER_LAW_SUBJECT_H

#include "ledger/format/authority_line.h"

#define LEDGER_INSTITUTION_SUBJECT_MAX (sizeof "institution " - 1 + LEDGER_NAME_MAX)

/* "institution <id>", written to `memory`. `id` is a name: at most LEDGER_NAME_MAX bytes. */
struct ledger_span ledger_institution_subject(uint8_t memory[LEDGER_INSTITUTION_SUBJECT_MAX],
                                              struct ledger_span id);

#endif
