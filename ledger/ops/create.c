#include "ledger/ops/create.h"

#include <stdlib.h>
#include <unistd.h>

#include "ledger/ops/files.h"
#include "ledger/ops/new_place.h"
#include "ledger/ops/resume.h"
#include "ledger/store/store_write.h"

struct creation {
    struct ledger_new_place place;
    struct ledger_hasher *hasher;
    struct ledger_state *state;
    struct ledger_store *store;
    uint8_t entry[LEDGER_ENTRY_MAX + 1];
    uint8_t checkpoint[LEDGER_SIGNED_CHECKPOINT_MAX];
    struct ledger_span checkpoint_span;
};

static enum ledger_status accept_genesis(struct creation *c, struct ledger_verdict *verdict,
                                         struct ledger_entry *entry, struct ledger_span *bytes,
                                         struct ledger_span genesis, int64_t now,
                                         struct ledger_error *error)
{
    struct ledger_buffer buffer = ledger_buffer_in(c->entry, sizeof c->entry);
    struct ledger_hash leaf;
    bool fits = false;
    ledger_state_compose(c->state, &buffer, now, genesis);
    *bytes = ledger_buffer_span(&buffer);
    if (buffer.overflow) {
        verdict->entry = 0;
        ledger_verdict_set(verdict, LEDGER_TOO_LONG, "the genesis is over %d bytes as an entry",
                           LEDGER_ENTRY_MAX);
    } else {
        enum ledger_status status =
            ledger_state_accept(c->state, verdict, &fits, entry, &leaf, *bytes);
        if (status != LEDGER_OK) {
            return ledger_error_set(error, status, 0, "cannot judge the genesis");
        }
    }
    if (!fits) {
        return ledger_error_set(error, LEDGER_INVALID, 0, "the genesis does not hold");
    }
    return entry->time_ms == now && ledger_span_equal(entry->note, genesis)
               ? LEDGER_OK
               : ledger_error_set(error, LEDGER_SELF_CHECK, 0,
                                  "the genesis does not say what it was made to say: check the "
                                  "memory of this machine");
}

static enum ledger_status add_genesis(struct creation *c, const struct ledger_entry *entry,
                                      struct ledger_span bytes, uint64_t map_size,
                                      struct ledger_error *error)
{
    enum ledger_status status = ledger_store_create(&c->store, c->place.temporary,
                                                    ledger_state_origin(c->state), map_size, error);
    if (status == LEDGER_OK) {
        status = ledger_store_begin_write(c->store, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_store_add_entry(c->store, c->hasher, entry, bytes, error);
    }
    return status == LEDGER_OK ? ledger_store_commit(c->store, error) : status;
}

static enum ledger_status sign_genesis(struct creation *c, const struct ledger_signing *signing,
                                       struct ledger_error *error)
{
    struct ledger_buffer buffer = ledger_buffer_in(c->checkpoint, sizeof c->checkpoint);
    struct ledger_hash root;
    enum ledger_status status = ledger_read_back(&root, c->state, c->store, c->hasher, 0, error);
    if (status == LEDGER_OK) {
        status = ledger_sign_checkpoint(&buffer, c->state, &root, signing, error);
        c->checkpoint_span = ledger_buffer_span(&buffer);
    }
    if (status == LEDGER_OK) {
        status = ledger_store_begin_write(c->store, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_store_add_checkpoint(c->store, 1, c->checkpoint_span, error);
    }
    return status == LEDGER_OK ? ledger_store_commit(c->store, error) : status;
}

/* As with every entry: stored, read back, and only then signed. */
static enum ledger_status fill_store(struct creation *c, const struct ledger_entry *entry,
                                     struct ledger_span bytes, const struct ledger_signing *signing,
                                     uint64_t map_size, struct ledger_error *error)
{
    enum ledger_status status = add_genesis(c, entry, bytes, map_size, error);
    if (status == LEDGER_OK) {
        status = sign_genesis(c, signing, error);
    }
    ledger_store_close(&c->store);
    return status;
}

static enum ledger_status take_places(struct creation *c, const char *path, const char *guard,
                                      struct ledger_error *error)
{
    enum ledger_status status = ledger_new_place_start(&c->place, path, guard, error);
    if (status == LEDGER_OK && ledger_new_place_has_guard(&c->place)) {
        return ledger_error_set(error, LEDGER_EXISTS, 0,
                                "cannot create '%s': its guard '%s' exists, so a ledger of this "
                                "name was signed before; remove the guard only if founding that "
                                "ledger was interrupted and nothing of it was given to anybody",
                                c->place.path, c->place.guard);
    }
    return status;
}

static enum ledger_status build(struct creation *c, struct ledger_verdict *verdict,
                                struct ledger_span genesis, const struct ledger_signing *signing,
                                const struct ledger_create_options *options,
                                struct ledger_error *error)
{
    struct ledger_entry entry;
    struct ledger_span bytes;
    int64_t (*clock)(void *) = options->clock != NULL ? options->clock : ledger_system_clock;
    int64_t now = clock(options->clock_context);
    if (now < 0 || now > LEDGER_TIME_MAX) {
        return ledger_error_set(error, LEDGER_CLOCK, 0, "the system's clock is out of range");
    }
    enum ledger_status status = accept_genesis(c, verdict, &entry, &bytes, genesis, now, error);
    if (status == LEDGER_OK) {
        /* Before anything is made. */
        status = ledger_check_operator(c->state, signing, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_new_place_make(&c->place, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_new_place_filled(
            fill_store(c, &entry, bytes, signing, options->map_size, error), error);
    }
    /* Guard first: a ledger never stands in its place without one. */
    if (status == LEDGER_OK) {
        status = ledger_file_create(c->place.guard, c->checkpoint_span, error);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    status = ledger_new_place_take(&c->place, error);
    if (status != LEDGER_OK && status != LEDGER_UNKNOWN) {
        unlink(c->place.guard);
    }
    return status;
}

enum ledger_status ledger_create(struct ledger_verdict *verdict, const char *path,
                                 struct ledger_span genesis,
                                 const struct ledger_signing *operator_key,
                                 const struct ledger_create_options *options,
                                 struct ledger_error *error)
{
    ledger_verdict_clear(verdict);
    struct creation *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot create '%s'", path);
    }
    enum ledger_status status = take_places(c, path, options->guard_path, error);
    if (status == LEDGER_OK && (ledger_hasher_new(&c->hasher) != LEDGER_OK ||
                                ledger_state_new(&c->state, c->hasher) != LEDGER_OK)) {
        status = ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot create '%s'", path);
    }
    if (status == LEDGER_OK) {
        status = build(c, verdict, genesis, operator_key, options, error);
    }
    if (status == LEDGER_OK) {
        verdict->finding = LEDGER_VALID;
    } else {
        ledger_new_place_leave(&c->place);
    }
    ledger_state_free(&c->state);
    ledger_hasher_free(&c->hasher);
    free(c);
    return status;
}
