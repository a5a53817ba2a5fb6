#include "ledger/law/batch_cache.h"

#include <string.h>

#define WAYS 8u /* places that one batch may take */

_Static_assert(LEDGER_BATCHES_KNOWN % WAYS == 0, "every batch has as many places");
_Static_assert(sizeof(struct ledger_known_batch) == 784, "as the header says");

/* A record that claims to be in a batch. */
struct claim {
    struct ledger_hasher *hasher;
    const uint8_t *key;
    const struct ledger_batch_signature *batch;
    struct ledger_hash nodes[LEDGER_BATCH_PATH_MAX + 1]; /* from its leaf up; the first `climbed` */
    unsigned climbed;                                    /* and one are computed */
};

static void climb_to(struct claim *claim, unsigned steps)
{
    const struct ledger_batch_signature *batch = claim->batch;
    for (; claim->climbed < steps; claim->climbed++) {
        ledger_inclusion_step(claim->hasher, &claim->nodes[claim->climbed + 1],
                              &claim->nodes[claim->climbed], &batch->path, claim->climbed,
                              batch->position, batch->size);
    }
}

static bool signs_root(const struct claim *claim, const struct ledger_hash *root)
{
    uint8_t memory[LEDGER_BATCH_MESSAGE_MAX];
    struct ledger_buffer message = ledger_buffer_in(memory, sizeof memory);
    ledger_batch_message(&message, claim->batch->size, root);
    LEDGER_ASSERT(!message.overflow);
    return ledger_ed25519_verify(claim->batch->signature, ledger_buffer_span(&message), claim->key);
}

/* The places of all signatures that begin like this one. A signature is as good as random, but for
 * who would like to slow us down, and would only do so to his own. */
static struct ledger_known_batch *places_of(struct ledger_batch_cache *known,
                                            const struct claim *claim)
{
    const uint8_t *bytes = claim->batch->signature;
    unsigned set = (unsigned)bytes[0] << 8 | bytes[1];
    return &known->batches[set % (LEDGER_BATCHES_KNOWN / WAYS) * WAYS];
}

static struct ledger_known_batch *find(struct ledger_batch_cache *known, const struct claim *claim)
{
    struct ledger_known_batch *places = places_of(known, claim);
    for (unsigned i = 0; i < WAYS; i++) {
        struct ledger_known_batch *place = &places[i];
        if (place->size == claim->batch->size &&
            memcmp(place->signature, claim->batch->signature, sizeof place->signature) == 0 &&
            memcmp(place->key, claim->key, sizeof place->key) == 0) {
            return place;
        }
    }
    return NULL;
}

static struct ledger_known_batch *longest_unmet(struct ledger_batch_cache *known,
                                                const struct claim *claim)
{
    struct ledger_known_batch *places = places_of(known, claim);
    struct ledger_known_batch *oldest = places;
    for (unsigned i = 1; i < WAYS; i++) {
        oldest = places[i].met_at < oldest->met_at ? &places[i] : oldest;
    }
    return oldest;
}

/* The number of the level at which both ways are below the same node for the first time. */
static unsigned meeting_level(unsigned one, unsigned other)
{
    unsigned level = 0;
    while (one >> level != other >> level) {
        level++;
    }
    return level;
}

static bool same_hashes(const struct ledger_hash *a, const struct ledger_hash *b, unsigned count)
{
    return count == 0 || memcmp(a, b, count * sizeof *a) == 0;
}

/* Whether the claim's way joins the one that is known; then that becomes the claim's. */
static bool joins(struct ledger_known_batch *place, struct claim *claim)
{
    const struct ledger_batch_signature *batch = claim->batch;
    if (batch->position == place->position) {
        return false;
    }
    /* Below their first common node each is on the way of the other's sibling. */
    unsigned below = meeting_level(batch->position, place->position) - 1;
    unsigned own = ledger_inclusion_below(batch->position, batch->size, below);
    unsigned theirs = ledger_inclusion_below(place->position, place->size, below);
    unsigned above = batch->path.count - own - 1;
    if (!ledger_hash_equal(&batch->path.hashes[own], &place->nodes[theirs]) ||
        !same_hashes(&batch->path.hashes[own + 1], &place->path[theirs + 1], above)) {
        return false;
    }
    climb_to(claim, own);
    if (!ledger_hash_equal(&claim->nodes[own], &place->path[theirs])) {
        return false;
    }
    memmove(&place->nodes[own + 1], &place->nodes[theirs + 1], above * sizeof *place->nodes);
    memcpy(place->nodes, claim->nodes, (own + 1) * sizeof *place->nodes);
    memcpy(place->path, batch->path.hashes, batch->path.count * sizeof *place->path);
    place->position = batch->position;
    return true;
}

/* Only what was verified gets in. */
static void keep(struct ledger_known_batch *place, const struct claim *claim)
{
    const struct ledger_batch_signature *batch = claim->batch;
    unsigned count = batch->path.count;
    memset(place, 0, sizeof *place);
    place->size = batch->size;
    place->position = batch->position;
    memcpy(place->key, claim->key, sizeof place->key);
    memcpy(place->signature, batch->signature, sizeof place->signature);
    place->root = claim->nodes[count];
    memcpy(place->nodes, claim->nodes, count * sizeof *place->nodes);
    memcpy(place->path, batch->path.hashes, count * sizeof *place->path);
}

static bool is_known(struct ledger_batch_cache *known, struct ledger_known_batch *place,
                     struct claim *claim)
{
    if (joins(place, claim)) {
        known->joined++;
        return true;
    }
    climb_to(claim, claim->batch->path.count);
    if (!ledger_hash_equal(&claim->nodes[claim->climbed], &place->root)) {
        return false;
    }
    keep(place, claim);
    return true;
}

static bool verifies(struct ledger_batch_cache *known, struct claim *claim)
{
    struct ledger_known_batch *place = find(known, claim);
    if (place != NULL && is_known(known, place, claim)) {
        known->met++;
    } else {
        climb_to(claim, claim->batch->path.count);
        if (!signs_root(claim, &claim->nodes[claim->climbed])) {
            return false;
        }
        known->verified++;
        place = place != NULL ? place : longest_unmet(known, claim);
        keep(place, claim);
    }
    place->met_at = known->met + known->verified;
    return true;
}

bool ledger_batch_verifies(struct ledger_batch_cache *known, struct ledger_hasher *hasher,
                           const uint8_t key[LEDGER_ED25519_KEY_SIZE],
                           const struct ledger_batch_signature *batch, struct ledger_span text)
{
    struct claim claim = {.hasher = hasher, .key = key, .batch = batch};
    LEDGER_ASSERT(batch->path.count <= LEDGER_BATCH_PATH_MAX &&
                  batch->path.count == ledger_inclusion_length(batch->position, batch->size));
    ledger_tree_leaf(hasher, &claim.nodes[0], text);
    if (known != NULL) {
        return verifies(known, &claim);
    }
    climb_to(&claim, batch->path.count);
    return signs_root(&claim, &claim.nodes[claim.climbed]);
}
