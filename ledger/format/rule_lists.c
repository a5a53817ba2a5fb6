#include "ledger/base/encoding.h"
#include "ledger/format/list.h"
#include "ledger/format/record.h"
#include "ledger/format/rule_parts.h"

#define REFERS "refers/"

bool ledger_rule_read_steps(struct ledger_steps *steps, struct ledger_span text)
{
    struct ledger_steps read = {.referred = ledger_span_starts(text, REFERS), .events = text};
    if (read.referred) {
        size_t skipped = strlen(REFERS);
        read.events = (struct ledger_span){text.data + skipped, text.size - skipped};
    }
    *steps = read;
    return ledger_list_is_tokens(read.events, '+');
}

bool ledger_rule_read_counted(uint64_t *count, struct ledger_steps *steps, struct ledger_span text,
                              uint64_t max)
{
    struct ledger_span number;
    struct ledger_span rest;
    return ledger_list_split(text, ':', &number, &rest) &&
           ledger_read_decimal(count, number, max) && *count > 0 &&
           ledger_rule_read_steps(steps, rest);
}

bool ledger_rule_read_role(struct ledger_span *role, uint64_t *count, struct ledger_span text)
{
    struct ledger_span number;
    return ledger_list_split(text, ':', role, &number) && ledger_text_is_token(*role) &&
           ledger_read_decimal(count, number, LEDGER_RULE_PLACES_MAX) && *count > 0;
}

bool ledger_rule_read_among(struct ledger_span *field, struct ledger_span *tokens,
                            struct ledger_span text)
{
    return ledger_list_split(text, ':', field, tokens) && ledger_record_is_field_name(*field) &&
           ledger_list_is_tokens(*tokens, '+');
}

bool ledger_rule_is_line(struct ledger_span text)
{
    return ledger_span_is(text, "category") || ledger_span_is(text, "document") ||
           ledger_span_is(text, "data") || ledger_record_is_field_name(text);
}

bool ledger_rule_read_kept(struct ledger_span *line, struct ledger_steps *steps,
                           struct ledger_span text)
{
    struct ledger_span rest;
    return ledger_list_split(text, ':', line, &rest) &&
           (ledger_rule_is_line(*line) || ledger_span_is(*line, "party")) &&
           ledger_rule_read_steps(steps, rest);
}

bool ledger_rule_next_event(struct ledger_span *rest, struct ledger_span *event)
{
    /* No event has a ',' or '+', and no list has both. */
    char separator = ledger_list_head(*rest, ',').size < rest->size ? ',' : '+';
    return ledger_list_next(rest, event, separator);
}

bool ledger_rule_next_role(struct ledger_span *rest, struct ledger_span *role, uint64_t *count)
{
    struct ledger_span element;
    if (!ledger_list_next(rest, &element, ',')) {
        return false;
    }
    bool read = ledger_rule_read_role(role, count, element);
    LEDGER_ASSERT(read);
    return true;
}

bool ledger_rule_next_need(struct ledger_span *rest, struct ledger_span *need)
{
    return ledger_list_next(rest, need, ',');
}

bool ledger_rule_next_among(struct ledger_span *rest, struct ledger_span *field,
                            struct ledger_span *tokens)
{
    struct ledger_span element;
    if (!ledger_list_next(rest, &element, ',')) {
        return false;
    }
    bool read = ledger_rule_read_among(field, tokens, element);
    LEDGER_ASSERT(read);
    return true;
}

bool ledger_rule_next_steps(struct ledger_span *rest, struct ledger_steps *steps)
{
    struct ledger_span element;
    if (!ledger_list_next(rest, &element, ',')) {
        return false;
    }
    bool read = ledger_rule_read_steps(steps, element);
    LEDGER_ASSERT(read);
    return true;
}

bool ledger_rule_next_kept(struct ledger_span *rest, struct ledger_span *line,
                           struct ledger_steps *steps)
{
    struct ledger_span element;
    if (!ledger_list_next(rest, &element, ',')) {
        return false;
    }
    bool read = ledger_rule_read_kept(line, steps, element);
    LEDGER_ASSERT(read);
    return true;
}

bool ledger_rule_opens(const struct ledger_rule *rule)
{
    return ledger_rule_follows(rule, ledger_span_of(LEDGER_RULE_OPENS));
}

bool ledger_rule_only_opens(const struct ledger_rule *rule)
{
    return ledger_span_is(rule->after, LEDGER_RULE_OPENS);
}

bool ledger_rule_follows(const struct ledger_rule *rule, struct ledger_span event)
{
    return ledger_list_has(rule->after, ',', LEDGER_LIST_NO_HEAD, event);
}

bool ledger_steps_have(const struct ledger_steps *steps, struct ledger_span event)
{
    return ledger_list_has(steps->events, '+', LEDGER_LIST_NO_HEAD, event);
}
