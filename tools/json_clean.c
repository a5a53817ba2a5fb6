#include "tools/json_clean.h"

#include <stdlib.h>

#include "ledger/base/text.h"
#include "tools/cli.h"

/* Takes one code point off `rest`, which is well-formed UTF-8 and not empty. */
static uint32_t take_code_point(struct ledger_span *rest)
{
    uint8_t lead = rest->data[0];
    size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    uint32_t code = lead & (size == 1 ? 0x7fu : 0xffu >> (size + 1));
    LEDGER_ASSERT(size <= rest->size);
    for (size_t i = 1; i < size; i++) {
        code = code << 6 | (rest->data[i] & 0x3fu);
    }
    rest->data += size;
    rest->size -= size;
    return code;
}

static void print_escape(FILE *stream, uint32_t code)
{
    if (code > 0xffff) {
        code -= 0x10000;
        (void)fprintf(stream, "\\u%04x\\u%04x", (unsigned)(0xd800 + (code >> 10)),
                      (unsigned)(0xdc00 + (code & 0x3ff)));
    } else {
        (void)fprintf(stream, "\\u%04x", (unsigned)code);
    }
}

static void print_clean(FILE *stream, struct ledger_span rest)
{
    size_t clean = 0;
    while (!ledger_text_clean(rest, &clean)) {
        (void)fwrite(rest.data, 1, clean, stream);
        rest.data += clean;
        rest.size -= clean;
        print_escape(stream, take_code_point(&rest));
    }
    (void)fwrite(rest.data, 1, rest.size, stream);
}

void json_print_clean(FILE *stream, struct json_value *value)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    if (memory == NULL) {
        exit(cli_fail("cannot build the JSON output: out of memory"));
    }
    json_print(memory, value);
    bool lost = ferror(memory) != 0;
    if (fclose(memory) != 0 || lost) {
        exit(cli_fail("cannot build the JSON output: out of memory"));
    }
    print_clean(stream, (struct ledger_span){(const uint8_t *)text, size});
    free(text);
}
