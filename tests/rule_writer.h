/*
 * rule_writer.h - a rule's line, written from nothing but what its parser and iterators give.
 */
#ifndef LEDGER_TESTS_RULE_WRITER_H
#define LEDGER_TESTS_RULE_WRITER_H

#include "ledger/format/rule.h"

static inline void put(struct ledger_buffer *out, const char *before, struct ledger_span bytes)
{
    ledger_buffer_text(out, before);
    ledger_buffer_add(out, bytes);
}

static inline void put_events(struct ledger_buffer *out, struct ledger_span events,
                              const char *separator)
{
    struct ledger_span event;
    const char *before = "";
    while (ledger_rule_next_event(&events, &event)) {
        put(out, before, event);
        before = separator;
    }
}

static inline void put_steps(struct ledger_buffer *out, const struct ledger_steps *steps)
{
    ledger_buffer_text(out, steps->referred ? "refers/" : "");
    put_events(out, steps->events, "+");
}

static inline void put_counted(struct ledger_buffer *out, const char *name, uint64_t count,
                               const struct ledger_steps *steps)
{
    if (count != 0) {
        ledger_buffer_text(out, name);
        ledger_buffer_decimal(out, count);
        ledger_buffer_text(out, ":");
        put_steps(out, steps);
    }
}

static inline void put_signers(struct ledger_buffer *out, const struct ledger_rule *rule)
{
    struct ledger_span rest = rule->sign;
    struct ledger_span role;
    uint64_t count = 0;
    const char *before = " sign=";
    while (ledger_rule_next_role(&rest, &role, &count)) {
        put(out, before, role);
        ledger_buffer_text(out, ":");
        ledger_buffer_decimal(out, count);
        before = ",";
    }
    if (rule->parties != 0) {
        ledger_buffer_text(out, " parties=");
        ledger_buffer_decimal(out, rule->parties);
    }
}

static inline void put_lines(struct ledger_buffer *out, const struct ledger_rule *rule)
{
    struct ledger_span rest = rule->needs;
    struct ledger_span name;
    struct ledger_span tokens;
    const char *before = " needs=";
    while (ledger_rule_next_need(&rest, &name)) {
        put(out, before, name);
        before = ",";
    }
    rest = rule->among;
    before = " among=";
    while (ledger_rule_next_among(&rest, &name, &tokens)) {
        put(out, before, name);
        put(out, ":", tokens);
        before = ",";
    }
}

static inline void put_not_by(struct ledger_buffer *out, const struct ledger_rule *rule)
{
    struct ledger_span rest = rule->not_by;
    struct ledger_steps steps;
    const char *before = " not-by=";
    while (ledger_rule_next_steps(&rest, &steps)) {
        ledger_buffer_text(out, before);
        put_steps(out, &steps);
        before = ",";
    }
}

static inline void put_keeps(struct ledger_buffer *out, const struct ledger_rule *rule)
{
    struct ledger_span rest = rule->keeps;
    struct ledger_span name;
    struct ledger_steps steps;
    const char *before = " keeps=";
    while (ledger_rule_next_kept(&rest, &name, &steps)) {
        put(out, before, name);
        ledger_buffer_text(out, ":");
        put_steps(out, &steps);
        before = ",";
    }
}

static inline void put_institutions(struct ledger_buffer *out, const struct ledger_rule *rule)
{
    static const char *const whose[] = {"", "same", "other", "any"};
    if (rule->institution != LEDGER_WHOSE_SAME) {
        put(out, " institution=", ledger_span_of(whose[rule->institution]));
    }
    if (rule->referred != 0) {
        put(out, " referred=", ledger_span_of(whose[rule->referred]));
        put(out, ":", rule->referred_kind);
        put(out, "/", rule->referred_event);
    }
}

static inline void rule_write(struct ledger_buffer *out, const struct ledger_rule *rule)
{
    put(out, "rule ", rule->kind);
    put(out, " ", rule->event);
    ledger_buffer_text(out, " after=");
    put_events(out, rule->after, ",");
    put_signers(out, rule);
    put_lines(out, rule);
    if (rule->by_count > 0) {
        put(out, " by=", rule->by_role);
        put_counted(out, ":", rule->by_count, &rule->by);
    }
    put_not_by(out, rule);
    put_institutions(out, rule);
    put_keeps(out, rule);
    put_counted(out, " term=", rule->term_days, &rule->term);
    if (rule->makes != LEDGER_STANDING_AS_BEFORE) {
        put(out, " makes=", ledger_span_of(ledger_standing_word(rule->makes)));
    }
}

#endif
