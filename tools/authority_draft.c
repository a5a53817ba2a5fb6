#include "tools/authority_draft.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/ops/authority_at.h"
#include "ledger/ops/files.h"
#include "tools/draft_warnings.h"
#include "tools/lines_file.h"
#include "tools/read_ledger.h"
#include "tools/record_builder.h"
#include "tools/refusal.h"

#define NAMES_SHOWN 10

/* Who may sign the change. */
struct who {
    struct ledger_span institution;                      /* of registrars; empty: governors */
    uint64_t needed;                                     /* how many must sign */
    uint64_t count;                                      /* how many there are */
    size_t longest;                                      /* of their names, bytes */
    char names[NAMES_SHOWN * (LEDGER_NAME_MAX + 2) + 8]; /* the first of them */
};

struct draft {
    const struct cli_args *args;
    const char *ledger; /* as the user spelled it */
    struct ledger_reader *reader;
    struct record_builder *builder;
    struct ledger_authority *authority;
    struct lines_file lines;
    struct who who;
};

/* --- the text --- */

static int fill(struct draft *draft)
{
    struct ledger_span origin;
    struct ledger_record_fields *fields = &draft->builder->fields;
    const char *institution = cli_value(draft->args, "institution");
    const char *time = cli_value(draft->args, "time");
    if (!record_option_holds(draft->args, "institution") ||
        !record_option_holds(draft->args, "time")) {
        return CLI_TROUBLE;
    }
    int status = read_ledger_name(&origin, draft->args, draft->reader);
    if (status == CLI_DONE) {
        status = record_builder_start(draft->builder, origin);
    }
    if (status != CLI_DONE) {
        return status;
    }
    fields->kind = ledger_span_of(LEDGER_KIND_AUTHORITY);
    fields->event = ledger_span_of("change");
    fields->matter = ledger_span_of(LEDGER_KIND_AUTHORITY);
    fields->institution = institution != NULL ? ledger_span_of(institution) : origin;
    fields->time = time != NULL ? ledger_span_of(time) : fields->time;
    fields->unsets = draft->lines.unsets;
    fields->unset_count = draft->lines.unset_count;
    fields->sets = draft->lines.sets;
    fields->set_count = draft->lines.set_count;
    return fields->unset_count + fields->set_count > 0
               ? CLI_DONE
               : cli_fail("nothing to change in '%s': it has neither lines to set nor 'unset' "
                          "lines",
                          draft->lines.path);
}

/* --- who signs --- */

static bool may_sign(const struct who *who, const struct ledger_authority_line *line)
{
    if (who->institution.size == 0) {
        return line->type == LEDGER_LINE_GOVERNOR;
    }
    return line->type == LEDGER_LINE_KEY &&
           ledger_span_equal(line->institution, who->institution) &&
           ledger_grants_allow(line->grants, ledger_span_of(LEDGER_ROLE_REGISTRAR),
                               (struct ledger_span){NULL, 0});
}

static void look_at(void *context, const struct ledger_authority_line *line)
{
    struct who *who = context;
    if (line->type == LEDGER_LINE_THRESHOLD && who->institution.size == 0) {
        who->needed = line->threshold;
    }
    if (!may_sign(who, line)) {
        return;
    }
    if (who->count < NAMES_SHOWN) {
        size_t used = strlen(who->names);
        (void)snprintf(who->names + used, sizeof who->names - used, "%s%s", used > 0 ? ", " : "",
                       line->vkey.name);
    } else if (who->count == NAMES_SHOWN) {
        (void)strcat(who->names, ", ...");
    }
    who->longest = line->vkey.name_size > who->longest ? line->vkey.name_size : who->longest;
    who->count++;
}

static bool in_force(const struct draft *draft, struct ledger_span institution)
{
    uint8_t memory[LEDGER_INSTITUTION_SUBJECT_MAX];
    return ledger_authority_find(draft->authority, draft->builder->hasher,
                                 ledger_institution_subject(memory, institution)) != NULL;
}

/* Nobody could sign the change if there is no such institution, or no registrar of it. */
static bool find_signers(struct draft *draft, struct ledger_verdict *verdict)
{
    const struct ledger_record_fields *fields = &draft->builder->fields;
    struct who *who = &draft->who;
    if (!ledger_span_equal(fields->institution, fields->ledger)) {
        who->institution = fields->institution;
        who->needed = 1;
        if (!in_force(draft, fields->institution)) {
            return ledger_verdict_set(verdict, LEDGER_UNKNOWN_INSTITUTION, "'%.*s'",
                                      LEDGER_SPAN_ARGS(fields->institution));
        }
    }
    ledger_authority_each(draft->authority, look_at, who);
    return who->count >= who->needed ||
           ledger_verdict_set(verdict, LEDGER_ROLE_MISSING,
                              "no key of '%.*s' has the role " LEDGER_ROLE_REGISTRAR
                              ", not limited to categories: governors must make this change",
                              LEDGER_SPAN_ARGS(fields->institution));
}

/* --- whether it can be --- */

/* With the lines of an entry in front and the signatures that it needs behind. */
static size_t size_as_entry(const struct draft *draft)
{
    uint8_t memory[512];
    struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
    struct ledger_entry entry = {.index = ledger_reader_size(draft->reader)};
    size_t signature = sizeof "\xe2\x80\x94 " - 1 + draft->who.longest + 1 +
                       LEDGER_BASE64_SIZE(4 + LEDGER_ED25519_SIGNATURE_SIZE) + 1;
    ledger_entry_write(&buffer, &entry);
    LEDGER_ASSERT(!buffer.overflow);
    return buffer.size + draft->builder->text.size + 1 + draft->who.needed * signature;
}

static bool fits(const struct draft *draft, struct ledger_verdict *verdict)
{
    size_t size = size_as_entry(draft);
    return size <= LEDGER_ENTRY_MAX ||
           ledger_verdict_set(verdict, LEDGER_TOO_LONG,
                              "with its signatures it takes %zu bytes, and an entry has at most "
                              "%d",
                              size, LEDGER_ENTRY_MAX);
}

static int refuse(const struct draft *draft, const struct ledger_verdict *verdict)
{
    int status = cli_refuse_as(&(struct refusal){
        .subject = "the change", .verdict = verdict, .hint = refusal_hint(verdict->finding, true)});
    if (verdict->finding == LEDGER_TOO_LONG) {
        cli_message("split '%s' into several files and make a change of each, one after the other, "
                    "each when the one before is in the ledger; what one line needs must be set "
                    "with it or before",
                    draft->lines.path);
    }
    return status;
}

static int try_change(struct draft *draft)
{
    struct ledger_record record;
    struct ledger_verdict verdict;
    bool possible = false;
    if (!record_builder_write(draft->builder, &verdict) || !find_signers(draft, &verdict) ||
        !fits(draft, &verdict)) {
        return refuse(draft, &verdict);
    }
    struct ledger_span text = ledger_buffer_span(&draft->builder->text);
    bool parsed = ledger_record_parse_draft(&record, &verdict, text);
    LEDGER_ASSERT(parsed);
    if (ledger_authority_try(draft->authority, draft->builder->hasher, &verdict, &possible, &record,
                             record.ledger, ledger_reader_size(draft->reader)) != LEDGER_OK) {
        return cli_fail("cannot try the change: out of memory");
    }
    return possible ? CLI_DONE : refuse(draft, &verdict);
}

/* --- what to do with it --- */

/* The change was tried on the authority at hand, which is what it results in; what it is held
 * against is read again. */
static int warn(const struct draft *draft)
{
    struct ledger_authority *before = NULL;
    struct ledger_error error;
    if (ledger_reader_authority(draft->reader, &before, ledger_reader_size(draft->reader),
                                &error) != LEDGER_OK) {
        return read_ledger_fail(draft->args, &error);
    }
    int status = draft_warnings(before, draft->builder->hasher, &draft->lines);
    ledger_authority_free(&before);
    return status;
}

static void tell_signers(const struct who *who)
{
    if (who->institution.size == 0) {
        cli_message("the change can be made; %" PRIu64 " of the %" PRIu64
                    " governors must sign it: %s",
                    who->needed, who->count, who->names);
    } else {
        cli_message("the change can be made; a registrar of '%.*s' must sign it, and nobody else "
                    "may: %s",
                    LEDGER_SPAN_ARGS(who->institution), who->names);
    }
}

/* The checkpoint over a change of the operator is signed with the key that it sets. */
static void tell_operator(const struct draft *draft, const char *out)
{
    if (!lines_file_has(&draft->lines, draft->builder->hasher, LEDGER_LINE_OPERATOR)) {
        cli_message("then the operator: ledger-append '%s' --operator KEYFILE '%s'", draft->ledger,
                    out);
        return;
    }
    cli_message("then the operator, with the NEW key, which this change puts in the place of the "
                "old one: ledger-append '%s' --operator NEWKEYFILE '%s'",
                draft->ledger, out);
    cli_message("whoever verifies this ledger then needs a 'log' line for the new key in the "
                "policy, beside that of the old one, which stays");
}

static int write_draft(const struct draft *draft)
{
    const char *out = cli_value(draft->args, "output");
    struct ledger_span text = ledger_buffer_span(&draft->builder->text);
    struct ledger_error error;
    bool standard = out == NULL || strcmp(out, "-") == 0;
    if (standard) {
        (void)fwrite(text.data, 1, text.size, stdout);
    } else if (ledger_file_create(out, text, &error) != LEDGER_OK) {
        return cli_fail_with(&error);
    }
    tell_signers(&draft->who);
    out = standard ? "DRAFT" : out;
    cli_message("%s: ledger-sign '%s' --key KEYFILE",
                draft->who.needed == 1 ? "one of them" : "each who signs", out);
    tell_operator(draft, out);
    return CLI_DONE;
}

static int make(struct draft *draft)
{
    struct ledger_error error;
    int status = lines_file_read(&draft->lines, draft->builder->hasher,
                                 cli_value(draft->args, "draft"), true, false);
    if (status == CLI_DONE) {
        status = fill(draft);
    }
    if (status != CLI_DONE) {
        return status;
    }
    if (ledger_reader_authority(draft->reader, &draft->authority, ledger_reader_size(draft->reader),
                                &error) != LEDGER_OK) {
        return read_ledger_fail(draft->args, &error);
    }
    status = try_change(draft);
    if (status == CLI_DONE) {
        status = warn(draft);
    }
    return status == CLI_DONE ? write_draft(draft) : status;
}

int authority_draft(const struct cli_args *args, struct ledger_reader *reader, const char *name)
{
    struct draft *draft = calloc(1, sizeof *draft);
    int status = CLI_TROUBLE;
    if (draft == NULL) {
        return cli_fail("out of memory");
    }
    draft->args = args;
    draft->ledger = name;
    draft->reader = reader;
    draft->builder = record_builder_new();
    if (draft->builder != NULL) {
        status = make(draft);
    }
    record_builder_free(&draft->builder);
    ledger_authority_free(&draft->authority);
    lines_file_free(&draft->lines);
    free(draft);
    return status;
}
