#include "ledger/ops/checkpoint_check.h"

bool ledger_checkpoint_of_operator(struct ledger_verdict *verdict, const struct ledger_state *state,
                                   const struct ledger_checkpoint *checkpoint)
{
    const struct ledger_authority_line *line =
        ledger_authority_operator(ledger_state_authority_view(state));
    if (!ledger_span_equal(checkpoint->origin, ledger_state_origin(state))) {
        return ledger_verdict_set(
            verdict, LEDGER_OTHER_ORIGIN, "the checkpoint of size %llu is of '%.*s'",
            (unsigned long long)checkpoint->size, LEDGER_SPAN_ARGS(checkpoint->origin));
    }
    if (ledger_note_signed_by(&checkpoint->note, &line->vkey, NULL) != LEDGER_SIGNED_WELL) {
        return ledger_verdict_set(verdict, LEDGER_CHECKPOINT_UNSIGNED,
                                  "the checkpoint of size %llu has no good signature of the "
                                  "operator's key %08x",
                                  (unsigned long long)checkpoint->size, (unsigned)line->vkey.id);
    }
    return true;
}

bool ledger_checkpoint_of_entries(struct ledger_verdict *verdict, struct ledger_state *state,
                                  const struct ledger_checkpoint *checkpoint)
{
    struct ledger_hash root;
    ledger_state_root(state, &root);
    return ledger_hash_equal(&root, &checkpoint->root) ||
           ledger_verdict_set(verdict, LEDGER_CHECKPOINT_ROOT,
                              "the operator signed another root for the first %llu entries",
                              (unsigned long long)checkpoint->size);
}
