/*
 * runner.c - runs all CUnit suites, or the one named on the command line.
 *
 * CU_basic_run_tests() returns 0 when assertions fail, and a suite whose initialisation fails runs
 * no test and counts no failure. Success is therefore stated here, from every counter there is.
 */
#include <CUnit/Basic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tests/suites.h"

struct suite {
    const char *name;
    void (*add)(void);
};

#define LEDGER_SUITE(module) {#module, ledger_suite_##module},
static const struct suite suites[] = {
#include "suites.inc"
};
#undef LEDGER_SUITE

static const size_t suite_count = sizeof suites / sizeof suites[0];

static bool add_suite(const struct suite *suite)
{
    unsigned tests_before = CU_get_registry()->uiNumberOfTests;
    suite->add();
    if (CU_get_error() != CUE_SUCCESS) {
        fprintf(stderr, "cannot add suite '%s': %s\n", suite->name, CU_get_error_msg());
        return false;
    }
    if (CU_get_registry()->uiNumberOfTests == tests_before) {
        fprintf(stderr, "suite '%s' has no tests\n", suite->name);
        return false;
    }
    return true;
}

static bool add_suites(const char *wanted)
{
    size_t added = 0;
    for (size_t i = 0; i < suite_count; i++) {
        if (wanted != NULL && strcmp(wanted, suites[i].name) != 0) {
            continue;
        }
        if (!add_suite(&suites[i])) {
            return false;
        }
        added++;
    }
    if (added == 0) {
        fprintf(stderr, "no such suite: '%s'\n", wanted == NULL ? "" : wanted);
    }
    return added > 0;
}

static bool run_suites(void)
{
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_ErrorCode code = CU_basic_run_tests();
    unsigned run = CU_get_number_of_tests_run();
    unsigned failed = CU_get_number_of_tests_failed() + CU_get_number_of_tests_inactive() +
                      CU_get_number_of_suites_failed() + CU_get_number_of_suites_inactive();
    bool passed = code == CUE_SUCCESS && failed == 0 && CU_get_number_of_failures() == 0 &&
                  CU_get_number_of_failure_records() == 0 && run > 0;
    printf("\n%u passed, %u failed\n", run - CU_get_number_of_tests_failed(), failed);
    return passed;
}

int main(int argc, char **argv)
{
    if (argc > 2) {
        fprintf(stderr, "usage: %s [SUITE]\n", argv[0]);
        return 2;
    }
    if (CU_initialize_registry() != CUE_SUCCESS) {
        fprintf(stderr, "cannot start CUnit: %s\n", CU_get_error_msg());
        return 1;
    }
    bool passed = add_suites(argc == 2 ? argv[1] : NULL) && run_suites();
    CU_cleanup_registry();
    return fflush(stdout) == 0 && passed ? 0 : 1;
}
