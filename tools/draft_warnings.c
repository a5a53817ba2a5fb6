#include "tools/draft_warnings.h"

#include <stdlib.h>

/* The change, held against what is in force. */
struct change {
    const struct ledger_authority *authority;
    struct ledger_hasher *hasher;
    const struct lines_file *lines;
    struct ledger_authority_line *sets; /* lines->sets, parsed */
};

static bool is_set(const struct change *change, struct ledger_span subject)
{
    for (size_t i = 0; i < change->lines->set_count; i++) {
        if (ledger_span_equal(change->sets[i].subject, subject)) {
            return true;
        }
    }
    return false;
}

static bool is_unset(const struct change *change, struct ledger_span subject)
{
    for (size_t i = 0; i < change->lines->unset_count; i++) {
        if (ledger_span_equal(change->lines->unsets[i], subject)) {
            return true;
        }
    }
    return false;
}

/* --- two keys of one name --- */

struct namesake {
    const struct change *change;
    const struct ledger_authority_line *line; /* that is set */
    const struct ledger_authority_line *other;
};

static bool has_name_of(const struct ledger_authority_line *a,
                        const struct ledger_authority_line *b)
{
    return a->type == b->type &&
           ledger_span_equal(ledger_vkey_name(&a->vkey), ledger_vkey_name(&b->vkey)) &&
           !ledger_span_equal(a->subject, b->subject);
}

static void find_namesake(void *context, const struct ledger_authority_line *line)
{
    struct namesake *search = context;
    if (has_name_of(line, search->line) && !is_unset(search->change, line->subject) &&
        !is_set(search->change, line->subject)) {
        search->other = line;
    }
}

static void warn_of_namesake(const struct change *change, size_t nth)
{
    struct namesake search = {change, &change->sets[nth], NULL};
    ledger_authority_each(change->authority, find_namesake, &search);
    for (size_t i = 0; i < nth; i++) {
        if (has_name_of(&change->sets[i], search.line)) {
            search.other = &change->sets[i];
        }
    }
    if (search.other != NULL) {
        cli_message("warning: '%s' will have two keys, with key IDs %08x and %08x; if the new one "
                    "replaces the other, add the line 'unset %.*s'",
                    search.line->vkey.name, (unsigned)search.other->vkey.id,
                    (unsigned)search.line->vkey.id, LEDGER_SPAN_ARGS(search.other->subject));
    }
}

/* --- the last registrar --- */

static bool is_registrar(const struct ledger_authority_line *line)
{
    return line->type == LEDGER_LINE_KEY &&
           ledger_grants_allow(line->grants, ledger_span_of(LEDGER_ROLE_REGISTRAR),
                               (struct ledger_span){NULL, 0});
}

struct successors {
    const struct change *change;
    struct ledger_span institution;
    size_t count;
};

static bool is_successor(const struct successors *search, const struct ledger_authority_line *line)
{
    return is_registrar(line) && ledger_span_equal(line->institution, search->institution);
}

static void count_successor(void *context, const struct ledger_authority_line *line)
{
    struct successors *search = context;
    search->count += is_successor(search, line) && !is_unset(search->change, line->subject) &&
                     !is_set(search->change, line->subject);
}

static bool has_registrar(const struct change *change, struct ledger_span institution)
{
    struct successors search = {change, institution, 0};
    ledger_authority_each(change->authority, count_successor, &search);
    for (size_t i = 0; i < change->lines->set_count; i++) {
        search.count += is_successor(&search, &change->sets[i]);
    }
    return search.count > 0;
}

static bool is_left(const struct change *change, struct ledger_span institution)
{
    uint8_t memory[LEDGER_INSTITUTION_SUBJECT_MAX];
    return !is_unset(change, ledger_institution_subject(memory, institution));
}

/* The institution whose registrar the key of this subject was, if it has no other any more; else
 * empty. */
static struct ledger_span bereft(const struct change *change, struct ledger_span subject)
{
    const struct ledger_authority_line *line =
        ledger_authority_find(change->authority, change->hasher, subject);
    bool left = line != NULL && is_registrar(line) && is_left(change, line->institution) &&
                !has_registrar(change, line->institution);
    return left ? line->institution : (struct ledger_span){NULL, 0};
}

static struct ledger_span subject_of(const struct change *change, size_t nth)
{
    size_t unsets = change->lines->unset_count;
    return nth < unsets ? change->lines->unsets[nth] : change->sets[nth - unsets].subject;
}

/* Once for an institution. */
static void warn_of_registrar(const struct change *change, size_t nth)
{
    struct ledger_span institution = bereft(change, subject_of(change, nth));
    bool told = institution.size == 0;
    for (size_t i = 0; !told && i < nth; i++) {
        told = ledger_span_equal(bereft(change, subject_of(change, i)), institution);
    }
    if (!told) {
        cli_message("warning: this takes the last registrar of '%.*s': from then on only governors "
                    "can change its keys",
                    LEDGER_SPAN_ARGS(institution));
    }
}

/* --- both --- */

int draft_warnings(const struct ledger_authority *authority, struct ledger_hasher *hasher,
                   const struct lines_file *lines)
{
    struct change change = {authority, hasher, lines,
                            calloc(lines->set_count + 1, sizeof change.sets[0])};
    if (change.sets == NULL) {
        return cli_fail("out of memory");
    }
    for (size_t i = 0; i < lines->set_count; i++) {
        struct ledger_verdict verdict;
        ledger_verdict_clear(&verdict);
        bool parsed =
            ledger_authority_line_parse(hasher, &change.sets[i], &verdict, lines->sets[i]);
        LEDGER_ASSERT(parsed);
    }
    for (size_t i = 0; i < lines->set_count; i++) {
        if (change.sets[i].type == LEDGER_LINE_KEY || change.sets[i].type == LEDGER_LINE_GOVERNOR) {
            warn_of_namesake(&change, i);
        }
    }
    for (size_t i = 0; i < lines->unset_count + lines->set_count; i++) {
        warn_of_registrar(&change, i);
    }
    free(change.sets);
    return CLI_DONE;
}
