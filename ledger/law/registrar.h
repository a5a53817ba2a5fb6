/*
 * registrar.h - what a registrar may change: the keys of its institution and nothing else
 * (SPEC.md "Registrars"). Internal.
 */
#ifndef LEDGER_LAW_REGISTRAR_H
#define LEDGER_LAW_REGISTRAR_H

#include "ledger/law/authority.h"

/* Whether an authority record is a registrar's: its institution is not the ledger itself. */
bool ledger_is_registrars(const struct ledger_record *record);

/* Whether every unset and set line of a registrar's `record` is of its institution, judged by the
 * authority before the change, and every key it sets is named "<institution>/" and a part without
 * '/'. Sets BEYOND_REACH or BAD_AUTHORITY_LINE. */
bool ledger_registrar_reaches(const struct ledger_authority *authority,
                              struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                              const struct ledger_record *record);

#endif
