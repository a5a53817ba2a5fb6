#include "tools/verify_rule.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/format/authority_line.h"
#include "tests/suites.h"

#define TEXT_MAX 65536

/* The words for a rule, to be freed. */
static char *words_of(const char *line)
{
    struct ledger_rule rule;
    struct ledger_verdict verdict;
    char *text = calloc(1, TEXT_MAX);
    FILE *file = tmpfile();
    int shown = dup(STDOUT_FILENO);
    CU_ASSERT_FATAL(text != NULL && file != NULL && shown >= 0);
    ledger_verdict_clear(&verdict);
    CU_ASSERT_FATAL(ledger_rule_parse(&rule, &verdict, ledger_span_of(line)));
    (void)fflush(stdout);
    (void)dup2(fileno(file), STDOUT_FILENO);
    verify_rule_text(&rule);
    (void)fflush(stdout);
    (void)dup2(shown, STDOUT_FILENO);
    (void)close(shown);
    rewind(file);
    CU_ASSERT(fread(text, 1, TEXT_MAX - 1, file) > 0);
    (void)fclose(file);
    return text;
}

static void expect(const char *line, const char *words)
{
    char *text = words_of(line);
    CU_ASSERT_STRING_EQUAL(text, words);
    if (strcmp(text, words) != 0) {
        printf("\n%s\n", text);
    }
    free(text);
}

#define STEPS "\nwhat the rule asks of the steps before, which this proof does not show\n"

static void every_clause_is_said_in_words(void)
{
    expect("rule appraisal correct after=issue,correct sign=appraiser:2,seal:1 parties=2 "
           "needs=category,document,reason among=reason:date+title+page,mood:fair "
           "by=appraiser:1:sign+issue not-by=review,refers/check institution=other "
           "referred=same:appraisal/issue keeps=conclusion:issue,document:refers/issue "
           "term=30:issue makes=corrected",
           "  had to sign        2 as appraiser, 1 as seal\n"
           "                     and at least 2 parties named in the record\n"
           "  had to have        category, document, reason\n"
           "  values             reason is, if it is there, date or title or page\n"
           "  values             mood is, if it is there, fair\n"
           "  makes the matter   corrected\n" STEPS "  may come           after issue\n"
           "  may come           after correct\n"
           "  had to sign        1 as appraiser at least, of those who signed sign or issue\n"
           "  might sign         nobody who signed review\n"
           "  might sign         nobody who signed check in the matter referred to\n"
           "  filed by           another institution than opened the matter\n"
           "  refers to          a matter of kind appraisal that has issue, opened by the same "
           "institution\n"
           "  unchanged          conclusion as in the latest issue\n"
           "  unchanged          document as in the latest issue in the matter referred to\n"
           "  due                within 30 days of the latest issue; late is not refused\n");
}

static void what_a_rule_does_not_ask_is_not_said(void)
{
    expect("rule appraisal draft after=- sign=clerk:1",
           "  had to sign        1 as clerk\n"
           "                     and no party is named in the record\n"
           "  makes the matter   unchanged\n" STEPS "  may come           first in a matter\n");
}

static void other_values_have_other_words(void)
{
    char *text = words_of("rule appraisal file after=draft sign=clerk:1 parties=1 institution=any "
                          "referred=other:deed/issue term=1:draft");
    CU_ASSERT_PTR_NOT_NULL(strstr(text, " and at least 1 party named in the record\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, " any institution\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, " that has issue, opened by another institution\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, " within 1 day of the latest draft; "));
    free(text);
    text = words_of("rule appraisal file after=draft sign=clerk:1 referred=any:deed/issue");
    CU_ASSERT_PTR_NOT_NULL(strstr(text, " that has issue\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, " the institution that opened the matter\n"));
    free(text);
}

/* Of "a+a+a ..." every third byte becomes four. */
static void the_longest_clause_has_room(void)
{
    char line[LEDGER_AUTHORITY_LINE_MAX + 1];
    int size = snprintf(line, sizeof line, "rule k e after=- sign=r:1 among=f:aa");
    for (unsigned i = 0; (size_t)size + 3 <= LEDGER_AUTHORITY_LINE_MAX && i < 26U * 36; i++) {
        static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";
        if (i != 0) {
            size += snprintf(line + size, sizeof line - (size_t)size, "+%c%c", digits[i / 36],
                             digits[i % 36]);
        }
    }
    char *text = words_of(line);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "aa or ab or "));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, " or z9\n"));
    free(text);
}

void ledger_suite_verify_rule(void)
{
    CU_pSuite suite = CU_add_suite("verify_rule", NULL, NULL);
    CU_ADD_TEST(suite, every_clause_is_said_in_words);
    CU_ADD_TEST(suite, what_a_rule_does_not_ask_is_not_said);
    CU_ADD_TEST(suite, other_values_have_other_words);
    CU_ADD_TEST(suite, the_longest_clause_has_room);
}
