#include "ledger/law/operator_record.h"

#include "ledger/base/encoding.h"

/* What differs between the kinds. */
struct form {
    const char *kind; /* the matter is called like the kind */
    const char *event;
    enum ledger_finding finding;
    unsigned fields;
    unsigned documents;
};

static const struct form forms[] = {
    {LEDGER_KIND_INDEX, LEDGER_EVENT_ROOT, LEDGER_BAD_INDEX, 2, 0},
    {LEDGER_KIND_STATISTICS, LEDGER_EVENT_REPORT, LEDGER_BAD_STATISTICS, 1, 1},
};

/* The form whose name `word` is, or NULL. */
static const struct form *form_named(struct ledger_span word)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (ledger_span_is(word, forms[i].kind)) {
            return &forms[i];
        }
    }
    return NULL;
}

bool ledger_record_is_operators(const struct ledger_record *record)
{
    return form_named(record->kind) != NULL;
}

bool ledger_record_is_index(const struct ledger_record *record)
{
    return ledger_span_is(record->kind, LEDGER_KIND_INDEX);
}

bool ledger_record_is_statistics(const struct ledger_record *record)
{
    return ledger_span_is(record->kind, LEDGER_KIND_STATISTICS);
}

static bool has_head(const struct form *form, struct ledger_verdict *verdict,
                     const struct ledger_record *record)
{
    if (!ledger_span_is(record->event, form->event) ||
        !ledger_span_is(record->matter, form->kind) ||
        !ledger_span_equal(record->institution, record->ledger)) {
        return ledger_verdict_set(verdict, form->finding,
                                  "a record of kind '%s' is of event '%s', matter '%s' and the "
                                  "ledger's own institution",
                                  form->kind, form->event, form->kind);
    }
    return true;
}

static bool has_only_its_lines(const struct form *form, struct ledger_verdict *verdict,
                               const struct ledger_record *record)
{
    if (record->category.size != 0 || record->parties.count != 0 || record->refers.size != 0 ||
        record->data.size != 0 || record->fields.count != form->fields ||
        record->documents.count != form->documents) {
        return ledger_verdict_set(verdict, form->finding,
                                  "a record of kind '%s' has %s and no other line", form->kind,
                                  form->documents == 0 ? "the fields 'size' and 'root'"
                                                       : "the field 'size', one document");
    }
    return true;
}

static bool take_field(struct ledger_lines *fields, struct ledger_span *value, const char *wanted)
{
    struct ledger_span name;
    return ledger_record_next_field(fields, &name, value) && ledger_span_is(name, wanted);
}

static bool says_size(const struct form *form, struct ledger_verdict *verdict,
                      struct ledger_lines *fields, uint64_t index)
{
    struct ledger_span value;
    uint64_t size = 0;
    if (!take_field(fields, &value, LEDGER_FIELD_SIZE) ||
        !ledger_read_decimal(&size, value, UINT64_MAX)) {
        return ledger_verdict_set(verdict, form->finding, "expected the field 'size <decimal>'");
    }
    if (size != index) {
        return ledger_verdict_set(verdict, form->finding,
                                  "it speaks of the first %llu entries, and would be entry %llu: "
                                  "it must speak of all entries before it",
                                  (unsigned long long)size, (unsigned long long)index);
    }
    return true;
}

static bool says_root(struct ledger_verdict *verdict, struct ledger_lines *fields)
{
    struct ledger_span value;
    struct ledger_hash root;
    if (!take_field(fields, &value, LEDGER_FIELD_ROOT) ||
        !ledger_read_base64(root.bytes, sizeof root.bytes, value)) {
        return ledger_verdict_set(verdict, LEDGER_BAD_INDEX,
                                  "expected the field 'root <base64 of 32 bytes>'");
    }
    return true;
}

bool ledger_operator_record_check(struct ledger_verdict *verdict,
                                  const struct ledger_record *record, uint64_t index)
{
    struct ledger_lines fields = record->fields;
    const struct form *form = form_named(record->kind);
    const struct form *reserved = form_named(record->matter);
    if (form == NULL) {
        return reserved == NULL ||
               ledger_verdict_set(verdict, reserved->finding,
                                  "the matter '%s' is the operator's, for records of kind '%s'",
                                  reserved->kind, reserved->kind);
    }
    return has_head(form, verdict, record) && has_only_its_lines(form, verdict, record) &&
           says_size(form, verdict, &fields, index) &&
           (form->documents != 0 || says_root(verdict, &fields));
}

void ledger_index_claim(struct ledger_hash *root, const struct ledger_record *record)
{
    struct ledger_span value;
    bool there = ledger_record_field(record, &value, ledger_span_of(LEDGER_FIELD_ROOT)) &&
                 ledger_read_base64(root->bytes, sizeof root->bytes, value);
    LEDGER_ASSERT(there);
}

void ledger_statistics_claim(struct ledger_document *figures, const struct ledger_record *record)
{
    struct ledger_lines documents = record->documents;
    bool there = ledger_record_next_document(&documents, figures);
    LEDGER_ASSERT(there);
}
