/* Trust policies: whatever one says, it does not trust a checkpoint that nobody known signed; a
 * comment more changes nothing. */
#include <string.h>

#include "ledger/format/policy.h"
#include "tests/trust/fuzzing/fuzz.h"

static struct ledger_policy *policy;

static void check_unsigned(void)
{
    static const char note[] = "example.com/log\n1\n"
                               "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n"
                               "\xe2\x80\x94 example.com/log AAAAAAA=\n";
    struct ledger_checkpoint checkpoint;
    struct ledger_policy_report report;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    FUZZ_CHECK(ledger_checkpoint_parse(&checkpoint, &verdict, ledger_span_of(note)));
    FUZZ_CHECK(!ledger_policy_check(policy, &report, &verdict, &checkpoint));
    FUZZ_CHECK(report.cosigned == 0 && report.witnesses <= LEDGER_POLICY_WITNESSES);
    FUZZ_CHECK(verdict.finding != LEDGER_VALID && verdict.finding != LEDGER_NOT_CHECKED);
}

/* The same with a comment before it. */
static void check_comment(struct ledger_span input, bool accepted)
{
    static uint8_t memory[LEDGER_POLICY_MAX + 16];
    struct ledger_buffer longer = ledger_buffer_in(memory, sizeof memory);
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    ledger_buffer_text(&longer, "# comment\n");
    ledger_buffer_add(&longer, input);
    if (longer.size <= LEDGER_POLICY_MAX && !longer.overflow) {
        bool again =
            ledger_policy_parse(fuzz_hasher(), policy, &verdict, ledger_buffer_span(&longer));
        fuzz_agree(input, again, accepted);
    }
}

bool fuzz_target(struct ledger_span input)
{
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    FUZZ_CHECK(policy != NULL || ledger_policy_new(&policy) == LEDGER_OK);
    bool accepted = ledger_policy_parse(fuzz_hasher(), policy, &verdict, input);
    check_unsigned();
    if (!accepted) {
        (void)fuzz_refused(&verdict, input);
    }
    if (input.size > 0) {
        check_comment(input, accepted);
    }
    return accepted;
}
