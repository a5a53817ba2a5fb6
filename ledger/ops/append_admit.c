/* The part of appending that decides: from the notes of a batch to its entries in the store, all or
 * none, not committed yet. */
#include "ledger/law/operator_record.h"
#include "ledger/ops/append_parts.h"
#include "ledger/store/file_system.h"
#include "ledger/store/store_write.h"
#include "ledger/store/tree_reader.h"

#define NOTES_FOR_THREADS 32

/* The ledger's time: never before the last entry's, and not by a clock that went back. */
static enum ledger_status take_time(struct ledger_appender *a, int64_t *now,
                                    struct ledger_error *error)
{
    int64_t last = ledger_state_time(a->state);
    *now = a->clock(a->clock_context);
    if (*now < 0 || *now > LEDGER_TIME_MAX) {
        return ledger_error_set(error, LEDGER_CLOCK, 0, "the system's clock is out of range");
    }
    if (*now < last - LEDGER_CLOCK_SLACK_MS) {
        return ledger_error_set(error, LEDGER_CLOCK, 0,
                                "the clock is %lld s behind the last entry: set it right",
                                (long long)((last - *now) / 1000));
    }
    if (*now > last + LEDGER_REST_MS && !a->rested) {
        return ledger_error_set(error, LEDGER_CLOCK, 0,
                                "the clock is %lld days ahead of the last entry: set it right, or, "
                                "if the ledger really rested that long, say so (--rested)",
                                (long long)((*now - last) / (24 * 3600 * 1000)));
    }
    *now = *now > last ? *now : last;
    return LEDGER_OK;
}

/* What the store shows at `index` is believed only if it is in the tree of the state, which was
 * compared with what was signed: neither the row that led here nor the entry is signed itself. */
static enum ledger_status prove_entry(struct ledger_appender *a, const struct ledger_hash *leaf,
                                      uint64_t index, struct ledger_error *error)
{
    struct ledger_tree_reader reader = {a->store, a->hasher, error};
    struct ledger_tree_proof path;
    struct ledger_hash root;
    uint64_t size = ledger_state_size(a->state);
    enum ledger_status status =
        ledger_inclusion_prove(a->hasher, &path, index, size, ledger_tree_read_node, &reader);
    if (status != LEDGER_OK) {
        return status;
    }
    ledger_state_root(a->state, &root);
    return ledger_inclusion_check(a->hasher, &path, index, size, leaf, &root)
               ? LEDGER_OK
               : ledger_error_set(error, LEDGER_DAMAGED, 0,
                                  "entry %llu is not the one that was signed: the ledger was "
                                  "changed; nothing is appended, verify it",
                                  (unsigned long long)index);
}

/* The entry that the index names for a record's text, whose index row may lie. */
static enum ledger_status read_existing(struct ledger_appender *a, struct ledger_entry *entry,
                                        struct ledger_hash *leaf, struct ledger_verdict *verdict,
                                        const struct ledger_record *record, uint64_t index,
                                        struct ledger_error *error)
{
    struct ledger_span bytes;
    if (index >= ledger_state_size(a->state)) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0,
                                "the index 'records' leads to entry %llu, which is not there: "
                                "nothing is appended, verify the ledger",
                                (unsigned long long)index);
    }
    enum ledger_status status = ledger_store_known_entry(a->store, &bytes, index, error);
    if (status != LEDGER_OK) {
        return status;
    }
    if (!ledger_entry_parse(entry, verdict, bytes)) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0, "entry %llu is damaged: %s",
                                (unsigned long long)index, verdict->detail);
    }
    if (entry->index != index || !ledger_span_equal(entry->record.note.text, record->note.text)) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0,
                                "the index 'records' leads to entry %llu, which has another %s: "
                                "nothing is appended, verify the ledger",
                                (unsigned long long)index,
                                entry->index != index ? "index" : "record");
    }
    ledger_tree_leaf(a->hasher, leaf, bytes);
    return prove_entry(a, leaf, index, error);
}

/* Whether the ledger has the record already: then its receipt is filled and `*known` set, or, if
 * the signatures are others, it is refused. */
static enum ledger_status look_up(struct ledger_appender *a, bool *known, bool *refused,
                                  struct ledger_receipt *receipt, struct ledger_verdict *verdict,
                                  const struct ledger_record *record, struct ledger_span note,
                                  struct ledger_error *error)
{
    struct ledger_hash text;
    struct ledger_hash leaf;
    struct ledger_entry entry;
    uint64_t index = 0;
    ledger_hash_bytes(a->hasher, &text, record->note.text);
    enum ledger_status status = ledger_store_find_record(a->store, &index, &text, error);
    *known = status == LEDGER_OK;
    if (!*known) {
        return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
    }
    status = read_existing(a, &entry, &leaf, verdict, record, index, error);
    if (status != LEDGER_OK) {
        return status;
    }
    if (!ledger_span_equal(entry.note, note)) {
        verdict->entry = index;
        *refused = true;
        ledger_verdict_set(verdict, LEDGER_OTHER_SIGNATURES,
                           "entry %llu has the same text with other signatures",
                           (unsigned long long)index);
        return LEDGER_OK;
    }
    receipt->index = index;
    receipt->existing = true;
    receipt->leaf = leaf;
    return LEDGER_OK;
}

/* No signature covers the time. And what was foreseen was foreseen of the note where it lay: it is of
 * the entry only if not a bit changed on the way. */
static bool says_what_it_should(struct ledger_appender *a, const struct ledger_entry *entry,
                                const struct ledger_ahead_item *note, int64_t now)
{
    struct ledger_hash hash;
    if (entry->time_ms != now || !ledger_span_equal(entry->note, note->bytes)) {
        return false;
    }
    if (note->foreseen == NULL) {
        return true;
    }
    ledger_hash_bytes(a->hasher, &hash, entry->note);
    return ledger_hash_equal(&hash, &note->foreseen->leaf);
}

static enum ledger_status admit_new(struct ledger_appender *a, bool *fits,
                                    struct ledger_receipt *receipt, struct ledger_verdict *verdict,
                                    const struct ledger_ahead_item *note, int64_t now,
                                    struct ledger_error *error)
{
    struct ledger_buffer buffer = ledger_buffer_in(a->entry, sizeof a->entry);
    struct ledger_entry entry;
    receipt->index = ledger_state_size(a->state);
    receipt->existing = false;
    ledger_state_compose(a->state, &buffer, now, note->bytes);
    if (buffer.overflow) {
        *fits = ledger_verdict_set(verdict, LEDGER_TOO_LONG,
                                   "as an entry the record is over %d bytes", LEDGER_ENTRY_MAX);
        return LEDGER_OK;
    }
    enum ledger_status status = ledger_state_accept_record(
        a->state, verdict, fits, &entry, &receipt->leaf, ledger_buffer_span(&buffer),
        note->foreseen != NULL ? &note->foreseen->record : NULL);
    if (status != LEDGER_OK) {
        return ledger_appender_cannot_judge(a, status, receipt->index, error);
    }
    if (*fits && !says_what_it_should(a, &entry, note, now)) {
        return ledger_error_set(error, LEDGER_SELF_CHECK, 0,
                                "entry %llu does not say what it was made to say: check the "
                                "memory of this machine",
                                (unsigned long long)receipt->index);
    }
    if (*fits) {
        status =
            ledger_store_add_entry(a->store, a->hasher, &entry, ledger_buffer_span(&buffer), error);
    }
    return status == LEDGER_OK && *fits && ledger_record_is_index(&entry.record)
               ? ledger_appender_keep_parts(a, error)
               : status;
}

static enum ledger_status admit(struct ledger_appender *a, struct ledger_ahead *ahead, bool *fits,
                                struct ledger_receipt *receipt, struct ledger_verdict *verdict,
                                const struct ledger_ahead_item *note, int64_t now,
                                struct ledger_error *error)
{
    struct ledger_record record;
    bool known = false;
    bool refused = false;
    verdict->entry = ledger_state_size(a->state);
    *fits = ledger_record_parse(&record, verdict, note->bytes);
    if (!*fits) {
        return LEDGER_OK;
    }
    enum ledger_status status =
        look_up(a, &known, &refused, receipt, verdict, &record, note->bytes, error);
    if (status != LEDGER_OK || known) {
        *fits = !refused;
        return status;
    }
    bool change = ledger_record_is_authority(&record);
    if (change) {
        ledger_ahead_hold(ahead);
    }
    status = admit_new(a, fits, receipt, verdict, note, now, error);
    if (change) {
        ledger_ahead_release(ahead);
    }
    return status;
}

/* The notes of a batch, in order. */
struct notes {
    const struct ledger_span *notes;
    size_t count;
    size_t next;
};

static bool next_note(void *context, struct ledger_span *bytes)
{
    struct notes *notes = context;
    if (notes->next == notes->count) {
        return false;
    }
    *bytes = notes->notes[notes->next++];
    return true;
}

static enum ledger_status admit_each(struct ledger_appender *a, struct ledger_ahead *ahead,
                                     bool *fit, struct ledger_receipt *receipts, size_t *refused,
                                     struct ledger_verdict *verdict, int64_t now,
                                     struct ledger_error *error)
{
    struct ledger_ahead_item note;
    enum ledger_status status = LEDGER_OK;
    for (size_t i = 0; status == LEDGER_OK && *fit && ledger_ahead_next(ahead, &note); i++) {
        *refused = i;
        status = admit(a, ahead, fit, &receipts[i], verdict, &note, now, error);
        if (status == LEDGER_OK && a->node_status != LEDGER_OK) {
            status = ledger_error_set(error, a->node_status, 0, "cannot write a tree node");
        }
    }
    return status;
}

/* What threads learn of batches serves the next call, too: the records of a batch come in many. */
static enum ledger_status start_ahead(struct ledger_appender *a,
                                      const struct ledger_ahead_source *source)
{
    if (a->ahead == NULL) {
        return ledger_ahead_new(&a->ahead, a->jobs, source, a->state, a->hasher);
    }
    ledger_ahead_again(a->ahead, source, a->state);
    return LEDGER_OK;
}

/* Threads are worth their start for many signatures only. */
static enum ledger_status admit_ahead(struct ledger_appender *a, bool *fit,
                                      struct ledger_receipt *receipts, size_t *refused,
                                      struct ledger_verdict *verdict,
                                      const struct ledger_span *notes, size_t count, int64_t now,
                                      struct ledger_error *error)
{
    struct notes list = {notes, count, 0};
    const struct ledger_ahead_source source = {&list, next_note, true, NULL};
    struct ledger_ahead *alone = NULL;
    bool many = count >= NOTES_FOR_THREADS;
    enum ledger_status status =
        many ? start_ahead(a, &source) : ledger_ahead_new(&alone, 1, &source, a->state, a->hasher);
    if (status != LEDGER_OK) {
        return ledger_error_set(error, status, 0, "cannot append");
    }
    status = admit_each(a, many ? a->ahead : alone, fit, receipts, refused, verdict, now, error);
    if (many) {
        ledger_ahead_rest(a->ahead);
    }
    ledger_ahead_free(&alone);
    return status;
}

enum ledger_status ledger_appender_admit(struct ledger_appender *a, bool *fit,
                                         struct ledger_receipt *receipts, size_t *refused,
                                         struct ledger_verdict *verdict,
                                         const struct ledger_span *notes, size_t count,
                                         struct ledger_error *error)
{
    int64_t now = 0;
    enum ledger_status status = take_time(a, &now, error);
    if (status == LEDGER_OK) {
        status = ledger_file_system_has(a->path, a->reserve, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_file_system_has(a->guard_path, a->reserve, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_store_begin_write(a->store, error);
    }
    *fit = true;
    a->node_status = LEDGER_OK;
    return status == LEDGER_OK
               ? admit_ahead(a, fit, receipts, refused, verdict, notes, count, now, error)
               : status;
}
