#include "tools/verify_rule.h"

#include <inttypes.h>

#include "ledger/format/authority_line.h"
#include "tools/verify_text.h"

/* Words made of a clause, which is shorter than its line: a joining comma or '+' becomes " or " at
 * most, and what stands around is short. */
struct words {
    uint8_t memory[LEDGER_AUTHORITY_LINE_MAX * 4];
    struct ledger_buffer buffer;
};

static void begin(struct words *words)
{
    words->buffer = ledger_buffer_in(words->memory, sizeof words->memory);
}

static void join(struct words *words, const char *with)
{
    ledger_buffer_text(&words->buffer, words->buffer.size > 0 ? with : "");
}

static void print(const char *label, const struct words *words)
{
    LEDGER_ASSERT(!words->buffer.overflow);
    text_row(label, "%.*s", LEDGER_SPAN_ARGS(ledger_buffer_span(&words->buffer)));
}

/* "a, b or c" of tokens joined by '+'. */
static void add_choice(struct words *words, struct ledger_span tokens)
{
    for (size_t i = 0; i < tokens.size; i++) {
        if (tokens.data[i] == '+') {
            ledger_buffer_text(&words->buffer, " or ");
        } else {
            ledger_buffer_add(&words->buffer, (struct ledger_span){tokens.data + i, 1});
        }
    }
}

static void add_steps(struct words *words, const struct ledger_steps *steps)
{
    add_choice(words, steps->events);
    ledger_buffer_text(&words->buffer, steps->referred ? " in the matter referred to" : "");
}

/* --- of the record --- */

/* Who had to sign: "2 as appraiser, 1 as reviewer". */
static void print_roles(struct ledger_span rest)
{
    struct words words;
    struct ledger_span role;
    uint64_t count = 0;
    begin(&words);
    while (ledger_rule_next_role(&rest, &role, &count)) {
        join(&words, ", ");
        ledger_buffer_decimal(&words.buffer, count);
        ledger_buffer_text(&words.buffer, " as ");
        ledger_buffer_add(&words.buffer, role);
    }
    print("had to sign", &words);
}

static void print_parties(const struct ledger_rule *rule)
{
    if (rule->parties > 0) {
        text_row("", "and at least %" PRIu64 " %s named in the record", rule->parties,
                 rule->parties == 1 ? "party" : "parties");
    } else {
        text_row("", "and no party is named in the record");
    }
}

static void print_needs(struct ledger_span rest)
{
    struct words words;
    struct ledger_span need;
    begin(&words);
    while (ledger_rule_next_need(&rest, &need)) {
        join(&words, ", ");
        ledger_buffer_add(&words.buffer, need);
    }
    if (words.buffer.size > 0) {
        print("had to have", &words);
    }
}

static void print_among(struct ledger_span rest)
{
    struct words words;
    struct ledger_span field;
    struct ledger_span tokens;
    while (ledger_rule_next_among(&rest, &field, &tokens)) {
        begin(&words);
        ledger_buffer_add(&words.buffer, field);
        ledger_buffer_text(&words.buffer, " is, if it is there, ");
        add_choice(&words, tokens);
        print("values", &words);
    }
}

/* --- of the steps before --- */

static void print_after(const struct ledger_rule *rule)
{
    struct ledger_span rest = rule->after;
    struct ledger_span event;
    while (ledger_rule_next_event(&rest, &event)) {
        if (ledger_span_is(event, LEDGER_RULE_OPENS)) {
            text_row("may come", "first in a matter");
        } else {
            text_row("may come", "after %.*s", LEDGER_SPAN_ARGS(event));
        }
    }
}

static void print_by(const struct ledger_rule *rule)
{
    struct words words;
    if (rule->by_role.size == 0) {
        return;
    }
    begin(&words);
    ledger_buffer_decimal(&words.buffer, rule->by_count);
    ledger_buffer_text(&words.buffer, " as ");
    ledger_buffer_add(&words.buffer, rule->by_role);
    ledger_buffer_text(&words.buffer, " at least, of those who signed ");
    add_steps(&words, &rule->by);
    print("had to sign", &words);
}

static void print_not_by(struct ledger_span rest)
{
    struct words words;
    struct ledger_steps steps;
    while (ledger_rule_next_steps(&rest, &steps)) {
        begin(&words);
        ledger_buffer_text(&words.buffer, "nobody who signed ");
        add_steps(&words, &steps);
        print("might sign", &words);
    }
}

static void print_institution(const struct ledger_rule *rule)
{
    if (ledger_rule_only_opens(rule)) {
        return;
    }
    switch (rule->institution) {
    case LEDGER_WHOSE_SAME:
        text_row("filed by", "the institution that opened the matter");
        break;
    case LEDGER_WHOSE_OTHER:
        text_row("filed by", "another institution than opened the matter");
        break;
    case LEDGER_WHOSE_ANY:
        text_row("filed by", "any institution");
        break;
    }
}

static void print_referred(const struct ledger_rule *rule)
{
    const char *whose = "";
    switch (rule->referred) {
    case LEDGER_WHOSE_SAME:
        whose = ", opened by the same institution";
        break;
    case LEDGER_WHOSE_OTHER:
        whose = ", opened by another institution";
        break;
    case LEDGER_WHOSE_ANY:
        break;
    }
    if (rule->referred_kind.size > 0) {
        text_row("refers to", "a matter of kind %.*s that has %.*s%s",
                 LEDGER_SPAN_ARGS(rule->referred_kind), LEDGER_SPAN_ARGS(rule->referred_event),
                 whose);
    }
}

static void print_keeps(struct ledger_span rest)
{
    struct words words;
    struct ledger_span line;
    struct ledger_steps steps;
    while (ledger_rule_next_kept(&rest, &line, &steps)) {
        begin(&words);
        ledger_buffer_add(&words.buffer, line);
        ledger_buffer_text(&words.buffer, " as in the latest ");
        add_steps(&words, &steps);
        print("unchanged", &words);
    }
}

static void print_term(const struct ledger_rule *rule)
{
    struct words words;
    if (rule->term_days == 0) {
        return;
    }
    begin(&words);
    ledger_buffer_text(&words.buffer, "within ");
    ledger_buffer_decimal(&words.buffer, rule->term_days);
    ledger_buffer_text(&words.buffer, rule->term_days == 1 ? " day" : " days");
    ledger_buffer_text(&words.buffer, " of the latest ");
    add_steps(&words, &rule->term);
    ledger_buffer_text(&words.buffer, "; late is not refused");
    print("due", &words);
}

void verify_rule_text(const struct ledger_rule *rule)
{
    print_roles(rule->sign);
    print_parties(rule);
    print_needs(rule->needs);
    print_among(rule->among);
    text_row("makes the matter", "%s", ledger_standing_word(rule->makes));
    text_section("what the rule asks of the steps before, which this proof does not show");
    print_after(rule);
    print_by(rule);
    print_not_by(rule->not_by);
    print_institution(rule);
    print_referred(rule);
    print_keeps(rule->keeps);
    print_term(rule);
}
