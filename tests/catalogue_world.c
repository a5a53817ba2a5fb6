#include "tests/catalogue_world.h"

#define PARTY_FOLDER "party.test.example/"
#define FIRST_SEED 100 /* the keys of ledger_samples have lower ones */

const char *const catalogue_services[CATALOGUE_SERVICES + 1] = {"forensic-appraisal.txt",
                                                                "notarisation.txt",
                                                                "people-mediation.txt",
                                                                "arbitration.txt",
                                                                "legal-aid.txt",
                                                                "investigation-order.txt",
                                                                "litigation-service.txt",
                                                                "consultation.txt",
                                                                "public-interest-litigation.txt",
                                                                "compliance-supervision.txt",
                                                                "electronic-licence.txt",
                                                                NULL};

bool catalogue_next_line(struct ledger_span *rest, struct ledger_span *line)
{
    while (ledger_span_take_line(rest, line)) {
        if (line->size > 0 && line->data[0] != '#') {
            return true;
        }
    }
    return false;
}

struct ledger_span catalogue_file(struct catalogue *catalogue, const char *name)
{
    return samples_file(catalogue->s, samples_text(catalogue->s, CATALOGUE_FOLDER "%s", name));
}

/* --- people --- */

static const struct catalogue_person *find_person(const struct catalogue *c,
                                                  struct ledger_span name)
{
    for (unsigned i = 0; i < c->person_count; i++) {
        if (ledger_span_equal(c->people[i].name, name)) {
            return &c->people[i];
        }
    }
    return NULL;
}

static const struct catalogue_person *add_person(struct catalogue *c, struct ledger_span name,
                                                 struct ledger_span institution,
                                                 struct ledger_span grants)
{
    CU_ASSERT_FATAL(c->person_count < CATALOGUE_PEOPLE_MAX);
    CU_ASSERT_PTR_NULL_FATAL(find_person(c, name));
    struct catalogue_person *person = &c->people[c->person_count];
    const char *full = institution.size == 0
                           ? samples_text(c->s, PARTY_FOLDER "%.*s", LEDGER_SPAN_ARGS(name))
                           : samples_text(c->s, "%.*s/%.*s", LEDGER_SPAN_ARGS(institution),
                                          LEDGER_SPAN_ARGS(name));
    *person = (struct catalogue_person){.name = name, .institution = institution, .grants = grants};
    sample_key(&person->key, LEDGER_KEY_ED25519, full, (uint8_t)(FIRST_SEED + c->person_count));
    c->person_count++;
    return person;
}

/* Every role that an institution of the catalogue may hand out, each once, without categories. */
static const char *all_roles(struct catalogue *c)
{
    char roles[4096] = ",";
    for (unsigned i = 0; i < c->line_count; i++) {
        struct ledger_authority_line line;
        struct ledger_grant grant;
        if (!ledger_authority_line_parse(c->s->hasher, &line, &c->s->verdict, c->lines[i]) ||
            line.type != LEDGER_LINE_INSTITUTION) {
            continue;
        }
        struct ledger_span rest = line.grants;
        while (ledger_grants_next(&rest, &grant)) {
            const char *word = samples_text(c->s, ",%.*s,", LEDGER_SPAN_ARGS(grant.role));
            if (strstr(roles, word) == NULL) {
                CU_ASSERT_FATAL(strlen(roles) + strlen(word) < sizeof roles);
                strcat(roles, word + 1);
            }
        }
    }
    roles[strlen(roles) - 1] = '\0';
    return samples_text(c->s, "%s", roles + 1);
}

static void read_people(struct catalogue *c)
{
    struct ledger_span rest = catalogue_file(c, "people.txt");
    struct ledger_span line;
    const struct ledger_span roles = ledger_span_of(all_roles(c));
    while (catalogue_next_line(&rest, &line)) {
        struct ledger_span name = {NULL, 0};
        struct ledger_span institution = {NULL, 0};
        struct ledger_span grants = {NULL, 0};
        CU_ASSERT_FATAL(catalogue_next_part(&line, &name, ' ') &&
                        catalogue_next_part(&line, &institution, ' ') &&
                        catalogue_next_part(&line, &grants, ' ') && line.size == 0);
        add_person(c, name, institution, ledger_span_is(grants, "*") ? roles : grants);
    }
    c->lines[c->line_count++] = ledger_span_of(
        samples_text(c->s, "institution " CATALOGUE_EVERYTHING " %.*s 身兼各职的虚构机构",
                     LEDGER_SPAN_ARGS(roles)));
}

/* --- flows --- */

const struct catalogue_flow *catalogue_flow(const struct catalogue *catalogue,
                                            struct ledger_span name)
{
    for (unsigned i = 0; i < catalogue->flow_count; i++) {
        if (ledger_span_equal(catalogue->flows[i].name, name)) {
            return &catalogue->flows[i];
        }
    }
    return NULL;
}

const struct catalogue_draft *catalogue_step(const struct catalogue_flow *flow,
                                             struct ledger_span event)
{
    for (unsigned i = 0; i < flow->count; i++) {
        if (ledger_span_equal(flow->steps[i].event, event)) {
            return &flow->steps[i];
        }
    }
    return NULL;
}

void catalogue_read_flows(struct catalogue *catalogue, const char *name)
{
    struct catalogue *c = catalogue;
    struct ledger_span rest = catalogue_file(c, name);
    struct ledger_span line;
    struct catalogue_draft head = {0};
    struct catalogue_flow *flow = NULL;
    while (catalogue_next_line(&rest, &line)) {
        struct ledger_span word;
        CU_ASSERT_FATAL(catalogue_next_part(&line, &word, ' '));
        if (ledger_span_is(word, "flow")) {
            CU_ASSERT_FATAL(c->flow_count < CATALOGUE_FLOWS_MAX);
            flow = &c->flows[c->flow_count++];
            CU_ASSERT_FATAL(catalogue_next_part(&line, &flow->name, ' ') &&
                            catalogue_next_part(&line, &head.kind, ' ') &&
                            catalogue_next_part(&line, &head.matter, ' ') && line.size == 0);
            continue;
        }
        CU_ASSERT_FATAL(flow != NULL && flow->count < CATALOGUE_STEPS_MAX);
        struct catalogue_draft *draft = &flow->steps[flow->count++];
        *draft = head;
        draft->event = word;
        catalogue_change(c, draft, line);
    }
}

/* --- records --- */

static const struct sample_key *key_of(struct catalogue *c, struct ledger_span name)
{
    const struct catalogue_person *person = find_person(c, name);
    if (person == NULL) {
        person = add_person(c, name, (struct ledger_span){0}, (struct ledger_span){0});
    }
    return &person->key;
}

static struct ledger_span institution_of(const struct catalogue *c,
                                         const struct catalogue_draft *draft)
{
    CU_ASSERT_FATAL(draft->signer_count > 0);
    for (unsigned i = 0; i < draft->signer_count; i++) {
        const struct catalogue_person *person = find_person(c, draft->signers[i]);
        if (person != NULL && person->institution.size > 0) {
            return person->institution;
        }
    }
    CU_FAIL_FATAL("nobody of an institution signs");
    return (struct ledger_span){0};
}

static struct ledger_span vkey_text(struct catalogue *c, const struct ledger_vkey *vkey)
{
    struct ledger_buffer buffer =
        ledger_buffer_in(samples_memory(c->s, LEDGER_VKEY_MAX), LEDGER_VKEY_MAX);
    ledger_vkey_write(&buffer, vkey);
    CU_ASSERT_FALSE(buffer.overflow);
    return ledger_buffer_span(&buffer);
}

static struct ledger_document document_of(struct catalogue *c, struct ledger_span label)
{
    struct ledger_document document = {.size = 1000 + label.size};
    ledger_hash_bytes(c->s->hasher, &document.digest, label);
    document.name = ledger_span_of(samples_text(c->s, "%.*s.pdf", LEDGER_SPAN_ARGS(label)));
    return document;
}

static struct ledger_span signed_by(struct catalogue *c, const struct ledger_record_fields *fields,
                                    const struct sample_key *const *keys, unsigned count)
{
    struct sample_text note;
    sample_start(&note, "");
    ledger_record_write(&note.buffer, fields);
    struct ledger_span text = {note.memory, note.buffer.size};
    ledger_buffer_text(&note.buffer, "\n");
    for (unsigned i = 0; i < count; i++) {
        sample_sign(&note, keys[i], text, 0);
    }
    return samples_copy(c->s, sample_span(&note));
}

static struct ledger_record_fields start_fields(struct catalogue *c)
{
    struct ledger_record_fields fields = {.ledger = ledger_span_of(SAMPLE_ORIGIN),
                                          .time = ledger_span_of("2026-11-23T10:21:07+08:00")};
    ledger_put_be64(fields.nonce, ++c->nonces);
    return fields;
}

struct ledger_span catalogue_note(struct catalogue *catalogue, const struct catalogue_draft *draft)
{
    struct ledger_record_fields fields = start_fields(catalogue);
    struct ledger_span parties[6];
    struct ledger_span lines[20];
    struct ledger_document document;
    const struct sample_key *keys[12];
    fields.kind = draft->kind;
    fields.event = draft->event;
    fields.matter = draft->matter;
    fields.institution = institution_of(catalogue, draft);
    fields.parties = parties;
    fields.fields = lines;
    fields.documents = &document;
    for (unsigned i = 0; i < draft->party_count; i++) {
        parties[fields.party_count++] =
            vkey_text(catalogue, &key_of(catalogue, draft->parties[i])->vkey);
    }
    for (unsigned i = 0; i < draft->line_count; i++) {
        const struct catalogue_value *line = &draft->lines[i];
        if (ledger_span_is(line->name, "category")) {
            fields.category = line->value;
        } else if (ledger_span_is(line->name, "refers")) {
            fields.refers = line->value;
        } else if (ledger_span_is(line->name, "data")) {
            fields.data = line->value;
        } else if (ledger_span_is(line->name, "document")) {
            document = document_of(catalogue, line->value);
            fields.document_count = 1;
        } else {
            lines[fields.field_count++] =
                ledger_span_of(samples_text(catalogue->s, "%.*s %.*s", LEDGER_SPAN_ARGS(line->name),
                                            LEDGER_SPAN_ARGS(line->value)));
        }
    }
    for (unsigned i = 0; i < draft->signer_count; i++) {
        keys[i] = key_of(catalogue, draft->signers[i]);
    }
    return signed_by(catalogue, &fields, keys, draft->signer_count);
}

static size_t founding_lines(struct catalogue *c, struct ledger_span *sets)
{
    static const struct {
        const char *before;
        enum sample_who who;
    } heads[] = {{"operator ", SAMPLE_OPERATOR},
                 {"governor ", SAMPLE_LI_NA},
                 {"governor ", SAMPLE_CHEN_JIE},
                 {"governor ", SAMPLE_HE_MIN}};
    size_t count = 0;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        sets[count++] = ledger_span_of(samples_line(c->s, heads[i].before, heads[i].who, ""));
    }
    sets[count++] = ledger_span_of("threshold 2");
    for (unsigned i = 0; i < c->line_count; i++) {
        sets[count++] = c->lines[i];
    }
    for (unsigned i = 0; i < c->person_count; i++) {
        const struct catalogue_person *person = &c->people[i];
        if (person->institution.size > 0) {
            struct ledger_span vkey = vkey_text(c, &person->key.vkey);
            sets[count++] = ledger_span_of(samples_text(
                c->s, "key %.*s %.*s %.*s", LEDGER_SPAN_ARGS(vkey),
                LEDGER_SPAN_ARGS(person->institution), LEDGER_SPAN_ARGS(person->grants)));
        }
    }
    return count;
}

struct ledger_span catalogue_genesis(struct catalogue *catalogue)
{
    struct samples *s = catalogue->s;
    struct ledger_span *sets =
        samples_memory(s, (CATALOGUE_LINES_MAX + CATALOGUE_PEOPLE_MAX + 8) * sizeof *sets);
    const struct sample_key *keys[] = {&s->keys[SAMPLE_LI_NA], &s->keys[SAMPLE_CHEN_JIE]};
    struct ledger_record_fields fields = start_fields(catalogue);
    fields.kind = ledger_span_of(LEDGER_KIND_AUTHORITY);
    fields.event = ledger_span_of("genesis");
    fields.matter = ledger_span_of(LEDGER_KIND_AUTHORITY);
    fields.institution = ledger_span_of(SAMPLE_ORIGIN);
    fields.sets = sets;
    fields.set_count = founding_lines(catalogue, sets);
    return signed_by(catalogue, &fields, keys, 2);
}

/* --- all of it --- */

static void read_lines(struct catalogue *c, const char *file)
{
    struct ledger_span rest = catalogue_file(c, file);
    while (c->line_count < CATALOGUE_LINES_MAX - 1 &&
           catalogue_next_line(&rest, &c->lines[c->line_count])) {
        c->line_count++;
    }
    CU_ASSERT_EQUAL_FATAL(rest.size, 0);
}

struct catalogue *catalogue_new(void)
{
    struct catalogue *c = calloc(1, sizeof *c);
    CU_ASSERT_PTR_NOT_NULL_FATAL(c);
    c->s = samples_new();
    read_lines(c, "institutions-example.txt");
    read_lines(c, "required.txt");
    for (size_t i = 0; i < CATALOGUE_SERVICES; i++) {
        read_lines(c, catalogue_services[i]);
    }
    read_people(c);
    catalogue_read_flows(c, "flows.txt");
    return c;
}

void catalogue_free(struct catalogue **catalogue)
{
    samples_free(&(*catalogue)->s);
    free(*catalogue);
    *catalogue = NULL;
}
