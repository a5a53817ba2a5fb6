/*
 * suites.h - one function per tests/test_<module>.c, which adds the module's suite to CUnit.
 *
 * CMake lists the test files in suites.inc, so a new file needs no line anywhere else.
 */
#ifndef LEDGER_TESTS_SUITES_H
#define LEDGER_TESTS_SUITES_H

#define LEDGER_SUITE(module) void ledger_suite_##module(void);

#include "suites.inc"

#undef LEDGER_SUITE

#endif
