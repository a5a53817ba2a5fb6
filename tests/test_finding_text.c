#include <CUnit/CUnit.h>
#include <string.h>

#include "tests/suites.h"
#include "tools/finding_text.h"

static const enum ledger_finding findings[] = {
#define X(name, number, token, sentence) LEDGER_##name,
    LEDGER_FINDING_LIST(X)
#undef X
};

#define FINDING_COUNT (sizeof findings / sizeof findings[0])

static void every_finding_has_a_meaning_of_its_own(void)
{
    for (size_t i = 0; i < FINDING_COUNT; i++) {
        for (size_t j = 0; j < i; j++) {
            CU_ASSERT_STRING_NOT_EQUAL(finding_meaning(findings[i]), finding_meaning(findings[j]));
        }
        CU_ASSERT(strlen(finding_advice(findings[i])) > 0);
    }
}

static bool is_narrow(const char *text)
{
    size_t width = strcspn(text, "\n");
    while (width <= 96 && text[width] == '\n') {
        text += width + 1;
        width = strcspn(text, "\n");
    }
    return width <= 96;
}

static void lines_are_narrow(void)
{
    for (size_t i = 0; i < FINDING_COUNT; i++) {
        CU_ASSERT(is_narrow(finding_meaning(findings[i])));
        CU_ASSERT(is_narrow(finding_advice(findings[i])));
    }
}

static bool advises(enum ledger_finding finding, const char *what)
{
    return strstr(finding_advice(finding), what) != NULL;
}

static void who_must_act_is_named(void)
{
    CU_ASSERT(advises(LEDGER_BEYOND_REACH, "governors must make the change"));
    CU_ASSERT(advises(LEDGER_NOT_ENROLLED, "'--party'"));
    CU_ASSERT(advises(LEDGER_NOT_ENROLLED, "a registrar of the institution or governors"));
}

void ledger_suite_finding_text(void)
{
    CU_pSuite suite = CU_add_suite("finding_text", NULL, NULL);
    CU_add_test(suite, "every_finding_has_a_meaning_of_its_own",
                every_finding_has_a_meaning_of_its_own);
    CU_add_test(suite, "lines_are_narrow", lines_are_narrow);
    CU_add_test(suite, "who_must_act_is_named", who_must_act_is_named);
}
