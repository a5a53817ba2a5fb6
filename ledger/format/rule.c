#include "ledger/format/rule.h"

#include "ledger/base/encoding.h"
#include "ledger/format/authority_line.h"
#include "ledger/format/line_reader.h"
#include "ledger/format/list.h"
#include "ledger/format/record.h"
#include "ledger/format/rule_parts.h"

#define PARTIES_MAX (LEDGER_SIGNATURES_MAX - 1) /* somebody of the institution signs too */

/* The readers below take the value of a clause into the rule, or refuse it. */

static bool take_after(struct ledger_rule *rule, struct ledger_span value)
{
    struct ledger_span events = value;
    rule->after = value;
    if (ledger_span_is(value, LEDGER_RULE_OPENS)) {
        return true;
    }
    (void)ledger_line_after(value, LEDGER_RULE_OPENS ",", &events);
    return ledger_list_is_tokens(events, ',');
}

static bool is_role(struct ledger_span element)
{
    struct ledger_span role;
    uint64_t count;
    return ledger_rule_read_role(&role, &count, element);
}

static uint64_t places_of(struct ledger_span sign)
{
    struct ledger_span role;
    uint64_t count;
    uint64_t places = 0;
    while (ledger_rule_next_role(&sign, &role, &count)) {
        places += count;
    }
    return places;
}

static bool take_sign(struct ledger_rule *rule, struct ledger_span value)
{
    rule->sign = value;
    return ledger_list_is(value, ',', ':', is_role) && places_of(value) <= LEDGER_RULE_PLACES_MAX;
}

static bool take_parties(struct ledger_rule *rule, struct ledger_span value)
{
    return ledger_read_decimal(&rule->parties, value, PARTIES_MAX) && rule->parties > 0;
}

static bool take_needs(struct ledger_rule *rule, struct ledger_span value)
{
    rule->needs = value;
    return ledger_list_is(value, ',', LEDGER_LIST_NO_HEAD, ledger_rule_is_line);
}

static bool is_among(struct ledger_span element)
{
    struct ledger_span field;
    struct ledger_span tokens;
    return ledger_rule_read_among(&field, &tokens, element);
}

static bool take_among(struct ledger_rule *rule, struct ledger_span value)
{
    rule->among = value;
    return ledger_list_is(value, ',', ':', is_among);
}

static bool take_by(struct ledger_rule *rule, struct ledger_span value)
{
    struct ledger_span rest;
    return ledger_list_split(value, ':', &rule->by_role, &rest) &&
           ledger_text_is_token(rule->by_role) &&
           ledger_rule_read_counted(&rule->by_count, &rule->by, rest, LEDGER_RULE_PLACES_MAX);
}

static bool is_steps(struct ledger_span element)
{
    struct ledger_steps steps;
    return ledger_rule_read_steps(&steps, element);
}

static bool take_not_by(struct ledger_rule *rule, struct ledger_span value)
{
    rule->not_by = value;
    return ledger_list_is(value, ',', LEDGER_LIST_NO_HEAD, is_steps);
}

static bool read_whose(enum ledger_whose *whose, struct ledger_span word)
{
    static const char *const words[] = {
        [LEDGER_WHOSE_SAME] = "same", [LEDGER_WHOSE_OTHER] = "other", [LEDGER_WHOSE_ANY] = "any"};
    for (size_t i = LEDGER_WHOSE_SAME; i < sizeof words / sizeof words[0]; i++) {
        if (ledger_span_is(word, words[i])) {
            *whose = (enum ledger_whose)i;
            return true;
        }
    }
    return false;
}

/* 'same' is what holds without the clause: it has no other spelling. */
static bool take_institution(struct ledger_rule *rule, struct ledger_span value)
{
    return read_whose(&rule->institution, value) && rule->institution != LEDGER_WHOSE_SAME;
}

static bool take_referred(struct ledger_rule *rule, struct ledger_span value)
{
    struct ledger_span whose;
    struct ledger_span step;
    return ledger_list_split(value, ':', &whose, &step) && read_whose(&rule->referred, whose) &&
           ledger_list_split(step, '/', &rule->referred_kind, &rule->referred_event) &&
           ledger_text_is_token(rule->referred_kind) && ledger_text_is_token(rule->referred_event);
}

static bool is_kept(struct ledger_span element)
{
    struct ledger_span line;
    struct ledger_steps steps;
    return ledger_rule_read_kept(&line, &steps, element);
}

static bool take_keeps(struct ledger_rule *rule, struct ledger_span value)
{
    rule->keeps = value;
    return ledger_list_is(value, ',', ':', is_kept);
}

static bool take_term(struct ledger_rule *rule, struct ledger_span value)
{
    return ledger_rule_read_counted(&rule->term_days, &rule->term, value, LEDGER_RULE_TERM_MAX) &&
           !rule->term.referred;
}

static const char *const standings[] = {
    [LEDGER_STANDING_AS_BEFORE] = "unchanged", [LEDGER_STANDING_PENDING] = "pending",
    [LEDGER_STANDING_EFFECTIVE] = "effective", [LEDGER_STANDING_CORRECTED] = "corrected",
    [LEDGER_STANDING_VOID] = "void",           [LEDGER_STANDING_CLOSED] = "closed",
};
#define STANDINGS (sizeof standings / sizeof standings[0])

const char *ledger_standing_word(enum ledger_standing standing)
{
    LEDGER_ASSERT((size_t)standing < STANDINGS);
    return standings[standing];
}

static bool take_makes(struct ledger_rule *rule, struct ledger_span value)
{
    for (size_t i = LEDGER_STANDING_AS_BEFORE + 1; i < STANDINGS; i++) {
        if (ledger_span_is(value, standings[i])) {
            rule->makes = (enum ledger_standing)i;
            return true;
        }
    }
    return false;
}

/* The clauses in their order. */
static const struct row {
    const char *prefix;
    const char *form;
    bool required;
    bool (*take)(struct ledger_rule *, struct ledger_span value);
} rows[] = {
    {"after=", "'after=<event>[,<event>...]', '-' only as the first", true, take_after},
    {"sign=", "'sign=<role>:<n>[,<role>:<n>...]', no role twice, at most 64 signers", true,
     take_sign},
    {"parties=", "'parties=<n>', from 1 to 63", false, take_parties},
    {"needs=", "'needs=<line>[,<line>...]': category, document, data or a field", false,
     take_needs},
    {"among=", "'among=<field>:<token>[+<token>...][,...]', no field twice", false, take_among},
    {"by=", "'by=<role>:<n>:[refers/]<event>[+<event>...]', n from 1 to 64", false, take_by},
    {"not-by=", "'not-by=[refers/]<event>[+<event>...][,...]'", false, take_not_by},
    {"institution=", "'institution=other' or 'institution=any'", false, take_institution},
    {"referred=", "'referred=same:<kind>/<event>', or 'other' or 'any' for 'same'", false,
     take_referred},
    {"keeps=",
     "'keeps=<line>:[refers/]<event>[+<event>...][,...]': category, party, document, data, field",
     false, take_keeps},
    {"term=", "'term=<days>:<event>[+<event>...]', from 1 to 36500 days", false, take_term},
    {"makes=", "'makes=' and pending, effective, corrected, void or closed", false, take_makes},
};

static bool fail(struct ledger_verdict *verdict, const struct ledger_rule *rule,
                 const char *expected)
{
    return ledger_verdict_set(verdict, LEDGER_BAD_AUTHORITY_LINE, "rule %.*s %.*s: expected %s",
                              LEDGER_SPAN_ARGS(rule->kind), LEDGER_SPAN_ARGS(rule->event),
                              expected);
}

static bool take_head(struct ledger_rule *rule, struct ledger_verdict *verdict,
                      struct ledger_span *rest)
{
    struct ledger_span kind;
    struct ledger_span event;
    if (!ledger_line_after(*rest, "rule ", rest) || !ledger_span_take_word(rest, &kind, NULL) ||
        !ledger_text_is_token(kind) || !ledger_span_take_word(rest, &event, NULL) ||
        !ledger_text_is_token(event)) {
        return ledger_verdict_set(verdict, LEDGER_BAD_AUTHORITY_LINE,
                                  "expected 'rule <kind> <event> <clauses>'");
    }
    rule->kind = kind;
    rule->event = event;
    if (ledger_span_is(kind, LEDGER_KIND_AUTHORITY) || ledger_span_is(kind, LEDGER_KIND_INDEX) ||
        ledger_span_is(kind, LEDGER_KIND_STATISTICS)) {
        return fail(verdict, rule,
                    "another kind: there are no rules for 'authority', 'index' and 'statistics'");
    }
    return true;
}

static bool take_clauses(struct ledger_rule *rule, struct ledger_verdict *verdict,
                         struct ledger_span rest)
{
    struct ledger_span word;
    struct ledger_span value;
    bool more = true;
    bool waiting = ledger_span_take_word(&rest, &word, &more);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        if (!waiting || !ledger_line_after(word, row->prefix, &value)) {
            if (row->required) {
                return fail(verdict, rule, row->form);
            }
            continue;
        }
        if (!row->take(rule, value)) {
            return fail(verdict, rule, row->form);
        }
        waiting = ledger_span_take_word(&rest, &word, &more);
    }
    return (!waiting && !more) ||
           fail(verdict, rule,
                "the end, or one more clause: there are after, sign, parties, needs, among, by, "
                "not-by, institution, referred, keeps, term, makes, in this order, each once");
}

/* Whether some clause speaks of the matter that a 'refers' line names. */
static bool speaks_of_referred(const struct ledger_rule *rule)
{
    struct ledger_span rest = rule->not_by;
    struct ledger_span line;
    struct ledger_steps steps;
    while (ledger_rule_next_steps(&rest, &steps)) {
        if (steps.referred) {
            return true;
        }
    }
    rest = rule->keeps;
    while (ledger_rule_next_kept(&rest, &line, &steps)) {
        if (steps.referred) {
            return true;
        }
    }
    return rule->by.referred;
}

static bool keeps_parties(const struct ledger_rule *rule)
{
    return ledger_list_has(rule->keeps, ',', ':', ledger_span_of("party"));
}

/* How many must sign who are no parties: they must fit into one record with those who are. */
static uint64_t most_places(const struct ledger_rule *rule)
{
    uint64_t places = places_of(rule->sign);
    return places > rule->by_count ? places : rule->by_count;
}

bool ledger_rule_parse(struct ledger_rule *rule, struct ledger_verdict *verdict,
                       struct ledger_span line)
{
    struct ledger_rule parsed = {.institution = LEDGER_WHOSE_SAME};
    if (line.size > LEDGER_AUTHORITY_LINE_MAX) {
        return ledger_verdict_set(verdict, LEDGER_BAD_AUTHORITY_LINE,
                                  "expected a rule of at most %d bytes", LEDGER_AUTHORITY_LINE_MAX);
    }
    if (!take_head(&parsed, verdict, &line) || !take_clauses(&parsed, verdict, line)) {
        return false;
    }
    if (parsed.referred == 0 && speaks_of_referred(&parsed)) {
        return fail(verdict, &parsed, "a clause 'referred', as others say 'refers/'");
    }
    if (parsed.parties == 0 && keeps_parties(&parsed)) {
        return fail(verdict, &parsed, "a clause 'parties', as 'keeps' says 'party'");
    }
    if (parsed.parties + most_places(&parsed) > LEDGER_RULE_PLACES_MAX) {
        return fail(verdict, &parsed,
                    "at most 64 in 'sign' and 'parties' together, and in 'by' and 'parties'");
    }
    *rule = parsed;
    return true;
}
