#include "ledger/law/state.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/law/foreseen.h"
#include "ledger/law/operator_record.h"
#include "ledger/law/recall.h"
#include "ledger/law/registrar.h"

/* Lines that were found of late: most records name the institution, the rule or the key that some
 * record shortly before them named. Forgotten whenever the authority may have changed, and never
 * taken for another: names that were chosen to share a place cost time. */
#define LINES_FOUND 256u

struct ledger_state {
    struct ledger_hasher *hasher;
    struct ledger_frontier frontier;
    struct ledger_hash previous;
    struct ledger_authority *authority;
    int64_t time_ms;
    char origin[LEDGER_NAME_MAX + 1];
    size_t origin_size;
    ledger_node_sink *sink;
    void *sink_context;
    struct ledger_batch_cache batches;
    struct ledger_recall recall; /* of matters that rules were asked about */
    struct ledger_step step;     /* of the entry accepted last */
    const struct ledger_matters *matters;
    const struct ledger_authority_line *found[LINES_FOUND];
};

static void forget_found(struct ledger_state *state)
{
    memset(state->found, 0, sizeof state->found);
}

static const struct ledger_authority_line *find_key(void *context, enum ledger_line_type type,
                                                    struct ledger_span name, uint32_t key_id)
{
    struct ledger_state *state = context;
    const struct ledger_authority_line **place = &state->found[key_id % LINES_FOUND];
    if (*place == NULL || (*place)->type != type ||
        !ledger_vkey_signs_as(&(*place)->vkey, name, key_id)) {
        *place = ledger_authority_find_key(state->authority, state->hasher, type, name, key_id);
    }
    return *place;
}

static const struct ledger_authority_line *find_subject(void *context, struct ledger_span subject)
{
    struct ledger_state *state = context;
    uint32_t sum = 0;
    for (size_t i = 0; i < subject.size; i++) {
        sum = sum * 31 + subject.data[i];
    }
    const struct ledger_authority_line **place = &state->found[sum % LINES_FOUND];
    if (*place == NULL || !ledger_span_equal((*place)->subject, subject)) {
        *place = ledger_authority_find(state->authority, state->hasher, subject);
    }
    return *place;
}

static bool is_absent(void *context, struct ledger_span subject)
{
    return find_subject(context, subject) == NULL;
}

static bool entitled(struct ledger_state *state, struct ledger_entitlement *found,
                     struct ledger_verdict *verdict, const struct ledger_record *record,
                     const struct ledger_foreseen_record *foreseen)
{
    struct ledger_lookup lookup = {state, find_key, find_subject, is_absent, false};
    return ledger_entitled_foreseen(&lookup, &state->batches, foreseen, found, state->hasher,
                                    verdict, record);
}

static bool stands_in_place(struct ledger_state *state, struct ledger_verdict *verdict,
                            const struct ledger_entry *entry)
{
    struct ledger_hash authority;
    if (entry->index != state->frontier.size) {
        return ledger_verdict_set(verdict, LEDGER_WRONG_INDEX, "it says index %llu, it is %llu",
                                  (unsigned long long)entry->index,
                                  (unsigned long long)state->frontier.size);
    }
    if (!ledger_hash_equal(&entry->previous, &state->previous)) {
        return ledger_verdict_set(verdict, LEDGER_BROKEN_CHAIN,
                                  "its 'previous' is not the leaf hash of the entry before it");
    }
    if (entry->time_ms < state->time_ms) {
        return ledger_verdict_set(verdict, LEDGER_TIME_REVERSED,
                                  "its time is %lld ms before that of the entry before it",
                                  (long long)(state->time_ms - entry->time_ms));
    }
    ledger_authority_root(state->authority, state->hasher, &authority);
    if (!ledger_hash_equal(&entry->authority, &authority)) {
        return ledger_verdict_set(verdict, LEDGER_WRONG_AUTHORITY,
                                  "its 'authority' is not the root of the lines in force");
    }
    return true;
}

/* The governors of a genesis are those it sets, so it is carried out before it is judged; if it
 * does not hold, an empty authority takes the place of the one it made. */
static enum ledger_status found_ledger(struct ledger_state *state, struct ledger_verdict *verdict,
                                       bool *fits, const struct ledger_record *record,
                                       const struct ledger_foreseen_record *foreseen)
{
    struct ledger_entitlement governors;
    struct ledger_authority *empty;
    enum ledger_status status = ledger_authority_new(&empty);
    if (status != LEDGER_OK) {
        return status;
    }
    status = ledger_authority_change(state->authority, state->hasher, verdict, fits, record, 0);
    if (status == LEDGER_OK && *fits) {
        *fits = entitled(state, &governors, verdict, record, foreseen);
        if (!*fits) {
            struct ledger_authority *made = state->authority;
            state->authority = empty;
            empty = made;
        }
    }
    ledger_authority_free(&empty);
    return status;
}

static enum ledger_status change_authority(struct ledger_state *state,
                                           struct ledger_verdict *verdict, bool *fits,
                                           const struct ledger_record *record)
{
    if (ledger_is_registrars(record) &&
        !ledger_registrar_reaches(state->authority, state->hasher, verdict, record)) {
        *fits = false;
        return LEDGER_OK;
    }
    forget_found(state);
    return ledger_authority_change(state->authority, state->hasher, verdict, fits, record,
                                   state->frontier.size);
}

static enum ledger_status judge_index(struct ledger_state *state, struct ledger_verdict *verdict,
                                      bool *fits, const struct ledger_record *record)
{
    struct ledger_hash claimed;
    struct ledger_hash root;
    LEDGER_ASSERT(state->matters != NULL);
    ledger_index_claim(&claimed, record);
    enum ledger_status status =
        state->matters->root(state->matters->context, &root, state->frontier.size);
    if (status == LEDGER_OK && !ledger_hash_equal(&claimed, &root)) {
        *fits = ledger_verdict_set(verdict, LEDGER_INDEX_ROOT,
                                   "the matters of the first %llu entries have another root than "
                                   "it says",
                                   (unsigned long long)state->frontier.size);
    }
    return status;
}

static enum ledger_status judge_record(struct ledger_state *state, struct ledger_step *step,
                                       struct ledger_verdict *verdict, bool *fits,
                                       const struct ledger_entry *entry,
                                       const struct ledger_foreseen_record *foreseen)
{
    struct ledger_entitlement found;
    memset(step, 0, sizeof *step);
    if (state->frontier.size == 0) {
        forget_found(state);
        enum ledger_status status = found_ledger(state, verdict, fits, &entry->record, foreseen);
        forget_found(state);
        return status;
    }
    *fits = entitled(state, &found, verdict, &entry->record, foreseen);
    if (*fits && ledger_record_is_authority(&entry->record)) {
        return change_authority(state, verdict, fits, &entry->record);
    }
    if (*fits && ledger_record_is_index(&entry->record)) {
        return judge_index(state, verdict, fits, &entry->record);
    }
    if (!*fits || !found.ruled) {
        return LEDGER_OK;
    }
    return ledger_workflow_check(&state->recall, state->hasher, step, fits, verdict, entry, &found);
}

static void take_name(struct ledger_state *state, struct ledger_span ledger)
{
    LEDGER_ASSERT(ledger.size <= LEDGER_NAME_MAX);
    memcpy(state->origin, ledger.data, ledger.size);
    state->origin[ledger.size] = '\0';
    state->origin_size = ledger.size;
}

static void advance(struct ledger_state *state, const struct ledger_entry *entry,
                    const struct ledger_hash *leaf)
{
    if (state->frontier.size == 0) {
        take_name(state, entry->record.ledger);
    }
    ledger_frontier_append(state->hasher, &state->frontier, leaf, state->sink, state->sink_context);
    state->previous = *leaf;
    state->time_ms = entry->time_ms;
}

enum ledger_status ledger_state_new(struct ledger_state **out, struct ledger_hasher *hasher)
{
    struct ledger_state *state = calloc(1, sizeof *state);
    *out = NULL;
    if (state == NULL) {
        return LEDGER_NO_MEMORY;
    }
    state->hasher = hasher;
    ledger_frontier_start(&state->frontier);
    ledger_tree_empty_root(hasher, &state->previous);
    enum ledger_status status = ledger_authority_new(&state->authority);
    if (status != LEDGER_OK) {
        free(state);
        return status;
    }
    *out = state;
    return LEDGER_OK;
}

void ledger_state_free(struct ledger_state **state)
{
    if (*state != NULL) {
        ledger_authority_free(&(*state)->authority);
        ledger_recall_forget(&(*state)->recall);
        free(*state);
        *state = NULL;
    }
}

void ledger_state_set_history(struct ledger_state *state, const struct ledger_history *history)
{
    ledger_recall_from(&state->recall, history);
}

void ledger_state_set_matters(struct ledger_state *state, const struct ledger_matters *matters)
{
    state->matters = matters;
}

const struct ledger_step *ledger_state_step(const struct ledger_state *state)
{
    return &state->step;
}

static void begin(const struct ledger_state *state, struct ledger_verdict *verdict, bool *fits)
{
    LEDGER_ASSERT(state->frontier.size < LEDGER_TREE_SIZE_MAX);
    verdict->entry = state->frontier.size;
    *fits = false;
}

/* All that comes after hashing and parsing. */
static enum ledger_status judge(struct ledger_state *state, struct ledger_verdict *verdict,
                                bool *fits, const struct ledger_entry *entry,
                                const struct ledger_hash *leaf,
                                const struct ledger_foreseen_record *foreseen)
{
    struct ledger_step step;
    if (!stands_in_place(state, verdict, entry) ||
        !ledger_belongs(verdict, &entry->record, ledger_state_origin(state), entry->index)) {
        return LEDGER_OK;
    }
    enum ledger_status status = judge_record(state, &step, verdict, fits, entry, foreseen);
    if (status != LEDGER_OK || !*fits) {
        *fits = false;
        return status;
    }
    advance(state, entry, leaf);
    state->step = step;
    return LEDGER_OK;
}

enum ledger_status ledger_state_accept_record(struct ledger_state *state,
                                              struct ledger_verdict *verdict, bool *fits,
                                              struct ledger_entry *entry, struct ledger_hash *leaf,
                                              struct ledger_span bytes,
                                              const struct ledger_foreseen_record *foreseen)
{
    begin(state, verdict, fits);
    /* The hash comes first: a bit that flips in memory before it breaks a signature below, one
     * that flips after it breaks the comparison with what was stored. */
    ledger_tree_leaf(state->hasher, leaf, bytes);
    return ledger_entry_parse(entry, verdict, bytes)
               ? judge(state, verdict, fits, entry, leaf, foreseen)
               : LEDGER_OK;
}

enum ledger_status ledger_state_accept(struct ledger_state *state, struct ledger_verdict *verdict,
                                       bool *fits, struct ledger_entry *entry,
                                       struct ledger_hash *leaf, struct ledger_span bytes)
{
    return ledger_state_accept_record(state, verdict, fits, entry, leaf, bytes, NULL);
}

enum ledger_status ledger_state_accept_foreseen(struct ledger_state *state,
                                                struct ledger_verdict *verdict, bool *fits,
                                                struct ledger_entry *entry,
                                                struct ledger_hash *leaf,
                                                const struct ledger_foreseen_entry *foreseen)
{
    begin(state, verdict, fits);
    *leaf = foreseen->leaf;
    *entry = foreseen->entry;
    return judge(state, verdict, fits, entry, leaf, &foreseen->record);
}

void ledger_state_compose(struct ledger_state *state, struct ledger_buffer *buffer, int64_t time_ms,
                          struct ledger_span note)
{
    struct ledger_entry entry = {.index = state->frontier.size,
                                 .time_ms = time_ms,
                                 .previous = state->previous,
                                 .note = note};
    ledger_authority_root(state->authority, state->hasher, &entry.authority);
    ledger_entry_write(buffer, &entry);
}

void ledger_state_watch_nodes(struct ledger_state *state, ledger_node_sink *sink, void *context)
{
    state->sink = sink;
    state->sink_context = context;
}

uint64_t ledger_state_size(const struct ledger_state *state)
{
    return state->frontier.size;
}

void ledger_state_root(struct ledger_state *state, struct ledger_hash *root)
{
    ledger_frontier_root(state->hasher, root, &state->frontier);
}

int64_t ledger_state_time(const struct ledger_state *state)
{
    return state->time_ms;
}

const struct ledger_hash *ledger_state_previous(const struct ledger_state *state)
{
    return &state->previous;
}

struct ledger_span ledger_state_origin(const struct ledger_state *state)
{
    struct ledger_span origin = {(const uint8_t *)state->origin, state->origin_size};
    return origin;
}

const struct ledger_batch_cache *ledger_state_batches(const struct ledger_state *state)
{
    return &state->batches;
}

struct ledger_authority *ledger_state_authority(struct ledger_state *state)
{
    return state->authority;
}

const struct ledger_authority *ledger_state_authority_view(const struct ledger_state *state)
{
    return state->authority;
}

static bool last_fits(struct ledger_state *state, struct ledger_verdict *verdict,
                      struct ledger_entry *entry, struct ledger_span last)
{
    struct ledger_hash authority;
    if (!ledger_entry_parse(entry, verdict, last)) {
        return false;
    }
    if (entry->index != verdict->entry) {
        return ledger_verdict_set(verdict, LEDGER_WRONG_INDEX, "the last entry says index %llu",
                                  (unsigned long long)entry->index);
    }
    ledger_authority_root(state->authority, state->hasher, &authority);
    if (!ledger_hash_equal(&entry->authority, &authority)) {
        return ledger_verdict_set(
            verdict, LEDGER_WRONG_AUTHORITY,
            "the authority entries do not lead to the root the last entry has");
    }
    return true;
}

enum ledger_status ledger_state_resume(struct ledger_state *state, struct ledger_verdict *verdict,
                                       bool *fits, const struct ledger_frontier *before,
                                       struct ledger_span last, struct ledger_authority **authority)
{
    struct ledger_entry entry;
    LEDGER_ASSERT(state->frontier.size == 0);
    ledger_authority_free(&state->authority);
    state->authority = *authority;
    *authority = NULL;
    forget_found(state);
    verdict->entry = before->size;
    ledger_tree_leaf(state->hasher, &state->previous, last);
    *fits = last_fits(state, verdict, &entry, last);
    if (*fits && ledger_record_is_authority(&entry.record)) {
        enum ledger_status status = ledger_authority_change(
            state->authority, state->hasher, verdict, fits, &entry.record, entry.index);
        if (status != LEDGER_OK) {
            *fits = false;
            return status;
        }
    }
    if (*fits) {
        take_name(state, entry.record.ledger);
        state->time_ms = entry.time_ms;
        state->frontier = *before;
        ledger_frontier_append(state->hasher, &state->frontier, &state->previous, NULL, NULL);
    }
    return LEDGER_OK;
}
