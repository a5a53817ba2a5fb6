/*
 * timestamp.h - times in the two spellings the formats use (RFC 3339, SPEC.md "Times").
 *
 * A claimed time has seconds and an offset: 2026-11-23T10:21:07+08:00. UTC is written "Z", never
 * "+00:00". The ledger's time has milliseconds and is always UTC: 2026-11-23T02:21:08.412Z.
 * Years 1970 to 9999; no leap seconds.
 */
#ifndef LEDGER_BASE_TIMESTAMP_H
#define LEDGER_BASE_TIMESTAMP_H

#include "ledger/base/span.h"

#define LEDGER_TIME_SIZE 24 /* bytes of the ledger's time */
#define LEDGER_TIME_MAX INT64_C(253402300799999)

/* Milliseconds since 1970-01-01T00:00:00Z. False unless the whole span is of the form. */
LEDGER_API bool ledger_read_claimed_time(int64_t *ms, struct ledger_span text);
LEDGER_API bool ledger_read_ledger_time(int64_t *ms, struct ledger_span text);

/* Writes the ledger's spelling of `ms` (0 to LEDGER_TIME_MAX) and a NUL. */
LEDGER_API void ledger_write_ledger_time(char text[LEDGER_TIME_SIZE + 1], int64_t ms);

/* Writes the claimed spelling in UTC ("...Z", 20 bytes) and a NUL. */
LEDGER_API void ledger_write_claimed_time(char text[21], int64_t ms);

#endif
