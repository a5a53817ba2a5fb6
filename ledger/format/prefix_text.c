#include "ledger/format/prefix_text.h"

#include "ledger/base/encoding.h"
#include "ledger/format/list.h"

#define END_EMPTY "empty"

bool ledger_prefix_path_read(struct ledger_prefix_path *path, struct ledger_span text)
{
    struct ledger_span word;
    uint64_t depth = 0;
    bool more = false;
    if (!ledger_span_take_word(&text, &word, &more) ||
        !ledger_read_decimal(&depth, word, LEDGER_PREFIX_DEPTH)) {
        return false;
    }
    for (size_t i = 0; i < depth; i++) {
        if (!ledger_span_take_word(&text, &word, &more) ||
            !ledger_read_base64(path->siblings[i].bytes, LEDGER_HASH_SIZE, word)) {
            return false;
        }
    }
    path->depth = (unsigned)depth;
    return !more;
}

bool ledger_prefix_end_read(struct ledger_prefix_end *end, struct ledger_span text)
{
    struct ledger_span key;
    struct ledger_span value;
    end->occupied = !ledger_span_is(text, END_EMPTY);
    return !end->occupied || (ledger_list_split(text, ' ', &key, &value) &&
                              ledger_read_base64(end->key.bytes, LEDGER_HASH_SIZE, key) &&
                              ledger_read_base64(end->value.bytes, LEDGER_HASH_SIZE, value));
}

void ledger_prefix_path_write(struct ledger_buffer *buffer, const struct ledger_prefix_path *path)
{
    LEDGER_ASSERT(path->depth <= LEDGER_PREFIX_DEPTH);
    ledger_buffer_text(buffer, "path ");
    ledger_buffer_decimal(buffer, path->depth);
    for (unsigned i = 0; i < path->depth; i++) {
        ledger_buffer_text(buffer, " ");
        ledger_buffer_base64(buffer, path->siblings[i].bytes, LEDGER_HASH_SIZE);
    }
    ledger_buffer_text(buffer, "\n");
}

void ledger_prefix_end_write(struct ledger_buffer *buffer, const struct ledger_prefix_end *end)
{
    if (!end->occupied) {
        ledger_buffer_text(buffer, "end " END_EMPTY "\n");
        return;
    }
    ledger_buffer_text(buffer, "end ");
    ledger_buffer_base64(buffer, end->key.bytes, LEDGER_HASH_SIZE);
    ledger_buffer_text(buffer, " ");
    ledger_buffer_base64(buffer, end->value.bytes, LEDGER_HASH_SIZE);
    ledger_buffer_text(buffer, "\n");
}
