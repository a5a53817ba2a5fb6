#include "ledger/law/authority.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/law/authority_parts.h"

/* Whether the line is about a key that no other line of its type may be about. */
static bool is_of_key(const struct ledger_authority_line *line)
{
    return line->type == LEDGER_LINE_GOVERNOR || line->type == LEDGER_LINE_KEY ||
           line->type == LEDGER_LINE_COMPROMISE;
}

static void signer_hash(struct ledger_hasher *hasher, struct ledger_hash *out,
                        enum ledger_line_type type, struct ledger_span name, uint32_t key_id)
{
    uint8_t id[4] = {(uint8_t)(key_id >> 24), (uint8_t)(key_id >> 16), (uint8_t)(key_id >> 8),
                     (uint8_t)key_id};
    struct ledger_span id_span = {id, sizeof id};
    ledger_hash_prefixed(hasher, out, (uint8_t)type, id_span, name);
}

/* Apart from the hashes of signers by the top bit, which no line type has. */
static void person_hash(struct ledger_hasher *hasher, struct ledger_hash *out,
                        enum ledger_line_type type, const struct ledger_vkey *vkey)
{
    struct ledger_span key = {vkey->key, sizeof vkey->key};
    ledger_hash_prefixed(hasher, out, (uint8_t)(0x80 | type), key, (struct ledger_span){NULL, 0});
}

/* NULL without memory. The line was parsed from `text` before. */
static struct ledger_authority_item *item_new(struct ledger_hasher *hasher, struct ledger_span text)
{
    struct ledger_verdict verdict;
    struct ledger_authority_item *item = malloc(sizeof *item + text.size);
    if (item == NULL) {
        return NULL;
    }
    memcpy(item->text, text.data, text.size);
    struct ledger_span own = {item->text, text.size};
    ledger_verdict_clear(&verdict);
    LEDGER_ASSERT(ledger_authority_line_parse(hasher, &item->line, &verdict, own));
    ledger_authority_line_hashes(hasher, &item->subject, &item->value, &item->line);
    if (is_of_key(&item->line)) {
        const struct ledger_vkey *vkey = &item->line.vkey;
        struct ledger_span name = ledger_vkey_name(vkey);
        signer_hash(hasher, &item->signer, item->line.type, name, vkey->id);
        signer_hash(hasher, &item->batch_signer, item->line.type, name, vkey->batch_id);
        person_hash(hasher, &item->person, item->line.type, vkey);
    }
    return item;
}

static void note_removal(struct ledger_authority *a, const struct ledger_authority_item *item)
{
    if (item->line.type == LEDGER_LINE_OPERATOR) {
        a->operator_item = NULL;
    } else if (item->line.type == LEDGER_LINE_THRESHOLD) {
        a->threshold = NULL;
    } else if (item->line.type == LEDGER_LINE_GOVERNOR) {
        a->governors--;
    }
}

static void note_addition(struct ledger_authority *a, const struct ledger_authority_item *item)
{
    if (item->line.type == LEDGER_LINE_OPERATOR) {
        a->operator_item = item;
    } else if (item->line.type == LEDGER_LINE_THRESHOLD) {
        a->threshold = item;
    } else if (item->line.type == LEDGER_LINE_GOVERNOR) {
        a->governors++;
    }
}

/* Under which hashes the item is found in `signers`. Somebody can make a key whose two IDs are the
 * same one. */
static size_t signer_hashes(const struct ledger_hash *hashes[3],
                            const struct ledger_authority_item *item)
{
    size_t count = 0;
    hashes[count++] = &item->person;
    hashes[count++] = &item->signer;
    if (!ledger_hash_equal(&item->signer, &item->batch_signer)) {
        hashes[count++] = &item->batch_signer;
    }
    return count;
}

static void take_out(struct ledger_authority *a, const struct ledger_authority_item *item)
{
    const struct ledger_hash *hashes[3];
    LEDGER_ASSERT(ledger_prefix_map_remove(a->lines, &item->subject));
    size_t count = is_of_key(&item->line) ? signer_hashes(hashes, item) : 0;
    for (size_t i = 0; i < count; i++) {
        LEDGER_ASSERT(ledger_prefix_map_remove(a->signers, hashes[i]));
    }
    note_removal(a, item);
}

static enum ledger_status put_signer(struct ledger_authority *a, struct ledger_authority_item *item)
{
    const struct ledger_hash *hashes[3];
    size_t count = signer_hashes(hashes, item);
    enum ledger_status status = LEDGER_OK;
    size_t done = 0;
    while (done < count && status == LEDGER_OK) {
        status = ledger_prefix_map_put(a->signers, hashes[done], &item->value, item);
        done += status == LEDGER_OK ? 1 : 0;
    }
    while (status != LEDGER_OK && done > 0) {
        ledger_prefix_map_remove(a->signers, hashes[--done]);
    }
    return status;
}

static enum ledger_status put_in(struct ledger_authority *a, struct ledger_authority_item *item)
{
    enum ledger_status status = ledger_prefix_map_put(a->lines, &item->subject, &item->value, item);
    if (status == LEDGER_OK && is_of_key(&item->line)) {
        status = put_signer(a, item);
        if (status != LEDGER_OK) {
            ledger_prefix_map_remove(a->lines, &item->subject);
        }
    }
    if (status == LEDGER_OK) {
        note_addition(a, item);
    }
    return status;
}

static void take_back(struct ledger_authority *a, struct ledger_authority_journal *journal)
{
    while (journal->count > 0) {
        struct ledger_authority_step *step = &journal->steps[--journal->count];
        if (step->after != NULL) {
            take_out(a, step->after);
            free(step->after);
        }
        /* Going backwards, the map holds at least the room that taking the line out gave back. */
        if (step->before != NULL) {
            LEDGER_ASSERT(put_in(a, step->before) == LEDGER_OK);
        }
    }
}

static void keep(struct ledger_authority_journal *journal)
{
    for (size_t i = 0; i < journal->count; i++) {
        free(journal->steps[i].before);
    }
}

static bool touched(const struct ledger_authority_journal *journal,
                    const struct ledger_hash *subject)
{
    for (size_t i = 0; i < journal->count; i++) {
        const struct ledger_authority_step *step = &journal->steps[i];
        const struct ledger_authority_item *item = step->after != NULL ? step->after : step->before;
        if (ledger_hash_equal(&item->subject, subject)) {
            return true;
        }
    }
    return false;
}

static bool unset_line(struct ledger_authority *a, struct ledger_hasher *hasher,
                       struct ledger_authority_journal *journal, struct ledger_verdict *verdict,
                       struct ledger_span subject)
{
    struct ledger_hash key;
    ledger_hash_bytes(hasher, &key, subject);
    if (touched(journal, &key)) {
        return ledger_verdict_set(verdict, LEDGER_BAD_CHANGE, "'%.*s' is changed twice",
                                  LEDGER_SPAN_ARGS(subject));
    }
    struct ledger_authority_item *before = ledger_prefix_map_find(a->lines, &key, NULL);
    if (before == NULL) {
        return ledger_verdict_set(verdict, LEDGER_BAD_CHANGE,
                                  "'%.*s' cannot be unset: it is not set",
                                  LEDGER_SPAN_ARGS(subject));
    }
    take_out(a, before);
    journal->steps[journal->count++] = (struct ledger_authority_step){before, NULL};
    return true;
}

/* One key is one line of its type: else one person could stand for two, among the governors or in
 * two institutions. */
static bool is_somebody_new(const struct ledger_authority *a, struct ledger_verdict *verdict,
                            const struct ledger_authority_item *item)
{
    const struct ledger_hash *hashes[3];
    size_t count = signer_hashes(hashes, item);
    const struct ledger_authority_item *other = NULL;
    for (size_t i = 0; i < count && other == NULL; i++) {
        other = ledger_prefix_map_find(a->signers, hashes[i], NULL);
    }
    return other == NULL ||
           ledger_verdict_set(verdict, LEDGER_BAD_CHANGE,
                              "'%.*s' has the name and a key ID, or the public key, of '%.*s'",
                              LEDGER_SPAN_ARGS(item->line.subject),
                              LEDGER_SPAN_ARGS(other->line.subject));
}

/* Whether the line may take its place among those in force. */
static bool may_be_set(struct ledger_authority *a, const struct ledger_authority_journal *journal,
                       struct ledger_verdict *verdict, const struct ledger_authority_item *item)
{
    const struct ledger_authority_item *before =
        ledger_prefix_map_find(a->lines, &item->subject, NULL);
    if (touched(journal, &item->subject)) {
        return ledger_verdict_set(verdict, LEDGER_BAD_CHANGE, "'%.*s' is changed twice",
                                  LEDGER_SPAN_ARGS(item->line.subject));
    }
    if (before != NULL && ledger_hash_equal(&before->value, &item->value)) {
        return ledger_verdict_set(verdict, LEDGER_BAD_CHANGE, "'%.*s' is set already",
                                  LEDGER_SPAN_ARGS(item->line.text));
    }
    return before != NULL || !is_of_key(&item->line) || is_somebody_new(a, verdict, item);
}

/* Takes over `item`, whatever the outcome. */
static enum ledger_status set_item(struct ledger_authority *a,
                                   struct ledger_authority_journal *journal,
                                   struct ledger_verdict *verdict, bool *done,
                                   struct ledger_authority_item *item)
{
    *done = may_be_set(a, journal, verdict, item);
    if (!*done) {
        free(item);
        return LEDGER_OK;
    }
    struct ledger_authority_item *before = ledger_prefix_map_find(a->lines, &item->subject, NULL);
    if (before != NULL) {
        take_out(a, before);
    }
    enum ledger_status status = put_in(a, item);
    if (status != LEDGER_OK) {
        free(item);
        item = NULL;
    }
    if (before != NULL || item != NULL) {
        journal->steps[journal->count++] = (struct ledger_authority_step){before, item};
    }
    return status;
}

static enum ledger_status set_line(struct ledger_authority *a, struct ledger_hasher *hasher,
                                   struct ledger_authority_journal *journal,
                                   struct ledger_verdict *verdict, bool *done,
                                   struct ledger_span text)
{
    struct ledger_authority_line line;
    *done = ledger_authority_line_parse(hasher, &line, verdict, text);
    if (!*done) {
        return LEDGER_OK;
    }
    struct ledger_authority_item *item = item_new(hasher, text);
    if (item == NULL) {
        *done = false;
        return LEDGER_NO_MEMORY;
    }
    return set_item(a, journal, verdict, done, item);
}

static enum ledger_status carry_out(struct ledger_authority *a, struct ledger_hasher *hasher,
                                    struct ledger_authority_journal *journal,
                                    struct ledger_verdict *verdict, bool *done,
                                    const struct ledger_record *record)
{
    struct ledger_lines unsets = record->unsets;
    struct ledger_lines sets = record->sets;
    struct ledger_span value;
    enum ledger_status status = LEDGER_OK;
    *done = true;
    while (*done && ledger_lines_next(&unsets, &value)) {
        *done = unset_line(a, hasher, journal, verdict, value);
    }
    while (*done && status == LEDGER_OK && ledger_lines_next(&sets, &value)) {
        status = set_line(a, hasher, journal, verdict, done, value);
    }
    return status;
}

enum ledger_status ledger_authority_new(struct ledger_authority **authority)
{
    struct ledger_authority *a = calloc(1, sizeof *a);
    *authority = NULL;
    if (a == NULL) {
        return LEDGER_NO_MEMORY;
    }
    if (ledger_prefix_map_new(&a->lines) != LEDGER_OK ||
        ledger_prefix_map_new(&a->signers) != LEDGER_OK) {
        ledger_authority_free(&a);
        return LEDGER_NO_MEMORY;
    }
    *authority = a;
    return LEDGER_OK;
}

static void free_item(void *context, const struct ledger_hash *key, void *payload)
{
    (void)context;
    (void)key;
    free(payload);
}

void ledger_authority_free(struct ledger_authority **authority)
{
    struct ledger_authority *a = *authority;
    if (a == NULL) {
        return;
    }
    if (a->lines != NULL) {
        ledger_prefix_map_each(a->lines, free_item, NULL);
    }
    ledger_prefix_map_free(&a->lines);
    ledger_prefix_map_free(&a->signers);
    free(a);
    *authority = NULL;
}

enum ledger_status ledger_authority_change(struct ledger_authority *authority,
                                           struct ledger_hasher *hasher,
                                           struct ledger_verdict *verdict, bool *done,
                                           const struct ledger_record *record, uint64_t index)
{
    size_t most = (size_t)record->unsets.count + record->sets.count;
    struct ledger_authority_journal journal = {calloc(most + 1, sizeof *journal.steps), 0};
    *done = false;
    if (journal.steps == NULL) {
        return LEDGER_NO_MEMORY;
    }
    enum ledger_status status = carry_out(authority, hasher, &journal, verdict, done, record);
    if (status == LEDGER_OK && *done) {
        status = ledger_authority_is_sound(authority, hasher, verdict, done, &journal,
                                           record->ledger, index);
    }
    if (status == LEDGER_OK && *done) {
        keep(&journal);
    } else {
        *done = false;
        take_back(authority, &journal);
    }
    free(journal.steps);
    return status;
}

void ledger_authority_root(struct ledger_authority *authority, struct ledger_hasher *hasher,
                           struct ledger_hash *root)
{
    ledger_prefix_map_root(authority->lines, hasher, root);
}

uint64_t ledger_authority_count(const struct ledger_authority *authority)
{
    return ledger_prefix_map_count(authority->lines);
}

const struct ledger_authority_line *ledger_authority_find(const struct ledger_authority *authority,
                                                          struct ledger_hasher *hasher,
                                                          struct ledger_span subject)
{
    struct ledger_hash key;
    ledger_hash_bytes(hasher, &key, subject);
    const struct ledger_authority_item *item = ledger_prefix_map_find(authority->lines, &key, NULL);
    return item == NULL ? NULL : &item->line;
}

const struct ledger_authority_line *
ledger_authority_find_key(const struct ledger_authority *authority, struct ledger_hasher *hasher,
                          enum ledger_line_type type, struct ledger_span name, uint32_t key_id)
{
    struct ledger_hash key;
    signer_hash(hasher, &key, type, name, key_id);
    const struct ledger_authority_item *item =
        ledger_prefix_map_find(authority->signers, &key, NULL);
    return item == NULL ? NULL : &item->line;
}

const struct ledger_authority_line *
ledger_authority_find_person(const struct ledger_authority *authority, struct ledger_hasher *hasher,
                             enum ledger_line_type type, const struct ledger_vkey *vkey)
{
    struct ledger_hash key;
    person_hash(hasher, &key, type, vkey);
    const struct ledger_authority_item *item =
        ledger_prefix_map_find(authority->signers, &key, NULL);
    return item == NULL ? NULL : &item->line;
}

const struct ledger_authority_line *
ledger_authority_operator(const struct ledger_authority *authority)
{
    return authority->operator_item == NULL ? NULL : &authority->operator_item->line;
}

bool ledger_authority_path(struct ledger_authority *authority, struct ledger_hasher *hasher,
                           struct ledger_prefix_path *path, struct ledger_span subject)
{
    struct ledger_hash key;
    ledger_hash_bytes(hasher, &key, subject);
    return ledger_prefix_map_path(authority->lines, hasher, path, NULL, &key);
}

bool ledger_authority_absence(struct ledger_authority *authority, struct ledger_hasher *hasher,
                              struct ledger_prefix_path *path, struct ledger_prefix_end *end,
                              struct ledger_span subject)
{
    struct ledger_hash key;
    ledger_hash_bytes(hasher, &key, subject);
    return !ledger_prefix_map_path(authority->lines, hasher, path, end, &key);
}

struct line_visit {
    ledger_authority_visit *visit;
    void *context;
};

static void visit_item(void *context, const struct ledger_hash *key, void *payload)
{
    const struct line_visit *visit = context;
    const struct ledger_authority_item *item = payload;
    (void)key;
    visit->visit(visit->context, &item->line);
}

void ledger_authority_each(const struct ledger_authority *authority, ledger_authority_visit *visit,
                           void *context)
{
    struct line_visit both = {visit, context};
    ledger_prefix_map_each(authority->lines, visit_item, &both);
}
