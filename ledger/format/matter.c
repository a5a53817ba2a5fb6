#include "ledger/format/matter.h"

#include <string.h>

#include "ledger/format/line_reader.h"

#define BRACKET_OPEN 0x3014u
#define BRACKET_CLOSE 0x3015u
#define PARENTHESIS_OPEN 0xFF08u
#define PARENTHESIS_CLOSE 0xFF09u

/* The marks of ASCII that may stand in a number. */
static const char ascii_marks[] = " -./:_#+,&'";

/* Han characters, without those that are another spelling of one of them (compatibility forms and
 * radicals), and the marks that numbers are written with. Sorted. */
static const struct {
    uint32_t first;
    uint32_t last;
} wide[] = {
    {0x00B7, 0x00B7},                      /* · */
    {0x3001, 0x3001},                      /* 、 */
    {0x3007, 0x3007},                      /* 〇 */
    {0x300A, 0x300B},                      /* 《》 */
    {BRACKET_OPEN, BRACKET_CLOSE},         /* 〔〕 */
    {0x3400, 0x4DBF},                      /* Han, extension A */
    {0x4E00, 0x9FFF},                      /* Han */
    {PARENTHESIS_OPEN, PARENTHESIS_CLOSE}, /* （） */
    {0x20000, 0x2F7FF},                    /* Han, extensions B to F and I */
    {0x30000, 0x323AF},                    /* Han, extensions G and H */
};

/* Other spellings, and the one. */
static const struct {
    uint32_t code;
    uint32_t plain;
} others[] = {
    {'(', PARENTHESIS_OPEN}, {')', PARENTHESIS_CLOSE},
    {'[', BRACKET_OPEN},     {']', BRACKET_CLOSE},
    {0x00A0, ' '},           {0x2010, '-'},
    {0x2011, '-'},           {0x2012, '-'},
    {0x2013, '-'},           {0x2014, '-'},
    {0x2015, '-'},           {0x2018, '\''},
    {0x2019, '\''},          {0x2022, 0x00B7},
    {0x2027, 0x00B7},        {0x2212, '-'},
    {0x25CB, 0x3007},        {0x25EF, 0x3007},
    {0x3000, ' '},           {0x3008, 0x300A},
    {0x3009, 0x300B},        {0x3010, BRACKET_OPEN},
    {0x3011, BRACKET_CLOSE}, {0x3016, BRACKET_OPEN},
    {0x3017, BRACKET_CLOSE}, {0x3018, BRACKET_OPEN},
    {0x3019, BRACKET_CLOSE}, {0x301A, BRACKET_OPEN},
    {0x301B, BRACKET_CLOSE}, {0x30FB, 0x00B7},
    {0xFF3B, BRACKET_OPEN},  {0xFF3D, BRACKET_CLOSE},
};

static bool is_ascii(uint32_t code)
{
    return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') ||
           (code >= '0' && code <= '9') ||
           (code < 0x80 && code != 0 && strchr(ascii_marks, (int)code) != NULL);
}

static bool is_plain(uint32_t code)
{
    bool found = code < 0x80 && is_ascii(code);
    for (size_t i = 0; !found && code >= 0x80 && i < sizeof wide / sizeof wide[0]; i++) {
        found = code >= wide[i].first && code <= wide[i].last;
    }
    return found;
}

/* The one spelling of a character; itself if it is that, or has none. */
static uint32_t spell(uint32_t code)
{
    if (is_plain(code)) {
        return code;
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (others[i].code == code) {
            return others[i].plain;
        }
    }
    bool full_width = code >= 0xFF01 && code <= 0xFF5E && is_ascii(code - 0xFF01 + 0x21);
    return full_width ? code - 0xFF01 + 0x21 : code;
}

static void add_code(struct ledger_buffer *out, uint32_t code)
{
    uint8_t bytes[4];
    size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = size; i-- > 1; code >>= 6) {
        bytes[i] = (uint8_t)(0x80 | (code & 0x3F));
    }
    bytes[0] = (uint8_t)(size == 1 ? code : (0xF00U >> size & 0xFFU) | code);
    ledger_buffer_add(out, (struct ledger_span){bytes, size});
}

void ledger_matter_spell(struct ledger_buffer *out, struct ledger_span text)
{
    uint32_t code;
    bool begun = false;
    bool space = false;
    while (ledger_text_next(&text, &code)) {
        uint32_t plain = spell(code);
        if (plain == ' ') {
            space = begun;
            continue;
        }
        if (space) {
            add_code(out, ' ');
        }
        add_code(out, plain);
        begun = true;
        space = false;
    }
}

bool ledger_matter_is_title(struct ledger_span text)
{
    return ledger_text_is_phrase(text, LEDGER_MATTER_MAX) && !ledger_has_double_space(text);
}

bool ledger_matter_is_plain(struct ledger_verdict *verdict, struct ledger_span matter)
{
    uint8_t memory[2 * LEDGER_MATTER_MAX];
    struct ledger_buffer spelled = ledger_buffer_in(memory, sizeof memory);
    struct ledger_span rest = matter;
    uint32_t code;
    while (ledger_text_next(&rest, &code)) {
        if (is_plain(code)) {
            continue;
        }
        ledger_matter_spell(&spelled, matter);
        bool known = spell(code) != code && !spelled.overflow;
        return ledger_verdict_set(
            verdict, LEDGER_BAD_MATTER,
            known ? "U+%04X may not stand in the number of a new matter: write '%.*s'"
                  : "U+%04X may not stand in the number of a new matter: it is written with Han "
                    "characters, ASCII letters and digits, and few marks",
            (unsigned)code, (int)spelled.size, (const char *)spelled.data);
    }
    return true;
}
