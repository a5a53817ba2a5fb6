#include "tools/refusal.h"

#include "tools/json.h"

static void print_text(const struct refusal *refusal)
{
    const struct ledger_verdict *verdict = refusal->verdict;
    char place[48] = "";
    if (verdict->line > 0) {
        (void)snprintf(place, sizeof place, ", at line %u of the text", verdict->line);
    }
    if (refusal->plainly != NULL) {
        cli_message("refused %s: %s", refusal->subject, refusal->plainly);
    } else {
        cli_message("refused %s: %s: %s%s%s%s", refusal->subject,
                    ledger_finding_token(verdict->finding),
                    ledger_finding_sentence(verdict->finding), place,
                    verdict->detail[0] != '\0' ? ": " : "", verdict->detail);
    }
    if (refusal->hint != NULL) {
        cli_message("%s", refusal->hint);
    }
}

static void print_json(const struct refusal *refusal)
{
    const struct ledger_verdict *verdict = refusal->verdict;
    struct json_value *object = json_object_new();
    json_add_string(object, "refused", refusal->subject);
    json_add_string(object, "finding", ledger_finding_token(verdict->finding));
    json_add_number(object, "number", (uint64_t)verdict->finding);
    if (verdict->entry != LEDGER_NO_ENTRY) {
        json_add_number(object, "entry", verdict->entry);
    }
    if (verdict->line > 0) {
        json_add_number(object, "line", verdict->line);
    }
    json_add_string(object, "meaning", ledger_finding_sentence(verdict->finding));
    json_add_string(object, "detail",
                    refusal->plainly != NULL ? refusal->plainly : verdict->detail);
    if (refusal->hint != NULL) {
        json_add_string(object, "hint", refusal->hint);
    }
    json_print(stdout, object);
}

int cli_refuse_as(const struct refusal *refusal)
{
    print_text(refusal);
    if (refusal->json) {
        print_json(refusal);
    }
    return CLI_NOT_VALID;
}

int cli_refuse(const char *subject, const struct ledger_verdict *verdict)
{
    return cli_refuse_as(&(struct refusal){.subject = subject, .verdict = verdict});
}

const char *refusal_hint(enum ledger_finding finding, bool change)
{
    if (finding == LEDGER_NOT_ENROLLED && change) {
        return "a change is signed by governors, or by a registrar of the institution that files "
               "it, with keys that 'ledger-authority' shows";
    }
    if (finding == LEDGER_NOT_ENROLLED) {
        return "is it the key of a party, such as a client? then make the record with '--party "
               "VKEY'; any other key must first be enrolled, by a registrar of the institution or "
               "by governors ('ledger-authority LEDGER --draft')";
    }
    if (finding == LEDGER_BEYOND_REACH) {
        return "governors must make this change: 'ledger-authority LEDGER --draft' without "
               "'--institution'";
    }
    return NULL;
}
