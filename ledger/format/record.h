/*
 * record.h - records: what a signer says was done (SPEC.md "Record").
 *
 * A record is a signed note. Its text is a fixed order of lines, each "<word> <value>":
 *
 *     public-law-ledger/record/v1
 *     ledger, kind, event, matter, institution, time, nonce      one each
 *     category                                                   at most one
 *     party                                                      any number
 *     refers                                                     at most one
 *     field                                                      any number
 *     document                                                   any number
 *     unset, set                                                 any number, kind authority only
 *     data                                                       at most one
 *
 * In kind authority there is no category, party, refers or field line.
 *
 * A parsed record borrows the bytes it was parsed from.
 */
#ifndef LEDGER_FORMAT_RECORD_H
#define LEDGER_FORMAT_RECORD_H

#include "ledger/format/note.h"
#include "ledger/format/vkey.h"

#define LEDGER_RECORD_HEADER "public-law-ledger/record/v1"
#define LEDGER_NONCE_SIZE 16
#define LEDGER_KIND_AUTHORITY "authority"
#define LEDGER_KIND_INDEX "index"           /* the operator's: law/operator_record.h */
#define LEDGER_KIND_STATISTICS "statistics" /* the operator's, too */
#define LEDGER_FIELD_MAX 1024               /* bytes of the value of a field */

struct ledger_lines {
    struct ledger_span region; /* adjacent lines with the same word */
    unsigned count;
};

struct ledger_record {
    struct ledger_note note; /* of a draft: text only, count 0 */
    struct ledger_span ledger;
    struct ledger_span kind;
    struct ledger_span event;
    struct ledger_span matter;
    struct ledger_span institution;
    struct ledger_span time;
    int64_t time_ms;
    uint8_t nonce[LEDGER_NONCE_SIZE];
    struct ledger_span category; /* empty if there is none */
    struct ledger_lines parties; /* vkeys of signers who need not be enrolled */
    struct ledger_span refers;   /* another matter; empty if there is none */
    struct ledger_lines fields;  /* "<name> <value>" */
    struct ledger_lines documents;
    struct ledger_lines unsets; /* subjects of authority lines */
    struct ledger_lines sets;   /* authority lines */
    struct ledger_span data;    /* empty if there is none */
};

struct ledger_document {
    struct ledger_hash digest; /* SHA-256 of the file */
    uint64_t size;
    struct ledger_span name;
};

/* Parses a signed record. Sets BAD_RECORD with the line, or a finding of the note. Signatures are
 * not verified, and authority lines are not parsed. */
LEDGER_API bool ledger_record_parse(struct ledger_record *record, struct ledger_verdict *verdict,
                                    struct ledger_span bytes);

/* The same for the text of a record that nobody has signed yet. */
LEDGER_API bool ledger_record_parse_draft(struct ledger_record *record,
                                          struct ledger_verdict *verdict, struct ledger_span text);

LEDGER_API bool ledger_record_is_authority(const struct ledger_record *record);

/* Takes the next value off a copy of one of the `lines`. False at the end. */
LEDGER_API bool ledger_lines_next(struct ledger_lines *lines, struct ledger_span *value);

/* Takes the next document off a copy of record->documents. False at the end. */
LEDGER_API bool ledger_record_next_document(struct ledger_lines *documents,
                                            struct ledger_document *document);

/* Whether a field may have this name: a token that is not the word of another line of a record. */
LEDGER_API bool ledger_record_is_field_name(struct ledger_span name);

/* The value of the field `name`. False if the record has no such field. */
LEDGER_API bool ledger_record_field(const struct ledger_record *record, struct ledger_span *value,
                                    struct ledger_span name);

/* Takes the next field off a copy of record->fields. False at the end. */
LEDGER_API bool ledger_record_next_field(struct ledger_lines *fields, struct ledger_span *name,
                                         struct ledger_span *value);

/* Takes the next party off a copy of record->parties. False at the end. */
LEDGER_API bool ledger_record_next_party(struct ledger_lines *parties, struct ledger_hasher *hasher,
                                         struct ledger_vkey *vkey);

/* What a draft is written from. Everything is borrowed. */
struct ledger_record_fields {
    struct ledger_span ledger;
    struct ledger_span kind;
    struct ledger_span event;
    struct ledger_span matter;
    struct ledger_span institution;
    struct ledger_span time;
    uint8_t nonce[LEDGER_NONCE_SIZE];
    struct ledger_span category;       /* empty for none */
    const struct ledger_span *parties; /* vkeys */
    size_t party_count;
    struct ledger_span refers;        /* empty for none */
    const struct ledger_span *fields; /* "<name> <value>" */
    size_t field_count;
    const struct ledger_document *documents;
    size_t document_count;
    const struct ledger_span *unsets;
    size_t unset_count;
    const struct ledger_span *sets;
    size_t set_count;
    struct ledger_span data; /* empty for none */
};

/* Writes the text. Checks nothing: parse what was written. */
LEDGER_API void ledger_record_write(struct ledger_buffer *buffer,
                                    const struct ledger_record_fields *fields);

#endif
