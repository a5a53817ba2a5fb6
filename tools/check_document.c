#include "tools/check_document.h"

#include "ledger/ops/search_published.h"
#include "tools/audit_ledger.h"
#include "tools/document_file.h"
#include "tools/read_ledger.h"

/* How often the ledger is read, if others write to it, until the search found all there was. */
#define READINGS_MAX 4

/* --- which matters to follow --- */

static enum ledger_status add_hint(void *context, const struct ledger_entry *entry,
                                   struct ledger_span bytes)
{
    (void)bytes;
    check_matters_add(context, entry->record.matter);
    return LEDGER_OK;
}

static enum ledger_status search_store(struct check_document *check,
                                       const struct ledger_query *query, struct ledger_error *error)
{
    struct ledger_reader *reader = NULL;
    enum ledger_status status = ledger_reader_open(&reader, check->ledger, check->unlocked, error);
    if (status == LEDGER_OK) {
        status = ledger_search(reader, query, add_hint, &check->matters, error);
    }
    ledger_reader_close(&reader);
    return status;
}

/* This only tells what to look at. If the index of documents lies, or published files are not what
 * the checkpoint asks for, the audit finds that. */
static enum ledger_status take_hints(struct check_document *check, struct ledger_error *error)
{
    struct ledger_query query = {.document = &check->document.file.digest};
    enum ledger_status status =
        check->published
            ? ledger_search_published(check->ledger, &query, add_hint, &check->matters, error)
            : search_store(check, &query, error);
    if (check->matter != NULL) {
        check_matters_add(&check->matters, ledger_span_of(check->matter));
    }
    check_matters_settle(&check->matters);
    return status == LEDGER_DAMAGED ? LEDGER_OK : status;
}

/* --- what the audit tells --- */

static void follow(struct check_document *check, const struct ledger_entry *entry,
                   const struct ledger_step *step, bool speaks)
{
    struct check_matter *matter = NULL;
    if (speaks || step->makes != LEDGER_STANDING_AS_BEFORE) {
        matter = check_matters_find(&check->matters, entry->record.matter);
    }
    if (matter == NULL) {
        if (speaks) {
            check_matters_add(&check->missed, entry->record.matter);
        }
    } else if (step->makes != LEDGER_STANDING_AS_BEFORE) {
        document_status_take(&matter->status, entry, step->makes);
    }
}

static enum ledger_status take_entry(void *context, const struct ledger_entry *entry,
                                     const struct ledger_step *step, const struct ledger_hash *leaf)
{
    struct check_document *check = context;
    size_t before = check->document.matches.count;
    (void)leaf;
    document_verdict_entry(&check->document, entry, step->makes);
    follow(check, entry, step, check->document.matches.count > before);
    return LEDGER_OK;
}

/* Whether an entry speaks of the file; places are in the order of the ledger. */
static bool is_match(const struct document_places *places, uint64_t entry)
{
    size_t low = 0;
    size_t high = places->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (places->list[middle].entry < entry) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < places->count && places->list[low].entry == entry;
}

/* Compromises too: what is said of an entry in doubt borrows their keys. */
static void take_notice(void *context, const struct ledger_notice *notice)
{
    struct check_document *check = context;
    bool matches = is_match(&check->document.matches, notice->entry);
    if (notice->type == LEDGER_NOTICE_COMPROMISED ||
        (notice->type == LEDGER_NOTICE_DOUBTFUL && matches)) {
        verify_notices_take(&check->doubtful, notice);
    }
}

/* --- deciding --- */

static enum ledger_status read_once(struct check_document *check, struct ledger_error *error)
{
    struct ledger_document file = check->document.file;
    struct ledger_audit_options options = {.policy = check->policy,
                                           .unlocked = check->unlocked,
                                           .jobs = check->jobs,
                                           .notice = take_notice,
                                           .notice_context = check,
                                           .entry = take_entry,
                                           .entry_context = check};
    document_verdict_free(&check->document);
    document_verdict_start(&check->document, check->path, &file, check->matter);
    verify_notices_free(&check->doubtful);
    check->doubtful = (struct verify_notices){.all = true};
    check_matters_free(&check->matters);
    check_matters_free(&check->missed);
    enum ledger_status status = take_hints(check, error);
    return status == LEDGER_OK ? audit_ledger(&check->report, &check->verdict, check->ledger,
                                              check->published, &options, error)
                               : status;
}

static enum ledger_status read_ledger(struct check_document *check, struct ledger_error *error)
{
    enum ledger_status status = LEDGER_OK;
    for (int i = 0; i < READINGS_MAX; i++) {
        status = read_once(check, error);
        if (status != LEDGER_OK || check->verdict.finding != LEDGER_VALID ||
            check->missed.count == 0) {
            break;
        }
    }
    return status;
}

static void set_status(const struct check_matters *matters, struct document_places *places)
{
    for (size_t i = 0; i < places->count; i++) {
        const struct check_matter *matter =
            check_matters_find(matters, ledger_span_of(places->list[i].matter));
        if (matter != NULL) {
            places->list[i].status = matter->status;
        }
    }
}

/* Nothing that was met on the way counts. */
static void forget(struct check_document *check)
{
    struct ledger_document file = check->document.file;
    document_verdict_free(&check->document);
    document_verdict_start(&check->document, check->path, &file, check->matter);
}

static void decide(struct check_document *check)
{
    struct document_verdict *document = &check->document;
    if (check->verdict.finding != LEDGER_VALID) {
        forget(check);
        document_verdict_unjudged(document, "the ledger does not verify: %s",
                                  ledger_finding_sentence(check->verdict.finding));
    } else if (check->missed.count > 0) {
        forget(check);
        document_verdict_unjudged(document, "others wrote of this very file whenever the ledger "
                                            "was read: try again");
    } else {
        set_status(&check->matters, &document->matches);
        set_status(&check->matters, &document->others);
        document->as_of = check->report.entries - 1;
        document->as_of_ms = check->report.last_time_ms;
        document_verdict_decide(document);
    }
}

void check_document(struct check_document *check, struct ledger_hasher *hasher,
                    const struct cli_args *args)
{
    struct ledger_document file = {0};
    struct ledger_error error;
    check->read = document_file_read(&file, hasher, check->path);
    document_verdict_start(&check->document, check->path, &file, check->matter);
    if (!check->read) {
        document_verdict_unjudged(&check->document, "the file could not be read");
        return;
    }
    check->audited = read_ledger(check, &error) == LEDGER_OK;
    if (check->audited) {
        decide(check);
    } else {
        (void)read_ledger_fail(args, &error);
        forget(check);
        document_verdict_unjudged(&check->document, "the ledger could not be read");
    }
}

void check_document_free(struct check_document *check)
{
    document_verdict_free(&check->document);
    verify_notices_free(&check->doubtful);
    check_matters_free(&check->matters);
    check_matters_free(&check->missed);
}
