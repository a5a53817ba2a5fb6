/*
 * record_builder.h - making the text of a record from options, files and values.
 */
#ifndef LEDGER_TOOLS_RECORD_BUILDER_H
#define LEDGER_TOOLS_RECORD_BUILDER_H

#include "ledger/format/record.h"
#include "tools/cli.h"

/* More of each than lines of a record could ever hold, or than can sign it. */
#define RECORD_DOCUMENTS_MAX 1024
#define RECORD_FIELDS_MAX 1024
#define RECORD_PARTIES_MAX LEDGER_SIGNATURES_MAX

/* Options from which record_builder_take_options fills the fields. */
#define RECORD_OPTIONS                                                                             \
    {.name = "kind", .argument = "TOKEN", .help = "kind of the record"},                           \
        {.name = "event", .argument = "TOKEN", .help = "what happened in the matter"},             \
        {.name = "matter", .argument = "NUMBER", .help = "number of the matter"},                  \
        {.name = "institution", .argument = "NAME", .help = "institution that files the record"},  \
        {.name = "time",                                                                           \
         .argument = "TIME",                                                                       \
         .help = "claimed time, such as 2026-11-23T10:21:07+08:00;\nnow if it is not given"},      \
        {.name = "nonce",                                                                          \
         .argument = "BASE64",                                                                     \
         .help = "16 bytes that make the record unlike any other;\n"                               \
                 "random if it is not given"},                                                     \
        {.name = "category", .argument = "TOKEN", .help = "category of the matter"},               \
        {.name = "party",                                                                          \
         .argument = "VKEY",                                                                       \
         .repeatable = true,                                                                       \
         .help = "key of a person who signs without being enrolled"},                              \
        {.name = "refers", .argument = "NUMBER", .help = "number of another matter"},              \
        {.name = "field",                                                                          \
         .argument = "NAME=VALUE",                                                                 \
         .repeatable = true,                                                                       \
         .help = "a value that the rules may speak of"},                                           \
        {.name = "data", .argument = "JSON", .help = "one JSON value"},                            \
    {                                                                                              \
        .name = "document", .argument = "FILE", .repeatable = true,                                \
        .help = "a file the record speaks of: its SHA-256, size and name"                          \
    }

struct record_builder {
    struct ledger_hasher *hasher;
    struct ledger_record_fields fields; /* spans are borrowed until the text is written */
    uint8_t *data;                      /* behind fields.data, or NULL */
    char time[32];
    struct ledger_document documents[RECORD_DOCUMENTS_MAX];
    struct ledger_span parties[RECORD_PARTIES_MAX];
    struct ledger_span field_lines[RECORD_FIELDS_MAX]; /* "<name> <value>" */
    struct ledger_buffer field_text;                   /* behind field_lines */
    uint8_t field_memory[LEDGER_NOTE_MAX];
    struct ledger_buffer text;
    uint8_t memory[LEDGER_NOTE_MAX + 1];
};

/* NULL after a message. */
struct record_builder *record_builder_new(void);

/* Accepts NULL inside; sets to NULL. */
void record_builder_free(struct record_builder **builder);

/* Begins a record for `ledger`: no documents, no lines, no data, a fresh nonce, and now, with the
 * local offset, for a time. CLI_TROUBLE after a message. */
int record_builder_start(struct record_builder *builder, struct ledger_span ledger);

/* Hashes a regular file and adds it as a document by its base name. The path must live until the
 * text is written. CLI_TROUBLE after a message that names the file. */
int record_builder_add_file(struct record_builder *builder, const char *path);

/* Adds a document. CLI_TROUBLE after a message if there are too many. */
int record_builder_add_document(struct record_builder *builder,
                                const struct ledger_document *document);

/* Adds a party or a field; the party's vkey must live until the text is written. CLI_TROUBLE after
 * a message if there are too many, or if `name` is no token, which could not be told from its
 * value.
 */
int record_builder_add_party(struct record_builder *builder, struct ledger_span vkey);
int record_builder_add_field(struct record_builder *builder, struct ledger_span name,
                             struct ledger_span value);

/* Whether the option `name`, which is one of RECORD_OPTIONS and not repeatable, was not given or
 * has a value of its form. False after a usage message. */
bool record_option_holds(const struct cli_args *args, const char *name);

/* Takes the RECORD_OPTIONS that were given. CLI_TROUBLE after a message. */
int record_builder_take_options(struct record_builder *builder, const struct cli_args *args);

/* Writes the text into builder->text, where signatures may be appended. False, with `verdict`, if
 * it is not a record. */
bool record_builder_write(struct record_builder *builder, struct ledger_verdict *verdict);

/* Says that a record made from options was not one, with `json` also as in refusal.h. CLI_TROUBLE,
 * as this is wrong usage, but CLI_NOT_VALID if it is only too long. */
int record_builder_refuse(bool json, const char *subject, const struct ledger_verdict *verdict);

#endif
