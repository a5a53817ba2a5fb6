/* Lines of JSON: read as Jansson reads them, but for what Jansson cannot hold and for white space. */
#include <jansson.h>
#include <string.h>

#include "ledger/base/json_line.h"
#include "tests/trust/fuzzing/fuzz.h"

/* White space outside strings, and how deep the containers go. */
static void look(struct ledger_span text, bool *spaced, unsigned *depth)
{
    bool in_string = false;
    unsigned open = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = (char)text.data[i];
        if (in_string && c == '\\') {
            i++;
        } else if (c == '"') {
            in_string = !in_string;
        } else if (!in_string && strchr(" \t\r\n", c) != NULL) {
            *spaced = true;
        } else if (!in_string && (c == '[' || c == '{')) {
            open++;
            *depth = open > *depth ? open : *depth;
        } else if (!in_string && (c == ']' || c == '}') && open > 0) {
            open--;
        }
    }
}

/* What JSON may be and Jansson cannot hold: large numbers, names with a NUL. */
static bool is_beyond(const json_error_t *error)
{
    enum json_error_code code = json_error_code(error);
    return code == json_error_numeric_overflow || code == json_error_null_byte_in_key;
}

bool fuzz_target(struct ledger_span input)
{
    json_error_t error;
    bool spaced = false;
    unsigned depth = 0;
    bool ours = ledger_is_json_line(input);
    if (input.size == 0 || !ledger_text_clean(input, NULL)) {
        return false;
    }
    json_t *value =
        json_loadb((const char *)input.data, input.size, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    look(input, &spaced, &depth);
    bool theirs = value != NULL ? !spaced && depth <= LEDGER_JSON_DEPTH : is_beyond(&error) && ours;
    fuzz_agree(input, ours, theirs);
    json_decref(value);
    return ours;
}
