#include "ledger/law/authority_parts.h"
#include "ledger/law/subject.h"

static const struct ledger_authority_item *institution_of(const struct ledger_authority *a,
                                                          struct ledger_hasher *hasher,
                                                          struct ledger_span id)
{
    uint8_t memory[LEDGER_INSTITUTION_SUBJECT_MAX];
    struct ledger_hash key;
    ledger_hash_bytes(hasher, &key, ledger_institution_subject(memory, id));
    return ledger_prefix_map_find(a->lines, &key, NULL);
}

/* A key's institution must be there and be allowed to hand out every role of the key. */
static bool key_is_sound(const struct ledger_authority *a, struct ledger_hasher *hasher,
                         struct ledger_verdict *verdict, const struct ledger_authority_line *key)
{
    const struct ledger_authority_item *institution = institution_of(a, hasher, key->institution);
    struct ledger_span rest = key->roles;
    struct ledger_span role;
    if (institution == NULL) {
        return ledger_verdict_set(verdict, LEDGER_BAD_CHANGE,
                                  "key '%s' belongs to institution '%.*s', which is not set",
                                  key->vkey.name, LEDGER_SPAN_ARGS(key->institution));
    }
    while (ledger_roles_next(&rest, &role)) {
        if (!ledger_roles_have(institution->line.roles, role)) {
            return ledger_verdict_set(
                verdict, LEDGER_BAD_CHANGE,
                "key '%s' has role '%.*s', which institution '%.*s' may not hand out",
                key->vkey.name, LEDGER_SPAN_ARGS(role), LEDGER_SPAN_ARGS(key->institution));
        }
    }
    return true;
}

struct soundness {
    const struct ledger_authority *authority;
    struct ledger_hasher *hasher;
    struct ledger_verdict *verdict;
    bool sound;
};

static void check_key(void *context, const struct ledger_hash *key, void *payload)
{
    struct soundness *check = context;
    const struct ledger_authority_item *item = payload;
    (void)key;
    if (check->sound && item->line.type == LEDGER_LINE_KEY) {
        check->sound = key_is_sound(check->authority, check->hasher, check->verdict, &item->line);
    }
}

/* Only an institution that changed or went can have made keys unsound that the change left. */
static bool keys_are_sound(const struct ledger_authority *a, struct ledger_hasher *hasher,
                           struct ledger_verdict *verdict,
                           const struct ledger_authority_journal *journal)
{
    struct soundness check = {a, hasher, verdict, true};
    bool institutions_changed = false;
    for (size_t i = 0; i < journal->count && check.sound; i++) {
        const struct ledger_authority_step *step = &journal->steps[i];
        if (step->before != NULL && step->before->line.type == LEDGER_LINE_INSTITUTION) {
            institutions_changed = true;
        }
        if (step->after != NULL) {
            check_key(&check, NULL, step->after);
        }
    }
    if (check.sound && institutions_changed) {
        ledger_prefix_map_each(a->lines, check_key, &check);
    }
    return check.sound;
}

bool ledger_authority_is_sound(const struct ledger_authority *a, struct ledger_hasher *hasher,
                               struct ledger_verdict *verdict,
                               const struct ledger_authority_journal *journal,
                               struct ledger_span ledger)
{
    if (a->operator_item == NULL) {
        return ledger_verdict_set(verdict, LEDGER_BAD_CHANGE, "no operator would be left");
    }
    if (!ledger_span_equal(ledger_vkey_name(&a->operator_item->line.vkey), ledger)) {
        return ledger_verdict_set(verdict, LEDGER_BAD_CHANGE,
                                  "the operator's key is named '%s', the ledger '%.*s'",
                                  a->operator_item->line.vkey.name, LEDGER_SPAN_ARGS(ledger));
    }
    if (a->threshold == NULL) {
        return ledger_verdict_set(verdict, LEDGER_BAD_CHANGE, "no threshold would be left");
    }
    if (a->governors > LEDGER_GOVERNORS_MAX || a->threshold->line.threshold > a->governors) {
        return ledger_verdict_set(verdict, LEDGER_BAD_CHANGE,
                                  "threshold %llu with %llu governors (at most %d)",
                                  (unsigned long long)a->threshold->line.threshold,
                                  (unsigned long long)a->governors, LEDGER_GOVERNORS_MAX);
    }
    return keys_are_sound(a, hasher, verdict, journal);
}
