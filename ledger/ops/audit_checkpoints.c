/* The part of the audit that holds checkpoints, stored and seen before, against the entries. */
#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/ops/audit_parts.h"
#include "ledger/ops/checkpoint_check.h"

static const struct ledger_span nothing = {NULL, 0};

static enum ledger_status next_checkpoint(struct audit *a)
{
    struct ledger_span key;
    enum ledger_status status =
        ledger_scan_next(&a->checkpoints, &key, &a->checkpoint_note, nothing, a->error);
    a->checkpoint_waits = status == LEDGER_OK;
    if (status == LEDGER_OK && key.size != 8) {
        return ledger_error_set(a->error, LEDGER_DAMAGED, 0, "a checkpoint's key has %zu bytes",
                                key.size);
    }
    if (status == LEDGER_OK) {
        a->checkpoint_size = ledger_get_be64(key.data);
    }
    return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
}

enum ledger_status ledger_audit_checkpoints_start(struct audit *a)
{
    enum ledger_status status =
        ledger_scan_open(&a->checkpoints, a->store, LEDGER_TABLE_CHECKPOINTS, nothing, a->error);
    return status == LEDGER_OK ? next_checkpoint(a) : status;
}

void ledger_audit_keep(struct audit *a, struct ledger_span note)
{
    a->report->checkpoints++;
    a->report->checkpoint_size = note.size;
    memcpy(a->report->checkpoint, note.data, note.size);
}

static bool waiting_is_signed(struct audit *a, struct ledger_checkpoint *checkpoint)
{
    if (!ledger_checkpoint_parse(checkpoint, a->verdict, a->checkpoint_note)) {
        return false;
    }
    if (checkpoint->size != a->checkpoint_size) {
        return ledger_verdict_set(
            a->verdict, LEDGER_BAD_CHECKPOINT, "the checkpoint stored for size %llu says size %llu",
            (unsigned long long)a->checkpoint_size, (unsigned long long)checkpoint->size);
    }
    return ledger_checkpoint_of_operator(a->verdict, a->state, checkpoint);
}

enum ledger_status ledger_audit_checkpoint(struct audit *a)
{
    struct ledger_checkpoint checkpoint;
    if (!a->checkpoint_waits || a->checkpoint_size > ledger_state_size(a->state)) {
        return LEDGER_OK;
    }
    if (!waiting_is_signed(a, &checkpoint) ||
        !ledger_checkpoint_of_entries(a->verdict, a->state, &checkpoint)) {
        return LEDGER_OK;
    }
    ledger_audit_keep(a, a->checkpoint_note);
    return next_checkpoint(a);
}

void ledger_audit_since(struct audit *a)
{
    struct ledger_hash root;
    if (a->options->since.size == 0 || a->since.size != ledger_state_size(a->state)) {
        return;
    }
    ledger_state_root(a->state, &root);
    a->report->since_size = a->since.size;
    a->since_differs = !ledger_hash_equal(&root, &a->since.root);
}

void ledger_audit_checkpoints_end(struct audit *a)
{
    struct ledger_checkpoint checkpoint;
    uint64_t end = ledger_state_size(a->state);
    a->verdict->entry = end;
    if (end == 0) {
        ledger_verdict_set(a->verdict, LEDGER_ENTRY_MISSING, "the ledger has no entry");
        return;
    }
    if (a->checkpoint_waits) {
        if (waiting_is_signed(a, &checkpoint)) {
            ledger_verdict_set(a->verdict, LEDGER_CHECKPOINT_BEYOND,
                               "the operator signed %llu entries, there are %llu",
                               (unsigned long long)checkpoint.size, (unsigned long long)end);
        }
        return;
    }
    struct ledger_span note = {a->report->checkpoint, a->report->checkpoint_size};
    if (note.size == 0 || !ledger_checkpoint_parse(&checkpoint, a->verdict, note) ||
        checkpoint.size != end) {
        a->verdict->entry = note.size == 0 ? 0 : checkpoint.size;
        ledger_verdict_set(a->verdict, LEDGER_CHECKPOINT_MISSING,
                           "%llu entries at the end are under no checkpoint; if a writer was "
                           "interrupted, the operator's next append signs them",
                           (unsigned long long)(end - a->verdict->entry));
    }
}

void ledger_audit_policy(struct audit *a)
{
    struct ledger_checkpoint checkpoint;
    struct ledger_span note = {a->report->checkpoint, a->report->checkpoint_size};
    a->verdict->entry = LEDGER_NO_ENTRY;
    if (ledger_checkpoint_parse(&checkpoint, a->verdict, note)) {
        ledger_policy_check(a->options->policy, &a->report->policy, a->verdict, &checkpoint);
    }
}

void ledger_audit_since_end(struct audit *a)
{
    if (a->options->since.size == 0) {
        return;
    }
    if (!ledger_span_equal(a->since.origin, ledger_state_origin(a->state))) {
        ledger_verdict_set(a->verdict, LEDGER_OTHER_ORIGIN,
                           "the checkpoint seen before is of '%.*s'",
                           LEDGER_SPAN_ARGS(a->since.origin));
    } else if (a->since.size > ledger_state_size(a->state)) {
        a->verdict->entry = ledger_state_size(a->state);
        ledger_verdict_set(a->verdict, LEDGER_OLDER_THAN_SEEN,
                           "%llu entries were seen signed before, there are %llu now",
                           (unsigned long long)a->since.size,
                           (unsigned long long)ledger_state_size(a->state));
    } else if (a->since_differs) {
        a->verdict->entry = a->since.size - 1;
        ledger_verdict_set(a->verdict, LEDGER_FORK,
                           "the first %llu entries are not those that were seen signed before: "
                           "two histories of '%s' carry the operator's signature; keep both "
                           "checkpoints, they are the evidence",
                           (unsigned long long)a->since.size, a->report->origin);
    }
}

bool ledger_checkpoint_seen(struct ledger_checkpoint *checkpoint, struct ledger_verdict *verdict,
                            struct ledger_span note, const struct ledger_policy *policy)
{
    struct ledger_verdict own;
    ledger_verdict_clear(&own);
    if (ledger_checkpoint_parse(checkpoint, &own, note) &&
        (ledger_policy_check(policy, NULL, &own, checkpoint) ||
         own.finding == LEDGER_QUORUM_MISSING)) {
        return true;
    }
    *verdict = own;
    return false;
}
