#include "tools/authority_text.h"

#include <string.h>

#include "ledger/base/text.h"

/* --- what is wrong --- */

static bool begins(struct ledger_span text, const char *bytes)
{
    size_t size = strlen(bytes);
    return text.size >= size && memcmp(text.data, bytes, size) == 0;
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

static bool all_blank(struct ledger_span text)
{
    size_t i = 0;
    while (i < text.size && is_blank(text.data[i])) {
        i++;
    }
    return i == text.size;
}

/* Causes that a look at either end shows, or NULL. `text` is not empty. */
static const char *cause_at_ends(struct ledger_span text)
{
    uint8_t last = text.data[text.size - 1];
    if (begins(text, "\xff\xfe") || begins(text, "\xfe\xff")) {
        return "the file is in UTF-16: save it as UTF-8 without a byte order mark";
    }
    if (begins(text, "\xef\xbb\xbf")) {
        return "a byte order mark stands before it: save the file as UTF-8 without one";
    }
    if (last == '\r') {
        return "it ends with a carriage return: save the file with line ends of Unix (LF), not of "
               "Windows (CR LF)";
    }
    if (all_blank(text)) {
        return "it has only blanks: leave it empty, or take it out";
    }
    if (is_blank(text.data[0])) {
        return "it begins with a blank: take that out";
    }
    return is_blank(last) ? "it ends with a blank: take that out" : NULL;
}

static bool fail(struct ledger_verdict *verdict, struct ledger_span text)
{
    const char *cause = text.size > 0 ? cause_at_ends(text) : "it is empty";
    size_t bad_at = 0;
    if (cause != NULL) {
        return ledger_verdict_set(verdict, LEDGER_BAD_AUTHORITY_LINE, "%s", cause);
    }
    if (text.size > LEDGER_AUTHORITY_LINE_MAX) {
        return ledger_verdict_set(verdict, LEDGER_BAD_AUTHORITY_LINE,
                                  "it has %zu bytes, and at most %d are allowed", text.size,
                                  LEDGER_AUTHORITY_LINE_MAX);
    }
    if (!ledger_text_clean(text, &bad_at)) {
        return ledger_verdict_set(verdict, LEDGER_BAD_AUTHORITY_LINE,
                                  text.data[bad_at] == '\t'
                                      ? "byte %zu of it is a tab: one space stands between words"
                                      : "byte %zu of it begins an invalid, control, bidi or "
                                        "invisible character: take that out",
                                  bad_at + 1);
    }
    return ledger_verdict_set(verdict, LEDGER_BAD_AUTHORITY_LINE,
                              "it has a newline, or a space at one of its ends");
}

bool authority_text_is_clean(struct ledger_verdict *verdict, struct ledger_span text)
{
    return ledger_text_is_phrase(text, LEDGER_AUTHORITY_LINE_MAX) || fail(verdict, text);
}

bool authority_text_parse(struct ledger_hasher *hasher, struct ledger_authority_line *line,
                          struct ledger_verdict *verdict, struct ledger_span text)
{
    return authority_text_is_clean(verdict, text) &&
           ledger_authority_line_parse(hasher, line, verdict, text);
}

/* --- subjects --- */

static bool is_key(struct ledger_hasher *hasher, struct ledger_span text)
{
    struct ledger_vkey vkey;
    struct ledger_verdict ignored;
    ledger_verdict_clear(&ignored);
    return ledger_vkey_parse(hasher, &vkey, &ignored, text) && vkey.type == LEDGER_KEY_ED25519;
}

static bool is_kind_and_event(struct ledger_span text)
{
    struct ledger_span kind;
    return ledger_span_take_word(&text, &kind, NULL) && ledger_text_is_token(kind) &&
           ledger_text_is_token(text);
}

bool authority_text_is_subject(struct ledger_hasher *hasher, struct ledger_span text)
{
    struct ledger_span rest = text;
    struct ledger_span word;
    if (ledger_span_is(text, "operator") || ledger_span_is(text, "threshold") ||
        ledger_span_is(text, "rules")) {
        return true;
    }
    if (!ledger_span_take_word(&rest, &word, NULL)) {
        return false;
    }
    if (ledger_span_is(word, "governor") || ledger_span_is(word, "key") ||
        ledger_span_is(word, "compromise")) {
        return is_key(hasher, rest);
    }
    return (ledger_span_is(word, "institution") && ledger_text_is_name(rest)) ||
           (ledger_span_is(word, "rule") && is_kind_and_event(rest));
}
