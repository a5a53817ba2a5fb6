#include "tools/refusal.h"

int cli_refuse(const char *subject, const struct ledger_verdict *verdict)
{
    char place[48] = "";
    if (verdict->line > 0) {
        (void)snprintf(place, sizeof place, ", at line %u of the text", verdict->line);
    }
    cli_message("refused %s: %s: %s%s%s%s", subject, ledger_finding_token(verdict->finding),
                ledger_finding_sentence(verdict->finding), place,
                verdict->detail[0] != '\0' ? ": " : "", verdict->detail);
    return CLI_NOT_VALID;
}
