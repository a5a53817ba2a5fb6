#include "ledger/law/status_check.h"

#include "ledger/law/matter_tree.h"
#include "ledger/law/operator_record.h"

/* One status proof being checked. */
struct check {
    struct ledger_hasher *hasher;
    struct ledger_verdict *verdict;
    struct ledger_status_report *report;
    const struct ledger_status_proof *whole;
    struct ledger_proof_report *entry;
    uint8_t *memory;
    ledger_status_visit *visit;
    void *context;
    struct ledger_span rest; /* proofs not taken yet */
    uint32_t line;           /* of the first of them */
    struct ledger_proof proof;
    struct ledger_hash root;  /* that the index entry says */
    struct ledger_hash value; /* of the entries so far */
    uint64_t next;            /* the least index that the next entry may have */
};

/* Takes the next proof, which must hold. That it is valid says nothing of the whole yet. */
static bool next_holds(struct check *c)
{
    ledger_verdict_clear(c->verdict);
    if (!ledger_status_proof_next(&c->rest, &c->line, &c->proof, c->verdict, c->memory, c->whole) ||
        !ledger_proof_check_entry(c->hasher, c->verdict, c->entry, &c->proof)) {
        return false;
    }
    c->verdict->finding = LEDGER_NOT_CHECKED;
    return true;
}

/* The form of an index entry was checked with its proof. */
static bool take_index(struct check *c)
{
    if (!next_holds(c)) {
        return false;
    }
    const struct ledger_entry *entry = &c->entry->entry;
    if (!ledger_record_is_index(&entry->record)) {
        return ledger_verdict_set(c->verdict, LEDGER_BAD_INDEX,
                                  "the first proof is of an entry of kind '%.*s', not of an index "
                                  "of matters",
                                  LEDGER_SPAN_ARGS(entry->record.kind));
    }
    ledger_index_claim(&c->root, &entry->record);
    c->report->as_of = entry->index;
    c->report->as_of_ms = entry->time_ms;
    c->report->after = c->whole->checkpoint.size - entry->index - 1;
    return true;
}

static bool stands_in_order(struct check *c, uint64_t index)
{
    if (index < c->next) {
        return ledger_verdict_set(c->verdict, LEDGER_NOT_ALL_ENTRIES,
                                  "it comes after entry %llu: the entries must ascend",
                                  (unsigned long long)(c->next - 1));
    }
    if (index >= c->report->as_of) {
        return ledger_verdict_set(c->verdict, LEDGER_NOT_ALL_ENTRIES,
                                  "the index, entry %llu, counts only the entries before it",
                                  (unsigned long long)c->report->as_of);
    }
    return true;
}

static void take_standing(struct check *c)
{
    const struct ledger_entitlement *entitled = &c->entry->entitled;
    c->report->ruled &= entitled->ruled;
    if (entitled->ruled && entitled->rule.makes != LEDGER_STANDING_AS_BEFORE) {
        c->report->standing = entitled->rule.makes;
        c->report->standing_entry = c->entry->entry.index;
        c->report->standing_ms = c->entry->entry.time_ms;
    }
}

static bool take_entry(struct check *c)
{
    if (!next_holds(c)) {
        return false;
    }
    const struct ledger_entry *entry = &c->entry->entry;
    if (!ledger_span_equal(entry->record.matter, c->whole->matter)) {
        return ledger_verdict_set(
            c->verdict, LEDGER_OTHER_ENTRY, "the entry is of matter '%.*s', the proof of '%.*s'",
            LEDGER_SPAN_ARGS(entry->record.matter), LEDGER_SPAN_ARGS(c->whole->matter));
    }
    if (!stands_in_order(c, entry->index)) {
        return false;
    }
    ledger_matter_value_add(c->hasher, &c->value, entry->index);
    c->next = entry->index + 1;
    take_standing(c);
    if (c->visit != NULL) {
        c->visit(c->context, c->entry);
    }
    return true;
}

static bool are_all(struct check *c)
{
    struct ledger_hash key;
    const struct ledger_status_proof *whole = c->whole;
    c->verdict->entry = c->report->as_of;
    ledger_hash_bytes(c->hasher, &key, whole->matter);
    if (whole->entries == 0) {
        return ledger_prefix_absent(c->hasher, &whole->path, &whole->end, &key, &c->root) ||
               ledger_verdict_set(c->verdict, LEDGER_NOT_ALL_ENTRIES,
                                  "the path does not show that the matter had no entry before "
                                  "the index, entry %llu",
                                  (unsigned long long)c->report->as_of);
    }
    return ledger_prefix_present(c->hasher, &whole->path, &key, &c->value, &c->root) ||
           ledger_verdict_set(c->verdict, LEDGER_NOT_ALL_ENTRIES,
                              "the list of these %llu entries does not lead to the root of the "
                              "index, entry %llu: one is left out or too many, or the path or the "
                              "index is of another time",
                              (unsigned long long)whole->entries,
                              (unsigned long long)c->report->as_of);
}

static bool check_content(struct check *c)
{
    struct ledger_status_report *report = c->report;
    report->entries = c->whole->entries;
    report->ruled = c->whole->entries > 0;
    report->standing = LEDGER_STANDING_AS_BEFORE;
    report->standing_entry = LEDGER_NO_ENTRY;
    report->standing_ms = 0;
    c->rest = c->whole->proofs;
    c->line = c->whole->first_line;
    if (!take_index(c)) {
        return false;
    }
    for (uint64_t i = 0; i < c->whole->entries; i++) {
        if (!take_entry(c)) {
            return false;
        }
    }
    LEDGER_ASSERT(c->rest.size == 0);
    if (!are_all(c)) {
        return false;
    }
    c->verdict->finding = LEDGER_VALID;
    return true;
}

bool ledger_status_check(struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                         struct ledger_status_report *report,
                         const struct ledger_status_proof *proof,
                         const struct ledger_policy *policy, struct ledger_proof_report *entry,
                         uint8_t *memory, ledger_status_visit *visit, void *context)
{
    struct check c = {.hasher = hasher,
                      .verdict = verdict,
                      .report = report,
                      .whole = proof,
                      .entry = entry,
                      .memory = memory,
                      .visit = visit,
                      .context = context};
    ledger_verdict_clear(verdict);
    return ledger_policy_check(policy, &report->policy, verdict, &proof->checkpoint) &&
           check_content(&c);
}

bool ledger_status_check_made(struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                              struct ledger_status_report *report,
                              const struct ledger_status_proof *proof,
                              struct ledger_proof_report *entry, uint8_t *memory)
{
    struct check c = {.hasher = hasher,
                      .verdict = verdict,
                      .report = report,
                      .whole = proof,
                      .entry = entry,
                      .memory = memory};
    return check_content(&c);
}
