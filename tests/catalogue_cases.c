#include "tests/catalogue_cases.h"

/* Takes what stands before the next " | ", or all, off `rest`. */
static struct ledger_span next_column(struct ledger_span *rest)
{
    const uint8_t *bar = memmem(rest->data, rest->size, " | ", 3);
    struct ledger_span column = *rest;
    if (bar == NULL) {
        rest->size = 0;
        return column;
    }
    column.size = (size_t)(bar - rest->data);
    rest->data += column.size + 3;
    rest->size -= column.size + 3;
    return column;
}

struct catalogue_cases *catalogue_cases_new(struct catalogue *c)
{
    struct catalogue_cases *cases = samples_memory(c->s, sizeof *cases);
    struct ledger_span rest = catalogue_file(c, "cases.txt");
    struct ledger_span line;
    while (catalogue_next_line(&rest, &line)) {
        CU_ASSERT_FATAL(cases->count < CATALOGUE_CASES_MAX);
        struct catalogue_case *one = &cases->all[cases->count++];
        one->name = next_column(&line);
        one->flow = catalogue_flow(c, next_column(&line));
        one->so_far = next_column(&line);
        one->record = next_column(&line);
        one->finding = next_column(&line);
        CU_ASSERT_FATAL(line.size == 0 && one->finding.size > 0 && one->flow != NULL);
        CU_ASSERT_FATAL(ledger_span_is(one->so_far, "-") ||
                        catalogue_step(one->flow, one->so_far) != NULL);
        struct ledger_span name = one->name;
        CU_ASSERT_FATAL(ledger_span_take_word(&name, &one->event, NULL));
        one->kind = one->flow->steps[0].kind;
    }
    CU_ASSERT_EQUAL_FATAL(rest.size, 0);
    return cases;
}

struct ledger_span catalogue_case_note(struct catalogue *c, const struct catalogue_case *one)
{
    struct ledger_span words = one->record;
    struct ledger_span event;
    CU_ASSERT_FATAL(ledger_span_take_word(&words, &event, NULL));
    const struct catalogue_draft *base = catalogue_step(one->flow, event);
    struct catalogue_draft draft = {
        .kind = one->kind, .matter = one->flow->steps[0].matter, .event = event};
    if (base != NULL) {
        draft = *base;
    }
    catalogue_change(c, &draft, words);
    return catalogue_note(c, &draft);
}
