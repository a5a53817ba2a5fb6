/* Lines of the authority: what each was read as, written again, is the line; lines of rules are
 * read alike by both parsers of them. */
#include "ledger/format/authority_line.h"
#include "tests/trust/fuzzing/fuzz.h"

static void add(struct ledger_buffer *out, const char *before, struct ledger_span text)
{
    ledger_buffer_text(out, before);
    ledger_buffer_add(out, text);
}

static void add_grants(struct ledger_buffer *out, struct ledger_span grants)
{
    struct ledger_grant grant;
    struct ledger_grant found;
    const char *before = " ";
    if (ledger_span_is(grants, "-")) {
        ledger_buffer_text(out, " -");
        return;
    }
    struct ledger_span rest = grants;
    while (ledger_grants_next(&rest, &grant)) {
        add(out, before, grant.role);
        if (grant.categories.size > 0) {
            add(out, "/", grant.categories);
        }
        before = ",";
        FUZZ_CHECK(ledger_grants_find(grants, &found, grant.role) &&
                   ledger_span_equal(found.categories, grant.categories));
    }
    FUZZ_CHECK(ledger_grants_within(grants, grants, &found));
}

static void write_line(struct ledger_buffer *out, const struct ledger_authority_line *line)
{
    static const char *const words[] = {
        [LEDGER_LINE_OPERATOR] = "operator ",
        [LEDGER_LINE_GOVERNOR] = "governor ",
        [LEDGER_LINE_THRESHOLD] = "threshold ",
        [LEDGER_LINE_INSTITUTION] = "institution ",
        [LEDGER_LINE_KEY] = "key ",
        [LEDGER_LINE_RULES] = "rules required",
        [LEDGER_LINE_COMPROMISE] = "compromise ",
    };
    ledger_buffer_text(out, words[line->type]);
    if (line->type == LEDGER_LINE_THRESHOLD) {
        ledger_buffer_decimal(out, line->threshold);
    } else if (line->type == LEDGER_LINE_INSTITUTION) {
        add(out, "", line->institution);
        add_grants(out, line->grants);
        add(out, " ", line->name);
    } else if (line->type != LEDGER_LINE_RULES) {
        ledger_vkey_write(out, &line->vkey);
    }
    if (line->type == LEDGER_LINE_KEY) {
        add(out, " ", line->institution);
        add_grants(out, line->grants);
    } else if (line->type == LEDGER_LINE_COMPROMISE) {
        ledger_buffer_text(out, " ");
        ledger_buffer_decimal(out, line->from);
    }
}

static void check_subject(const struct ledger_authority_line *line)
{
    uint8_t memory[LEDGER_INSTITUTION_SUBJECT_MAX > LEDGER_RULE_SUBJECT_MAX
                       ? LEDGER_INSTITUTION_SUBJECT_MAX
                       : LEDGER_RULE_SUBJECT_MAX];
    fuzz_within(line->subject, line->text);
    FUZZ_CHECK(line->subject.size > 0);
    if (line->type == LEDGER_LINE_INSTITUTION) {
        fuzz_same(ledger_institution_subject(memory, line->institution), line->subject);
    } else if (line->type == LEDGER_LINE_RULE) {
        fuzz_same(ledger_rule_subject(memory, line->kind, line->event), line->subject);
    }
}

bool fuzz_target(struct ledger_span input)
{
    struct ledger_authority_line line;
    struct ledger_rule rule;
    struct ledger_verdict verdict;
    uint8_t memory[2 * LEDGER_AUTHORITY_LINE_MAX];
    struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory);
    ledger_verdict_clear(&verdict);
    if (!ledger_authority_line_parse(fuzz_hasher(), &line, &verdict, input)) {
        return fuzz_refused(&verdict, input);
    }
    check_subject(&line);
    if (line.type == LEDGER_LINE_RULE) {
        FUZZ_CHECK(ledger_rule_parse(&rule, &verdict, input));
        return true;
    }
    FUZZ_CHECK(!ledger_rule_parse(&rule, &verdict, input));
    write_line(&out, &line);
    fuzz_same_buffer(&out, input);
    return true;
}
