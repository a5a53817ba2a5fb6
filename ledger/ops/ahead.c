#include "ledger/ops/ahead.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct item {
    struct ledger_span bytes;
    bool foreseen;
    struct ledger_foreseen_entry entry;
    struct ledger_foreseen_rows rows;
};

/* Belongs to who fills it, then to who took it, then, done, to who gives its items away. */
struct block {
    bool done; /* under the lock */
    unsigned count;
    size_t used;
    struct item items[LEDGER_AHEAD_ENTRIES];
    uint8_t bytes[LEDGER_AHEAD_BYTES];
};

struct worker {
    struct ledger_ahead *ahead;
    pthread_t thread;
    struct ledger_hasher *hasher;
    struct ledger_batch_cache batches;
    struct ledger_store store; /* for rows; without a snapshot, none are looked up */
};

_Static_assert(LEDGER_AHEAD_BYTES >= LEDGER_ENTRY_MAX, "a block has room for any entry");
_Static_assert(LEDGER_AHEAD_BLOCKS * sizeof(struct block) + sizeof(struct worker) <= (size_t)2
                                                                                         << 20,
               "2 MiB a job, as ahead.h says");

struct ledger_ahead {
    struct ledger_ahead_source source;
    struct ledger_state *state;
    struct ledger_hasher *hasher;
    pthread_rwlock_t authority; /* of the state */
    struct worker *workers;     /* the first is the caller, who has no thread */
    unsigned jobs;              /* workers there are */
    unsigned threads;           /* beside the caller */
    struct block *blocks;       /* a ring: block n is at n % size */
    uint64_t size;
    pthread_mutex_t lock;
    pthread_cond_t filling; /* a block was filled, or it is time to stop */
    pthread_cond_t doing;   /* a block was done */
    uint64_t filled;        /* blocks so far; under the lock */
    uint64_t taken;
    atomic_bool stop;
    /* Of the caller alone: */
    bool begun;
    bool ended; /* the source has no more */
    bool waits; /* bytes that did not fit into the last block */
    struct ledger_span waiting;
    uint64_t given; /* blocks given away whole */
    unsigned next;  /* item of the block after them */
};

unsigned ledger_jobs_default(void)
{
    cpu_set_t set;
    long count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set)
                                                             : sysconf(_SC_NPROCESSORS_ONLN);
    if (count < 1) {
        return 1;
    }
    return count > (long)LEDGER_JOBS_MAX ? LEDGER_JOBS_MAX : (unsigned)count;
}

/* --- on any thread --- */

static bool copy_key(void *context, struct ledger_vkey *vkey, struct ledger_hasher *hasher,
                     enum ledger_line_type type, struct ledger_span name, uint32_t key_id)
{
    struct ledger_ahead *ahead = context;
    LEDGER_ASSERT(pthread_rwlock_rdlock(&ahead->authority) == 0);
    const struct ledger_authority *authority = ledger_state_authority_view(ahead->state);
    const struct ledger_authority_line *line =
        type == LEDGER_LINE_OPERATOR
            ? ledger_authority_operator(authority)
            : ledger_authority_find_key(authority, hasher, type, name, key_id);
    if (line != NULL) {
        *vkey = line->vkey;
    }
    LEDGER_ASSERT(pthread_rwlock_unlock(&ahead->authority) == 0);
    return line != NULL;
}

static struct ledger_foresight foresight_of(struct worker *worker)
{
    return (struct ledger_foresight){worker->hasher, &worker->batches, copy_key, worker->ahead};
}

static bool foresee_note(struct worker *worker, struct item *item)
{
    const struct ledger_foresight by = foresight_of(worker);
    struct ledger_verdict ignored;
    struct ledger_record record;
    ledger_verdict_clear(&ignored);
    if (!ledger_record_parse(&record, &ignored, item->bytes)) {
        return false;
    }
    ledger_hash_bytes(by.hasher, &item->entry.leaf, item->bytes);
    ledger_foresee_record(&by, &item->entry.record, &record);
    return true;
}

static bool foresee(struct worker *worker, struct item *item)
{
    item->rows.agree = false;
    if (worker->ahead->source.notes) {
        return foresee_note(worker, item);
    }
    const struct ledger_foresight by = foresight_of(worker);
    if (item->bytes.size > LEDGER_ENTRY_MAX ||
        !ledger_foresee_entry(&by, &item->entry, item->bytes)) {
        return false;
    }
    if (worker->store.txn != NULL) {
        ledger_foresee_rows(&item->rows, &worker->store, &item->entry);
    }
    return true;
}

static void look_at(struct worker *worker, struct block *block)
{
    for (unsigned i = 0; i < block->count; i++) {
        block->items[i].foreseen =
            !atomic_load_explicit(&worker->ahead->stop, memory_order_relaxed) &&
            foresee(worker, &block->items[i]);
    }
}

/* With the lock held, which it gives up meanwhile: does the first block that nobody has taken. */
static void do_block(struct worker *worker)
{
    struct ledger_ahead *ahead = worker->ahead;
    struct block *block = &ahead->blocks[ahead->taken++ % ahead->size];
    LEDGER_ASSERT(pthread_mutex_unlock(&ahead->lock) == 0);
    look_at(worker, block);
    LEDGER_ASSERT(pthread_mutex_lock(&ahead->lock) == 0);
    block->done = true;
    LEDGER_ASSERT(pthread_cond_signal(&ahead->doing) == 0);
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct ledger_ahead *ahead = worker->ahead;
    LEDGER_ASSERT(pthread_mutex_lock(&ahead->lock) == 0);
    while (!atomic_load_explicit(&ahead->stop, memory_order_relaxed)) {
        if (ahead->taken < ahead->filled) {
            do_block(worker);
        } else {
            LEDGER_ASSERT(pthread_cond_wait(&ahead->filling, &ahead->lock) == 0);
        }
    }
    LEDGER_ASSERT(pthread_mutex_unlock(&ahead->lock) == 0);
    return NULL;
}

/* --- starting and stopping --- */

/* Signals are for the program's own threads. */
static bool start_thread(struct worker *worker)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    if (ledger_hasher_new(&worker->hasher) != LEDGER_OK) {
        return false;
    }
    LEDGER_ASSERT(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
    bool started = pthread_create(&worker->thread, NULL, work, worker) == 0;
    LEDGER_ASSERT(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
    if (!started) {
        ledger_hasher_free(&worker->hasher);
    }
    return started;
}

/* Whose snapshot cannot be had looks up no rows. */
static void open_store(struct worker *worker)
{
    const struct ledger_store *store = worker->ahead->source.store;
    struct ledger_error ignored;
    if (store != NULL && ledger_store_begin_beside(&worker->store, store, &ignored) != LEDGER_OK) {
        worker->store.txn = NULL;
    }
}

/* Without memory for more, one job, who needs none. */
static void make_workers(struct ledger_ahead *ahead, unsigned jobs)
{
    ahead->size = (uint64_t)LEDGER_AHEAD_BLOCKS * jobs;
    ahead->workers = calloc(jobs, sizeof *ahead->workers);
    ahead->blocks = calloc(ahead->size, sizeof *ahead->blocks);
    if (ahead->workers == NULL || ahead->blocks == NULL) {
        return;
    }
    ahead->jobs = jobs;
    for (unsigned i = 0; i < jobs; i++) {
        ahead->workers[i].ahead = ahead;
    }
    ahead->workers[0].hasher = ahead->hasher;
}

/* As many as can be had. */
static void start_threads(struct ledger_ahead *ahead)
{
    for (unsigned i = 0; i < ahead->jobs; i++) {
        open_store(&ahead->workers[i]);
    }
    while (ahead->threads + 1 < ahead->jobs && start_thread(&ahead->workers[ahead->threads + 1])) {
        ahead->threads++;
    }
}

enum ledger_status ledger_ahead_new(struct ledger_ahead **out, unsigned jobs,
                                    const struct ledger_ahead_source *source,
                                    struct ledger_state *state, struct ledger_hasher *hasher)
{
    struct ledger_ahead *ahead = calloc(1, sizeof *ahead);
    *out = NULL;
    if (ahead == NULL) {
        return LEDGER_NO_MEMORY;
    }
    jobs = jobs == 0 ? ledger_jobs_default() : jobs;
    jobs = jobs > LEDGER_JOBS_MAX ? LEDGER_JOBS_MAX : jobs;
    ahead->hasher = hasher;
    atomic_init(&ahead->stop, false);
    LEDGER_ASSERT(pthread_rwlock_init(&ahead->authority, NULL) == 0 &&
                  pthread_mutex_init(&ahead->lock, NULL) == 0 &&
                  pthread_cond_init(&ahead->filling, NULL) == 0 &&
                  pthread_cond_init(&ahead->doing, NULL) == 0);
    if (jobs > 1) {
        make_workers(ahead, jobs);
    }
    ledger_ahead_again(ahead, source, state);
    *out = ahead;
    return LEDGER_OK;
}

void ledger_ahead_again(struct ledger_ahead *ahead, const struct ledger_ahead_source *source,
                        struct ledger_state *state)
{
    LEDGER_ASSERT(ahead->threads == 0);
    ahead->source = *source;
    ahead->state = state;
    atomic_store_explicit(&ahead->stop, false, memory_order_relaxed);
    ahead->filled = ahead->taken = ahead->given = 0;
    ahead->next = 0;
    ahead->begun = ahead->ended = ahead->waits = false;
    start_threads(ahead);
}

void ledger_ahead_rest(struct ledger_ahead *ahead)
{
    LEDGER_ASSERT(pthread_mutex_lock(&ahead->lock) == 0);
    atomic_store_explicit(&ahead->stop, true, memory_order_relaxed);
    LEDGER_ASSERT(pthread_cond_broadcast(&ahead->filling) == 0);
    LEDGER_ASSERT(pthread_mutex_unlock(&ahead->lock) == 0);
    for (unsigned i = 1; i <= ahead->threads; i++) {
        LEDGER_ASSERT(pthread_join(ahead->workers[i].thread, NULL) == 0);
        ledger_hasher_free(&ahead->workers[i].hasher);
    }
    ahead->threads = 0;
    for (unsigned i = 0; i < ahead->jobs; i++) {
        ledger_store_end(&ahead->workers[i].store);
    }
}

void ledger_ahead_free(struct ledger_ahead **out)
{
    struct ledger_ahead *ahead = *out;
    if (ahead == NULL) {
        return;
    }
    ledger_ahead_rest(ahead);
    (void)pthread_cond_destroy(&ahead->doing);
    (void)pthread_cond_destroy(&ahead->filling);
    (void)pthread_mutex_destroy(&ahead->lock);
    (void)pthread_rwlock_destroy(&ahead->authority);
    free(ahead->blocks);
    free(ahead->workers);
    free(ahead);
    *out = NULL;
}

/* --- on the caller's thread --- */

static bool take_bytes(struct ledger_ahead *ahead, struct ledger_span *bytes)
{
    if (ahead->waits) {
        ahead->waits = false;
        *bytes = ahead->waiting;
        return true;
    }
    ahead->ended = ahead->ended || !ahead->source.next(ahead->source.context, bytes);
    return !ahead->ended;
}

/* Entries get a copy, so that what is foreseen and what is judged are the same bytes; what is too
 * long to be an entry is judged where it lies. False: there is no room for it. */
static bool put_bytes(const struct ledger_ahead *ahead, struct block *block,
                      struct ledger_span bytes)
{
    struct item *item = &block->items[block->count];
    item->bytes = bytes;
    if (!ahead->source.notes && bytes.size <= LEDGER_ENTRY_MAX) {
        if (bytes.size > LEDGER_AHEAD_BYTES - block->used) {
            return false;
        }
        item->bytes.data = block->bytes + block->used;
        memcpy(block->bytes + block->used, bytes.data, bytes.size);
        block->used += bytes.size;
    }
    block->count++;
    return true;
}

static void fill(struct ledger_ahead *ahead, struct block *block)
{
    struct ledger_span bytes;
    block->done = false;
    block->count = 0;
    block->used = 0;
    while (block->count < LEDGER_AHEAD_ENTRIES && take_bytes(ahead, &bytes)) {
        if (!put_bytes(ahead, block, bytes)) {
            ahead->waiting = bytes;
            ahead->waits = true;
            return;
        }
    }
}

/* Fills the blocks that are free. `filled` is read without the lock by who alone changes it. */
static void fill_ring(struct ledger_ahead *ahead)
{
    while (ahead->filled - ahead->given < ahead->size && (ahead->waits || !ahead->ended)) {
        struct block *block = &ahead->blocks[ahead->filled % ahead->size];
        fill(ahead, block);
        if (block->count == 0) {
            return;
        }
        LEDGER_ASSERT(pthread_mutex_lock(&ahead->lock) == 0);
        ahead->filled++;
        LEDGER_ASSERT(pthread_cond_signal(&ahead->filling) == 0);
        LEDGER_ASSERT(pthread_mutex_unlock(&ahead->lock) == 0);
    }
}

static void wait_for(struct ledger_ahead *ahead, const struct block *block)
{
    LEDGER_ASSERT(pthread_mutex_lock(&ahead->lock) == 0);
    while (!block->done) {
        if (ahead->taken < ahead->filled) {
            do_block(&ahead->workers[0]);
        } else {
            LEDGER_ASSERT(pthread_cond_wait(&ahead->doing, &ahead->lock) == 0);
        }
    }
    LEDGER_ASSERT(pthread_mutex_unlock(&ahead->lock) == 0);
}

/* The block with the next item; NULL: there is none. */
static struct block *next_block(struct ledger_ahead *ahead)
{
    struct block *block = &ahead->blocks[ahead->given % ahead->size];
    if (ahead->given < ahead->filled && ahead->next < block->count) {
        return block;
    }
    ahead->given += ahead->given < ahead->filled ? 1 : 0;
    ahead->next = 0;
    fill_ring(ahead);
    if (ahead->given == ahead->filled) {
        return NULL;
    }
    block = &ahead->blocks[ahead->given % ahead->size];
    wait_for(ahead, block);
    return block;
}

bool ledger_ahead_next(struct ledger_ahead *ahead, struct ledger_ahead_item *item)
{
    item->foreseen = NULL;
    item->rows = NULL;
    if (ahead->threads == 0 || !ahead->begun) {
        ahead->begun = true;
        return take_bytes(ahead, &item->bytes);
    }
    const struct block *block = next_block(ahead);
    if (block == NULL) {
        return false;
    }
    const struct item *next = &block->items[ahead->next++];
    item->bytes = next->bytes;
    item->foreseen = next->foreseen ? &next->entry : NULL;
    item->rows = next->foreseen ? &next->rows : NULL;
    return true;
}

void ledger_ahead_hold(struct ledger_ahead *ahead)
{
    LEDGER_ASSERT(ahead->threads == 0 || pthread_rwlock_wrlock(&ahead->authority) == 0);
}

/* The hashes that were put off are made now: later, only to look would change something. */
void ledger_ahead_release(struct ledger_ahead *ahead)
{
    struct ledger_hash ignored;
    if (ahead->threads == 0) {
        return;
    }
    ledger_authority_root(ledger_state_authority(ahead->state), ahead->hasher, &ignored);
    LEDGER_ASSERT(pthread_rwlock_unlock(&ahead->authority) == 0);
}

enum ledger_status ledger_ahead_accept(struct ledger_ahead *ahead, struct ledger_verdict *verdict,
                                       bool *fits, struct ledger_entry *entry,
                                       struct ledger_hash *leaf,
                                       const struct ledger_ahead_item *item)
{
    const struct ledger_foreseen_entry *foreseen = item->foreseen;
    struct ledger_state *state = ahead->state;
    if (foreseen != NULL && !ledger_record_is_authority(&foreseen->entry.record)) {
        return ledger_state_accept_foreseen(state, verdict, fits, entry, leaf, foreseen);
    }
    ledger_ahead_hold(ahead);
    enum ledger_status status =
        foreseen != NULL ? ledger_state_accept_foreseen(state, verdict, fits, entry, leaf, foreseen)
                         : ledger_state_accept(state, verdict, fits, entry, leaf, item->bytes);
    ledger_ahead_release(ahead);
    return status;
}

unsigned ledger_ahead_threads(const struct ledger_ahead *ahead)
{
    return ahead->threads;
}
