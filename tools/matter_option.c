#include "tools/matter_option.h"

#include "ledger/format/matter.h"

/* Why `matter` is no title; NULL if it is one. */
static const char *what_is_wrong(struct ledger_span matter)
{
    size_t bad_at;
    if (ledger_matter_is_title(matter)) {
        return NULL;
    }
    if (matter.size == 0) {
        return "it is empty";
    }
    if (!ledger_text_clean(matter, &bad_at)) {
        return "it has something else than clean text";
    }
    for (size_t i = 0; i < matter.size; i++) {
        if (matter.data[i] == '\n') {
            return "it has more than one line";
        }
    }
    return ledger_text_is_phrase(matter, LEDGER_MATTER_MAX) ? "it has two spaces side by side"
                                                            : "it begins or ends with a space";
}

bool matter_option_holds(const struct cli_args *args)
{
    const char *text = cli_value(args, "matter");
    struct ledger_span matter = ledger_span_of(text != NULL ? text : "");
    if (matter.size > LEDGER_MATTER_MAX) {
        cli_fail_usage(args->program,
                       "option '--matter': a text of %zu bytes cannot be the number of a matter, "
                       "which has at most %d",
                       matter.size, LEDGER_MATTER_MAX);
        return false;
    }
    const char *wrong = text != NULL ? what_is_wrong(matter) : NULL;
    if (wrong != NULL) {
        cli_fail_usage(args->program,
                       "option '--matter': '%s' cannot be the number of a matter: %s", text, wrong);
    }
    return wrong == NULL;
}
