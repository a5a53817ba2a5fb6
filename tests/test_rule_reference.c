/*
 * The reader of rules beside a slow reference: the grammar of SPEC.md as one regular expression,
 * and what no regular expression says (nothing twice, sums, lengths) by plain loops over words.
 */
#include <CUnit/CUnit.h>
#include <regex.h>
#include <stdio.h>

#include "ledger/format/rule.h"
#include "tests/format_samples.h"
#include "tests/rule_writer.h"
#include "tests/suites.h"

#define LINE_MAX_SIZE 1000
#define ROUNDS 20000
#define CLAUSES_OPTIONAL 10

static const char full_line[] =
    "rule notarisation correct after=-,accept,correct sign=notary:2,reviewer:12 parties=2 "
    "needs=category,document,data,amount among=class:a+b,form:deed by=r:1:issue+correct "
    "not-by=apply,refers/accept+issue institution=other referred=same:arbitration/award "
    "keeps=category:apply,document:refers/issue+correct,amount:apply term=30:accept+issue "
    "makes=corrected";

#define T "[a-z]([a-z0-9-]*[a-z0-9])?"
#define S "(refers/)?" T "(\\+" T ")*"
#define N "[1-9][0-9]*"
static const char grammar[] =
    "^rule " T " " T " after=(-|" T ")(," T ")* sign=" T ":" N "(," T ":" N ")*( parties=" N
    ")?( needs=" T "(," T ")*)?( among=" T ":" T "(\\+" T ")*(," T ":" T "(\\+" T ")*)*)?( by=" T
    ":" N ":" S ")?( not-by=" S "(," S
    ")*)?( institution=(other|any))?( referred=(same|other|any):" T "/" T ")?( keeps=" T ":" S
    "(," T ":" S ")*)?( term=" N ":" T "(\\+" T
    ")*)?( makes=(effective|corrected|void|closed|pending))?$";

/* The value of a clause, copied; empty if the clause is not there. */
static const char *clause(char *out, const char *line, const char *name)
{
    char wanted[32];
    snprintf(wanted, sizeof wanted, " %s=", name);
    const char *at = strstr(line, wanted);
    at = at == NULL ? "" : at + strlen(wanted);
    size_t size = strcspn(at, " ");
    memcpy(out, at, size);
    out[size] = '\0';
    return out;
}

/* Whether two of the words between `separators`, up to `head_end`, are the same. */
static bool has_twice(const char *list, const char *separators, const char *head_end)
{
    char words[LINE_MAX_SIZE];
    const char *heads[LINE_MAX_SIZE];
    size_t count = 0;
    char *save = NULL;
    snprintf(words, sizeof words, "%s", list);
    for (char *word = strtok_r(words, separators, &save); word != NULL;
         word = strtok_r(NULL, separators, &save)) {
        word[strcspn(word, head_end)] = '\0';
        for (size_t i = 0; i < count; i++) {
            if (strcmp(heads[i], word) == 0) {
                return true;
            }
        }
        heads[count++] = word;
    }
    return false;
}

/* The same within every part of a list: events in steps, tokens of a field. */
static bool part_has_twice(const char *list)
{
    char parts[LINE_MAX_SIZE];
    char *save = NULL;
    snprintf(parts, sizeof parts, "%s", list);
    for (char *part = strtok_r(parts, ",", &save); part != NULL;
         part = strtok_r(NULL, ",", &save)) {
        const char *colon = strrchr(part, ':');
        const char *steps = colon == NULL ? part : colon + 1;
        if (has_twice(strncmp(steps, "refers/", 7) == 0 ? steps + 7 : steps, "+", "")) {
            return true;
        }
    }
    return false;
}

static bool has_head_among(const char *list, const char *heads)
{
    char words[LINE_MAX_SIZE];
    char *save = NULL;
    snprintf(words, sizeof words, "%s", list);
    for (char *word = strtok_r(words, ",", &save); word != NULL;
         word = strtok_r(NULL, ",", &save)) {
        char wanted[LINE_MAX_SIZE + 2];
        word[strcspn(word, ":")] = '\0';
        snprintf(wanted, sizeof wanted, " %s ", word);
        if (strstr(heads, wanted) != NULL) {
            return true;
        }
    }
    return false;
}

static bool has_long_token(const char *line)
{
    const char *token_bytes = "abcdefghijklmnopqrstuvwxyz0123456789-";
    while (*line != '\0') {
        size_t size = strspn(line, token_bytes);
        if (size > LEDGER_TOKEN_MAX) {
            return true;
        }
        line += size + (line[size] != '\0');
    }
    return false;
}

static double number(const char *text)
{
    return *text == '\0' ? 0 : strtod(text, NULL);
}

static double places(const char *sign)
{
    double sum = 0;
    for (const char *colon = strchr(sign, ':'); colon != NULL; colon = strchr(colon + 1, ':')) {
        sum += number(colon + 1);
    }
    return sum;
}

static bool says_too_much(const char *line)
{
    char value[LINE_MAX_SIZE];
    double parties = number(clause(value, line, "parties"));
    return places(clause(value, line, "sign")) + parties > 64 || parties > 63 ||
           places(clause(value, line, "by")) > 64 ||
           (parties > 0 && places(clause(value, line, "by")) + parties > 64) ||
           number(clause(value, line, "term")) > 36500 || has_long_token(line);
}

static bool says_twice(const char *line)
{
    char value[LINE_MAX_SIZE];
    return has_twice(clause(value, line, "after"), ",", "") ||
           has_twice(clause(value, line, "sign"), ",", ":") ||
           has_twice(clause(value, line, "needs"), ",", "") ||
           has_twice(clause(value, line, "among"), ",", ":") || part_has_twice(value) ||
           part_has_twice(clause(value, line, "by")) ||
           has_twice(clause(value, line, "not-by"), ",", "") || part_has_twice(value) ||
           has_twice(clause(value, line, "keeps"), ",", ":") || part_has_twice(value) ||
           part_has_twice(clause(value, line, "term"));
}

static bool names_what_it_may_not(const char *line)
{
    char value[LINE_MAX_SIZE];
    bool no_referred = *clause(value, line, "referred") == '\0';
    bool no_parties = *clause(value, line, "parties") == '\0';
    return strncmp(line, "rule authority ", 15) == 0 || strncmp(line, "rule index ", 11) == 0 ||
           strncmp(line, "rule statistics ", 16) == 0 ||
           has_head_among(clause(value, line, "needs"), " party refers ") ||
           has_head_among(clause(value, line, "among"), " category party refers document data ") ||
           has_head_among(clause(value, line, "keeps"), " refers ") ||
           (no_parties && has_head_among(clause(value, line, "keeps"), " party ")) ||
           (no_referred && strstr(line, "refers/") != NULL);
}

static bool reference_accepts(const regex_t *regex, const char *line)
{
    return regexec(regex, line, 0, NULL, 0) == 0 && !says_too_much(line) && !says_twice(line) &&
           !names_what_it_may_not(line);
}

/* Both readers must agree on the line; if they accept it, it must read as what it says. */
static bool check(const regex_t *regex, const char *line, size_t size)
{
    char text[LINE_MAX_SIZE];
    uint8_t memory[LINE_MAX_SIZE];
    struct ledger_rule rule;
    struct ledger_verdict verdict;
    struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory);
    CU_ASSERT_FATAL(size < sizeof text);
    memcpy(text, line, size);
    text[size] = '\0';
    ledger_verdict_clear(&verdict);
    bool accepted = ledger_rule_parse(&rule, &verdict, ledger_span_of(text));
    if (accepted != reference_accepts(regex, text)) {
        fprintf(stderr, "accepted %d: %s\n", accepted, text);
        CU_FAIL("the reader and the reference disagree");
    }
    if (accepted) {
        rule_write(&out, &rule);
        CU_ASSERT(ledger_span_is(ledger_buffer_span(&out), text));
    }
    return accepted;
}

static void compile(regex_t *regex)
{
    CU_ASSERT_EQUAL_FATAL(regcomp(regex, grammar, REG_EXTENDED | REG_NOSUB), 0);
}

static void every_truncation_reads_as_the_reference_says(void)
{
    regex_t regex;
    unsigned accepted = 0;
    compile(&regex);
    for (size_t size = 0; size < sizeof full_line; size++) {
        accepted += check(&regex, full_line, size);
    }
    CU_ASSERT(accepted > CLAUSES_OPTIONAL);
    regfree(&regex);
}

static void every_changed_byte_reads_as_the_reference_says(void)
{
    static const char tries[] = " ,+:/=-019aZ.";
    char line[sizeof full_line];
    regex_t regex;
    compile(&regex);
    memcpy(line, full_line, sizeof line);
    for (size_t i = 0; i + 1 < sizeof line; i++) {
        for (size_t k = 0; k + 1 < sizeof tries; k++) {
            line[i] = tries[k];
            check(&regex, line, sizeof line - 1);
        }
        line[i] = full_line[i];
    }
    regfree(&regex);
}

static void every_dropped_or_doubled_byte_reads_as_the_reference_says(void)
{
    char line[sizeof full_line + 1];
    size_t size = sizeof full_line - 1;
    regex_t regex;
    compile(&regex);
    for (size_t i = 0; i < size; i++) {
        memcpy(line, full_line, i);
        memcpy(line + i, full_line + i + 1, size - i - 1);
        check(&regex, line, size - 1);
        memcpy(line, full_line, i + 1);
        memcpy(line + i + 1, full_line + i, size - i);
        check(&regex, line, size + 1);
    }
    regfree(&regex);
}

static void every_stretched_word_reads_as_the_reference_says(void)
{
    char line[sizeof full_line + LEDGER_TOKEN_MAX];
    size_t size = sizeof full_line - 1;
    regex_t regex;
    compile(&regex);
    for (size_t i = 0; i < size; i++) {
        for (size_t more = LEDGER_TOKEN_MAX - 14; more <= LEDGER_TOKEN_MAX; more++) {
            memcpy(line, full_line, i);
            memset(line + i, 'x', more);
            memcpy(line + i + more, full_line + i, size - i);
            check(&regex, line, size + more);
        }
    }
    regfree(&regex);
}

/* Lines put together at random of the words of rules: nearly right, often enough right. */

static uint32_t draw(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 8) % below;
}

static const char *pick(uint32_t *seed)
{
    static const char *const words[] = {"a", "b", "c-1", "data", "refers", "party", "category"};
    static const char *const odd[] = {"-", "", "1", "A", "a-", "refers/", "a:b"};
    return draw(seed, 60) == 0 ? odd[draw(seed, 7)] : words[draw(seed, 7)];
}

static void put_random_list(struct ledger_buffer *out, uint32_t *seed, const char *separator,
                            void (*put_element)(struct ledger_buffer *, uint32_t *))
{
    do {
        put_element(out, seed);
    } while (draw(seed, 3) == 0 && (ledger_buffer_text(out, separator), true));
}

static void random_word(struct ledger_buffer *out, uint32_t *seed)
{
    ledger_buffer_text(out, pick(seed));
}

static void random_number(struct ledger_buffer *out, uint32_t *seed)
{
    static const char *const numbers[] = {"1",  "2", "31", "63",    "64",
                                          "65", "0", "01", "36500", "36501"};
    ledger_buffer_text(out, numbers[draw(seed, draw(seed, 8) == 0 ? 10 : 3)]);
    ledger_buffer_text(out, ":");
}

static void random_steps(struct ledger_buffer *out, uint32_t *seed)
{
    ledger_buffer_text(out, draw(seed, 6) == 0 ? "refers/" : "");
    put_random_list(out, seed, "+", random_word);
}

static void random_role(struct ledger_buffer *out, uint32_t *seed)
{
    random_word(out, seed);
    ledger_buffer_text(out, ":");
    random_number(out, seed);
    out->size--;
}

static void random_headed(struct ledger_buffer *out, uint32_t *seed)
{
    random_word(out, seed);
    ledger_buffer_text(out, ":");
    random_steps(out, seed);
}

static void random_counted(struct ledger_buffer *out, uint32_t *seed)
{
    random_number(out, seed);
    random_steps(out, seed);
}

static void random_parties(struct ledger_buffer *out, uint32_t *seed)
{
    random_number(out, seed);
    out->size--;
}

static void random_by(struct ledger_buffer *out, uint32_t *seed)
{
    random_word(out, seed);
    ledger_buffer_text(out, ":");
    random_counted(out, seed);
}

static void random_rule(struct ledger_buffer *out, uint32_t *seed)
{
    static const struct {
        const char *name;
        void (*put_element)(struct ledger_buffer *, uint32_t *);
    } made[] = {
        {" after=", random_word},   {" sign=", random_role},     {" parties=", random_parties},
        {" needs=", random_word},   {" among=", random_headed},  {" by=", random_by},
        {" not-by=", random_steps}, {" referred=any:a/b", NULL}, {" keeps=", random_headed},
        {" term=", random_counted}, {" makes=void", NULL}};
    ledger_buffer_text(out, "rule a b");
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        bool there = i < 2 ? draw(seed, 40) != 0 : draw(seed, 3) == 0;
        if (there) {
            ledger_buffer_text(out, made[i].name);
            if (made[i].put_element != NULL) {
                put_random_list(out, seed, ",", made[i].put_element);
            }
        }
    }
}

static void random_lines_read_as_the_reference_says(void)
{
    regex_t regex;
    uint32_t seed = 20261123;
    unsigned accepted = 0;
    compile(&regex);
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint8_t memory[LINE_MAX_SIZE];
        struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory - 1);
        random_rule(&out, &seed);
        if (!out.overflow) {
            accepted += check(&regex, (const char *)memory, out.size);
        }
    }
    CU_ASSERT(accepted > ROUNDS / 20 && accepted < ROUNDS - ROUNDS / 20);
    regfree(&regex);
}

void ledger_suite_rule_reference(void)
{
    CU_pSuite suite = CU_add_suite("rule_reference", NULL, NULL);
    CU_ADD_TEST(suite, every_truncation_reads_as_the_reference_says);
    CU_ADD_TEST(suite, every_changed_byte_reads_as_the_reference_says);
    CU_ADD_TEST(suite, every_dropped_or_doubled_byte_reads_as_the_reference_says);
    CU_ADD_TEST(suite, every_stretched_word_reads_as_the_reference_says);
    CU_ADD_TEST(suite, random_lines_read_as_the_reference_says);
}
