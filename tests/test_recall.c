#include "ledger/law/recall.h"

#include <stdio.h>

#include "tests/ledger_samples.h"
#include "tests/slow_workflow.h"
#include "tests/suites.h"

#define SEED 20261123
#define ENTRIES 100
#define PEOPLE 5
#define FINDINGS 80
#define DAY (INT64_C(24) * 3600 * 1000)
#define NEVER UINT64_MAX

static const enum sample_who people[PEOPLE] = {SAMPLE_ZHANG, SAMPLE_LI_SI, SAMPLE_WANG,
                                               SAMPLE_OPERATOR, SAMPLE_OPERATOR_NEXT};

/* A made-up ledger: entries that need not fit any rule, before which any record is judged. */
struct world {
    struct samples *s;
    struct ledger_authority_line lines[PEOPLE];
    struct ledger_entry entries[ENTRIES];
    struct ledger_span bytes[ENTRIES];
    struct ledger_history history;
    struct ledger_recall recall;
    uint64_t reads_left; /* before the history fails; NEVER */
    uint64_t random;
    unsigned found[FINDINGS];
};

static unsigned below(struct world *w, unsigned limit)
{
    w->random = w->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(w->random >> 33) % limit;
}

static bool one_in(struct world *w, unsigned n)
{
    return below(w, n) == 0;
}

static const char *pick(struct world *w, const char *const *words, unsigned count)
{
    return words[below(w, count)];
}

static const char *const kinds[] = {"deed", "copy"};
static const char *const matters[] = {"a", "b", "c"};
static const char *const events[] = {"e0", "e1", "e2", "e3"};
static const char *const categories[] = {NULL, "civil", "criminal"};
static const char *const results[] = {NULL, "result one", "result other"};
static const char *const institutions[] = {SAMPLE_NOTARY, SAMPLE_NOTARY, SAMPLE_NOTARY,
                                           SAMPLE_FORENSICS};

static void invent_signers(struct world *w, struct sample_record *what)
{
    unsigned signers = 0;
    unsigned parties = 0;
    for (unsigned i = 0; i < PEOPLE; i++) {
        if (one_in(w, 3) || (i == PEOPLE - 1 && signers == 0)) {
            what->signers[signers++] = people[i];
        }
        /* Of two keys with one name only one may be a party's. */
        if (one_in(w, 4) && (i < PEOPLE - 1 || what->parties[0] == SAMPLE_NOBODY)) {
            what->parties[parties++] = people[i];
        }
    }
}

/* A record of any matter, as the entry at `index`. */
static struct ledger_span invent(struct world *w, struct ledger_entry *entry, uint64_t index)
{
    unsigned matter = below(w, 3);
    struct sample_record what = {.matter = matters[matter],
                                 .kind = kinds[(matter == 2) != one_in(w, 40)],
                                 .event = pick(w, events, 4),
                                 .institution = pick(w, institutions, 4),
                                 .category = pick(w, categories, 3),
                                 .fields = {pick(w, results, 3)},
                                 .refers = pick(w, matters, 3)};
    invent_signers(w, &what);
    what.batched = below(w, 1 << PEOPLE);
    *entry = (struct ledger_entry){.index = index,
                                   .time_ms = SAMPLE_TIME + (int64_t)index * DAY / 2,
                                   .note = samples_record(w->s, &what)};
    struct ledger_span bytes = samples_entry(w->s, entry);
    CU_ASSERT_FATAL(ledger_entry_parse(entry, &w->s->verdict, bytes));
    return bytes;
}

/* The first of `matter`, or the last before an index. */
static enum ledger_status look(struct world *w, struct ledger_entry *entry,
                               struct ledger_span *bytes, struct ledger_span matter,
                               uint64_t before, bool want_first)
{
    enum ledger_status status = w->reads_left == 0 ? LEDGER_IO : LEDGER_NOT_FOUND;
    w->reads_left -= w->reads_left != NEVER && w->reads_left != 0;
    for (uint64_t i = 0; status != LEDGER_IO && i < before; i++) {
        if (ledger_span_equal(w->entries[i].record.matter, matter) &&
            !(want_first && status == LEDGER_OK)) {
            *entry = w->entries[i];
            *bytes = w->bytes[i];
            status = LEDGER_OK;
        }
    }
    return status;
}

static enum ledger_status first(void *context, struct ledger_entry *entry,
                                struct ledger_span *bytes, struct ledger_span matter)
{
    return look(context, entry, bytes, matter, ENTRIES, true);
}

static enum ledger_status latest(void *context, struct ledger_entry *entry,
                                 struct ledger_span *bytes, struct ledger_span matter,
                                 uint64_t before)
{
    return look(context, entry, bytes, matter, before, false);
}

static struct world *world_new(uint64_t seed)
{
    struct world *w = calloc(1, sizeof *w);
    CU_ASSERT_PTR_NOT_NULL_FATAL(w);
    w->s = samples_new();
    w->random = seed;
    w->reads_left = NEVER;
    for (unsigned i = 0; i < PEOPLE; i++) {
        const char *line = samples_line(w->s, "key ", people[i], " " SAMPLE_NOTARY " notary");
        CU_ASSERT_FATAL(ledger_authority_line_parse(w->s->hasher, &w->lines[i], &w->s->verdict,
                                                    ledger_span_of(line)));
    }
    for (uint64_t i = 0; i < ENTRIES; i++) {
        w->bytes[i] = invent(w, &w->entries[i], i);
    }
    w->history = (struct ledger_history){w, first, latest};
    ledger_recall_from(&w->recall, &w->history);
    return w;
}

static void world_free(struct world **w)
{
    ledger_recall_forget(&(*w)->recall);
    samples_free(&(*w)->s);
    free(*w);
    *w = NULL;
}

/* Two different events, or one; of the own matter or, if the rule `refers`, of the other. */
static const char *steps(struct world *w, bool refers)
{
    unsigned one = below(w, 4);
    const char *other = one < 3 && one_in(w, 2) ? events[one + 1 + below(w, 3 - one)] : NULL;
    return samples_text(w->s, "%s%s%s%s", refers && one_in(w, 2) ? "refers/" : "", events[one],
                        other != NULL ? "+" : "", other != NULL ? other : "");
}

static const char *clause(struct world *w, unsigned chance, const char *text)
{
    return one_in(w, chance) ? text : "";
}

/* Any rule for the kind: which event it is for does not matter here. */
static const char *invent_rule(struct world *w, struct ledger_span kind)
{
    static const char *const after[] = {"-", "e1,e2", "-,e0,e1,e2,e3", "e0,e1,e2,e3",
                                        "e0,e1,e2,e3"};
    static const char *const whose[] = {"other", "any", "any"};
    static const char *const referred[] = {"same", "other", "any"};
    struct samples *s = w->s;
    bool refers = one_in(w, 2);
    return samples_text(
        s, "rule %.*s x after=%s sign=notary:1%s%s%s%s%s%s", LEDGER_SPAN_ARGS(kind),
        pick(w, after, 5),
        clause(w, 2, samples_text(s, " by=notary:%u:%s", 1 + one_in(w, 3), steps(w, refers))),
        clause(w, 2, samples_text(s, " not-by=%s", steps(w, refers))),
        clause(w, 2, samples_text(s, " institution=%s", pick(w, whose, 3))),
        !refers ? ""
                : samples_text(s, " referred=%s:%s/%s", pick(w, referred, 3), kinds[one_in(w, 3)],
                               pick(w, events, 4)),
        clause(w, 3,
               samples_text(s, " keeps=%s:%s", one_in(w, 2) ? "category" : "result",
                            steps(w, refers))),
        clause(w, 2, samples_text(s, " term=%u:%s", 1 + below(w, 9), steps(w, false))));
}

static void entitle(struct world *w, struct ledger_entitlement *entitled,
                    const struct ledger_entry *entry)
{
    struct ledger_span rest = entry->record.note.signatures;
    struct ledger_signature signature;
    struct ledger_verdict verdict;
    const char *rule = invent_rule(w, entry->record.kind);
    ledger_verdict_clear(&verdict);
    *entitled = (struct ledger_entitlement){.ruled = true};
    CU_ASSERT_FATAL(ledger_rule_parse(&entitled->rule, &verdict, ledger_span_of(rule)));
    while (ledger_note_next(&rest, &signature)) {
        struct ledger_signer *signer = &entitled->signers[entitled->count++];
        *signer = (struct ledger_signer){.name = signature.name, .key_id = signature.key_id};
        for (unsigned i = 0; i < PEOPLE; i++) {
            if (w->lines[i].vkey.id == signature.key_id && !one_in(w, 8)) {
                signer->line = &w->lines[i];
            }
        }
    }
}

/* Judges until the history does not fail, which it does now and then. */
static enum ledger_finding judge(struct world *w, struct ledger_step *step,
                                 struct ledger_verdict *verdict, const struct ledger_entry *entry,
                                 const struct ledger_entitlement *entitled)
{
    bool follows = true;
    w->reads_left = one_in(w, 5) ? below(w, 6) : NEVER;
    for (;;) {
        ledger_verdict_clear(verdict);
        enum ledger_status status = ledger_workflow_check(&w->recall, w->s->hasher, step, &follows,
                                                          verdict, entry, entitled);
        CU_ASSERT_EQUAL(follows, status == LEDGER_OK && verdict->finding == LEDGER_NOT_CHECKED);
        if (status == LEDGER_OK) {
            w->reads_left = NEVER;
            return verdict->finding;
        }
        CU_ASSERT_EQUAL_FATAL(status, LEDGER_IO);
        CU_ASSERT_EQUAL(verdict->finding, LEDGER_NOT_CHECKED);
        w->reads_left = one_in(w, 2) ? below(w, 20) : NEVER;
    }
}

static bool tells_of(const struct ledger_verdict *verdict, uint64_t index)
{
    const char *found = strstr(verdict->detail, "entry ");
    return index == LEDGER_NO_ENTRY ||
           (found != NULL && strtoull(found + strlen("entry "), NULL, 10) == index);
}

static bool same_step(const struct ledger_step *a, const struct ledger_step *b)
{
    return a->ruled == b->ruled && a->makes == b->makes && a->term_days == b->term_days &&
           a->term_from == b->term_from && a->late_ms == b->late_ms;
}

static void compare_at(struct world *w, uint64_t index)
{
    struct ledger_entitlement entitled;
    struct ledger_verdict verdict;
    struct ledger_entry entry;
    struct ledger_step step;
    (void)invent(w, &entry, index);
    entitle(w, &entitled, &entry);
    struct slow_workflow slow = {w->s->hasher, w->entries, &entry, &entitled, {0}, 0};
    enum ledger_finding expected = slow_workflow(&slow);
    enum ledger_finding finding = judge(w, &step, &verdict, &entry, &entitled);
    bool same = finding == expected && tells_of(&verdict, slow.told) &&
                (finding != LEDGER_NOT_CHECKED || same_step(&step, &slow.step));
    w->found[finding]++;
    CU_ASSERT(same);
    if (!same) {
        printf("\nat %llu: %s, not %s of entry %llu: %s\n", (unsigned long long)index,
               ledger_finding_token(finding), ledger_finding_token(expected),
               (unsigned long long)slow.told, verdict.detail);
    }
}

/* Positions go on mostly, stay, or jump to anywhere, as when a ledger is resumed. */
static void it_finds_what_a_look_at_every_entry_finds(void)
{
    static const enum ledger_finding all[] = {
        LEDGER_NOT_CHECKED,      LEDGER_WRONG_ORDER,       LEDGER_ALREADY_OPEN,
        LEDGER_OTHER_KIND,       LEDGER_WRONG_INSTITUTION, LEDGER_SIGNER_EXCLUDED,
        LEDGER_ORIGINAL_MISSING, LEDGER_LINE_CHANGED,      LEDGER_BAD_REFERENCE};
    unsigned found[FINDINGS] = {0};
    printf("(seed %u) ", SEED);
    for (unsigned round = 0; round < 12; round++) {
        struct world *w = world_new(SEED + round);
        uint64_t at = 0;
        for (unsigned i = 0; i < 400; i++) {
            at = one_in(w, 10) ? below(w, ENTRIES) : at + below(w, 3);
            at = at <= ENTRIES ? at : below(w, ENTRIES);
            compare_at(w, at);
            if (one_in(w, 50)) {
                ledger_recall_forget(&w->recall);
            }
        }
        for (unsigned i = 0; i < FINDINGS; i++) {
            found[i] += w->found[i];
        }
        world_free(&w);
    }
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        CU_ASSERT(found[all[i]] >= 20);
    }
}

static void nothing_is_remembered_of_another_history(void)
{
    struct world *one = world_new(SEED);
    struct world *other = world_new(SEED + 1);
    struct ledger_recalled *matter;
    struct ledger_span name = ledger_span_of("a");
    CU_ASSERT_EQUAL(ledger_recall_matter(&one->recall, &matter, name, ENTRIES), LEDGER_OK);
    CU_ASSERT_EQUAL(one->recall.count, 1);
    ledger_recall_from(&one->recall, &other->history);
    CU_ASSERT_EQUAL(one->recall.count, 0);
    CU_ASSERT_EQUAL(one->recall.bytes, 0);
    CU_ASSERT_EQUAL(ledger_recall_matter(&one->recall, &matter, name, ENTRIES), LEDGER_OK);
    struct ledger_entry entry;
    struct ledger_span bytes;
    CU_ASSERT_EQUAL(latest(other, &entry, &bytes, name, ENTRIES), LEDGER_OK);
    CU_ASSERT_EQUAL(matter->latest.index, entry.index);
    CU_ASSERT(ledger_span_equal(matter->latest.event, entry.record.event));
    world_free(&one);
    world_free(&other);
}

/* ---- bounds ---- */

/* A history in which every matter has an entry at each index up to the one asked for, all signed by
 * other people with long names. */
struct crowd {
    uint8_t memory[64 * 400];
    bool empty; /* it does not know its entries any more */
};

static struct ledger_span crowd_sign(struct crowd *crowd, uint64_t index)
{
    struct ledger_buffer buffer = ledger_buffer_in(crowd->memory, sizeof crowd->memory);
    for (unsigned i = 0; i < LEDGER_SIGNATURES_MAX; i++) {
        uint8_t signature[LEDGER_SIGNATURE_SIZE] = {0};
        struct ledger_vkey vkey = {.type = LEDGER_KEY_ED25519};
        vkey.name_size = (size_t)snprintf(vkey.name, sizeof vkey.name, "%0200llu.%u",
                                          (unsigned long long)index, i);
        ledger_note_write_signature(&buffer, &vkey, signature, sizeof signature);
    }
    CU_ASSERT_FALSE_FATAL(buffer.overflow);
    return ledger_buffer_span(&buffer);
}

static enum ledger_status crowd_latest(void *context, struct ledger_entry *entry,
                                       struct ledger_span *bytes, struct ledger_span matter,
                                       uint64_t before)
{
    struct crowd *crowd = context;
    (void)bytes;
    if (before == 0 || crowd->empty) {
        return LEDGER_NOT_FOUND;
    }
    *entry = (struct ledger_entry){.index = before - 1};
    entry->record = (struct ledger_record){.kind = ledger_span_of("deed"),
                                           .event = ledger_span_of("open"),
                                           .matter = matter,
                                           .institution = ledger_span_of(SAMPLE_NOTARY),
                                           .note.signatures = crowd_sign(crowd, entry->index)};
    return LEDGER_OK;
}

static enum ledger_status crowd_first(void *context, struct ledger_entry *entry,
                                      struct ledger_span *bytes, struct ledger_span matter)
{
    return crowd_latest(context, entry, bytes, matter, 1);
}

static void too_many_matters_are_forgotten(void)
{
    struct crowd crowd = {.empty = false};
    struct ledger_history history = {&crowd, crowd_first, crowd_latest};
    struct ledger_recall recall = {.history = &history};
    struct ledger_recalled *matter;
    char name[32];
    size_t most = 0;
    for (unsigned i = 0; i < 2 * LEDGER_RECALL_MATTERS; i++) {
        ledger_recall_trim(&recall);
        (void)snprintf(name, sizeof name, "matter %u", i);
        CU_ASSERT_EQUAL(ledger_recall_matter(&recall, &matter, ledger_span_of(name), 7), LEDGER_OK);
        CU_ASSERT_EQUAL(matter->latest.index, 6);
        most = recall.count > most ? recall.count : most;
    }
    CU_ASSERT_EQUAL(most, LEDGER_RECALL_MATTERS + 1);
    CU_ASSERT(recall.bytes <= LEDGER_RECALL_BYTES);
    ledger_recall_forget(&recall);
    CU_ASSERT_PTR_NULL(recall.matters);
}

static void catch_up(struct ledger_recall *recall, struct ledger_recalled **matter,
                     const struct ledger_steps *steps, uint64_t before)
{
    struct ledger_span name = ledger_span_of("a");
    CU_ASSERT_EQUAL_FATAL(ledger_recall_matter(recall, matter, name, before), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_recall_follow(recall, *matter, steps), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_recall_catch_up(recall, *matter), LEDGER_OK);
}

static void too_many_names_are_forgotten(void)
{
    const struct ledger_steps steps = {false, ledger_span_of("close+open")};
    struct crowd crowd = {.empty = false};
    struct ledger_history history = {&crowd, crowd_first, crowd_latest};
    struct ledger_recall recall = {.history = &history};
    struct ledger_recalled *matter;
    char name[LEDGER_NAME_MAX];
    uint64_t index = 0;
    bool forgot = false;
    (void)snprintf(name, sizeof name, "%0200u.63", 42);
    for (uint64_t before = 1000; before <= 3000; before += 500) {
        size_t bytes = recall.bytes;
        ledger_recall_trim(&recall);
        forgot = forgot || (bytes > 0 && recall.bytes == 0);
        catch_up(&recall, &matter, &steps, before);
        CU_ASSERT(ledger_recalled_signed(matter, &index, &steps, ledger_span_of(name)));
        CU_ASSERT_EQUAL(index, 42);
    }
    CU_ASSERT(forgot);
    /* Entries from the index asked for on do not exist for it, and take no memory. */
    size_t bytes = matter->bytes;
    catch_up(&recall, &matter, &steps, 42);
    CU_ASSERT(matter->bytes < bytes);
    CU_ASSERT_FALSE(ledger_recalled_signed(matter, &index, &steps, ledger_span_of(name)));
    ledger_recall_forget(&recall);
}

static void a_history_that_takes_back_what_it_said_is_damaged(void)
{
    const struct ledger_steps steps = {false, ledger_span_of("open")};
    struct crowd crowd = {.empty = false};
    struct ledger_history history = {&crowd, crowd_first, crowd_latest};
    struct ledger_recall recall = {.history = &history};
    struct ledger_recalled *matter;
    CU_ASSERT_EQUAL(ledger_recall_matter(&recall, &matter, ledger_span_of("a"), 9), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_recall_follow(&recall, matter, &steps), LEDGER_OK);
    crowd.empty = true;
    CU_ASSERT_EQUAL(ledger_recall_catch_up(&recall, matter), LEDGER_DAMAGED);
    crowd.empty = false;
    CU_ASSERT_EQUAL(ledger_recall_catch_up(&recall, matter), LEDGER_OK);
    ledger_recall_forget(&recall);
}

void ledger_suite_recall(void)
{
    CU_pSuite suite = CU_add_suite("recall", NULL, NULL);
    CU_ADD_TEST(suite, it_finds_what_a_look_at_every_entry_finds);
    CU_ADD_TEST(suite, nothing_is_remembered_of_another_history);
    CU_ADD_TEST(suite, too_many_matters_are_forgotten);
    CU_ADD_TEST(suite, too_many_names_are_forgotten);
    CU_ADD_TEST(suite, a_history_that_takes_back_what_it_said_is_damaged);
}
