#include "ledger/format/status_proof.h"

#include <sys/mman.h>

#include "tests/format_samples.h"
#include "tests/suites.h"

/* The parts of a proof that is well-formed, whatever it says. */
#define HASH "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
#define HEAD "public-law-ledger/status/v1\n"
#define EVIDENCE_64 "cHVibGljLWxhdy1sZWRnZXIvZXZpZGVuY2UvdjEKCng=" /* no lines, entry "x" */
#define PROOF "c2sp.org/tlog-proof@v1\nextra " EVIDENCE_64 "\nindex 3\n" HASH "\n\n"
#define CHECKPOINT                                                                                  \
    "ledger.example\n9\n" HASH "\n\n"                                                               \
    "— ledger.example AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ" \
    "EBAQEBAQEBAQEBAQ==\n"
#define PRESENT HEAD "matter 甲 1\nentries 1\npath 1 " HASH "\n\n" PROOF PROOF CHECKPOINT
#define ABSENT HEAD "matter 甲 1\nentries 0\npath 0\nend empty\n\n" PROOF CHECKPOINT

static struct ledger_verdict verdict;

static bool parses(const char *text)
{
    struct ledger_status_proof proof;
    ledger_verdict_clear(&verdict);
    bool parsed = ledger_status_proof_parse(&proof, &verdict, ledger_span_of(text));
    CU_ASSERT_EQUAL(parsed, verdict.finding == LEDGER_NOT_CHECKED);
    return parsed;
}

static void refused(const char *text, uint32_t line)
{
    CU_ASSERT_FALSE(parses(text));
    CU_ASSERT_EQUAL(verdict.finding, LEDGER_BAD_PROOF);
    CU_ASSERT_EQUAL(verdict.line, line);
}

static void a_proof_has_its_parts(void)
{
    struct ledger_status_proof proof;
    struct ledger_proof one;
    uint8_t *memory = malloc(LEDGER_EVIDENCE_MAX);
    CU_ASSERT_PTR_NOT_NULL_FATAL(memory);
    ledger_verdict_clear(&verdict);
    CU_ASSERT_FATAL(ledger_status_proof_parse(&proof, &verdict, ledger_span_of(PRESENT)));
    CU_ASSERT(ledger_span_is(proof.matter, "甲 1"));
    CU_ASSERT_EQUAL(proof.entries, 1);
    CU_ASSERT_EQUAL(proof.path.depth, 1);
    CU_ASSERT_FALSE(proof.end.occupied);
    CU_ASSERT(ledger_span_is(proof.proofs, PROOF PROOF));
    CU_ASSERT_EQUAL(proof.first_line, 6);
    CU_ASSERT_EQUAL(proof.checkpoint.size, 9);
    struct ledger_span rest = proof.proofs;
    uint32_t line = proof.first_line;
    for (uint32_t i = 1; i <= 2; i++) {
        CU_ASSERT(ledger_status_proof_next(&rest, &line, &one, &verdict, memory, &proof));
        CU_ASSERT_EQUAL(one.index, 3);
        CU_ASSERT(ledger_span_is(one.entry, "x"));
        CU_ASSERT_EQUAL(one.checkpoint.size, 9);
        CU_ASSERT_EQUAL(line, 6 + 5 * i);
    }
    CU_ASSERT_EQUAL(rest.size, 0);
    free(memory);
}

static void each_proof_with_the_checkpoint_is_a_proof(void)
{
    struct ledger_proof proof;
    uint8_t *memory = malloc(LEDGER_EVIDENCE_MAX);
    CU_ASSERT_PTR_NOT_NULL_FATAL(memory);
    ledger_verdict_clear(&verdict);
    CU_ASSERT(ledger_proof_parse(&proof, &verdict, memory, ledger_span_of(PROOF CHECKPOINT)));
    free(memory);
}

static void what_is_written_is_read(void)
{
    struct ledger_prefix_path path = {.depth = 1};
    struct ledger_prefix_end end = {.occupied = false};
    struct sample_text text;
    memset(path.siblings[0].bytes, 1, LEDGER_HASH_SIZE);
    sample_start(&text, "");
    ledger_status_proof_write_head(&text.buffer, ledger_span_of("甲 1"), 1, &path, &end);
    ledger_buffer_text(&text.buffer, PROOF PROOF CHECKPOINT);
    CU_ASSERT(ledger_span_is(sample_span(&text), PRESENT));
    path.depth = 0;
    sample_start(&text, "");
    ledger_status_proof_write_head(&text.buffer, ledger_span_of("甲 1"), 0, &path, &end);
    ledger_buffer_text(&text.buffer, PROOF CHECKPOINT);
    CU_ASSERT(ledger_span_is(sample_span(&text), ABSENT));
    CU_ASSERT(parses(ABSENT));
    path.depth = LEDGER_PREFIX_DEPTH;
    end.occupied = true;
    char matter[LEDGER_MATTER_MAX + 1] = {0};
    memset(matter, 'm', LEDGER_MATTER_MAX);
    sample_start(&text, "");
    text.buffer.capacity = LEDGER_STATUS_HEAD_MAX;
    ledger_status_proof_write_head(&text.buffer, ledger_span_of(matter), 0, &path, &end);
    CU_ASSERT_FALSE(text.buffer.overflow);
}

static void the_first_line_tells_a_status_proof(void)
{
    CU_ASSERT(ledger_is_status_proof(ledger_span_of(PRESENT)));
    CU_ASSERT(ledger_is_status_proof(ledger_span_of(HEAD)));
    CU_ASSERT_FALSE(ledger_is_status_proof(ledger_span_of("public-law-ledger/status/v1")));
    CU_ASSERT_FALSE(ledger_is_status_proof(ledger_span_of("public-law-ledger/status/v11\n")));
    CU_ASSERT_FALSE(ledger_is_status_proof(ledger_span_of(PROOF CHECKPOINT)));
    CU_ASSERT_FALSE(ledger_is_status_proof(ledger_span_of("")));
}

static void lines_have_one_spelling_and_their_place(void)
{
    refused("", 1);
    refused("public-law-ledger/status/v2\n" PROOF, 1);
    refused(HEAD, 2);
    refused(HEAD "matter \nentries 0\npath 0\nend empty\n\n" PROOF CHECKPOINT, 2);
    refused(HEAD "matter  甲\nentries 0\npath 0\nend empty\n\n" PROOF CHECKPOINT, 2);
    refused(HEAD "matter 甲  1\nentries 0\npath 0\nend empty\n\n" PROOF CHECKPOINT, 2);
    refused(HEAD "matter 甲 \nentries 0\npath 0\nend empty\n\n" PROOF CHECKPOINT, 2);
    refused(HEAD "entries 0\nmatter 甲\npath 0\nend empty\n\n" PROOF CHECKPOINT, 2);
    refused(HEAD "matter 甲\nentries 00\npath 0\nend empty\n\n" PROOF CHECKPOINT, 3);
    refused(HEAD "matter 甲\nentries -1\npath 0\nend empty\n\n" PROOF CHECKPOINT, 3);
    refused(HEAD "matter 甲\nentries 4611686018427387903\npath 0\n\n" PROOF CHECKPOINT, 3);
    refused(HEAD "matter 甲\nentries 4611686018427387902\npath 257\nend empty\n\n" PROOF, 4);
    refused(HEAD "matter 甲\nentries 0\npath 257\nend empty\n\n" PROOF CHECKPOINT, 4);
    refused(HEAD "matter 甲\nentries 0\npath 1\nend empty\n\n" PROOF CHECKPOINT, 4);
    refused(HEAD "matter 甲\nentries 0\npath 0 " HASH "\nend empty\n\n" PROOF CHECKPOINT, 4);
    refused(HEAD "matter 甲\nentries 0\npath 0\n\n" PROOF CHECKPOINT, 5);
    refused(HEAD "matter 甲\nentries 0\npath 0\nend full\n\n" PROOF CHECKPOINT, 5);
    refused(HEAD "matter 甲\nentries 0\npath 0\nend " HASH "\n\n" PROOF CHECKPOINT, 5);
    refused(HEAD "matter 甲\nentries 0\npath 0\nend empty\n" PROOF CHECKPOINT, 6);
    refused(HEAD "matter 甲\nentries 1\npath 0\nend empty\n\n" PROOF PROOF CHECKPOINT, 5);
}

static void the_number_of_proofs_is_said(void)
{
    refused(HEAD "matter 甲\nentries 1\npath 0\n\n", 6);
    refused(HEAD "matter 甲\nentries 9\npath 0\n\n" PROOF PROOF CHECKPOINT, 21);
    CU_ASSERT_FALSE(parses(HEAD "matter 甲\nentries 2\npath 0\n\n" PROOF PROOF CHECKPOINT));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(verdict.detail, "; or 'entries', 2, is not the number of proofs"));
    CU_ASSERT_FALSE(parses(HEAD "matter 甲\nentries 1\npath 0\n\n" PROOF PROOF PROOF CHECKPOINT));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(verdict.detail, "; or 'entries', 1, is not the number of proofs"));
}

static void a_bad_proof_is_named_with_its_line(void)
{
    static const struct {
        const char *second; /* from line 11 on */
        uint32_t line;
    } cases[] = {
        {"\n", 11},
        {"c2sp.org/tlog-proof@v2\n\n", 11},
        {"c2sp.org/tlog-proof@v1\nextra " HASH "\nindex 3\n\n", 12},
        {"c2sp.org/tlog-proof@v1\nextra " EVIDENCE_64 "\nindex 03\n\n", 13},
        {"c2sp.org/tlog-proof@v1\nextra " EVIDENCE_64 "\nindex 3\nx\n\n", 14},
    };
    uint8_t *memory = malloc(LEDGER_EVIDENCE_MAX);
    CU_ASSERT_PTR_NOT_NULL_FATAL(memory);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ledger_status_proof proof;
        struct ledger_proof one;
        struct sample_text text;
        sample_start(&text, HEAD "matter 甲\nentries 1\npath 0\n\n" PROOF);
        ledger_buffer_text(&text.buffer, cases[i].second);
        ledger_buffer_text(&text.buffer, CHECKPOINT);
        ledger_verdict_clear(&verdict);
        CU_ASSERT_FATAL(ledger_status_proof_parse(&proof, &verdict, sample_span(&text)));
        struct ledger_span rest = proof.proofs;
        uint32_t line = proof.first_line;
        CU_ASSERT(ledger_status_proof_next(&rest, &line, &one, &verdict, memory, &proof));
        size_t left = rest.size;
        CU_ASSERT_FALSE(ledger_status_proof_next(&rest, &line, &one, &verdict, memory, &proof));
        CU_ASSERT_EQUAL(verdict.finding, LEDGER_BAD_PROOF);
        CU_ASSERT_EQUAL(verdict.line, cases[i].line);
        CU_ASSERT_EQUAL(rest.size, left);
    }
    free(memory);
}

/* Also when it is the checkpoint's first, or none. */
static void the_line_of_a_bad_checkpoint_is_that_of_the_file(void)
{
    struct ledger_status_proof proof;
    struct sample_text text;
    CU_ASSERT_FALSE(parses(HEAD "matter 甲\nentries 0\npath 0\nend empty\n\n" PROOF
                                "no name\n9\n" HASH "\n\n— a.example AQEBAQE=\n"));
    CU_ASSERT_EQUAL(verdict.line, 12);
    CU_ASSERT_PTR_NOT_NULL(strstr(verdict.detail, "expected the name of a ledger; or 'entries'"));
    CU_ASSERT_FALSE(parses(HEAD "matter 甲\nentries 0\npath 0\nend empty\n\n" PROOF "a\n"));
    CU_ASSERT_EQUAL(verdict.finding, LEDGER_BAD_NOTE);
    CU_ASSERT_EQUAL(verdict.line, 0);
    sample_start(&text, HEAD "matter 甲\nentries 0\npath 0\nend empty\n\n" PROOF);
    ledger_buffer_text(&text.buffer, "ledger.example\n09\n" HASH "\n\n— a.example AQEBAQE=\n");
    ledger_verdict_clear(&verdict);
    CU_ASSERT_FALSE(ledger_status_proof_parse(&proof, &verdict, sample_span(&text)));
    CU_ASSERT_EQUAL(verdict.finding, LEDGER_BAD_CHECKPOINT);
    CU_ASSERT_EQUAL(verdict.line, 13);
}

static void a_file_of_more_than_a_gibibyte_is_refused(void)
{
    struct ledger_status_proof proof;
    size_t size = LEDGER_STATUS_FILE_MAX + 1;
    uint8_t *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CU_ASSERT_FATAL(bytes != MAP_FAILED);
    bytes[0] = '\n';
    ledger_verdict_clear(&verdict);
    CU_ASSERT_FALSE(ledger_status_proof_parse(&proof, &verdict, (struct ledger_span){bytes, size}));
    CU_ASSERT_EQUAL(verdict.finding, LEDGER_TOO_LONG);
    CU_ASSERT_FALSE(
        ledger_status_proof_parse(&proof, &verdict, (struct ledger_span){bytes, size - 1}));
    CU_ASSERT_EQUAL(verdict.finding, LEDGER_BAD_PROOF);
    munmap(bytes, size);
}

/* Evidence of `size` bytes, with the longest paths. */
static void write_evidence(struct ledger_buffer *buffer, size_t size)
{
    static const struct ledger_prefix_path path = {.depth = LEDGER_PREFIX_DEPTH};
    char line[1000];
    memset(line, 'x', sizeof line);
    ledger_evidence_start(buffer);
    while (size - buffer->size > LEDGER_ENTRY_MAX) {
        ledger_evidence_add(buffer, (struct ledger_span){(const uint8_t *)line, sizeof line},
                            &path);
    }
    uint8_t *entry = calloc(1, LEDGER_ENTRY_MAX);
    CU_ASSERT_PTR_NOT_NULL_FATAL(entry);
    ledger_evidence_finish(buffer, (struct ledger_span){entry, size - buffer->size - 1});
    free(entry);
}

/* Each proof in it, with the checkpoint, is as long as a proof may be, and no longer. */
static void a_proof_in_it_may_be_as_long_as_a_proof_alone(void)
{
    struct ledger_status_proof whole;
    struct ledger_proof one;
    struct ledger_tree_proof path = {.count = 0};
    struct ledger_span checkpoint = ledger_span_of(CHECKPOINT);
    size_t room = LEDGER_PROOF_FILE_MAX - checkpoint.size - sizeof "c2sp.org/tlog-proof@v1" -
                  sizeof "extra " - sizeof "index " + 1; /* for base64, an index and newlines */
    size_t base64 = (room - 8) / 4 * 4;
    uint8_t *memory = malloc(LEDGER_EVIDENCE_MAX);
    uint8_t *evidence = malloc(LEDGER_EVIDENCE_MAX);
    uint8_t *bytes = malloc(LEDGER_PROOF_FILE_MAX + sizeof PROOF);
    CU_ASSERT_FATAL(memory != NULL && evidence != NULL && bytes != NULL);
    struct ledger_buffer text = ledger_buffer_in(evidence, LEDGER_EVIDENCE_MAX);
    write_evidence(&text, base64 / 4 * 3);
    ledger_verdict_clear(&verdict);
    CU_ASSERT_FATAL(ledger_status_proof_parse(&whole, &verdict, ledger_span_of(PRESENT)));
    bool fitted[2] = {false, false};
    uint64_t index = 1;
    for (unsigned digits = 1; digits <= 18; digits++, index *= 10) {
        struct ledger_buffer proof = ledger_buffer_in(bytes, LEDGER_PROOF_FILE_MAX + sizeof PROOF);
        uint32_t line = 6;
        ledger_proof_head_write(&proof, index, &path, ledger_buffer_span(&text));
        size_t size = proof.size + checkpoint.size;
        ledger_buffer_text(&proof, PROOF); /* the next one counts nothing */
        struct ledger_span rest = ledger_buffer_span(&proof);
        bool fits = size <= LEDGER_PROOF_FILE_MAX;
        ledger_verdict_clear(&verdict);
        CU_ASSERT_EQUAL(ledger_status_proof_next(&rest, &line, &one, &verdict, memory, &whole),
                        fits);
        CU_ASSERT_EQUAL(verdict.finding, fits ? LEDGER_NOT_CHECKED : LEDGER_BAD_PROOF);
        CU_ASSERT_EQUAL(verdict.line, fits ? 0 : 6);
        fitted[0] |= size == LEDGER_PROOF_FILE_MAX;
        fitted[1] |= size == LEDGER_PROOF_FILE_MAX + 1;
    }
    CU_ASSERT(fitted[0] && fitted[1]);
    free(bytes);
    free(evidence);
    free(memory);
}

void ledger_suite_status_proof(void)
{
    CU_pSuite suite = CU_add_suite("status_proof", NULL, NULL);
    CU_ADD_TEST(suite, a_proof_has_its_parts);
    CU_ADD_TEST(suite, each_proof_with_the_checkpoint_is_a_proof);
    CU_ADD_TEST(suite, what_is_written_is_read);
    CU_ADD_TEST(suite, the_first_line_tells_a_status_proof);
    CU_ADD_TEST(suite, lines_have_one_spelling_and_their_place);
    CU_ADD_TEST(suite, the_number_of_proofs_is_said);
    CU_ADD_TEST(suite, a_bad_proof_is_named_with_its_line);
    CU_ADD_TEST(suite, the_line_of_a_bad_checkpoint_is_that_of_the_file);
    CU_ADD_TEST(suite, a_file_of_more_than_a_gibibyte_is_refused);
    CU_ADD_TEST(suite, a_proof_in_it_may_be_as_long_as_a_proof_alone);
}
