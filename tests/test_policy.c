#include <CUnit/CUnit.h>
#include <stdio.h>

#include "ledger/format/policy.h"
#include "tests/format_samples.h"
#include "tests/suites.h"

#define ORIGIN "a.example/log"
#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
#define WITNESSES 6

/* Keys with their spelling, for policies written with "$L", "$O" and "$1" to "$6" for keys. */
struct world {
    struct ledger_hasher *hasher;
    struct ledger_policy *policy;
    struct ledger_verdict verdict;
    struct sample_key log;
    struct sample_key other; /* log of another name */
    struct sample_key witnesses[WITNESSES];
    struct sample_text note;
    struct ledger_checkpoint checkpoint;
};

static struct world *world_new(void)
{
    struct world *world = calloc(1, sizeof *world);
    CU_ASSERT_PTR_NOT_NULL_FATAL(world);
    world->hasher = sample_hasher();
    CU_ASSERT_EQUAL_FATAL(ledger_policy_new(&world->policy), LEDGER_OK);
    sample_key(&world->log, LEDGER_KEY_ED25519, ORIGIN, 1);
    sample_key(&world->other, LEDGER_KEY_ED25519, "b.example/log", 2);
    for (unsigned i = 0; i < WITNESSES; i++) {
        char name[32];
        snprintf(name, sizeof name, "w%u.example", i + 1);
        sample_key(&world->witnesses[i], LEDGER_KEY_COSIGNATURE, name, (uint8_t)(10 + i));
    }
    return world;
}

static void world_free(struct world *world)
{
    ledger_policy_free(&world->policy);
    CU_ASSERT_PTR_NULL(world->policy);
    ledger_hasher_free(&world->hasher);
    free(world);
}

static void write_key(const struct world *world, struct ledger_buffer *buffer, char which)
{
    const struct sample_key *key = which == 'L'   ? &world->log
                                   : which == 'O' ? &world->other
                                                  : &world->witnesses[which - '1'];
    ledger_vkey_write(buffer, &key->vkey);
}

static bool parse(struct world *world, const char *pattern)
{
    struct sample_text text;
    sample_start(&text, "");
    for (const char *at = pattern; *at != '\0'; at++) {
        if (*at == '$') {
            write_key(world, &text.buffer, *++at);
        } else {
            ledger_buffer_add(&text.buffer, (struct ledger_span){(const uint8_t *)at, 1});
        }
    }
    ledger_verdict_clear(&world->verdict);
    return ledger_policy_parse(world->hasher, world->policy, &world->verdict, sample_span(&text));
}

/* Makes a checkpoint signed by the keys named in `signers`. */
static void sign(struct world *world, const char *signers)
{
    sample_start(&world->note, ORIGIN "\n7\n" ROOT "\n");
    struct ledger_span text = {world->note.memory, world->note.buffer.size};
    ledger_buffer_text(&world->note.buffer, "\n");
    for (; *signers != '\0'; signers++) {
        const struct sample_key *key = *signers == 'L'   ? &world->log
                                       : *signers == 'O' ? &world->other
                                                         : &world->witnesses[*signers - '1'];
        sample_sign(&world->note, key, text, 1679315147);
    }
    CU_ASSERT_FATAL(
        ledger_checkpoint_parse(&world->checkpoint, &world->verdict, sample_span(&world->note)));
}

static bool check(struct world *world, struct ledger_policy_report *report, const char *signers)
{
    sign(world, signers);
    ledger_verdict_clear(&world->verdict);
    return ledger_policy_check(world->policy, report, &world->verdict, &world->checkpoint);
}

/* Whether the quorum of `pattern` holds for exactly the given sets of witnesses. */
static void check_quorum(const char *pattern, const char *signers, bool met)
{
    struct world *world = world_new();
    CU_ASSERT_FATAL(parse(world, pattern));
    CU_ASSERT_EQUAL(check(world, NULL, signers), met);
    CU_ASSERT_EQUAL(world->verdict.finding, met ? LEDGER_NOT_CHECKED : LEDGER_QUORUM_MISSING);
    world_free(world);
}

static void check_refused(const char *pattern, uint32_t line)
{
    struct world *world = world_new();
    CU_ASSERT(parse(world, "log $L\nquorum none\n"));
    CU_ASSERT_FALSE(parse(world, pattern));
    CU_ASSERT_EQUAL(world->verdict.finding, LEDGER_BAD_POLICY);
    CU_ASSERT_EQUAL(world->verdict.line, line);
    CU_ASSERT_FALSE(check(world, NULL, "L123456"));
    CU_ASSERT_EQUAL(world->verdict.finding, LEDGER_LOG_UNTRUSTED);
    world_free(world);
}

static void check_accepted(const char *pattern)
{
    struct world *world = world_new();
    CU_ASSERT(parse(world, pattern));
    CU_ASSERT_EQUAL(world->verdict.finding, LEDGER_NOT_CHECKED);
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

static void white_space_comments_and_urls_are_allowed(void)
{
    check_accepted(
        "  # comment \xff\n\t\n   \n\tlog\t $L \thttps://a.example/ \n quorum  none\t\n");
    check_accepted("#\nwitness \xe5\x85\xac\xff $1 https://w\nquorum \xe5\x85\xac\xff\n");
    check_accepted("quorum none\nlog $L\nwitness a $1\nwitness # $2\ngroup b any a #\n");
}

static void control_characters_and_missing_newline_are_refused(void)
{
    check_refused("log $L\r\nquorum none\r\n", 1);
    check_refused("log $L\n# \x7f\nquorum none\n", 2);
    check_refused("log $L\n# \x01\nquorum none\n", 2);
    check_refused("log $L\n\vquorum none\n", 2);
    check_refused("log $L\nquorum none", 2);
    check_refused("log $L\nquorum none\n#", 3);
}

static void other_lines_are_refused_with_the_line(void)
{
    check_refused("", 0);
    check_refused("log $L\n", 0);
    check_refused("logs $L\nquorum none\n", 1);
    check_refused("Log $L\nquorum none\n", 1);
    check_refused("log\nquorum none\n", 1);
    check_refused("log x\nquorum none\n", 1);
    check_refused("log $L u v\nquorum none\n", 1);
    check_refused("witness a\nquorum none\n", 1);
    check_refused("witness $1\nquorum none\n", 1);
    check_refused("witness a $1 u v\nquorum none\n", 1);
    check_refused("quorum\n", 1);
    check_refused("quorum none x\n", 1);
    check_refused("quorum none\nquorum none\n", 2);
    check_refused("quorum a\nwitness a $1\n", 1);
    check_refused("log $L # comment follows\nquorum none\n", 1);
}

static void names_and_keys_are_unique(void)
{
    check_refused("log $L\nlog $L\nquorum none\n", 2);
    check_refused("witness a $1\nwitness b $1\nquorum none\n", 2);
    check_refused("witness a $1\nwitness a $2\nquorum none\n", 2);
    check_refused("witness a $1\ngroup a any a\nquorum none\n", 2);
    check_refused("witness a $1\ngroup g any a\nwitness g $2\nquorum none\n", 3);
    check_refused("witness none $1\nquorum none\n", 1);
    check_refused("witness a $1\ngroup none any a\nquorum none\n", 2);
}

static void groups_of_other_form_are_refused(void)
{
    check_refused("group g any a\nwitness a $1\nquorum none\n", 1);
    check_refused("witness a $1\ngroup g any g\nquorum none\n", 2);
    check_refused("witness a $1\ngroup g any none\nquorum none\n", 2);
    check_refused("witness a $1\ngroup g any a a\nquorum none\n", 2);
    check_refused("witness a $1\ngroup g any a\ngroup h any a\nquorum none\n", 3);
    check_refused("witness a $1\ngroup g any\nquorum none\n", 2);
    check_refused("witness a $1\ngroup g\nquorum none\n", 2);
    check_refused("witness a $1\ngroup\nquorum none\n", 2);
    check_refused("witness a $1\ngroup g 0 a\nquorum none\n", 2);
    check_refused("witness a $1\ngroup g 2 a\nquorum none\n", 2);
    check_refused("witness a $1\ngroup g 01 a\nquorum none\n", 2);
    check_refused("witness a $1\ngroup g some a\nquorum none\n", 2);
}

static void keys_of_the_wrong_type_are_refused(void)
{
    check_refused("log $1\nquorum none\n", 1);
    check_refused("witness a $L\nquorum none\n", 1);
}

/* A policy of so many lines of each kind. */
static bool parses_with(unsigned logs, unsigned witnesses, unsigned groups)
{
    struct world *world = world_new();
    struct sample_text text;
    struct sample_key key;
    char line[64];
    sample_start(&text, "");
    for (unsigned i = 0; i < logs; i++) {
        sample_key(&key, LEDGER_KEY_ED25519, "l.example", (uint8_t)(i + 1));
        ledger_buffer_text(&text.buffer, "log ");
        ledger_vkey_write(&text.buffer, &key.vkey);
        ledger_buffer_text(&text.buffer, "\n");
    }
    for (unsigned i = 0; i < witnesses; i++) {
        sample_key(&key, LEDGER_KEY_COSIGNATURE, "w.example", (uint8_t)(i + 1));
        snprintf(line, sizeof line, "witness w%u ", i);
        ledger_buffer_text(&text.buffer, line);
        ledger_vkey_write(&text.buffer, &key.vkey);
        ledger_buffer_text(&text.buffer, "\n");
    }
    for (unsigned i = 0; i < groups; i++) {
        snprintf(line, sizeof line, i == 0 ? "group g0 any w0\n" : "group g%u any g%u\n", i, i - 1);
        ledger_buffer_text(&text.buffer, line);
    }
    ledger_buffer_text(&text.buffer, "quorum none\n");
    bool parsed =
        ledger_policy_parse(world->hasher, world->policy, &world->verdict, sample_span(&text));
    world_free(world);
    return parsed;
}

static void limits_are_exact(void)
{
    CU_ASSERT(parses_with(32, 64, 64));
    CU_ASSERT_FALSE(parses_with(33, 1, 1));
    CU_ASSERT_FALSE(parses_with(1, 65, 1));
    CU_ASSERT_FALSE(parses_with(1, 1, 65));
}

static void longest_policy_fits_with_its_longest_name(void)
{
    for (size_t over = 0; over < 2; over++) {
        struct world *world = world_new();
        struct sample_text tail;
        sample_start(&tail, " ");
        ledger_vkey_write(&tail.buffer, &world->witnesses[0].vkey);
        ledger_buffer_text(&tail.buffer, "\nquorum none\n");
        size_t size = LEDGER_POLICY_MAX + over;
        uint8_t *bytes = malloc(size);
        CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
        memset(bytes, 'n', size);
        memcpy(bytes, "witness ", 8);
        memcpy(bytes + size - tail.buffer.size, tail.memory, tail.buffer.size);
        CU_ASSERT_EQUAL(ledger_policy_parse(world->hasher, world->policy, &world->verdict,
                                            (struct ledger_span){bytes, size}),
                        over == 0);
        free(bytes);
        world_free(world);
    }
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
    CU_ADD_TEST(suite, bad_signature_of_any_known_key_is_refused);
    CU_ADD_TEST(suite, new_policy_trusts_nothing_and_policy_of_log_trusts_it);
    CU_ADD_TEST(suite, white_space_comments_and_urls_are_allowed);
    CU_ADD_TEST(suite, control_characters_and_missing_newline_are_refused);
    CU_ADD_TEST(suite, other_lines_are_refused_with_the_line);
    CU_ADD_TEST(suite, names_and_keys_are_unique);
    CU_ADD_TEST(suite, groups_of_other_form_are_refused);
    CU_ADD_TEST(suite, keys_of_the_wrong_type_are_refused);
    CU_ADD_TEST(suite, limits_are_exact);
    CU_ADD_TEST(suite, longest_policy_fits_with_its_longest_name);
}
