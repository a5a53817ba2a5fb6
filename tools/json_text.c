#include "tools/json_text.h"

#include <string.h>

static bool is_white(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_structure(uint8_t byte)
{
    return memchr("{}[]:,\"", byte, 7) != NULL;
}

/* The place after the string that begins at `at`, or the end. */
static size_t after_string(struct ledger_span text, size_t at)
{
    for (at++; at < text.size && text.data[at] != '"'; at++) {
        if (text.data[at] == '\\') {
            at++;
        }
    }
    return at < text.size ? at + 1 : text.size;
}

size_t json_text_squeeze(uint8_t *text, size_t size)
{
    struct ledger_span whole = {text, size};
    size_t kept = 0;
    size_t at = 0;
    while (at < size) {
        if (is_white(text[at])) {
            while (at < size && is_white(text[at])) {
                at++;
            }
            if (at < size && kept > 0 && !is_structure(text[kept - 1]) && !is_structure(text[at])) {
                text[kept++] = ' ';
            }
            continue;
        }
        size_t end = text[at] == '"' ? after_string(whole, at) : at + 1;
        memmove(text + kept, text + at, end - at);
        kept += end - at;
        at = end;
    }
    return kept;
}

/* The place of the ',' or bracket that ends the value at `at`. */
static size_t after_value(struct ledger_span text, size_t at)
{
    size_t depth = 0;
    while (at < text.size) {
        uint8_t byte = text.data[at];
        bool closes = byte == '}' || byte == ']';
        if (depth == 0 && (closes || byte == ',')) {
            break;
        }
        depth += byte == '{' || byte == '[';
        depth -= closes;
        at = byte == '"' ? after_string(text, at) : at + 1;
    }
    return at;
}

bool json_text_member(struct ledger_span *value, struct ledger_span object, const char *name)
{
    size_t at = 1;
    while (at < object.size && object.data[at] == '"') {
        size_t after_name = after_string(object, at);
        struct ledger_span found = {object.data + at + 1, after_name - at - 2};
        size_t start = after_name + 1;
        size_t end = after_value(object, start);
        if (ledger_span_is(found, name)) {
            *value = (struct ledger_span){object.data + start, end - start};
            return true;
        }
        at = end + 1;
    }
    return false;
}
