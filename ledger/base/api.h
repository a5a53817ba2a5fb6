/* api.h - attributes shared by all public declarations. */
#ifndef LEDGER_BASE_API_H
#define LEDGER_BASE_API_H

#if defined(__GNUC__)
#define LEDGER_API __attribute__((visibility("default")))
#define LEDGER_MUST_USE __attribute__((warn_unused_result))
#define LEDGER_PRINTF(at, first) __attribute__((format(printf, at, first)))
#else
#define LEDGER_API
#define LEDGER_MUST_USE
#define LEDGER_PRINTF(at, first)
#endif

#endif
