/*
 * record_samples.h - a record with a line of every sort, and changes to it that must be refused.
 */
#ifndef LEDGER_TESTS_RECORD_SAMPLES_H
#define LEDGER_TESTS_RECORD_SAMPLES_H

#include "ledger/format/record.h"
#include "tests/format_samples.h"

#define DIGEST "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define DOCUMENT                                                                                   \
    "document sha256 " DIGEST " 3 \xe9\x89\xb4\xe5\xae\x9a \xe6\x84\x8f\xe8\xa7\x81.pdf\n"
#define MATTER                                                                                     \
    "\xe7\xb2\xa4\xe5\x8d\x97\xe3\x80\x94"                                                         \
    "2026\xe3\x80\x95\xe7\xac\xac"                                                                 \
    "1\xe5\x8f\xb7"

#define PARTY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define OTHER_PARTY "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"

#define LINES 17
static const char *const plain_lines[LINES] = {
    LEDGER_RECORD_HEADER "\n",
    "ledger publiclaw.gz.example/2026\n",
    "kind forensic-appraisal\n",
    "event issue\n",
    "matter " MATTER "\n",
    "institution smu-forensics.gz.example\n",
    "time 2026-11-23T10:21:07+08:00\n",
    "nonce AAECAwQFBgcICQoLDA0ODw==\n",
    "category pathology\n",
    "party " PARTY "\n",
    "party " OTHER_PARTY "\n",
    "refers \xe7\xa9\x97\xe5\xbe\x8b 7\n",
    "field amount 12 345.60\n",
    "field amount-2 x\n",
    DOCUMENT,
    DOCUMENT,
    "data {\"a\":1}\n",
};
#define FIRST_OPTIONAL 8
#define DOCUMENTS 14

static inline bool parse(struct ledger_record *record, struct ledger_verdict *verdict,
                         const struct sample_text *text)
{
    ledger_verdict_clear(verdict);
    return ledger_record_parse_draft(record, verdict, sample_span(text));
}

static inline void plain(struct sample_text *text)
{
    sample_start(text, "");
    for (size_t i = 0; i < LINES; i++) {
        ledger_buffer_text(&text->buffer, plain_lines[i]);
    }
}

/* A record of kind authority that ends in `tail`. */
static inline void authority(struct sample_text *text, const char *tail)
{
    sample_start(text, "");
    for (size_t i = 0; i < FIRST_OPTIONAL; i++) {
        ledger_buffer_text(&text->buffer, i == 2 ? "kind authority\n" : plain_lines[i]);
    }
    ledger_buffer_text(&text->buffer, tail);
}

static inline void check_refused(const struct sample_text *text, uint32_t line)
{
    struct ledger_record record;
    struct ledger_verdict verdict;
    CU_ASSERT_FALSE(parse(&record, &verdict, text));
    CU_ASSERT_EQUAL(verdict.finding, LEDGER_BAD_RECORD);
    CU_ASSERT_EQUAL(verdict.line, line);
}

/* The plain record with a change in it, which must be refused at `line`. */
static inline void check_change(const char *what, const char *with, uint32_t line)
{
    struct sample_text text;
    struct sample_text changed;
    plain(&text);
    sample_replace(&changed, sample_span(&text), what, with);
    check_refused(&changed, line);
}

#endif
