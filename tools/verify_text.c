#include "tools/verify_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "ledger/base/timestamp.h"
#include "tools/finding_text.h"

void text_not_valid(const struct ledger_verdict *verdict)
{
    (void)printf("NOT VALID: %s", ledger_finding_token(verdict->finding));
    if (verdict->entry != LEDGER_NO_ENTRY) {
        (void)printf(" at entry %" PRIu64, verdict->entry);
    }
    if (verdict->line != 0) {
        (void)printf(", line %" PRIu32, verdict->line);
    }
    (void)printf(": %s", ledger_finding_sentence(verdict->finding));
    if (verdict->detail[0] != '\0') {
        (void)fputs(" (", stdout);
        cli_put_clean(stdout, ledger_span_of(verdict->detail));
        (void)fputc(')', stdout);
    }
    (void)fputc('\n', stdout);
}

void text_section(const char *title)
{
    (void)printf("\n%s\n", title);
}

void text_row(const char *label, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int size = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (size < 0) {
        exit(cli_fail("cannot print the report: out of memory"));
    }
    (void)printf("  %-18s ", label);
    cli_put_clean(stdout, ledger_span_of(text));
    (void)fputc('\n', stdout);
    free(text);
}

void text_row_hash(const char *label, const struct ledger_hash *hash)
{
    uint8_t memory[64];
    struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_base64(&buffer, hash->bytes, sizeof hash->bytes);
    text_row(label, "%.*s", LEDGER_SPAN_ARGS(ledger_buffer_span(&buffer)));
}

void text_row_time(const char *label, int64_t ms)
{
    char text[LEDGER_TIME_SIZE + 1];
    ledger_write_ledger_time(text, ms);
    text_row(label, "%s", text);
}

void text_lines(const char *lines)
{
    struct ledger_span rest = ledger_span_of(lines);
    struct ledger_span line;
    while (ledger_span_take_line(&rest, &line)) {
        (void)printf("  %.*s\n", LEDGER_SPAN_ARGS(line));
    }
    (void)printf("  %.*s\n", LEDGER_SPAN_ARGS(rest));
}

static void print_cosigner(const char *name, const struct ledger_vkey *key, uint64_t seconds)
{
    char time[21] = "(beyond year 9999)";
    if (seconds <= (uint64_t)LEDGER_TIME_MAX / 1000) {
        ledger_write_claimed_time(time, (int64_t)seconds * 1000);
    }
    text_row("  cosigned by", "%s (%s+%08x) at %s by its own clock", name, key->name,
             (unsigned)key->id, time);
}

void text_trust(const struct ledger_policy_report *policy, bool met)
{
    text_section("who vouches for it");
    if (policy->log == NULL) {
        text_row("log key", "none of the policy's");
    } else {
        text_row("log key", "%s+%08x", policy->log->name, (unsigned)policy->log->id);
    }
    if (policy->witnesses == 0) {
        text_row("witnesses", "none: the policy names none");
        return;
    }
    text_row("witnesses", "%u of the policy's %u cosigned; the quorum is %s", policy->cosigned,
             policy->witnesses, met ? "met" : "not met");
    for (unsigned i = 0; i < policy->cosigned; i++) {
        print_cosigner(policy->cosigners[i].name, policy->cosigners[i].key,
                       policy->cosigners[i].seconds);
    }
}

void text_finding(enum ledger_finding finding)
{
    text_section("what it means");
    text_lines(finding_meaning(finding));
    text_section("what to do");
    text_lines(finding_advice(finding));
}
