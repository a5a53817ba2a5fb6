#include "ledger/law/recall.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/law/entitlement.h"

#define TREE_NODE 48 /* bytes that a tree and the allocator take for one node, about */

/* An event that was asked about. Names of nodes stand behind them. */
struct step {
    struct ledger_span event;
    uint64_t index; /* of its latest entry, or LEDGER_NO_ENTRY */
    int64_t time_ms;
    void *signers; /* a tree of struct signer, by name */
};

struct signer {
    struct ledger_span name;
    uint64_t index; /* of the latest entry with this event that he signed */
};

/* Every node begins with its name. */
static int by_name(const void *a, const void *b)
{
    const struct ledger_span *one = a;
    const struct ledger_span *other = b;
    return ledger_span_compare(*one, *other);
}

static void *find(void *const *tree, struct ledger_span name)
{
    void *const *found = tfind(&name, tree, by_name);
    return found == NULL ? NULL : *found;
}

static size_t cost_of(struct ledger_span name, size_t size)
{
    return size + name.size + TREE_NODE;
}

/* Adds a node of `size` bytes, zero but for its name, which must be a new one. NULL if there is no
 * memory. Trees are balanced: names that were chosen to be slow are not. */
static void *plant(void **tree, struct ledger_span name, size_t size)
{
    uint8_t *node = calloc(1, size + name.size);
    if (node == NULL) {
        return NULL;
    }
    memcpy(node + size, name.data, name.size);
    struct ledger_span own = {node + size, name.size};
    memcpy(node, &own, sizeof own);
    if (tsearch(node, tree, by_name) == NULL) {
        free(node);
        return NULL;
    }
    return node;
}

static void free_step(void *node)
{
    struct step *step = node;
    tdestroy(step->signers, free);
    free(step);
}

static void free_matter(void *node)
{
    struct ledger_recalled *matter = node;
    tdestroy(matter->steps, free_step);
    free(matter);
}

void ledger_recall_forget(struct ledger_recall *recall)
{
    tdestroy(recall->matters, free_matter);
    *recall = (struct ledger_recall){.history = recall->history};
}

void ledger_recall_from(struct ledger_recall *recall, const struct ledger_history *history)
{
    ledger_recall_forget(recall);
    recall->history = history;
}

void ledger_recall_trim(struct ledger_recall *recall)
{
    if (recall->count > LEDGER_RECALL_MATTERS || recall->bytes > LEDGER_RECALL_BYTES) {
        ledger_recall_forget(recall);
    }
}

/* It knows entries that must not exist for it now. */
static void begin_anew(struct ledger_recall *recall, struct ledger_recalled *matter)
{
    tdestroy(matter->steps, free_step);
    recall->bytes -= matter->bytes;
    matter->steps = NULL;
    matter->bytes = 0;
    matter->walked = 0;
    matter->opened = false;
}

static enum ledger_status latest_before(struct ledger_recall *recall, struct ledger_entry *entry,
                                        struct ledger_span matter, uint64_t before)
{
    struct ledger_span bytes;
    enum ledger_status status =
        recall->history->latest(recall->history->context, entry, &bytes, matter, before);
    LEDGER_ASSERT(status != LEDGER_OK || entry->index < before);
    return status;
}

/* Where an entry was found before there is none now: whoever provides the history broke his word.
 */
static enum ledger_status known_to_be(enum ledger_status status)
{
    return status == LEDGER_NOT_FOUND ? LEDGER_DAMAGED : status;
}

static struct ledger_span copy_into(struct ledger_buffer *buffer, struct ledger_span text)
{
    struct ledger_span copy = {buffer->data + buffer->size, text.size};
    ledger_buffer_add(buffer, text);
    return copy;
}

static void take_end(struct ledger_recalled_end *end, const struct ledger_entry *entry)
{
    struct ledger_buffer buffer = ledger_buffer_in(end->text, sizeof end->text);
    end->index = entry->index;
    end->kind = copy_into(&buffer, entry->record.kind);
    end->event = copy_into(&buffer, entry->record.event);
    end->institution = copy_into(&buffer, entry->record.institution);
    LEDGER_ASSERT(!buffer.overflow);
}

/* What one entry lends ends with the call for the next: the latest is taken before the first is
 * asked for. */
static enum ledger_status look_at_latest(struct ledger_recall *recall,
                                         struct ledger_recalled **matter, struct ledger_span name,
                                         uint64_t before)
{
    struct ledger_entry entry;
    enum ledger_status status = latest_before(recall, &entry, name, before);
    if (status != LEDGER_OK) {
        return status;
    }
    if (*matter == NULL) {
        *matter = plant(&recall->matters, name, sizeof **matter);
        if (*matter == NULL) {
            return LEDGER_NO_MEMORY;
        }
        recall->count++;
        recall->bytes += cost_of(name, sizeof **matter);
    }
    take_end(&(*matter)->latest, &entry);
    return LEDGER_OK;
}

static enum ledger_status look_at_first(struct ledger_recall *recall,
                                        struct ledger_recalled *matter)
{
    const struct ledger_history *history = recall->history;
    struct ledger_entry entry;
    struct ledger_span bytes;
    enum ledger_status status = history->first(history->context, &entry, &bytes, matter->name);
    if (status == LEDGER_OK) {
        LEDGER_ASSERT(entry.index <= matter->latest.index);
        take_end(&matter->opening, &entry);
        matter->opened = true;
    }
    return known_to_be(status);
}

enum ledger_status ledger_recall_matter(struct ledger_recall *recall,
                                        struct ledger_recalled **matter, struct ledger_span name,
                                        uint64_t before)
{
    struct ledger_recalled *found = find(&recall->matters, name);
    enum ledger_status status = LEDGER_OK;
    *matter = NULL;
    if (found != NULL && found->before > before) {
        begin_anew(recall, found);
    }
    if (found == NULL || !found->opened || found->before != before) {
        status = look_at_latest(recall, &found, name, before);
    }
    if (status == LEDGER_OK && !found->opened) {
        status = look_at_first(recall, found);
    }
    if (status == LEDGER_OK) {
        found->before = before;
        *matter = found;
    }
    return status;
}

enum ledger_status ledger_recall_follow(struct ledger_recall *recall,
                                        struct ledger_recalled *matter,
                                        const struct ledger_steps *steps)
{
    struct ledger_span rest = steps->events;
    struct ledger_span event;
    while (ledger_rule_next_event(&rest, &event)) {
        if (find(&matter->steps, event) != NULL) {
            continue;
        }
        struct step *step = plant(&matter->steps, event, sizeof *step);
        if (step == NULL) {
            return LEDGER_NO_MEMORY;
        }
        step->index = LEDGER_NO_ENTRY;
        matter->walked = 0;
        matter->bytes += cost_of(event, sizeof *step);
        recall->bytes += cost_of(event, sizeof *step);
    }
    return LEDGER_OK;
}

/* Whether the signature is by the key of a `party` line. Few records have one of its name, so the
 * slow way of computing its key IDs does. */
static bool is_partys(const struct ledger_signature *signature, const struct ledger_record *record)
{
    struct ledger_vkey party;
    return ledger_party_find(&party, NULL, record, signature->name, signature->key_id);
}

static enum ledger_status take_signer(struct ledger_recall *recall, struct ledger_recalled *matter,
                                      struct step *step, struct ledger_span name, uint64_t index)
{
    struct signer *signer = find(&step->signers, name);
    if (signer == NULL) {
        signer = plant(&step->signers, name, sizeof *signer);
        if (signer == NULL) {
            return LEDGER_NO_MEMORY;
        }
        matter->bytes += cost_of(name, sizeof *signer);
        recall->bytes += cost_of(name, sizeof *signer);
    }
    signer->index = signer->index > index ? signer->index : index;
    return LEDGER_OK;
}

/* Entries come in any order, and some more than once. */
static enum ledger_status take_entry(struct ledger_recall *recall, struct ledger_recalled *matter,
                                     const struct ledger_entry *entry)
{
    struct step *step = find(&matter->steps, entry->record.event);
    if (step == NULL) {
        return LEDGER_OK;
    }
    if (step->index == LEDGER_NO_ENTRY || step->index < entry->index) {
        step->index = entry->index;
        step->time_ms = entry->time_ms;
    }
    struct ledger_span rest = entry->record.note.signatures;
    struct ledger_signature signature;
    enum ledger_status status = LEDGER_OK;
    while (status == LEDGER_OK && ledger_note_next(&rest, &signature)) {
        if (!is_partys(&signature, &entry->record)) {
            status = take_signer(recall, matter, step, signature.name, entry->index);
        }
    }
    return status;
}

enum ledger_status ledger_recall_catch_up(struct ledger_recall *recall,
                                          struct ledger_recalled *matter)
{
    const struct ledger_recalled_end *latest = &matter->latest;
    bool followed = find(&matter->steps, latest->event) != NULL;
    uint64_t at = followed ? latest->index + 1 : latest->index;
    enum ledger_status status = LEDGER_OK;
    if (matter->steps == NULL) {
        return LEDGER_OK;
    }
    while (status == LEDGER_OK && at > matter->walked && at > matter->opening.index) {
        struct ledger_entry entry;
        status = known_to_be(latest_before(recall, &entry, matter->name, at));
        if (status == LEDGER_OK) {
            at = entry.index;
            status = at < matter->walked ? LEDGER_OK : take_entry(recall, matter, &entry);
        }
    }
    if (status == LEDGER_OK) {
        matter->walked = matter->before;
    }
    return status;
}

static const struct step *step_of(const struct ledger_recalled *matter, struct ledger_span event)
{
    const struct step *step = find(&matter->steps, event);
    LEDGER_ASSERT(step != NULL && matter->walked == matter->before);
    return step;
}

bool ledger_recalled_latest(const struct ledger_recalled *matter, struct ledger_recalled_step *step,
                            const struct ledger_steps *steps)
{
    struct ledger_span rest = steps->events;
    struct ledger_span event;
    bool found = false;
    while (matter != NULL && ledger_rule_next_event(&rest, &event)) {
        const struct step *known = step_of(matter, event);
        if (known->index != LEDGER_NO_ENTRY && (!found || known->index > step->index)) {
            *step = (struct ledger_recalled_step){known->index, known->time_ms};
            found = true;
        }
    }
    return found;
}

bool ledger_recalled_signed(const struct ledger_recalled *matter, uint64_t *index,
                            const struct ledger_steps *steps, struct ledger_span name)
{
    struct ledger_span rest = steps->events;
    struct ledger_span event;
    bool found = false;
    while (matter != NULL && ledger_rule_next_event(&rest, &event)) {
        const struct signer *signer = find(&step_of(matter, event)->signers, name);
        if (signer != NULL && (!found || signer->index > *index)) {
            *index = signer->index;
            found = true;
        }
    }
    return found;
}
