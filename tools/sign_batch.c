#include "tools/sign_batch.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/format/batch.h"
#include "tools/batch_signing.h"
#include "tools/refusal.h"
#include "tools/replace_file.h"
#include "tools/sign_record.h"

#define SUBJECT_MAX 4200

/* A record file; `record` borrows `data`, then `signed_note` has the result. */
struct file {
    const char *path;
    uint8_t *data;
    struct ledger_record record;
    uint8_t *signed_note;
    size_t signed_size;
};

struct files {
    struct file *all;
    size_t count;
    struct batch_signing *batch;
};

static int refuse(const struct file *file, const struct ledger_verdict *verdict)
{
    char subject[SUBJECT_MAX];
    (void)snprintf(subject, sizeof subject, "'%s'", file->path);
    return cli_refuse(subject, verdict);
}

static bool has_place_in_batch(const struct cli_args *args)
{
    size_t count = args->operand_count;
    if (count >= LEDGER_BATCH_RECORDS_MIN && count <= LEDGER_BATCH_RECORDS_MAX) {
        return true;
    }
    cli_fail_usage(args->program, "a batch has %d to %d records%s", LEDGER_BATCH_RECORDS_MIN,
                   LEDGER_BATCH_RECORDS_MAX, count == 1 ? ": sign this one without '--batch'" : "");
    return false;
}

/* A change of the authority that was signed so would be refused by every ledger. */
static bool may_be_signed_so(struct ledger_verdict *verdict, const struct ledger_record *record)
{
    return !ledger_record_is_authority(record) ||
           ledger_verdict_set(verdict, LEDGER_BAD_SIGNATURE,
                              "changes of the authority are signed one by one, without '--batch'");
}

static int read_record(struct file *file, const char *path)
{
    struct ledger_verdict verdict;
    size_t size = 0;
    file->path = path;
    if (strcmp(path, "-") == 0) {
        return cli_fail("a record from standard input cannot be signed with '--batch'");
    }
    if (!cli_read_file(&file->data, &size, path, LEDGER_NOTE_MAX)) {
        return CLI_TROUBLE;
    }
    if (!sign_parse_either(&file->record, &verdict, (struct ledger_span){file->data, size}) ||
        !may_be_signed_so(&verdict, &file->record)) {
        return refuse(file, &verdict);
    }
    return CLI_DONE;
}

/* The same record, in a file or another, has one signature line of a key, not two. */
static int refuse_repeated(const struct files *files, const struct file *file)
{
    struct ledger_verdict verdict;
    for (const struct file *other = files->all; other < file; other++) {
        if (ledger_span_equal(other->record.note.text, file->record.note.text)) {
            ledger_verdict_clear(&verdict);
            ledger_verdict_set(&verdict, LEDGER_REPEATED_RECORD, "'%s' has the same record",
                               other->path);
            return refuse(file, &verdict);
        }
    }
    return CLI_DONE;
}

static int read_all(struct files *files, const struct cli_args *args)
{
    int status = CLI_DONE;
    for (size_t i = 0; status == CLI_DONE && i < files->count; i++) {
        status = read_record(&files->all[i], args->operands[i]);
        if (status == CLI_DONE) {
            status = refuse_repeated(files, &files->all[i]);
        }
    }
    return status;
}

static int refuse_second(const struct files *files, const struct signers *signers)
{
    char subject[SUBJECT_MAX];
    int status = CLI_DONE;
    for (size_t i = 0; status == CLI_DONE && i < files->count; i++) {
        (void)snprintf(subject, sizeof subject, "'%s'", files->all[i].path);
        status = sign_refuse_second(signers, &files->all[i].record.note, subject);
    }
    return status;
}

/* What goes out must read as a record again: signatures may have made it too long, or too many. */
static int make_note(const struct files *files, size_t nth)
{
    struct file *file = &files->all[nth];
    const struct ledger_note *note = &file->record.note;
    struct ledger_record record;
    struct ledger_verdict verdict;
    file->signed_note = malloc(LEDGER_NOTE_MAX);
    if (file->signed_note == NULL) {
        return cli_fail("out of memory");
    }
    struct ledger_buffer buffer = ledger_buffer_in(file->signed_note, LEDGER_NOTE_MAX);
    ledger_buffer_add(&buffer, note->text);
    ledger_buffer_text(&buffer, "\n");
    ledger_buffer_add(&buffer, note->signatures);
    batch_signing_write_lines(files->batch, &buffer, (unsigned)nth);
    ledger_verdict_clear(&verdict);
    if (buffer.overflow) {
        ledger_verdict_set(&verdict, LEDGER_TOO_LONG, "with its signatures it is over %d bytes",
                           LEDGER_NOTE_MAX);
        return refuse(file, &verdict);
    }
    if (!ledger_record_parse(&record, &verdict, ledger_buffer_span(&buffer))) {
        return refuse(file, &verdict);
    }
    file->signed_size = buffer.size;
    return CLI_DONE;
}

static int make_notes(const struct files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        batch_signing_add(files->batch, files->all[i].record.note.text);
    }
    int status = batch_signing_sign(files->batch);
    for (size_t i = 0; status == CLI_DONE && i < files->count; i++) {
        status = make_note(files, i);
    }
    return status;
}

static int write_all(const struct files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        const struct file *file = &files->all[i];
        struct ledger_span note = {file->signed_note, file->signed_size};
        if (cli_replace_file(file->path, note) != CLI_DONE) {
            return cli_fail("of %zu records the first %zu are signed and written", files->count, i);
        }
    }
    return CLI_DONE;
}

static int sign_files(struct files *files, const struct cli_args *args, struct signers *signers)
{
    int status = read_all(files, args);
    for (size_t i = 0; status == CLI_DONE && i < files->count; i++) {
        sign_show_record(&files->all[i].record);
    }
    if (status == CLI_DONE && !signers_open_keys(signers, args, "key")) {
        status = CLI_TROUBLE;
    }
    if (status == CLI_DONE) {
        status = refuse_second(files, signers);
    }
    if (status == CLI_DONE) {
        status = make_notes(files);
    }
    return status == CLI_DONE ? write_all(files) : status;
}

int sign_batch(const struct cli_args *args, struct signers *signers)
{
    if (!has_place_in_batch(args)) {
        return CLI_TROUBLE;
    }
    struct files files = {.count = args->operand_count,
                          .all = calloc(args->operand_count, sizeof *files.all),
                          .batch = batch_signing_new(signers)};
    int status = CLI_TROUBLE;
    if (files.all == NULL) {
        status = cli_fail("out of memory");
    } else if (files.batch != NULL) {
        status = sign_files(&files, args, signers);
    }
    for (size_t i = 0; files.all != NULL && i < files.count; i++) {
        free(files.all[i].data);
        free(files.all[i].signed_note);
    }
    free(files.all);
    batch_signing_free(&files.batch);
    return status;
}
