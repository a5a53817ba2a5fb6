#include <CUnit/CUnit.h>

#include "tests/format_samples.h"
#include "tests/suites.h"

#define DASH "\xe2\x80\x94"
#define SPEC_KEY "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define SPEC_NOTE                                                                                  \
    "This is an example message.\n\n" DASH                                                         \
    " example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFX"     \
    "mRKuwHjG1Yu72IneyaQM=\n"
#define GO_TEXT                                                                                    \
    "If you think cryptography is the answer to your problem,\n"                                   \
    "then you don't know what your problem is.\n"
#define PETER_KEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define PETER_LINE                                                                                 \
    DASH                                                                                           \
        " PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngot" \
        "pRZb6KE6RyyBwJnAM=\n"
#define ENOCH_KEY "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
#define ENOCH_LINE                                                                                 \
    DASH                                                                                           \
        " EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLo" \
        "x33WWd1RvMc+QQ=\n"
#define SUM_KEY "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
#define SUM_NOTE                                                                                   \
    "go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n" DASH        \
    " sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+" \
    "zyWE+xeMcTOAYQ8=\n"

static bool parse(struct ledger_note *note, struct ledger_verdict *verdict,
                  struct ledger_span bytes)
{
    ledger_verdict_clear(verdict);
    return ledger_note_parse(note, verdict, bytes);
}

static struct ledger_vkey key_of(const char *text)
{
    struct ledger_hasher *hasher = sample_hasher();
    struct ledger_vkey vkey;
    struct ledger_verdict verdict;
    CU_ASSERT_FATAL(ledger_vkey_parse(hasher, &vkey, &verdict, ledger_span_of(text)));
    ledger_hasher_free(&hasher);
    return vkey;
}

static enum ledger_signed signed_by(struct ledger_span bytes, const struct ledger_vkey *vkey)
{
    struct ledger_note note;
    struct ledger_verdict verdict;
    return parse(&note, &verdict, bytes) ? ledger_note_signed_by(&note, vkey, NULL)
                                         : LEDGER_SIGNED_NOT;
}

static void check_refused(const char *text, enum ledger_finding finding, uint32_t line)
{
    struct ledger_note note;
    struct ledger_verdict verdict;
    CU_ASSERT_FALSE(parse(&note, &verdict, ledger_span_of(text)));
    CU_ASSERT_EQUAL(verdict.finding, finding);
    CU_ASSERT_EQUAL(verdict.line, line);
}

static void notes_of_others_verify(void)
{
    struct ledger_vkey spec = key_of(SPEC_KEY);
    struct ledger_vkey sum = key_of(SUM_KEY);
    struct ledger_vkey peter = key_of(PETER_KEY);
    struct ledger_vkey enoch = key_of(ENOCH_KEY);
    struct ledger_span both = ledger_span_of(GO_TEXT "\n" PETER_LINE ENOCH_LINE);
    CU_ASSERT_EQUAL(signed_by(ledger_span_of(SPEC_NOTE), &spec), LEDGER_SIGNED_WELL);
    CU_ASSERT_EQUAL(signed_by(ledger_span_of(SUM_NOTE), &sum), LEDGER_SIGNED_WELL);
    CU_ASSERT_EQUAL(signed_by(both, &peter), LEDGER_SIGNED_WELL);
    CU_ASSERT_EQUAL(signed_by(both, &enoch), LEDGER_SIGNED_WELL);
    CU_ASSERT_EQUAL(signed_by(both, &spec), LEDGER_SIGNED_NOT);
}

static void one_bad_line_of_a_key_spoils_its_good_one(void)
{
    struct ledger_vkey peter = key_of(PETER_KEY);
    struct sample_text bad;
    sample_replace(&bad, ledger_span_of(GO_TEXT "\n" PETER_LINE PETER_LINE), "\nthen", "\nThen");
    CU_ASSERT_EQUAL(signed_by(sample_span(&bad), &peter), LEDGER_SIGNED_BADLY);
    sample_replace(&bad, ledger_span_of(GO_TEXT "\n" PETER_LINE PETER_LINE), "x08go/ZJ",
                   "x08go/ZK");
    CU_ASSERT_EQUAL(signed_by(sample_span(&bad), &peter), LEDGER_SIGNED_BADLY);
}

static bool spec_accepts(void *context, struct ledger_span bytes)
{
    return signed_by(bytes, context) == LEDGER_SIGNED_WELL;
}

static void every_truncation_and_changed_byte_is_refused(void)
{
    struct ledger_vkey spec = key_of(SPEC_KEY);
    struct ledger_span note = ledger_span_of(SPEC_NOTE);
    CU_ASSERT_EQUAL(sample_truncations_accepted(note, spec_accepts, &spec), 0);
    CU_ASSERT_EQUAL(sample_changes_accepted(note, spec_accepts, &spec), 0);
}

static void text_may_have_empty_lines_and_look_like_signatures(void)
{
    struct ledger_note note;
    struct ledger_verdict verdict;
    CU_ASSERT_FATAL(parse(&note, &verdict, ledger_span_of("a\n\n" PETER_LINE "\n" ENOCH_LINE)));
    CU_ASSERT(ledger_span_is(note.text, "a\n\n" PETER_LINE));
    CU_ASSERT_EQUAL(note.count, 1);
    CU_ASSERT_FATAL(parse(&note, &verdict, ledger_span_of("a\n\n\n" PETER_LINE)));
    CU_ASSERT(ledger_span_is(note.text, "a\n\n"));
}

static void other_forms_are_refused_with_the_line(void)
{
    check_refused("", LEDGER_BAD_NOTE, 1);
    check_refused("\n", LEDGER_BAD_NOTE, 0);
    check_refused("a\n", LEDGER_BAD_NOTE, 0);
    check_refused("a\n\n", LEDGER_BAD_NOTE, 2);
    check_refused("\n" PETER_LINE, LEDGER_BAD_NOTE, 0);
    check_refused("a\n" PETER_LINE, LEDGER_BAD_NOTE, 0);
    check_refused("a\n\n" PETER_LINE "b", LEDGER_BAD_NOTE, 4);
    check_refused("a\n\n" PETER_LINE "b\n", LEDGER_BAD_NOTE, 4);
    check_refused("a\n\n" PETER_LINE "\n", LEDGER_BAD_NOTE, 4);
    check_refused("a\r\n\n" PETER_LINE, LEDGER_BAD_TEXT, 1);
}

static void signature_lines_have_one_spelling(void)
{
    static const char *const refused[] = {
        "- n AAAAAAA=\n",
        DASH "n AAAAAAA=\n",
        DASH "  n AAAAAAA=\n",
        DASH " n  AAAAAAA=\n",
        DASH " n AAAAAAA= \n",
        DASH " n AAAAAAA= x\n",
        DASH " n+m AAAAAAA=\n",
        DASH " AAAAAAA=\n",
        DASH " n \n",
        DASH " n\n",
        DASH " n AAAAAA==\n",
        DASH " n AAAAAAB=\n",
        DASH " n AAAAAAA\n",
        " " DASH " n AAAAAAA=\n",
        DASH " n AAAA-AA=\n",
        DASH " n\xc2\xa0m AAAAAAA=\n",
        DASH "\n",
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct sample_text text;
        sample_start(&text, "a\n\n");
        ledger_buffer_text(&text.buffer, refused[i]);
        struct ledger_note note;
        struct ledger_verdict verdict;
        CU_ASSERT_FALSE(parse(&note, &verdict, sample_span(&text)));
        CU_ASSERT_EQUAL(verdict.finding, LEDGER_BAD_NOTE);
        CU_ASSERT_EQUAL(verdict.line, 3);
    }
}

static void unclean_characters_are_refused_anywhere(void)
{
    for (size_t i = 0; i < SAMPLE_UNCLEAN; i++) {
        struct sample_text text;
        struct ledger_note note;
        struct ledger_verdict verdict;
        sample_start(&text, "a\nb");
        ledger_buffer_text(&text.buffer, sample_unclean[i]);
        ledger_buffer_text(&text.buffer, "\n\n" PETER_LINE);
        CU_ASSERT_FALSE(parse(&note, &verdict, sample_span(&text)));
        CU_ASSERT_EQUAL(verdict.finding, LEDGER_BAD_TEXT);
        CU_ASSERT_EQUAL(verdict.line, 2);
        sample_start(&text, "a\n\n" DASH " n");
        ledger_buffer_text(&text.buffer, sample_unclean[i]);
        ledger_buffer_text(&text.buffer, " AAAAAAA=\n");
        CU_ASSERT_FALSE(parse(&note, &verdict, sample_span(&text)));
        CU_ASSERT_EQUAL(verdict.line, 3);
    }
}

static bool parses_with_signatures(unsigned count)
{
    struct sample_text text;
    struct ledger_note note;
    struct ledger_verdict verdict;
    sample_start(&text, "a\n\n");
    for (unsigned i = 0; i < count; i++) {
        ledger_buffer_text(&text.buffer, DASH " n AAAAAAA=\n");
    }
    bool parsed = parse(&note, &verdict, sample_span(&text));
    CU_ASSERT(!parsed || note.count == count);
    return parsed;
}

static void number_of_signatures_is_1_to_64(void)
{
    CU_ASSERT_FALSE(parses_with_signatures(0));
    CU_ASSERT(parses_with_signatures(1));
    CU_ASSERT(parses_with_signatures(LEDGER_SIGNATURES_MAX));
    CU_ASSERT_FALSE(parses_with_signatures(LEDGER_SIGNATURES_MAX + 1));
}

static bool parses_with_signature_of(size_t bytes)
{
    static const uint8_t zeros[9000];
    struct sample_text text;
    struct ledger_note note;
    struct ledger_verdict verdict;
    sample_start(&text, "a\n\n" DASH " n ");
    ledger_buffer_base64(&text.buffer, zeros, bytes);
    ledger_buffer_text(&text.buffer, "\n");
    if (!parse(&note, &verdict, sample_span(&text))) {
        return false;
    }
    struct ledger_signature signature;
    struct ledger_span rest = note.signatures;
    CU_ASSERT_FATAL(ledger_note_next(&rest, &signature));
    CU_ASSERT_EQUAL(signature.size, bytes - 4);
    CU_ASSERT_FALSE(ledger_note_next(&rest, &signature));
    return true;
}

static void signature_has_1_to_8192_bytes_after_the_key_id(void)
{
    CU_ASSERT_FALSE(parses_with_signature_of(4));
    for (size_t size = 5; size < 90; size++) {
        CU_ASSERT(parses_with_signature_of(size));
    }
    CU_ASSERT(parses_with_signature_of(4 + LEDGER_SIGNATURE_MAX));
    CU_ASSERT_FALSE(parses_with_signature_of(4 + LEDGER_SIGNATURE_MAX + 1));
}

static bool parses_at_size(size_t size)
{
    struct sample_text text;
    struct ledger_note note;
    struct ledger_verdict verdict;
    size_t tail = strlen("\n\n" PETER_LINE);
    memset(text.memory, 'a', size - tail);
    text.buffer = ledger_buffer_in(text.memory, sizeof text.memory);
    text.buffer.size = size - tail;
    ledger_buffer_text(&text.buffer, "\n\n" PETER_LINE);
    bool parsed = parse(&note, &verdict, sample_span(&text));
    CU_ASSERT(parsed || verdict.finding == LEDGER_TOO_LONG);
    return parsed;
}

static void note_of_65535_bytes_is_the_longest(void)
{
    CU_ASSERT(parses_at_size(LEDGER_NOTE_MAX));
    CU_ASSERT_FALSE(parses_at_size(LEDGER_NOTE_MAX + 1));
}

static void cosignature_signs_the_time_and_the_text(void)
{
    struct sample_key witness;
    struct sample_text text;
    struct ledger_note note;
    struct ledger_verdict verdict;
    uint64_t seconds = 0;
    sample_key(&witness, LEDGER_KEY_COSIGNATURE, "witness.example/w1", 7);
    sample_start(&text, "a.example\n1\nAAAA\n");
    sample_sign_all(&text, &witness, 1);
    CU_ASSERT_FATAL(parse(&note, &verdict, sample_span(&text)));
    CU_ASSERT_EQUAL(ledger_note_signed_by(&note, &witness.vkey, &seconds), LEDGER_SIGNED_WELL);
    CU_ASSERT_EQUAL(seconds, 1679315147);
    CU_ASSERT_EQUAL(sample_changes_accepted(sample_span(&text), spec_accepts, &witness.vkey), 0);
    sample_start(&text, "");
    ledger_cosignature_message(&text.buffer, 1679315147, ledger_span_of("x\n"));
    CU_ASSERT(ledger_span_is(sample_span(&text), "cosignature/v1\ntime 1679315147\nx\n"));
}

/* The page of c2sp.org/tlog-cosignature shows this line; its key is not published. */
static void cosignature_of_the_specification_has_its_time_first(void)
{
    struct ledger_note note;
    struct ledger_verdict verdict;
    CU_ASSERT_FATAL(parse(
        &note, &verdict,
        ledger_span_of(
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
            "\n" DASH " witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWX"
            "EhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n")));
    struct ledger_signature signature;
    uint8_t bytes[LEDGER_COSIGNATURE_SIZE];
    CU_ASSERT_FATAL(ledger_note_next(&note.signatures, &signature));
    CU_ASSERT_EQUAL(signature.key_id, 0x8d66cf3f);
    CU_ASSERT_FALSE(ledger_signature_bytes(bytes, LEDGER_SIGNATURE_SIZE, &signature));
    CU_ASSERT_FATAL(ledger_signature_bytes(bytes, sizeof bytes, &signature));
    CU_ASSERT_EQUAL(ledger_get_be64(bytes), 1679315147);
}

static void cosignature_beyond_the_last_second_is_bad(void)
{
    struct sample_key witness;
    struct sample_text text;
    sample_key(&witness, LEDGER_KEY_COSIGNATURE, "witness.example/w1", 7);
    for (unsigned over = 0; over < 2; over++) {
        sample_start(&text, "a\n\n");
        sample_sign(&text, &witness, ledger_span_of("a\n"), (uint64_t)INT64_MAX + over);
        CU_ASSERT_EQUAL(signed_by(sample_span(&text), &witness.vkey),
                        over ? LEDGER_SIGNED_BADLY : LEDGER_SIGNED_WELL);
    }
}

static void a_size_is_bad(uint8_t type, size_t size)
{
    struct sample_key key;
    struct sample_text text;
    uint8_t bytes[4 + LEDGER_COSIGNATURE_SIZE + 1] = {0};
    sample_key(&key, type, "n", 7);
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(key.vkey.id >> (24 - 8 * i));
    }
    sample_start(&text, "a\n\n" DASH " n ");
    ledger_buffer_base64(&text.buffer, bytes, 4 + size);
    ledger_buffer_text(&text.buffer, "\n");
    CU_ASSERT_EQUAL(signed_by(sample_span(&text), &key.vkey), LEDGER_SIGNED_BADLY);
}

static void signature_of_another_size_is_bad(void)
{
    for (size_t size = 1; size <= LEDGER_COSIGNATURE_SIZE + 1; size++) {
        a_size_is_bad(LEDGER_KEY_ED25519, size);
        a_size_is_bad(LEDGER_KEY_COSIGNATURE, size);
    }
}

static void text_may_be_one_empty_line(void)
{
    struct sample_key key;
    struct sample_text text;
    sample_key(&key, LEDGER_KEY_ED25519, "n", 7);
    sample_start(&text, "\n\n");
    sample_sign(&text, &key, ledger_span_of("\n"), 0);
    CU_ASSERT_EQUAL(signed_by(sample_span(&text), &key.vkey), LEDGER_SIGNED_WELL);
}

void ledger_suite_note(void)
{
    CU_pSuite suite = CU_add_suite("note", NULL, NULL);
    CU_ADD_TEST(suite, notes_of_others_verify);
    CU_ADD_TEST(suite, one_bad_line_of_a_key_spoils_its_good_one);
    CU_ADD_TEST(suite, every_truncation_and_changed_byte_is_refused);
    CU_ADD_TEST(suite, text_may_have_empty_lines_and_look_like_signatures);
    CU_ADD_TEST(suite, other_forms_are_refused_with_the_line);
    CU_ADD_TEST(suite, signature_lines_have_one_spelling);
    CU_ADD_TEST(suite, unclean_characters_are_refused_anywhere);
    CU_ADD_TEST(suite, number_of_signatures_is_1_to_64);
    CU_ADD_TEST(suite, signature_has_1_to_8192_bytes_after_the_key_id);
    CU_ADD_TEST(suite, note_of_65535_bytes_is_the_longest);
    CU_ADD_TEST(suite, cosignature_signs_the_time_and_the_text);
    CU_ADD_TEST(suite, cosignature_of_the_specification_has_its_time_first);
    CU_ADD_TEST(suite, cosignature_beyond_the_last_second_is_bad);
    CU_ADD_TEST(suite, text_may_be_one_empty_line);
    CU_ADD_TEST(suite, signature_of_another_size_is_bad);
}
