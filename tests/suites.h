/*
 * suites.h - one function per tests/test_<module>.c, which adds the module's suite to CUnit.
 *
 * CMake lists the test files in suites.inc, so a new file needs no line anywhere else.
 */
#ifndef LEDGER_TESTS_SUITES_H
#define LEDGER_TESTS_SUITES_H

#define LEDGER_SUITE(module) void ledger_suite_##module(void);

#if __has_include("suites.inc")
#include "suites.inc"
#else /* a test file compiled by hand */
LEDGER_SUITE(encoding)
LEDGER_SUITE(text)
LEDGER_SUITE(timestamp)
LEDGER_SUITE(json_line)
LEDGER_SUITE(hash)
LEDGER_SUITE(tree)
LEDGER_SUITE(tree_proof)
LEDGER_SUITE(prefix_tree)
LEDGER_SUITE(vkey)
LEDGER_SUITE(note)
LEDGER_SUITE(checkpoint)
LEDGER_SUITE(policy)
LEDGER_SUITE(record)
LEDGER_SUITE(entry)
LEDGER_SUITE(authority_line)
LEDGER_SUITE(proof)
LEDGER_SUITE(key_file)
LEDGER_SUITE(authority)
LEDGER_SUITE(entitlement)
LEDGER_SUITE(state)
LEDGER_SUITE(proof_check)
LEDGER_SUITE(store)
LEDGER_SUITE(guard)
LEDGER_SUITE(append)
LEDGER_SUITE(audit)
LEDGER_SUITE(prove)
#endif

#undef LEDGER_SUITE

#endif
