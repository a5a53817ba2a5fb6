/* Checkpoints: the text, written again, is the text of the note; a policy that knows another key
 * does not trust it. */
#include "ledger/format/checkpoint.h"
#include "ledger/format/policy.h"
#include "tests/trust/fuzzing/fuzz.h"

static void check_untrusted(const struct ledger_checkpoint *checkpoint)
{
    static const uint8_t key[LEDGER_ED25519_KEY_SIZE] = {
        0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe,
        0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6,
        0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a};
    static struct ledger_policy *policy;
    struct ledger_vkey vkey;
    struct ledger_policy_report report;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    FUZZ_CHECK(policy != NULL || ledger_policy_new(&policy) == LEDGER_OK);
    FUZZ_CHECK(ledger_vkey_make(fuzz_hasher(), &vkey, LEDGER_KEY_ED25519, checkpoint->origin, key));
    ledger_policy_of_log(policy, &vkey);
    FUZZ_CHECK(!ledger_policy_check(policy, &report, &verdict, checkpoint));
}

bool fuzz_target(struct ledger_span input)
{
    struct ledger_checkpoint checkpoint;
    struct ledger_verdict verdict;
    uint8_t memory[LEDGER_CHECKPOINT_TEXT_MAX];
    struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory);
    ledger_verdict_clear(&verdict);
    if (!ledger_checkpoint_parse(&checkpoint, &verdict, input)) {
        return fuzz_refused(&verdict, input);
    }
    ledger_checkpoint_write(&out, checkpoint.origin, checkpoint.size, &checkpoint.root);
    fuzz_same_buffer(&out, checkpoint.note.text);
    check_untrusted(&checkpoint);
    return true;
}
