#include <CUnit/Basic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/law/statistics.h"
#include "tests/suites.h"

#define HEADER                                                                                     \
    "period,kind,event,institution,entries,opened,effective,corrected,void,closed,due,late\n"
#define JANUARY INT64_C(1767225600000) /* 2026-01-01T00:00:00.000Z */
#define DAY INT64_C(86400000)
#define CSV_MAX ((size_t)8 << 20)

/* --- counting --- */

struct fixture {
    struct ledger_hasher *hasher;
    struct ledger_statistics *statistics;
    uint8_t *memory;
};

static struct fixture fixture_new(void)
{
    struct fixture f = {.memory = malloc(CSV_MAX)};
    CU_ASSERT_FATAL(f.memory != NULL && ledger_hasher_new(&f.hasher) == LEDGER_OK &&
                    ledger_statistics_new(&f.statistics) == LEDGER_OK);
    return f;
}

static void fixture_free(struct fixture *f)
{
    ledger_statistics_free(&f->statistics);
    CU_ASSERT_PTR_NULL(f->statistics);
    ledger_statistics_free(&f->statistics);
    ledger_hasher_free(&f->hasher);
    free(f->memory);
}

struct sample {
    int64_t time_ms;
    const char *kind;
    const char *event;
    const char *institution;
    struct ledger_step step;
};

static void count(struct fixture *f, const struct sample *sample)
{
    struct ledger_entry entry = {.time_ms = sample->time_ms};
    entry.record.kind = ledger_span_of(sample->kind);
    entry.record.event = ledger_span_of(sample->event);
    entry.record.institution = ledger_span_of(sample->institution);
    uint64_t before = ledger_statistics_entries(f->statistics);
    CU_ASSERT_EQUAL(ledger_statistics_add(f->statistics, &entry, &sample->step), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_statistics_entries(f->statistics), before + 1);
}

static struct ledger_span csv_of(struct fixture *f)
{
    struct ledger_buffer buffer = ledger_buffer_in(f->memory, CSV_MAX);
    ledger_statistics_write(&buffer, f->statistics);
    CU_ASSERT_FALSE(buffer.overflow);
    return ledger_buffer_span(&buffer);
}

/* The CSV is this text; so are digest and size. */
static void expect(struct fixture *f, const char *text)
{
    struct ledger_document digest = {.size = 1};
    struct ledger_hash hash;
    CU_ASSERT(ledger_span_is(csv_of(f), text));
    ledger_statistics_digest(&digest, f->hasher, f->statistics);
    ledger_hash_bytes(f->hasher, &hash, ledger_span_of(text));
    CU_ASSERT(ledger_hash_equal(&hash, &digest.digest));
    CU_ASSERT_EQUAL(digest.size, strlen(text));
    CU_ASSERT_EQUAL(digest.name.size, 0);
}

static void nothing_counted_is_the_header_alone(void)
{
    struct fixture f = fixture_new();
    CU_ASSERT_EQUAL(ledger_statistics_entries(f.statistics), 0);
    expect(&f, HEADER);
    fixture_free(&f);
}

static void every_step_counts_in_its_column(void)
{
    struct fixture f = fixture_new();
    struct sample s = {.time_ms = JANUARY, .kind = "k", .event = "e", .institution = "i"};
    count(&f, &s); /* no rule */
    s.step = (struct ledger_step){.ruled = true, .opened = true, .makes = LEDGER_STANDING_PENDING};
    count(&f, &s);
    s.step = (struct ledger_step){.ruled = true, .makes = LEDGER_STANDING_EFFECTIVE};
    count(&f, &s);
    s.step = (struct ledger_step){.ruled = true, .makes = LEDGER_STANDING_CORRECTED};
    count(&f, &s);
    s.step = (struct ledger_step){.ruled = true, .makes = LEDGER_STANDING_VOID};
    count(&f, &s);
    count(&f, &s);
    s.step = (struct ledger_step){.ruled = true, .makes = LEDGER_STANDING_CLOSED};
    count(&f, &s);
    s.step = (struct ledger_step){.ruled = true, .term_days = 3};
    count(&f, &s);
    s.step = (struct ledger_step){.ruled = true, .term_days = 3, .late_ms = 1};
    count(&f, &s);
    expect(&f, HEADER "2026-01,k,e,i,9,1,1,1,2,1,2,1\n");
    fixture_free(&f);
}

static void the_example_of_the_specification_holds(void)
{
    static const char *const office = "smu-forensics.gz.example";
    struct fixture f = fixture_new();
    struct ledger_document digest;
    char hex[2 * LEDGER_HASH_SIZE];
    struct ledger_buffer text = ledger_buffer_in((uint8_t *)hex, sizeof hex);
    count(&f,
          &(struct sample){
              JANUARY + 31 * DAY - 1, "authority", "genesis", "publiclaw.gz.example/2026", {0}});
    count(&f, &(struct sample){JANUARY + 31 * DAY,
                               "forensic-appraisal",
                               "draft",
                               office,
                               {.ruled = true, .opened = true, .makes = LEDGER_STANDING_PENDING}});
    count(&f, &(struct sample){JANUARY + 38 * DAY,
                               "forensic-appraisal",
                               "issue",
                               office,
                               {.ruled = true,
                                .makes = LEDGER_STANDING_EFFECTIVE,
                                .term_days = 5,
                                .term_from = 1,
                                .late_ms = 2 * DAY}});
    ledger_statistics_digest(&digest, f.hasher, f.statistics);
    ledger_buffer_hex(&text, digest.digest.bytes, LEDGER_HASH_SIZE);
    CU_ASSERT(ledger_span_is(ledger_buffer_span(&text), "4ac75088064eb4ed605ce130411c2503"
                                                        "b2bde02bec82119fb49c1cb8861a10df"));
    CU_ASSERT_EQUAL(digest.size, 302);
    fixture_free(&f);
}

static void a_period_is_a_month_in_utc(void)
{
    struct fixture f = fixture_new();
    struct sample s = {.kind = "k", .event = "e", .institution = "i"};
    const int64_t times[] = {
        0, JANUARY - 1, JANUARY, JANUARY + 31 * DAY - 1, JANUARY + 31 * DAY, LEDGER_TIME_MAX};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        s.time_ms = times[i];
        count(&f, &s);
    }
    expect(&f, HEADER "1970-01,k,e,i,1,0,0,0,0,0,0,0\n"
                      "2025-12,k,e,i,1,0,0,0,0,0,0,0\n"
                      "2026-01,k,e,i,2,0,0,0,0,0,0,0\n"
                      "2026-02,k,e,i,1,0,0,0,0,0,0,0\n"
                      "9999-12,k,e,i,1,0,0,0,0,0,0,0\n");
    fixture_free(&f);
}

static void values_are_quoted_only_if_they_must_be(void)
{
    struct fixture f = fixture_new();
    const char *const names[] = {"a",   "a,b", "a\"b", "\"", ",", "=1", "\xe5\xb9\xbf\xe5\xb7\x9e",
                                 "a;b", "'"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        count(&f, &(struct sample){JANUARY, "k", "e", names[i], {0}});
    }
    expect(&f, HEADER "2026-01,k,e,\"\"\"\",1,0,0,0,0,0,0,0\n"
                      "2026-01,k,e,',1,0,0,0,0,0,0,0\n"
                      "2026-01,k,e,\",\",1,0,0,0,0,0,0,0\n"
                      "2026-01,k,e,=1,1,0,0,0,0,0,0,0\n"
                      "2026-01,k,e,a,1,0,0,0,0,0,0,0\n"
                      "2026-01,k,e,\"a\"\"b\",1,0,0,0,0,0,0,0\n"
                      "2026-01,k,e,\"a,b\",1,0,0,0,0,0,0,0\n"
                      "2026-01,k,e,a;b,1,0,0,0,0,0,0,0\n"
                      "2026-01,k,e,\xe5\xb9\xbf\xe5\xb7\x9e,1,0,0,0,0,0,0,0\n");
    fixture_free(&f);
}

/* Neighbours whose texts, joined, are the same must stay apart, and a shorter text comes first. */
static void rows_are_ordered_column_by_column(void)
{
    struct fixture f = fixture_new();
    count(&f, &(struct sample){JANUARY, "ab", "c", "i", {0}});
    count(&f, &(struct sample){JANUARY, "a", "bc", "i", {0}});
    count(&f, &(struct sample){JANUARY, "a", "b", "ci", {0}});
    count(&f, &(struct sample){JANUARY, "a-b", "b", "i", {0}});
    expect(&f, HEADER "2026-01,a,b,ci,1,0,0,0,0,0,0,0\n"
                      "2026-01,a,bc,i,1,0,0,0,0,0,0,0\n"
                      "2026-01,a-b,b,i,1,0,0,0,0,0,0,0\n"
                      "2026-01,ab,c,i,1,0,0,0,0,0,0,0\n");
    fixture_free(&f);
}

static void the_longest_values_fit_the_digest(void)
{
    struct fixture f = fixture_new();
    char token[LEDGER_TOKEN_MAX + 1];
    char name[LEDGER_NAME_MAX + 1];
    memset(token, 'k', LEDGER_TOKEN_MAX);
    memset(name, '"', LEDGER_NAME_MAX);
    token[LEDGER_TOKEN_MAX] = name[LEDGER_NAME_MAX] = '\0';
    count(&f, &(struct sample){LEDGER_TIME_MAX, token, token, name, {0}});
    struct ledger_document digest;
    ledger_statistics_digest(&digest, f.hasher, f.statistics);
    CU_ASSERT_EQUAL(digest.size, csv_of(&f).size);
    fixture_free(&f);
}

/* --- against a slow reference: rows in a list, sorted at the end --- */

#define SLOW_MAX 40000

struct slow_row {
    char key[4][600]; /* the institution as the CSV has it is made at the end */
    unsigned long long counters[8];
};

struct slow {
    struct slow_row *rows;
    size_t count;
};

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static struct slow_row *slow_find(struct slow *slow, const struct sample *s)
{
    char period[16];
    char time[LEDGER_TIME_SIZE + 1];
    ledger_write_ledger_time(time, s->time_ms);
    (void)snprintf(period, sizeof period, "%.7s", time);
    for (size_t i = slow->count; i > 0; i--) {
        struct slow_row *row = &slow->rows[i - 1];
        if (strcmp(row->key[0], period) == 0 && strcmp(row->key[1], s->kind) == 0 &&
            strcmp(row->key[2], s->event) == 0 && strcmp(row->key[3], s->institution) == 0) {
            return row;
        }
    }
    CU_ASSERT_FATAL(slow->count < SLOW_MAX);
    struct slow_row *row = &slow->rows[slow->count++];
    (void)snprintf(row->key[0], sizeof row->key[0], "%s", period);
    (void)snprintf(row->key[1], sizeof row->key[1], "%s", s->kind);
    (void)snprintf(row->key[2], sizeof row->key[2], "%s", s->event);
    (void)snprintf(row->key[3], sizeof row->key[3], "%s", s->institution);
    return row;
}

static void slow_count(struct slow *slow, const struct sample *s)
{
    struct slow_row *row = slow_find(slow, s);
    row->counters[0]++;
    row->counters[1] += s->step.opened;
    row->counters[2] += s->step.makes == LEDGER_STANDING_EFFECTIVE;
    row->counters[3] += s->step.makes == LEDGER_STANDING_CORRECTED;
    row->counters[4] += s->step.makes == LEDGER_STANDING_VOID;
    row->counters[5] += s->step.makes == LEDGER_STANDING_CLOSED;
    row->counters[6] += s->step.term_days != 0;
    row->counters[7] += s->step.late_ms != 0;
}

static int slow_compare(const void *a, const void *b)
{
    const struct slow_row *left = a;
    const struct slow_row *right = b;
    int order = 0;
    for (int i = 0; order == 0 && i < 4; i++) {
        order = strcmp(left->key[i], right->key[i]);
    }
    return order;
}

static void slow_value(FILE *out, const char *value)
{
    if (strpbrk(value, ",\"") == NULL) {
        (void)fputs(value, out);
        return;
    }
    (void)fputc('"', out);
    for (; *value != '\0'; value++) {
        (void)fprintf(out, *value == '"' ? "\"\"" : "%c", *value);
    }
    (void)fputc('"', out);
}

static char *slow_csv(struct slow *slow)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    qsort(slow->rows, slow->count, sizeof slow->rows[0], slow_compare);
    (void)fputs(HEADER, out);
    for (size_t i = 0; i < slow->count; i++) {
        for (int j = 0; j < 4; j++) {
            slow_value(out, slow->rows[i].key[j]);
            (void)fputc(',', out);
        }
        for (int j = 0; j < 8; j++) {
            (void)fprintf(out, "%llu%c", slow->rows[i].counters[j], j < 7 ? ',' : '\n');
        }
    }
    (void)fclose(out);
    return text;
}

static struct ledger_step random_step(uint64_t *state)
{
    struct ledger_step step = {.ruled = next_random(state) % 4 != 0};
    if (step.ruled) {
        step.opened = next_random(state) % 3 == 0;
        step.makes = (enum ledger_standing)(next_random(state) % 6);
        step.term_days = next_random(state) % 2;
        step.late_ms = step.term_days != 0 ? (int64_t)(next_random(state) % 2) : 0;
    }
    return step;
}

/* `spread` institutions, so that chunks of rows split in the middle, at the front and at the end.
 */
static void compare_with_slow(unsigned entries, unsigned spread, int64_t pace, uint64_t seed)
{
    static const char *const kinds[] = {"a", "notarisation", "forensic-appraisal", "z9"};
    static const char *const events[] = {"accept", "accept-again", "issue"};
    static const char *const starts[] = {"n", "\"", "a,", "\xe5\x85\xac\xe8\xaf\x81"};
    struct fixture f = fixture_new();
    struct slow slow = {.rows = calloc(SLOW_MAX, sizeof slow.rows[0])};
    CU_ASSERT_PTR_NOT_NULL_FATAL(slow.rows);
    int64_t now = JANUARY;
    for (unsigned i = 0; i < entries; i++) {
        char institution[64];
        uint64_t which = next_random(&seed) % spread;
        (void)snprintf(institution, sizeof institution, "%s%llu", starts[which % 4],
                       (unsigned long long)which);
        struct sample s = {now, kinds[next_random(&seed) % 4], events[next_random(&seed) % 3],
                           institution, random_step(&seed)};
        count(&f, &s);
        slow_count(&slow, &s);
        now += (int64_t)(next_random(&seed) % (uint64_t)pace);
    }
    char *text = slow_csv(&slow);
    expect(&f, text);
    free(text);
    free(slow.rows);
    fixture_free(&f);
}

static void figures_are_those_of_a_slow_reference(void)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        compare_with_slow(300, 5, DAY, seed);
    }
    compare_with_slow(6000, 3000, 1, 21);
    compare_with_slow(6000, 40, DAY / 8, 22);
}

/* Rows that come in order, from either end. */
static void order_of_coming_makes_no_difference(void)
{
    struct fixture up = fixture_new();
    struct fixture down = fixture_new();
    for (int i = 0; i < 3000; i++) {
        char first[16];
        char last[16];
        (void)snprintf(first, sizeof first, "%04d", i);
        (void)snprintf(last, sizeof last, "%04d", 2999 - i);
        count(&up, &(struct sample){JANUARY, "k", "e", first, {0}});
        count(&down, &(struct sample){JANUARY, "k", "e", last, {0}});
    }
    struct ledger_span a = csv_of(&up);
    struct ledger_span b = csv_of(&down);
    CU_ASSERT(ledger_span_equal(a, b));
    CU_ASSERT(a.size > strlen(HEADER) + (size_t)3000 * 30);
    fixture_free(&up);
    fixture_free(&down);
}

struct order {
    const struct ledger_statistics_row *last;
    size_t rows;
    uint64_t entries;
};

static void take_row(void *context, const struct ledger_statistics_row *row)
{
    struct order *order = context;
    CU_ASSERT_EQUAL(strlen(row->period), 7);
    if (order->last != NULL) {
        CU_ASSERT(ledger_span_compare(order->last->institution, row->institution) < 0);
    }
    order->last = row;
    order->rows++;
    order->entries += row->figures.entries;
}

static void rows_are_visited_in_order_and_stay(void)
{
    struct fixture f = fixture_new();
    struct order order = {0};
    for (int i = 0; i < 2000; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "%04d", i * 7 % 1000);
        count(&f, &(struct sample){JANUARY, "k", "e", name, {0}});
    }
    ledger_statistics_each(f.statistics, take_row, &order);
    CU_ASSERT_EQUAL(order.rows, 1000);
    CU_ASSERT_EQUAL(order.entries, 2000);
    fixture_free(&f);
}

void ledger_suite_statistics(void)
{
    CU_pSuite suite = CU_add_suite("statistics", NULL, NULL);
    CU_ADD_TEST(suite, nothing_counted_is_the_header_alone);
    CU_ADD_TEST(suite, every_step_counts_in_its_column);
    CU_ADD_TEST(suite, the_example_of_the_specification_holds);
    CU_ADD_TEST(suite, a_period_is_a_month_in_utc);
    CU_ADD_TEST(suite, values_are_quoted_only_if_they_must_be);
    CU_ADD_TEST(suite, rows_are_ordered_column_by_column);
    CU_ADD_TEST(suite, the_longest_values_fit_the_digest);
    CU_ADD_TEST(suite, figures_are_those_of_a_slow_reference);
    CU_ADD_TEST(suite, order_of_coming_makes_no_difference);
    CU_ADD_TEST(suite, rows_are_visited_in_order_and_stay);
}
