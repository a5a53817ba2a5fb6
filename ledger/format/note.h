/*
 * note.h - signed notes (c2sp.org/signed-note): text, a blank line, signature lines.
 *
 * A parsed note borrows the bytes it was parsed from.
 */
#ifndef LEDGER_FORMAT_NOTE_H
#define LEDGER_FORMAT_NOTE_H

#include "ledger/base/status.h"
#include "ledger/format/vkey.h"

#define LEDGER_NOTE_MAX 65535      /* bytes of a note */
#define LEDGER_SIGNATURES_MAX 64   /* signature lines of a note */
#define LEDGER_SIGNATURE_SIZE 64   /* Ed25519 */
#define LEDGER_COSIGNATURE_SIZE 72 /* big-endian seconds || Ed25519 */
#define LEDGER_SIGNATURE_MAX 8192  /* bytes of any signature, known or not */
#define LEDGER_SIGNATURE_KNOWN 512 /* bytes of the signatures of this project, at most */

struct ledger_note {
    struct ledger_span text;       /* ends in LF; what is signed */
    struct ledger_span signatures; /* the signature lines */
    unsigned count;                /* of signature lines, 1 to LEDGER_SIGNATURES_MAX */
};

struct ledger_signature {
    struct ledger_span name;
    uint32_t key_id;
    size_t size;               /* bytes after the key ID */
    struct ledger_span base64; /* key ID and signature */
};

/* Splits a note at its last empty line. Text must be clean and not empty, every signature line
 * exact. Signatures are not verified. Sets BAD_TEXT, TOO_LONG or BAD_NOTE with the line. */
LEDGER_API bool ledger_note_parse(struct ledger_note *note, struct ledger_verdict *verdict,
                                  struct ledger_span bytes);

/* Takes the next signature off `rest`, which starts as note->signatures. False at the end. Only
 * for lines that ledger_note_parse accepted. */
LEDGER_API bool ledger_note_next(struct ledger_span *rest, struct ledger_signature *signature);

/* The bytes after the key ID; false unless there are exactly `size` (at most
 * LEDGER_SIGNATURE_KNOWN). */
LEDGER_API bool ledger_signature_bytes(uint8_t *bytes, size_t size,
                                       const struct ledger_signature *signature);

enum ledger_signed {
    LEDGER_SIGNED_NOT,   /* no line with this name and key ID */
    LEDGER_SIGNED_BADLY, /* a line with this name and key ID does not verify */
    LEDGER_SIGNED_WELL,  /* every line with this name and key ID verifies */
};

/* Verifies the lines of `vkey`: over the text for ED25519, over the message of
 * c2sp.org/tlog-cosignature for COSIGNATURE, whose seconds go to `*time` (may be NULL). */
LEDGER_API enum ledger_signed ledger_note_signed_by(const struct ledger_note *note,
                                                    const struct ledger_vkey *vkey, uint64_t *time);

/* Appends a signature line of any kind. `size` is at most LEDGER_SIGNATURE_KNOWN. */
LEDGER_API void ledger_note_write_line(struct ledger_buffer *buffer, struct ledger_span name,
                                       uint32_t key_id, const uint8_t *signature, size_t size);

/* Appends the signature line of a key. `size` is that of the key's type. */
LEDGER_API void ledger_note_write_signature(struct ledger_buffer *buffer,
                                            const struct ledger_vkey *vkey,
                                            const uint8_t *signature, size_t size);

/* The text that a cosignature at `seconds` signs: "cosignature/v1", the time, the note text. */
LEDGER_API void ledger_cosignature_message(struct ledger_buffer *buffer, uint64_t seconds,
                                           struct ledger_span note_text);

#endif
