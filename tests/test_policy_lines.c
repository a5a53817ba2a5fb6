/* How a policy is written: what parses, what does not and at which line, and the limits. */
#include "tests/policy_samples.h"
#include "tests/suites.h"

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

static void what_was_read_before_leaves_nothing(void)
{
    struct world *world = world_new();
    struct sample_text long_name;
    sample_start(&long_name, "log $L\nwitness ");
    for (unsigned i = 0; i < 1000; i++) {
        ledger_buffer_text(&long_name.buffer, "n");
    }
    ledger_buffer_text(&long_name.buffer, " $1\nquorum none\n");
    long_name.memory[long_name.buffer.size] = '\0';
    /* Of names there is room for one policy, of groups 64. */
    for (unsigned i = 0; i < LEDGER_POLICY_MAX / 1000 + 2; i++) {
        CU_ASSERT_FATAL(parse(world, (const char *)long_name.memory));
        CU_ASSERT_FATAL(parse(world, "log $L\nwitness a $1\ngroup g any a\nquorum g\n"));
    }
    CU_ASSERT(parse(world, "log $L\nwitness long-name $1\nquorum long-name\n"));
    CU_ASSERT(parse(world, "log $L\nwitness long $1\nquorum long\n"));
    world_free(world);
}

static void a_policy_of_one_log_trusts_it_alone_whatever_was_read_before(void)
{
    struct world *world = world_new();
    sample_key(&world->other, LEDGER_KEY_ED25519, ORIGIN,
               9); /* as if the log had changed its key */
    CU_ASSERT_FATAL(parse(world, "log $L\nlog $O\nwitness a $1\nquorum a\n"));
    CU_ASSERT_FALSE(check(world, NULL, "L"));
    CU_ASSERT(check(world, NULL, "O1"));
    ledger_policy_of_log(world->policy, &world->log.vkey);
    CU_ASSERT(check(world, NULL, "L"));
    CU_ASSERT_FALSE(check(world, NULL, "O1"));
    CU_ASSERT_EQUAL(world->verdict.finding, LEDGER_LOG_UNTRUSTED);
    world_free(world);
}

static void check_said(const char *pattern, const char *detail)
{
    struct world *world = world_new();
    CU_ASSERT_FALSE(parse(world, pattern));
    CU_ASSERT_PTR_NOT_NULL(strstr(world->verdict.detail, detail));
    world_free(world);
}

static void the_fault_is_named(void)
{
    char line[302] = {0};
    char shown[204] = "'";
    check_said("log $1\nquorum none\n", "a log needs an Ed25519 key");
    check_said("witness a $L\nquorum none\n", "a witness needs a cosignature key");
    check_said("\x01\nquorum none\n", "a control character");
    /* Of a long word the first 200 bytes are shown. */
    memset(line, 'n', sizeof line - 2);
    line[sizeof line - 2] = '\n';
    memset(shown + 1, 'n', 200);
    shown[201] = '\'';
    check_said(line, shown);
}

void ledger_suite_policy_lines(void)
{
    CU_pSuite suite = CU_add_suite("policy_lines", NULL, NULL);
    CU_ADD_TEST(suite, white_space_comments_and_urls_are_allowed);
    CU_ADD_TEST(suite, control_characters_and_missing_newline_are_refused);
    CU_ADD_TEST(suite, other_lines_are_refused_with_the_line);
    CU_ADD_TEST(suite, names_and_keys_are_unique);
    CU_ADD_TEST(suite, groups_of_other_form_are_refused);
    CU_ADD_TEST(suite, keys_of_the_wrong_type_are_refused);
    CU_ADD_TEST(suite, limits_are_exact);
    CU_ADD_TEST(suite, longest_policy_fits_with_its_longest_name);
    CU_ADD_TEST(suite, what_was_read_before_leaves_nothing);
    CU_ADD_TEST(suite, a_policy_of_one_log_trusts_it_alone_whatever_was_read_before);
    CU_ADD_TEST(suite, the_fault_is_named);
}
