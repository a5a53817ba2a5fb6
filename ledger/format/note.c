#include "ledger/format/note.h"

#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/format/line_reader.h"

#define DASH "\xe2\x80\x94 " /* em dash, U+2014, and a space */
#define KEY_ID_SIZE 4
#define COSIGNATURE_HEAD 64 /* room for "cosignature/v1\ntime <seconds>\n" */

/* "— <name> <base64>", the base64 not yet looked at. */
static bool split_line(struct ledger_span line, struct ledger_span *name,
                       struct ledger_span *base64)
{
    struct ledger_span rest;
    return ledger_line_after(line, DASH, &rest) && ledger_span_take_word(&rest, name, NULL) &&
           ledger_span_take_word(&rest, base64, NULL) && rest.size == 0;
}

static bool is_signature_line(struct ledger_span line)
{
    struct ledger_span name;
    struct ledger_span base64;
    size_t size = 0;
    return split_line(line, &name, &base64) && ledger_text_is_name(name) &&
           line.data[line.size - 1] != ' ' && ledger_is_base64(&size, base64) &&
           size > KEY_ID_SIZE && size <= KEY_ID_SIZE + LEDGER_SIGNATURE_MAX;
}

/* Finds the last empty line: the offset of the LF before it. */
static bool find_split(struct ledger_span bytes, size_t *end_of_text)
{
    size_t left = bytes.size;
    const uint8_t *last;
    while (left > 0 && (last = memrchr(bytes.data, '\n', left)) != NULL) {
        left = (size_t)(last - bytes.data);
        if (left > 0 && bytes.data[left - 1] == '\n') {
            *end_of_text = left;
            return true;
        }
    }
    return false;
}

/* `text` is counted only if something is found: most notes are right. */
static bool fail_at(struct ledger_verdict *verdict, const struct ledger_note *note, uint32_t number)
{
    return ledger_verdict_at(verdict, ledger_line_of(note->text, note->text.size) + number);
}

static bool check_signatures(struct ledger_note *note, struct ledger_verdict *verdict)
{
    struct ledger_line_reader reader = ledger_line_reader_on(note->signatures);
    while (ledger_line_reader_next(&reader)) {
        if (!is_signature_line(reader.line)) {
            ledger_verdict_set(
                verdict, LEDGER_BAD_NOTE,
                "after the last empty line: expected '\xe2\x80\x94 <name> <base64>'");
            return fail_at(verdict, note, reader.number);
        }
        if (reader.number > LEDGER_SIGNATURES_MAX) {
            ledger_verdict_set(verdict, LEDGER_BAD_NOTE, "more than %d signature lines",
                               LEDGER_SIGNATURES_MAX);
            return fail_at(verdict, note, reader.number);
        }
        note->count = reader.number;
    }
    if (note->count == 0) {
        ledger_verdict_set(verdict, LEDGER_BAD_NOTE, "nobody signed: there is no signature line");
        return fail_at(verdict, note, 0);
    }
    return true;
}

bool ledger_note_parse(struct ledger_note *note, struct ledger_verdict *verdict,
                       struct ledger_span bytes)
{
    if (bytes.size > LEDGER_NOTE_MAX) {
        return ledger_verdict_set(verdict, LEDGER_TOO_LONG,
                                  "a note of %zu bytes: at most %d are allowed", bytes.size,
                                  LEDGER_NOTE_MAX);
    }
    if (!ledger_check_clean(verdict, bytes)) {
        return false;
    }
    if (bytes.size == 0 || bytes.data[bytes.size - 1] != '\n') {
        ledger_verdict_set(verdict, LEDGER_BAD_NOTE, "the last line does not end in a newline");
        return ledger_verdict_at(verdict, ledger_line_of(bytes, bytes.size));
    }
    size_t end = 0;
    if (!find_split(bytes, &end)) {
        return ledger_verdict_set(verdict, LEDGER_BAD_NOTE,
                                  "no empty line between text and signatures");
    }
    struct ledger_note parsed = {.text = {bytes.data, end},
                                 .signatures = {bytes.data + end + 1, bytes.size - end - 1}};
    if (!check_signatures(&parsed, verdict)) {
        return false;
    }
    *note = parsed;
    return true;
}

bool ledger_note_next(struct ledger_span *rest, struct ledger_signature *signature)
{
    struct ledger_span line;
    if (!ledger_span_take_line(rest, &line)) {
        return false;
    }
    struct ledger_signature next;
    bool split = split_line(line, &next.name, &next.base64);
    LEDGER_ASSERT(split && next.base64.size >= 8);
    uint8_t head[6];
    size_t head_size = 0;
    bool decoded = ledger_read_base64_any(head, &head_size, sizeof head,
                                          (struct ledger_span){next.base64.data, 8});
    LEDGER_ASSERT(decoded && head_size > KEY_ID_SIZE);
    const uint8_t *end = next.base64.data + next.base64.size;
    size_t padding = (size_t)(end[-1] == '=') + (size_t)(end[-2] == '=');
    next.key_id = ledger_get_be32(head);
    next.size = next.base64.size / 4 * 3 - padding - KEY_ID_SIZE;
    *signature = next;
    return true;
}

bool ledger_signature_bytes(uint8_t *bytes, size_t size, const struct ledger_signature *signature)
{
    LEDGER_ASSERT(size <= LEDGER_SIGNATURE_KNOWN);
    uint8_t decoded[KEY_ID_SIZE + LEDGER_SIGNATURE_KNOWN];
    if (signature->size != size ||
        !ledger_read_base64(decoded, KEY_ID_SIZE + size, signature->base64)) {
        return false;
    }
    memcpy(bytes, decoded + KEY_ID_SIZE, size);
    return true;
}

void ledger_cosignature_message(struct ledger_buffer *buffer, uint64_t seconds,
                                struct ledger_span note_text)
{
    ledger_buffer_text(buffer, "cosignature/v1\ntime ");
    ledger_buffer_decimal(buffer, seconds);
    ledger_buffer_text(buffer, "\n");
    ledger_buffer_add(buffer, note_text);
}

static bool signs_text(const struct ledger_signature *signature, const struct ledger_note *note,
                       const struct ledger_vkey *vkey)
{
    uint8_t bytes[LEDGER_SIGNATURE_SIZE];
    return ledger_signature_bytes(bytes, sizeof bytes, signature) &&
           ledger_ed25519_verify(bytes, note->text, vkey->key);
}

static bool cosigns_text(const struct ledger_signature *signature, const struct ledger_note *note,
                         const struct ledger_vkey *vkey, uint64_t *seconds)
{
    uint8_t bytes[LEDGER_COSIGNATURE_SIZE];
    if (!ledger_signature_bytes(bytes, sizeof bytes, signature)) {
        return false;
    }
    uint64_t time = ledger_get_be64(bytes);
    uint8_t memory[COSIGNATURE_HEAD + LEDGER_NOTE_MAX];
    struct ledger_buffer message = ledger_buffer_in(memory, sizeof memory);
    ledger_cosignature_message(&message, time, note->text);
    if (time > INT64_MAX || message.overflow ||
        !ledger_ed25519_verify(bytes + sizeof time, ledger_buffer_span(&message), vkey->key)) {
        return false;
    }
    *seconds = time;
    return true;
}

enum ledger_signed ledger_note_signed_by(const struct ledger_note *note,
                                         const struct ledger_vkey *vkey, uint64_t *time)
{
    enum ledger_signed result = LEDGER_SIGNED_NOT;
    uint64_t latest = 0;
    struct ledger_span rest = note->signatures;
    struct ledger_signature signature;
    while (ledger_note_next(&rest, &signature)) {
        if (signature.key_id != vkey->id ||
            !ledger_span_equal(signature.name, ledger_vkey_name(vkey))) {
            continue;
        }
        uint64_t seconds = 0;
        bool well = vkey->type == LEDGER_KEY_COSIGNATURE
                        ? cosigns_text(&signature, note, vkey, &seconds)
                        : signs_text(&signature, note, vkey);
        if (!well) {
            return LEDGER_SIGNED_BADLY;
        }
        latest = seconds > latest ? seconds : latest;
        result = LEDGER_SIGNED_WELL;
    }
    if (result == LEDGER_SIGNED_WELL && vkey->type == LEDGER_KEY_COSIGNATURE && time != NULL) {
        *time = latest;
    }
    return result;
}

void ledger_note_write_line(struct ledger_buffer *buffer, struct ledger_span name, uint32_t key_id,
                            const uint8_t *signature, size_t size)
{
    LEDGER_ASSERT(size <= LEDGER_SIGNATURE_KNOWN);
    uint8_t bytes[KEY_ID_SIZE + LEDGER_SIGNATURE_KNOWN];
    const uint8_t id[KEY_ID_SIZE] = {(uint8_t)(key_id >> 24), (uint8_t)(key_id >> 16),
                                     (uint8_t)(key_id >> 8), (uint8_t)key_id};
    memcpy(bytes, id, KEY_ID_SIZE);
    memcpy(bytes + KEY_ID_SIZE, signature, size);
    ledger_buffer_text(buffer, DASH);
    ledger_buffer_add(buffer, name);
    ledger_buffer_text(buffer, " ");
    ledger_buffer_base64(buffer, bytes, KEY_ID_SIZE + size);
    ledger_buffer_text(buffer, "\n");
}

void ledger_note_write_signature(struct ledger_buffer *buffer, const struct ledger_vkey *vkey,
                                 const uint8_t *signature, size_t size)
{
    LEDGER_ASSERT(size == (vkey->type == LEDGER_KEY_COSIGNATURE ? LEDGER_COSIGNATURE_SIZE
                                                                : LEDGER_SIGNATURE_SIZE));
    ledger_note_write_line(buffer, ledger_vkey_name(vkey), vkey->id, signature, size);
}
