#include "ledger/base/json_line.h"

#include <string.h>

/* What is left to read, and the open containers: bit i of `objects` tells whether the container
 * at depth i + 1 is an object. */
struct scan {
    const uint8_t *at;
    const uint8_t *end;
    uint32_t objects;
    unsigned depth;
};

_Static_assert(LEDGER_JSON_DEPTH <= 32, "the stack is one word");

static bool peek(const struct scan *scan, uint8_t byte)
{
    return scan->at < scan->end && *scan->at == byte;
}

static bool take(struct scan *scan, uint8_t byte)
{
    if (!peek(scan, byte)) {
        return false;
    }
    scan->at++;
    return true;
}

static bool take_digits(struct scan *scan)
{
    const uint8_t *start = scan->at;
    while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9') {
        scan->at++;
    }
    return scan->at > start;
}

static bool take_number(struct scan *scan)
{
    (void)take(scan, '-');
    if (!take(scan, '0') && !take_digits(scan)) {
        return false;
    }
    if (take(scan, '.') && !take_digits(scan)) {
        return false;
    }
    if (take(scan, 'e') || take(scan, 'E')) {
        if (!take(scan, '+')) {
            (void)take(scan, '-');
        }
        return take_digits(scan);
    }
    return true;
}

static bool take_literal(struct scan *scan, const char *word)
{
    size_t size = strlen(word);
    if ((size_t)(scan->end - scan->at) < size || memcmp(scan->at, word, size) != 0) {
        return false;
    }
    scan->at += size;
    return true;
}

static bool take_hex4(struct scan *scan, uint32_t *unit)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < 4; i++) {
        if (scan->at == scan->end) {
            return false;
        }
        uint8_t byte = *scan->at++;
        if (byte >= '0' && byte <= '9') {
            value = value << 4 | (uint32_t)(byte - '0');
        } else if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f') {
            value = value << 4 | (uint32_t)((byte | 0x20) - 'a' + 10);
        } else {
            return false;
        }
    }
    *unit = value;
    return true;
}

/* What follows a backslash. Escaped surrogates come in pairs, high before low. */
static bool take_escape(struct scan *scan)
{
    uint32_t unit;
    if (!take(scan, 'u')) {
        return scan->at < scan->end && *scan->at != 0 && strchr("\"\\/bfnrt", *scan->at++) != NULL;
    }
    if (!take_hex4(scan, &unit)) {
        return false;
    }
    if (unit < 0xD800 || unit > 0xDFFF) {
        return true;
    }
    return unit <= 0xDBFF && take(scan, '\\') && take(scan, 'u') && take_hex4(scan, &unit) &&
           unit >= 0xDC00 && unit <= 0xDFFF;
}

static bool take_string(struct scan *scan)
{
    if (!take(scan, '"')) {
        return false;
    }
    while (scan->at < scan->end) {
        uint8_t byte = *scan->at++;
        if (byte == '"') {
            return true;
        }
        if (byte < 0x20 || (byte == '\\' && !take_escape(scan))) {
            return false;
        }
    }
    return false;
}

static bool take_name(struct scan *scan)
{
    return take_string(scan) && take(scan, ':');
}

static bool in_object(const struct scan *scan)
{
    return (scan->objects >> (scan->depth - 1) & 1) != 0;
}

static uint8_t closing(const struct scan *scan)
{
    return in_object(scan) ? '}' : ']';
}

/* Opens a container. `*inside` tells that its first value comes next; else it is empty. */
static bool open_container(struct scan *scan, bool object, bool *inside)
{
    if (scan->depth == LEDGER_JSON_DEPTH) {
        return false;
    }
    uint32_t bit = UINT32_C(1) << scan->depth;
    scan->objects = object ? scan->objects | bit : scan->objects & ~bit;
    scan->depth++;
    *inside = !peek(scan, closing(scan));
    return !*inside || !object || take_name(scan);
}

static bool begin_value(struct scan *scan, bool *inside)
{
    *inside = false;
    if (take(scan, '{')) {
        return open_container(scan, true, inside);
    }
    if (take(scan, '[')) {
        return open_container(scan, false, inside);
    }
    if (peek(scan, '"')) {
        return take_string(scan);
    }
    return take_literal(scan, "true") || take_literal(scan, "false") ||
           take_literal(scan, "null") || take_number(scan);
}

/* After a value: closes what ends here. `*done` tells that nothing is open any more; else the
 * next value of a container follows. */
static bool end_value(struct scan *scan, bool *done)
{
    while (scan->depth > 0 && take(scan, closing(scan))) {
        scan->depth--;
    }
    *done = scan->depth == 0;
    return *done || (take(scan, ',') && (!in_object(scan) || take_name(scan)));
}

bool ledger_is_json_line(struct ledger_span text)
{
    if (text.size == 0) {
        return false;
    }
    struct scan scan = {text.data, text.data + text.size, 0, 0};
    bool done = false;
    while (!done) {
        bool inside;
        if (!begin_value(&scan, &inside) || (!inside && !end_value(&scan, &done))) {
            return false;
        }
    }
    return scan.at == scan.end;
}
