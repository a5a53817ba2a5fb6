#include <string.h>

#include "ledger/law/authority_parts.h"
#include "ledger/law/rule_sound.h"

/* A change that was carried out, as the checks below see it. */
struct soundness {
    const struct ledger_authority *authority;
    struct ledger_hasher *hasher;
    struct ledger_verdict *verdict;
    struct ledger_span ledger;
    bool sound;
};

static bool operator_is_sound(const struct soundness *check)
{
    const struct ledger_authority_item *item = check->authority->operator_item;
    if (item == NULL) {
        return ledger_verdict_set(check->verdict, LEDGER_BAD_CHANGE, "no operator would be left");
    }
    return ledger_span_equal(ledger_vkey_name(&item->line.vkey), check->ledger) ||
           ledger_verdict_set(check->verdict, LEDGER_BAD_CHANGE,
                              "the operator's key is named '%s', the ledger '%.*s'",
                              item->line.vkey.name, LEDGER_SPAN_ARGS(check->ledger));
}

static bool governors_are_sound(const struct soundness *check)
{
    const struct ledger_authority *a = check->authority;
    if (a->threshold == NULL) {
        return ledger_verdict_set(check->verdict, LEDGER_BAD_CHANGE, "no threshold would be left");
    }
    return (a->governors <= LEDGER_GOVERNORS_MAX && a->threshold->line.threshold <= a->governors) ||
           ledger_verdict_set(check->verdict, LEDGER_BAD_CHANGE,
                              "threshold %llu with %llu governors (at most %d)",
                              (unsigned long long)a->threshold->line.threshold,
                              (unsigned long long)a->governors, LEDGER_GOVERNORS_MAX);
}

/* A key that was made for tests, and perhaps lies about, signs nothing that counts. And none that
 * counts is used in tests: a log died of one key that signed in both. */
static bool is_of_the_ledgers_kind(const struct soundness *check,
                                   const struct ledger_authority_line *line)
{
    bool test_key = ledger_name_is_for_tests(ledger_vkey_name(&line->vkey));
    return test_key == ledger_name_is_for_tests(check->ledger) ||
           ledger_verdict_set(
               check->verdict, LEDGER_BAD_CHANGE, "'%.*s' has %s key, the ledger '%.*s' is %s",
               LEDGER_SPAN_ARGS(line->subject), test_key ? "a test" : "no test",
               LEDGER_SPAN_ARGS(check->ledger), test_key ? "none for tests" : "for tests");
}

/* A key's institution must be there and be allowed to hand out every grant of the key. */
static bool key_is_sound(const struct soundness *check, const struct ledger_authority_line *key)
{
    uint8_t memory[LEDGER_INSTITUTION_SUBJECT_MAX];
    const struct ledger_authority_line *institution = ledger_authority_find(
        check->authority, check->hasher, ledger_institution_subject(memory, key->institution));
    struct ledger_grant beyond;
    if (institution == NULL) {
        return ledger_verdict_set(check->verdict, LEDGER_BAD_CHANGE,
                                  "key '%s' belongs to institution '%.*s', which is not set",
                                  key->vkey.name, LEDGER_SPAN_ARGS(key->institution));
    }
    return ledger_grants_within(key->grants, institution->grants, &beyond) ||
           ledger_verdict_set(
               check->verdict, LEDGER_BAD_CHANGE,
               "key '%s' has '%.*s%s%.*s', which institution '%.*s' may not hand out; it may: %.*s",
               key->vkey.name, LEDGER_SPAN_ARGS(beyond.role), beyond.categories.size > 0 ? "/" : "",
               LEDGER_SPAN_ARGS(beyond.categories), LEDGER_SPAN_ARGS(key->institution),
               LEDGER_SPAN_ARGS(institution->grants));
}

static void check_key(void *context, const struct ledger_hash *key, void *payload)
{
    struct soundness *check = context;
    const struct ledger_authority_item *item = payload;
    (void)key;
    if (check->sound && item->line.type == LEDGER_LINE_KEY) {
        check->sound = key_is_sound(check, &item->line);
    }
}

/* Only an institution that changed or went can have made keys unsound that the change left. */
static bool keys_are_sound(struct soundness *check, const struct ledger_authority_journal *journal)
{
    bool institutions_changed = false;
    for (size_t i = 0; i < journal->count && check->sound; i++) {
        const struct ledger_authority_step *step = &journal->steps[i];
        if (step->before != NULL && step->before->line.type == LEDGER_LINE_INSTITUTION) {
            institutions_changed = true;
        }
        if (step->after != NULL) {
            check_key(check, NULL, step->after);
        }
    }
    if (check->sound && institutions_changed) {
        ledger_prefix_map_each(check->authority->lines, check_key, check);
    }
    return check->sound;
}

/* The line of this type about the same public key, or NULL. */
static const struct ledger_authority_line *same_key(const struct soundness *check,
                                                    enum ledger_line_type type,
                                                    const struct ledger_authority_line *line)
{
    return ledger_authority_find_person(check->authority, check->hasher, type, &line->vkey);
}

static bool is_trusted(const struct soundness *check, const struct ledger_authority_line *line)
{
    const struct ledger_authority_line *compromise = same_key(check, LEDGER_LINE_COMPROMISE, line);
    return compromise == NULL ||
           ledger_verdict_set(check->verdict, LEDGER_BAD_CHANGE,
                              "'%.*s' uses a key that was declared compromised from entry %llu "
                              "on: take a new key",
                              LEDGER_SPAN_ARGS(line->subject),
                              (unsigned long long)compromise->from);
}

static bool is_out_of_use(const struct soundness *check,
                          const struct ledger_authority_line *compromise)
{
    const struct ledger_authority_line *used = same_key(check, LEDGER_LINE_KEY, compromise);
    if (used == NULL) {
        used = same_key(check, LEDGER_LINE_GOVERNOR, compromise);
    }
    const struct ledger_authority_line *operator_line = &check->authority->operator_item->line;
    if (used == NULL &&
        memcmp(operator_line->vkey.key, compromise->vkey.key, sizeof compromise->vkey.key) == 0) {
        used = operator_line;
    }
    return used == NULL || ledger_verdict_set(check->verdict, LEDGER_BAD_CHANGE,
                                              "'%.*s' leaves '%.*s' in force: unset or replace it "
                                              "in the same change",
                                              LEDGER_SPAN_ARGS(compromise->subject),
                                              LEDGER_SPAN_ARGS(used->subject));
}

static bool compromise_is_sound(const struct soundness *check,
                                const struct ledger_authority_line *line, uint64_t index)
{
    if (line->from > index) {
        return ledger_verdict_set(check->verdict, LEDGER_BAD_CHANGE,
                                  "'%.*s' begins at entry %llu, later than entry %llu, which "
                                  "declares it",
                                  LEDGER_SPAN_ARGS(line->subject), (unsigned long long)line->from,
                                  (unsigned long long)index);
    }
    return is_out_of_use(check, line);
}

/* A compromise and the use of its key can only meet where the change set one of the two; and only keys
 * that it set can be of the other kind. */
static bool uses_are_sound(const struct soundness *check,
                           const struct ledger_authority_journal *journal, uint64_t index)
{
    bool sound = true;
    for (size_t i = 0; i < journal->count && sound; i++) {
        const struct ledger_authority_item *item = journal->steps[i].after;
        if (item == NULL) {
            continue;
        }
        switch (item->line.type) {
        case LEDGER_LINE_OPERATOR:
        case LEDGER_LINE_GOVERNOR:
        case LEDGER_LINE_KEY:
            sound = is_of_the_ledgers_kind(check, &item->line) && is_trusted(check, &item->line);
            break;
        case LEDGER_LINE_COMPROMISE:
            sound = compromise_is_sound(check, &item->line, index);
            break;
        case LEDGER_LINE_THRESHOLD:
        case LEDGER_LINE_INSTITUTION:
        case LEDGER_LINE_RULES:
        case LEDGER_LINE_RULE:
            break;
        }
    }
    return sound;
}

enum ledger_status ledger_authority_is_sound(const struct ledger_authority *a,
                                             struct ledger_hasher *hasher,
                                             struct ledger_verdict *verdict, bool *sound,
                                             const struct ledger_authority_journal *journal,
                                             struct ledger_span ledger, uint64_t index)
{
    struct soundness check = {a, hasher, verdict, ledger, true};
    *sound = operator_is_sound(&check) && governors_are_sound(&check) &&
             keys_are_sound(&check, journal) && uses_are_sound(&check, journal, index);
    if (!*sound) {
        return LEDGER_OK;
    }
    return ledger_rules_are_sound(a, hasher, verdict, sound, journal);
}
