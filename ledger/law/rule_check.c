#include "ledger/law/rule_check.h"

#include "ledger/format/list.h"

#define NOBODY LEDGER_SIGNATURES_MAX
#define NOWHERE LEDGER_RULE_PLACES_MAX

_Static_assert(LEDGER_SIGNATURES_MAX <= 64, "a set of signers is a word of 64 bits");

#define RULE_FORMAT "rule %.*s %.*s: "
#define RULE_ARGS(rule) LEDGER_SPAN_ARGS((rule)->kind), LEDGER_SPAN_ARGS((rule)->event)

/* Who sits where: each signer on one place at most, each place for one signer. */
struct seating {
    unsigned count; /* of places */
    struct ledger_span roles[LEDGER_RULE_PLACES_MAX];
    uint64_t competent[LEDGER_RULE_PLACES_MAX]; /* who may take the place: bit i is signer i */
    unsigned holders[LEDGER_RULE_PLACES_MAX];   /* of each place, or NOBODY */
    unsigned places[LEDGER_SIGNATURES_MAX];     /* of each signer, or NOWHERE */
};

bool ledger_acts_as(const struct ledger_signer *signer, const struct ledger_record *record,
                    struct ledger_span role)
{
    const struct ledger_authority_line *line = signer->line;
    return line != NULL && !signer->party &&
           ledger_span_equal(line->institution, record->institution) &&
           ledger_grants_allow(line->grants, role, record->category);
}

static uint64_t competent_signers(const struct ledger_entitlement *entitled,
                                  const struct ledger_record *record, struct ledger_span role)
{
    uint64_t signers = 0;
    for (unsigned i = 0; i < entitled->count; i++) {
        if (ledger_acts_as(&entitled->signers[i], record, role)) {
            signers |= UINT64_C(1) << i;
        }
    }
    return signers;
}

static unsigned count_of(uint64_t signers)
{
    unsigned count = 0;
    for (; signers != 0; signers &= signers - 1) {
        count++;
    }
    return count;
}

static bool too_few(struct ledger_verdict *verdict, const struct ledger_rule *rule,
                    const struct ledger_record *record, struct ledger_span role, uint64_t needed,
                    unsigned found)
{
    const char *parties = record->parties.count != 0 ? "; a party acts as no role" : "";
    const char *category =
        record->category.size != 0 ? " for category " : " in a record without category";
    return ledger_verdict_set(verdict, LEDGER_ROLE_MISSING,
                              RULE_FORMAT "sign=%.*s:%llu: %u competent signer%s of %.*s %s role "
                                          "%.*s%s%.*s%s",
                              RULE_ARGS(rule), LEDGER_SPAN_ARGS(role), (unsigned long long)needed,
                              found, found == 1 ? "" : "s", LEDGER_SPAN_ARGS(record->institution),
                              found == 1 ? "has" : "have", LEDGER_SPAN_ARGS(role), category,
                              LEDGER_SPAN_ARGS(record->category), parties);
}

/* Makes the places of the rule, all of them free. False if a role alone has too few signers. */
static bool make_places(struct seating *seating, const struct ledger_entitlement *entitled,
                        struct ledger_verdict *verdict, const struct ledger_record *record)
{
    struct ledger_span rest = entitled->rule.sign;
    struct ledger_span role;
    uint64_t needed;
    seating->count = 0;
    while (ledger_rule_next_role(&rest, &role, &needed)) {
        uint64_t competent = competent_signers(entitled, record, role);
        if (count_of(competent) < needed) {
            return too_few(verdict, &entitled->rule, record, role, needed, count_of(competent));
        }
        for (uint64_t i = 0; i < needed; i++) {
            LEDGER_ASSERT(seating->count < LEDGER_RULE_PLACES_MAX);
            seating->roles[seating->count] = role;
            seating->competent[seating->count] = competent;
            seating->holders[seating->count++] = NOBODY;
        }
    }
    for (unsigned i = 0; i < LEDGER_SIGNATURES_MAX; i++) {
        seating->places[i] = NOWHERE;
    }
    return true;
}

/* Seats `signer`, who was reached from place reached_from[signer]; whoever is moved by it takes the
 * place from which that place was reached, and so on back to where the search began. */
static void move_up(struct seating *seating, const unsigned *reached_from, unsigned signer)
{
    while (signer != NOBODY) {
        unsigned place = reached_from[signer];
        unsigned moved = seating->holders[place];
        seating->holders[place] = signer;
        seating->places[signer] = place;
        signer = moved;
    }
}

/* Fills a free place, moving others where they may sit as well: the search for an augmenting path
 * of bipartite matching, breadth first. Every signer is reached once at most. */
static bool fill_place(struct seating *seating, unsigned free_place, unsigned signers)
{
    unsigned queue[LEDGER_RULE_PLACES_MAX] = {free_place};
    unsigned reached_from[LEDGER_SIGNATURES_MAX];
    unsigned queued = 1;
    uint64_t reached = 0;
    for (unsigned next = 0; next < queued; next++) {
        uint64_t fresh = seating->competent[queue[next]] & ~reached;
        reached |= fresh;
        for (unsigned i = 0; i < signers; i++) {
            if ((fresh >> i & 1) == 0) {
                continue;
            }
            reached_from[i] = queue[next];
            if (seating->places[i] == NOWHERE) {
                move_up(seating, reached_from, i);
                return true;
            }
            queue[queued++] = seating->places[i];
        }
    }
    return false;
}

static bool roles_are_signed(struct ledger_entitlement *entitled, struct ledger_verdict *verdict,
                             const struct ledger_record *record)
{
    struct seating seating;
    unsigned filled = 0;
    if (!make_places(&seating, entitled, verdict, record)) {
        return false;
    }
    for (unsigned place = 0; place < seating.count; place++) {
        filled += fill_place(&seating, place, entitled->count);
    }
    if (filled < seating.count) {
        return ledger_verdict_set(
            verdict, LEDGER_ROLE_MISSING,
            RULE_FORMAT "nobody takes two places, so that the competent signers of %.*s can take "
                        "only %u of the %u of sign=%.*s",
            RULE_ARGS(&entitled->rule), LEDGER_SPAN_ARGS(record->institution), filled,
            seating.count, LEDGER_SPAN_ARGS(entitled->rule.sign));
    }
    for (unsigned place = 0; place < seating.count; place++) {
        entitled->signers[seating.holders[place]].role = seating.roles[place];
    }
    return true;
}

static bool parties_are_named(const struct ledger_rule *rule, struct ledger_verdict *verdict,
                              const struct ledger_record *record)
{
    unsigned named = record->parties.count;
    if (rule->parties == 0 && named != 0) {
        return ledger_verdict_set(verdict, LEDGER_LINE_MISSING,
                                  RULE_FORMAT "it has no clause 'parties', so that the record may "
                                              "have no line 'party'",
                                  RULE_ARGS(rule));
    }
    if (named < rule->parties) {
        return ledger_verdict_set(verdict, LEDGER_LINE_MISSING,
                                  RULE_FORMAT "parties=%llu: the record has %u line%s 'party'",
                                  RULE_ARGS(rule), (unsigned long long)rule->parties, named,
                                  named == 1 ? "" : "s");
    }
    return true;
}

static bool has_line(const struct ledger_record *record, struct ledger_span need)
{
    struct ledger_span value;
    return ledger_span_is(need, "category")   ? record->category.size != 0
           : ledger_span_is(need, "document") ? record->documents.count != 0
           : ledger_span_is(need, "data")     ? record->data.size != 0
                                              : ledger_record_field(record, &value, need);
}

static bool has_what_is_needed(const struct ledger_rule *rule, struct ledger_verdict *verdict,
                               const struct ledger_record *record)
{
    struct ledger_span rest = rule->needs;
    struct ledger_span need;
    while (ledger_rule_next_need(&rest, &need)) {
        if (!has_line(record, need)) {
            return ledger_verdict_set(verdict, LEDGER_LINE_MISSING,
                                      RULE_FORMAT "needs=%.*s: the record has no line '%s%.*s'",
                                      RULE_ARGS(rule), LEDGER_SPAN_ARGS(need),
                                      ledger_record_is_field_name(need) ? "field " : "",
                                      LEDGER_SPAN_ARGS(need));
        }
    }
    return true;
}

static bool refers_as_provided(const struct ledger_rule *rule, struct ledger_verdict *verdict,
                               const struct ledger_record *record)
{
    bool provided = rule->referred != 0;
    bool refers = record->refers.size != 0;
    if (refers && !provided) {
        return ledger_verdict_set(verdict, LEDGER_LINE_MISSING,
                                  RULE_FORMAT "it has no clause 'referred', so that the record may "
                                              "have no line 'refers'",
                                  RULE_ARGS(rule));
    }
    if (provided && !refers) {
        return ledger_verdict_set(
            verdict, LEDGER_LINE_MISSING,
            RULE_FORMAT "referred: the record has no line 'refers' that names a matter of kind "
                        "%.*s with an entry %.*s",
            RULE_ARGS(rule), LEDGER_SPAN_ARGS(rule->referred_kind),
            LEDGER_SPAN_ARGS(rule->referred_event));
    }
    return true;
}

static bool fields_are_among(const struct ledger_rule *rule, struct ledger_verdict *verdict,
                             const struct ledger_record *record)
{
    struct ledger_span rest = rule->among;
    struct ledger_span field;
    struct ledger_span tokens;
    struct ledger_span value;
    while (ledger_rule_next_among(&rest, &field, &tokens)) {
        if (ledger_record_field(record, &value, field) &&
            !ledger_list_has(tokens, '+', LEDGER_LIST_NO_HEAD, value)) {
            return ledger_verdict_set(verdict, LEDGER_LINE_MISSING,
                                      RULE_FORMAT
                                      "among=%.*s:%.*s: the field %.*s has none of these values",
                                      RULE_ARGS(rule), LEDGER_SPAN_ARGS(field),
                                      LEDGER_SPAN_ARGS(tokens), LEDGER_SPAN_ARGS(field));
        }
    }
    return true;
}

bool ledger_rule_is_met(struct ledger_entitlement *entitled, struct ledger_verdict *verdict,
                        const struct ledger_record *record)
{
    const struct ledger_rule *rule = &entitled->rule;
    return roles_are_signed(entitled, verdict, record) &&
           parties_are_named(rule, verdict, record) && has_what_is_needed(rule, verdict, record) &&
           refers_as_provided(rule, verdict, record) && fields_are_among(rule, verdict, record);
}
