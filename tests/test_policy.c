#include "tests/policy_samples.h"
#include "tests/suites.h"

/* Whether the quorum of `pattern` holds for exactly the given sets of witnesses. */
static void check_quorum(const char *pattern, const char *signers, bool met)
{
    struct world *world = world_new();
    CU_ASSERT_FATAL(parse(world, pattern));
    CU_ASSERT_EQUAL(check(world, NULL, signers), met);
    CU_ASSERT_EQUAL(world->verdict.finding, met ? LEDGER_NOT_CHECKED : LEDGER_QUORUM_MISSING);
    world_free(world);
}

#define TWO_LEVELS                                                                                 \
    "log $L\n\nwitness X1 $1\nwitness X2 $2\nwitness X3 $3\ngroup X-witnesses 2 X1 X2 X3\n\n"      \
    "witness Y1 $4\nwitness Y2 $5\nwitness Y3 $6\ngroup Y-witnesses any Y1 Y2 Y3\n\n"              \
    "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n"

static void example_of_the_specification_asks_for_both_groups(void)
{
    check_quorum(TWO_LEVELS, "L124", true);
    check_quorum(TWO_LEVELS, "L236", true);
    check_quorum(TWO_LEVELS, "L123456", true);
    check_quorum(TWO_LEVELS, "L", false);
    check_quorum(TWO_LEVELS, "L123", false);
    check_quorum(TWO_LEVELS, "L1456", false);
    check_quorum(TWO_LEVELS, "L11456", false);
    check_quorum(TWO_LEVELS, "L456", false);
}

static void thresholds_count_members(void)
{
    check_quorum("log $L\nquorum none\n", "L", true);
    check_quorum("log $L\nwitness a $1\nquorum a\n", "L1", true);
    check_quorum("log $L\nwitness a $1\nquorum a\n", "L2", false);
    check_quorum("log $L\nwitness a $1\nwitness b $2\ngroup g all a b\nquorum g\n", "L12", true);
    check_quorum("log $L\nwitness a $1\nwitness b $2\ngroup g all a b\nquorum g\n", "L2", false);
    check_quorum("log $L\nwitness a $1\nwitness b $2\ngroup g any a b\nquorum g\n", "L2", true);
    check_quorum("log $L\nwitness a $1\nwitness b $2\ngroup g 1 a b\nquorum g\n", "L", false);
    check_quorum("log $L\nwitness a $1\ngroup g 1 a\ngroup h 1 g\ngroup i 1 h\nquorum i\n", "L1",
                 true);
    check_quorum("log $L\nwitness a $1\ngroup g 1 a\ngroup h 1 g\ngroup i 1 h\nquorum i\n", "L2",
                 false);
    check_quorum("log $L\nwitness a $1\nwitness b $2\ngroup g 1 a\nquorum b\n", "L1", false);
}

static void one_witness_twice_counts_once(void)
{
    check_quorum("log $L\nwitness a $1\nwitness b $2\ngroup g 2 a b\nquorum g\n", "L11", false);
}

static void missing_quorum_names_who_is_missing(void)
{
    struct world *world = world_new();
    CU_ASSERT_FATAL(parse(world, "log $L\nwitness X1 $1\nwitness X2 $2\nwitness X3 $3\n"
                                 "group X-witnesses 2 X1 X2 X3\nquorum X-witnesses\n"));
    CU_ASSERT_FALSE(check(world, NULL, "L2"));
    CU_ASSERT_STRING_EQUAL(world->verdict.detail,
                           "needs 2 of X-witnesses (X1, X2, X3), has 1 (X2)");
    CU_ASSERT_FALSE(check(world, NULL, "L"));
    CU_ASSERT_STRING_EQUAL(world->verdict.detail, "needs 2 of X-witnesses (X1, X2, X3), has 0");
    CU_ASSERT_FATAL(parse(world, "log $L\nwitness X1 $1\nquorum X1\n"));
    CU_ASSERT_FALSE(check(world, NULL, "L2"));
    CU_ASSERT_STRING_EQUAL(world->verdict.detail, "needs witness 'X1', which did not cosign");
    world_free(world);
}

/* Too long to be listed, they are counted. */
static void missing_quorum_of_long_names_says_how_many(void)
{
    struct world *world = world_new();
    struct sample_text text;
    char word[201];
    memset(word, 'n', sizeof word);
    word[sizeof word - 1] = '\0';
    sample_start(&text, "log $L\nwitness a");
    ledger_buffer_text(&text.buffer, word);
    ledger_buffer_text(&text.buffer, " $1\nwitness b");
    ledger_buffer_text(&text.buffer, word);
    ledger_buffer_text(&text.buffer, " $2\nwitness c $3\ngroup g 2 a");
    ledger_buffer_text(&text.buffer, word);
    ledger_buffer_text(&text.buffer, " b");
    ledger_buffer_text(&text.buffer, word);
    ledger_buffer_text(&text.buffer, " c\nquorum g\n");
    text.memory[text.buffer.size] = '\0';
    CU_ASSERT_FATAL(parse(world, (const char *)text.memory));
    CU_ASSERT_FALSE(check(world, NULL, "L3"));
    CU_ASSERT_STRING_EQUAL(world->verdict.detail, "needs 2 of the quorum's 3 members, has 1");
    world_free(world);
}

static void report_lists_log_and_cosigners(void)
{
    struct world *world = world_new();
    struct ledger_policy_report report;
    CU_ASSERT_FATAL(parse(world, TWO_LEVELS));
    CU_ASSERT_FATAL(check(world, &report, "L431"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(report.log);
    CU_ASSERT(ledger_vkey_equal(report.log, &world->log.vkey));
    CU_ASSERT_EQUAL(report.witnesses, 6);
    CU_ASSERT_EQUAL_FATAL(report.cosigned, 3);
    CU_ASSERT_STRING_EQUAL(report.cosigners[0].name, "X1");
    CU_ASSERT_STRING_EQUAL(report.cosigners[1].name, "X3");
    CU_ASSERT_STRING_EQUAL(report.cosigners[2].name, "Y1");
    CU_ASSERT_EQUAL(report.cosigners[2].seconds, 1679315147);
    CU_ASSERT(ledger_vkey_equal(report.cosigners[2].key, &world->witnesses[3].vkey));
    world_free(world);
}

static void check_finding(const char *pattern, const char *signers, enum ledger_finding finding)
{
    struct world *world = world_new();
    CU_ASSERT_FATAL(parse(world, pattern));
    CU_ASSERT_FALSE(check(world, NULL, signers));
    CU_ASSERT_EQUAL(world->verdict.finding, finding);
    world_free(world);
}

static void log_of_the_origin_must_sign(void)
{
    check_finding("log $L\nquorum none\n", "O", LEDGER_LOG_UNTRUSTED);
    check_finding("quorum none\n", "LO", LEDGER_LOG_UNTRUSTED);
    check_finding("log $O\nquorum none\n", "L", LEDGER_LOG_UNTRUSTED);
    check_finding("log $O\nquorum none\n", "O", LEDGER_OTHER_ORIGIN);
    check_finding("log $O\nquorum none\n", "LO", LEDGER_OTHER_ORIGIN);
    check_finding("log $L\nlog $O\nquorum none\n", "O", LEDGER_OTHER_ORIGIN);
    check_quorum("log $O\nlog $L\nquorum none\n", "L", true);
    check_quorum("log $O\nlog $L\nquorum none\n", "OL", true);
    check_finding("witness a $1\nquorum a\n", "1", LEDGER_LOG_UNTRUSTED);
}

static void of_two_logs_of_one_name_the_first_that_signed_is_told(void)
{
    struct world *world = world_new();
    struct ledger_policy_report report;
    sample_key(&world->other, LEDGER_KEY_ED25519, ORIGIN, 3);
    CU_ASSERT_FATAL(parse(world, "log $L\nlog $O\nquorum none\n"));
    CU_ASSERT(check(world, &report, "OL"));
    CU_ASSERT(ledger_vkey_equal(report.log, &world->log.vkey));
    CU_ASSERT(check(world, &report, "O"));
    CU_ASSERT(ledger_vkey_equal(report.log, &world->other.vkey));
    world_free(world);
}

/* Changes the root after signing, and gives one of the signers a signature over the new text. */
static void bad_signature_of_any_known_key_is_refused(void)
{
    static const char *const good[] = {"O1", "L1", "LO"};
    static const char *const bad[] = {"L", "O", "1"};
    for (size_t i = 0; i < 3; i++) {
        struct world *world = world_new();
        CU_ASSERT_FATAL(parse(world, "log $L\nlog $O\nwitness a $1\nquorum none\n"));
        sign(world, bad[i]);
        struct sample_text changed;
        sample_replace(&changed, sample_span(&world->note), "\n7\n", "\n8\n");
        struct ledger_span text = {changed.memory, strlen(ORIGIN "\n8\n" ROOT "\n")};
        for (const char *who = good[i]; *who != '\0'; who++) {
            sample_sign(&changed,
                        *who == 'L'   ? &world->log
                        : *who == 'O' ? &world->other
                                      : &world->witnesses[0],
                        text, 1);
        }
        CU_ASSERT_FATAL(
            ledger_checkpoint_parse(&world->checkpoint, &world->verdict, sample_span(&changed)));
        CU_ASSERT_FALSE(
            ledger_policy_check(world->policy, NULL, &world->verdict, &world->checkpoint));
        CU_ASSERT_EQUAL(world->verdict.finding, LEDGER_BAD_SIGNATURE);
        world_free(world);
    }
}

static void new_policy_trusts_nothing_and_policy_of_log_trusts_it(void)
{
    struct world *world = world_new();
    CU_ASSERT_FALSE(check(world, NULL, "L123456"));
    CU_ASSERT_EQUAL(world->verdict.finding, LEDGER_LOG_UNTRUSTED);
    ledger_policy_of_log(world->policy, &world->log.vkey);
    CU_ASSERT(check(world, NULL, "L"));
    CU_ASSERT_FALSE(check(world, NULL, "O"));
    world_free(world);
}

/* A checkpoint of a public staging log, as its log and four witnesses of others signed it. Its
 * first signature line is of a type not known here (RFC 6962), which is no reason to refuse it. */
#define REAL_POLICY                                                                                \
    "log arche2025h1.staging.ct.transparency.dev+ba2f06c0+"                                        \
    "AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f\n"                                               \
    "witness garden transparency.dev/DEV:witness-little-garden+d8042a87+"                          \
    "BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM\n"                                               \
    "witness smartit witness1.smartit.nu/witness1+a48c820f+"                                       \
    "BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO\n"                                               \
    "witness remora remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2\n"        \
    "witness stagemole witness.stagemole.eu+67f7aea0+"                                             \
    "BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv\n"                                               \
    "group everybody all garden smartit remora stagemole\nquorum everybody\n"
#define REAL_CHECKPOINT                                                                            \
    "arche2025h1.staging.ct.transparency.dev\n1432088532\n"                                        \
    "U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n\n"                                             \
    "\xe2\x80\x94 arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYL" \
    "fQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=\n"              \
    "\xe2\x80\x94 arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27" \
    "lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=\n"                                      \
    "\xe2\x80\x94 transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8" \
    "nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==\n"                       \
    "\xe2\x80\x94 witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8" \
    "eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==\n"                                     \
    "\xe2\x80\x94 remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI" \
    "+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==\n"                                                   \
    "\xe2\x80\x94 witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8Ft" \
    "EyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==\n"

static void real_checkpoint_cosigned_by_others_is_accepted(void)
{
    struct world *world = world_new();
    struct ledger_policy_report report;
    CU_ASSERT_FATAL(parse(world, REAL_POLICY));
    CU_ASSERT_FATAL(ledger_checkpoint_parse(&world->checkpoint, &world->verdict,
                                            ledger_span_of(REAL_CHECKPOINT)));
    CU_ASSERT(ledger_policy_check(world->policy, &report, &world->verdict, &world->checkpoint));
    CU_ASSERT_EQUAL(report.cosigned, 4);
    CU_ASSERT_EQUAL(report.cosigners[0].seconds, 0x6a122120);
    sample_replace(&world->note, ledger_span_of(REAL_CHECKPOINT), "1432088532", "1432088533");
    CU_ASSERT_FATAL(
        ledger_checkpoint_parse(&world->checkpoint, &world->verdict, sample_span(&world->note)));
    CU_ASSERT_FALSE(
        ledger_policy_check(world->policy, &report, &world->verdict, &world->checkpoint));
    CU_ASSERT_EQUAL(world->verdict.finding, LEDGER_BAD_SIGNATURE);
    world_free(world);
}

void ledger_suite_policy(void)
{
    CU_pSuite suite = CU_add_suite("policy", NULL, NULL);
    CU_ADD_TEST(suite, example_of_the_specification_asks_for_both_groups);
    CU_ADD_TEST(suite, real_checkpoint_cosigned_by_others_is_accepted);
    CU_ADD_TEST(suite, thresholds_count_members);
    CU_ADD_TEST(suite, one_witness_twice_counts_once);
    CU_ADD_TEST(suite, missing_quorum_names_who_is_missing);
    CU_ADD_TEST(suite, report_lists_log_and_cosigners);
    CU_ADD_TEST(suite, log_of_the_origin_must_sign);
    CU_ADD_TEST(suite, of_two_logs_of_one_name_the_first_that_signed_is_told);
    CU_ADD_TEST(suite, bad_signature_of_any_known_key_is_refused);
    CU_ADD_TEST(suite, new_policy_trusts_nothing_and_policy_of_log_trusts_it);
    CU_ADD_TEST(suite, missing_quorum_of_long_names_says_how_many);
}
