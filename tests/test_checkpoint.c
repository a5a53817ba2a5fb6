#include <CUnit/CUnit.h>

#include "ledger/format/checkpoint.h"
#include "ledger/tree/tree.h"
#include "tests/format_samples.h"
#include "tests/suites.h"

#define DASH "\xe2\x80\x94"
#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
#define SIGNATURE "\n" DASH " n AAAAAAA=\n"

static bool parse(struct ledger_checkpoint *checkpoint, struct ledger_verdict *verdict,
                  struct ledger_span bytes)
{
    ledger_verdict_clear(verdict);
    return ledger_checkpoint_parse(checkpoint, verdict, bytes);
}

static void check_refused(const char *text, uint32_t line)
{
    struct ledger_checkpoint checkpoint;
    struct ledger_verdict verdict;
    CU_ASSERT_FALSE(parse(&checkpoint, &verdict, ledger_span_of(text)));
    CU_ASSERT_EQUAL(verdict.finding, LEDGER_BAD_CHECKPOINT);
    CU_ASSERT_EQUAL(verdict.line, line);
}

static void checkpoint_reads_and_writes_the_same(void)
{
    struct ledger_checkpoint checkpoint;
    struct ledger_verdict verdict;
    struct sample_text text;
    struct ledger_span bytes = ledger_span_of("a.example\n20852163\n" ROOT "\n" SIGNATURE);
    CU_ASSERT_FATAL(parse(&checkpoint, &verdict, bytes));
    CU_ASSERT(ledger_span_is(checkpoint.origin, "a.example"));
    CU_ASSERT_EQUAL(checkpoint.size, 20852163);
    CU_ASSERT_EQUAL(checkpoint.root.bytes[0], 0x0a);
    sample_start(&text, "");
    ledger_checkpoint_write(&text.buffer, checkpoint.origin, checkpoint.size, &checkpoint.root);
    CU_ASSERT(ledger_span_equal(sample_span(&text), checkpoint.note.text));
}

static void other_forms_are_refused_with_the_line(void)
{
    check_refused("go.sum database tree\n20852163\n" ROOT "\n" SIGNATURE, 1);
    check_refused("a+b\n1\n" ROOT "\n" SIGNATURE, 1);
    check_refused("\n1\n" ROOT "\n" SIGNATURE, 1);
    check_refused("a.example\n" SIGNATURE, 2);
    check_refused("a.example\n0\n" ROOT "\n" SIGNATURE, 2);
    check_refused("a.example\n01\n" ROOT "\n" SIGNATURE, 2);
    check_refused("a.example\n+1\n" ROOT "\n" SIGNATURE, 2);
    check_refused("a.example\n1 \n" ROOT "\n" SIGNATURE, 2);
    check_refused("a.example\n\n" ROOT "\n" SIGNATURE, 2);
    check_refused("a.example\n4611686018427387904\n" ROOT "\n" SIGNATURE, 2);
    check_refused("a.example\n18446744073709551617\n" ROOT "\n" SIGNATURE, 2);
    check_refused("a.example\n1\n" SIGNATURE, 3);
    check_refused("a.example\n1\nAAAA\n" SIGNATURE, 3);
    check_refused("a.example\n1\n" ROOT " \n" SIGNATURE, 3);
    check_refused("a.example\n1\n" ROOT "\next\n" SIGNATURE, 4);
    check_refused("a.example\n1\n" ROOT "\n\n" SIGNATURE, 4);
}

static void largest_size_is_accepted(void)
{
    struct ledger_checkpoint checkpoint;
    struct ledger_verdict verdict;
    CU_ASSERT_FATAL(parse(&checkpoint, &verdict,
                          ledger_span_of("a.example\n4611686018427387903\n" ROOT "\n" SIGNATURE)));
    CU_ASSERT_EQUAL(checkpoint.size, LEDGER_TREE_SIZE_MAX);
}

static bool accepts(void *context, struct ledger_span bytes)
{
    struct ledger_checkpoint checkpoint;
    struct ledger_verdict verdict;
    const struct sample_key *key = context;
    return parse(&checkpoint, &verdict, bytes) &&
           ledger_note_signed_by(&checkpoint.note, &key->vkey, NULL) == LEDGER_SIGNED_WELL;
}

static void every_truncation_and_changed_byte_is_refused(void)
{
    struct sample_key key;
    struct sample_text text;
    sample_key(&key, LEDGER_KEY_ED25519, "a.example", 3);
    sample_start(&text, "a.example\n20852163\n" ROOT "\n");
    sample_sign_all(&text, &key, 1);
    CU_ASSERT_FATAL(accepts(&key, sample_span(&text)));
    CU_ASSERT_EQUAL(sample_truncations_accepted(sample_span(&text), accepts, &key), 0);
    CU_ASSERT_EQUAL(sample_changes_accepted(sample_span(&text), accepts, &key), 0);
}

static void result_is_untouched_on_failure(void)
{
    struct ledger_checkpoint checkpoint = {.size = 77};
    struct ledger_verdict verdict;
    CU_ASSERT_FALSE(parse(&checkpoint, &verdict, ledger_span_of("a\n1\nAAAA\n" SIGNATURE)));
    CU_ASSERT_EQUAL(checkpoint.size, 77);
}

void ledger_suite_checkpoint(void)
{
    CU_pSuite suite = CU_add_suite("checkpoint", NULL, NULL);
    CU_ADD_TEST(suite, checkpoint_reads_and_writes_the_same);
    CU_ADD_TEST(suite, other_forms_are_refused_with_the_line);
    CU_ADD_TEST(suite, largest_size_is_accepted);
    CU_ADD_TEST(suite, every_truncation_and_changed_byte_is_refused);
    CU_ADD_TEST(suite, result_is_untouched_on_failure);
}
