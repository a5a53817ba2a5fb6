#include "ledger/ops/doubt.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/format/entry.h"

struct compromise {
    struct ledger_span name;
    uint32_t id;
    struct ledger_span text; /* the vkey, as its line spells it */
    uint64_t from;
};

struct doubt {
    struct ledger_audit_report *report;
    const struct ledger_audit_options *options;
    struct compromise *keys; /* in the order of compare_keys */
    size_t count;            /* two of each line: its key and its batch signatures */
    uint64_t from;           /* the smallest */
};

static int compare_keys(const void *left, const void *right)
{
    const struct compromise *a = left;
    const struct compromise *b = right;
    if (a->id != b->id) {
        return a->id < b->id ? -1 : 1;
    }
    if (a->name.size != b->name.size) {
        return a->name.size < b->name.size ? -1 : 1;
    }
    return memcmp(a->name.data, b->name.data, a->name.size);
}

static void give(const struct doubt *d, enum ledger_notice_type type, const struct compromise *key,
                 uint64_t entry)
{
    if (d->options->notice != NULL) {
        struct ledger_notice notice = {
            .type = type, .entry = entry, .from = key->from, .key = key->text};
        d->options->notice(d->options->notice_context, &notice);
    }
}

static void count_line(void *context, const struct ledger_authority_line *line)
{
    size_t *count = context;
    *count += line->type == LEDGER_LINE_COMPROMISE ? 1 : 0;
}

static void take_line(void *context, const struct ledger_authority_line *line)
{
    static const size_t word = sizeof "compromise " - 1;
    struct doubt *d = context;
    if (line->type != LEDGER_LINE_COMPROMISE) {
        return;
    }
    struct compromise *key = &d->keys[d->count];
    *key = (struct compromise){.name = ledger_vkey_name(&line->vkey),
                               .id = line->vkey.id,
                               .text = {line->subject.data + word, line->subject.size - word},
                               .from = line->from};
    key[1] = key[0];
    key[1].id = line->vkey.batch_id;
    d->count += 2;
    d->from = line->from < d->from ? line->from : d->from;
    give(d, LEDGER_NOTICE_COMPROMISED, key, 0);
}

static const struct compromise *find(const struct doubt *d,
                                     const struct ledger_signature *signature)
{
    const struct compromise wanted = {.name = signature->name, .id = signature->key_id};
    return bsearch(&wanted, d->keys, d->count, sizeof *d->keys, compare_keys);
}

static enum ledger_status look_at(const struct doubt *d, struct ledger_span bytes,
                                  struct ledger_error *error)
{
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    struct ledger_signature signature;
    bool doubtful = false;
    ledger_verdict_clear(&verdict);
    if (!ledger_entry_parse(&entry, &verdict, bytes)) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0, "an entry reads otherwise than before");
    }
    struct ledger_span rest = entry.record.note.signatures;
    while (ledger_note_next(&rest, &signature)) {
        const struct compromise *key = find(d, &signature);
        if (key != NULL && entry.index >= key->from) {
            doubtful = true;
            give(d, LEDGER_NOTICE_DOUBTFUL, key, entry.index);
        }
    }
    d->report->doubtful += doubtful ? 1 : 0;
    return LEDGER_OK;
}

static enum ledger_status read_entries(const struct doubt *d, ledger_doubt_entry *read,
                                       void *context, struct ledger_error *error)
{
    enum ledger_status status = LEDGER_OK;
    for (uint64_t i = d->from; status == LEDGER_OK; i++) {
        struct ledger_span bytes;
        status = read(context, &bytes, i, error);
        if (status == LEDGER_OK) {
            status = look_at(d, bytes, error);
        }
    }
    return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
}

enum ledger_status ledger_doubt_report_by(struct ledger_audit_report *report,
                                          const struct ledger_audit_options *options,
                                          ledger_doubt_entry *read, void *context,
                                          const struct ledger_authority *authority,
                                          struct ledger_error *error)
{
    struct doubt d = {.report = report, .options = options, .from = UINT64_MAX};
    size_t count = 0;
    ledger_authority_each(authority, count_line, &count);
    report->compromised = count;
    if (count == 0) {
        return LEDGER_OK;
    }
    d.keys = calloc(2 * count, sizeof *d.keys);
    if (d.keys == NULL) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot list the doubtful entries");
    }
    ledger_authority_each(authority, take_line, &d);
    qsort(d.keys, d.count, sizeof *d.keys, compare_keys);
    enum ledger_status status = read_entries(&d, read, context, error);
    free(d.keys);
    return status;
}

/* A ledger_doubt_entry. */
static enum ledger_status of_store(void *store, struct ledger_span *bytes, uint64_t index,
                                   struct ledger_error *error)
{
    return ledger_store_entry(store, bytes, index, error);
}

enum ledger_status ledger_doubt_report(struct ledger_audit_report *report,
                                       const struct ledger_audit_options *options,
                                       struct ledger_store *store,
                                       const struct ledger_authority *authority,
                                       struct ledger_error *error)
{
    return ledger_doubt_report_by(report, options, of_store, store, authority, error);
}
