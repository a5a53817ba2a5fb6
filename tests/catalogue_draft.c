#include "tests/catalogue_world.h"

#include "ledger/base/encoding.h"

bool catalogue_next_part(struct ledger_span *rest, struct ledger_span *part, char separator)
{
    while (rest->size > 0 && rest->data[0] == (uint8_t)separator) {
        rest->data++;
        rest->size--;
    }
    part->data = rest->data;
    part->size = 0;
    while (part->size < rest->size && rest->data[part->size] != (uint8_t)separator) {
        part->size++;
    }
    rest->data += part->size;
    rest->size -= part->size;
    return part->size > 0;
}

static struct ledger_span after_first(struct ledger_span span, size_t count)
{
    return (struct ledger_span){span.data + count, span.size - count};
}

static uint64_t number_of(struct ledger_span span)
{
    uint64_t number = 0;
    CU_ASSERT_FATAL(ledger_read_decimal(&number, span, UINT32_MAX));
    return number;
}

static void drop(struct ledger_span *names, unsigned *count, struct ledger_span name)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < *count; i++) {
        if (!ledger_span_equal(names[i], name)) {
            names[kept++] = names[i];
        }
    }
    CU_ASSERT(kept + 1 == *count);
    *count = kept;
}

static void drop_line(struct catalogue_draft *draft, struct ledger_span name, bool must)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < draft->line_count; i++) {
        if (!ledger_span_equal(draft->lines[i].name, name)) {
            draft->lines[kept++] = draft->lines[i];
        }
    }
    CU_ASSERT(!must || kept + 1 == draft->line_count);
    draft->line_count = kept;
}

static void drop_parties(struct catalogue_draft *draft)
{
    CU_ASSERT(draft->party_count > 0);
    for (unsigned i = 0; i < draft->party_count; i++) {
        drop(draft->signers, &draft->signer_count, draft->parties[i]);
    }
    draft->party_count = 0;
}

static void put_line(struct catalogue_draft *draft, struct ledger_span name,
                     struct ledger_span value)
{
    drop_line(draft, name, false);
    CU_ASSERT_FATAL(draft->line_count < sizeof draft->lines / sizeof draft->lines[0]);
    draft->lines[draft->line_count++] = (struct catalogue_value){name, value};
}

static void add_signer(struct catalogue_draft *draft, struct ledger_span name)
{
    CU_ASSERT_FATAL(draft->signer_count < sizeof draft->signers / sizeof draft->signers[0]);
    draft->signers[draft->signer_count++] = name;
}

static void set_signers(struct catalogue_draft *draft, struct ledger_span names)
{
    struct ledger_span name;
    draft->signer_count = 0;
    while (catalogue_next_part(&names, &name, ',')) {
        add_signer(draft, name);
    }
}

/* Where the data came from: the four fields that stand for it. */
static void put_provenance(struct catalogue_draft *draft)
{
    put_line(draft, ledger_span_of("origin"), ledger_span_of("front-desk"));
    put_line(draft, ledger_span_of("made-how"), ledger_span_of("scanned from paper"));
    put_line(draft, ledger_span_of("kept-where"), ledger_span_of("file server of the office"));
    put_line(draft, ledger_span_of("tool"), ledger_span_of("scanner 4.2"));
}

static struct ledger_span matter_of(const struct catalogue *c, struct ledger_span flow)
{
    const struct catalogue_flow *found = catalogue_flow(c, flow);
    return found != NULL ? found->steps[0].matter : flow;
}

static void put_value(const struct catalogue *c, struct catalogue_draft *draft,
                      struct ledger_span name, struct ledger_span value)
{
    if (ledger_span_is(name, "party")) {
        CU_ASSERT_FATAL(draft->party_count < sizeof draft->parties / sizeof draft->parties[0]);
        draft->parties[draft->party_count++] = value;
        add_signer(draft, value);
    } else if (ledger_span_is(name, "event")) {
        draft->event = value;
    } else if (ledger_span_is(name, "matter")) {
        draft->matter = matter_of(c, value);
    } else if (ledger_span_is(name, "wait")) {
        draft->wait_days = number_of(value);
    } else if (ledger_span_is(name, "late")) {
        draft->late_days = number_of(value);
    } else if (ledger_span_is(name, "is")) {
        draft->standing = value;
    } else {
        put_line(draft, name, ledger_span_is(name, "refers") ? matter_of(c, value) : value);
    }
}

static void take_word(const struct catalogue *c, struct catalogue_draft *draft,
                      struct ledger_span word)
{
    struct ledger_span name;
    struct ledger_span rest = word;
    if (ledger_span_is(word, "prov")) {
        put_provenance(draft);
    } else if (ledger_span_starts(word, "@")) {
        set_signers(draft, after_first(word, 1));
    } else if (ledger_span_starts(word, "+@")) {
        add_signer(draft, after_first(word, 2));
    } else if (ledger_span_starts(word, "-@")) {
        drop(draft->signers, &draft->signer_count, after_first(word, 2));
    } else if (ledger_span_is(word, "-party")) {
        drop_parties(draft);
    } else if (ledger_span_starts(word, "-")) {
        drop_line(draft, after_first(word, 1), true);
    } else {
        CU_ASSERT_FATAL(catalogue_next_part(&rest, &name, '=') && rest.size > 1);
        put_value(c, draft, name, after_first(rest, 1));
    }
}

void catalogue_change(const struct catalogue *catalogue, struct catalogue_draft *draft,
                      struct ledger_span words)
{
    struct ledger_span word;
    while (catalogue_next_part(&words, &word, ' ')) {
        take_word(catalogue, draft, word);
    }
}
