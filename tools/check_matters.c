#include "tools/check_matters.h"

#include <stdlib.h>
#include <string.h>

#include "tools/memory.h"

#define WHAT "judge the file" /* what needs memory */

void check_matters_add(struct check_matters *matters, struct ledger_span name)
{
    if (matters->count == matters->capacity) {
        matters->capacity = matters->capacity * 2 + 8;
        matters->list = memory_or_end(
            reallocarray(matters->list, matters->capacity, sizeof matters->list[0]), WHAT);
    }
    matters->list[matters->count++].name = memory_copy_or_end(name, WHAT);
}

static int compare(const void *a, const void *b)
{
    const struct check_matter *left = a;
    const struct check_matter *right = b;
    return strcmp(left->name, right->name);
}

void check_matters_settle(struct check_matters *matters)
{
    size_t kept = 0;
    if (matters->count > 0) {
        qsort(matters->list, matters->count, sizeof matters->list[0], compare);
    }
    for (size_t i = 0; i < matters->count; i++) {
        struct check_matter *matter = &matters->list[i];
        if (kept > 0 && compare(matter, &matters->list[kept - 1]) == 0) {
            free(matter->name);
            continue;
        }
        document_status_start(&matter->status);
        matters->list[kept++] = *matter;
    }
    matters->count = kept;
}

static int compare_name(const void *key, const void *member)
{
    const struct check_matter *matter = member;
    return ledger_span_compare(*(const struct ledger_span *)key, ledger_span_of(matter->name));
}

struct check_matter *check_matters_find(const struct check_matters *matters,
                                        struct ledger_span name)
{
    return matters->count == 0 ? NULL
                               : bsearch(&name, matters->list, matters->count,
                                         sizeof matters->list[0], compare_name);
}

void check_matters_free(struct check_matters *matters)
{
    for (size_t i = 0; i < matters->count; i++) {
        free(matters->list[i].name);
    }
    free(matters->list);
    *matters = (struct check_matters){0};
}
