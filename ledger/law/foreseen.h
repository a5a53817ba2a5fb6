/*
 * foreseen.h - what can be said of a record before its turn comes, by whoever has time: on other
 * cores, while the entries before it are still being judged. Internal.
 *
 * What is foreseen are facts about bytes: these bytes have this hash; the signature in this line
 * verifies with this public key. Never that somebody may sign: the state, in order, finds the line
 * in force itself, and spares itself the verifying only if the key there is the one it was done
 * with. So no verdict depends on when somebody looked, nor on where the key was found. Only what
 * verified is remembered; all else is verified in its turn.
 */
#ifndef LEDGER_LAW_FORESEEN_H
#define LEDGER_LAW_FORESEEN_H

#include "ledger/law/state.h"

/* A signature line of a record. */
struct ledger_foreseen_signature {
    bool good; /* it verifies with the key below; false says nothing */
    uint32_t id;
    uint8_t key[LEDGER_ED25519_KEY_SIZE];
    struct ledger_batch_place place;
};

struct ledger_foreseen_record {
    struct ledger_hash text;   /* H(record text) */
    struct ledger_hash matter; /* H(matter) */
    unsigned count;
    struct ledger_foreseen_signature signatures[LEDGER_SIGNATURES_MAX]; /* in their order */
};

struct ledger_foreseen_entry {
    struct ledger_hash leaf;   /* of a note, which is no entry yet: H(note), made first of all */
    struct ledger_entry entry; /* parsed; borrows the bytes */
    struct ledger_foreseen_record record;
};

/* Who looks ahead; each thread is one of its own. */
struct ledger_foresight {
    struct ledger_hasher *hasher;
    struct ledger_batch_cache *batches; /* that it verified itself */
    /* The key that a line of this type has at the moment for this name and key ID (of an OPERATOR
     * line: the key there is). Copied, since the line may be gone the next moment. */
    bool (*key)(void *context, struct ledger_vkey *vkey, struct ledger_hasher *hasher,
                enum ledger_line_type type, struct ledger_span name, uint32_t key_id);
    void *context;
};

/* Foresees a record that parses, or an entry. False if the entry does not parse: then nothing is
 * foreseen. */
void ledger_foresee_record(const struct ledger_foresight *by,
                           struct ledger_foreseen_record *foreseen,
                           const struct ledger_record *record);
LEDGER_MUST_USE bool ledger_foresee_entry(const struct ledger_foresight *by,
                                          struct ledger_foreseen_entry *foreseen,
                                          struct ledger_span bytes);

/* H(record text) and H(matter), from what was foreseen of the record; `foreseen` may be NULL. */
void ledger_foreseen_hashes(const struct ledger_foreseen_record *foreseen, struct ledger_hash *text,
                            struct ledger_hash *matter, struct ledger_hasher *hasher,
                            const struct ledger_record *record);

/* Whether it was foreseen that signature line `nth` verifies with the key of `vkey`; then sets
 * `*place`. `foreseen` may be NULL. */
bool ledger_foreseen_verifies(const struct ledger_foreseen_record *foreseen,
                              struct ledger_batch_place *place, unsigned nth,
                              const struct ledger_vkey *vkey);

/* ledger_entitled where something was foreseen of the record, with the same outcome. */
bool ledger_entitled_foreseen(const struct ledger_lookup *lookup, struct ledger_batch_cache *known,
                              const struct ledger_foreseen_record *foreseen,
                              struct ledger_entitlement *entitled, struct ledger_hasher *hasher,
                              struct ledger_verdict *verdict, const struct ledger_record *record);

/* ledger_state_accept where something was foreseen, with the same outcome: of the record in
 * `bytes`, or of a whole entry. */
LEDGER_MUST_USE enum ledger_status
ledger_state_accept_record(struct ledger_state *state, struct ledger_verdict *verdict, bool *fits,
                           struct ledger_entry *entry, struct ledger_hash *leaf,
                           struct ledger_span bytes, const struct ledger_foreseen_record *foreseen);
LEDGER_MUST_USE enum ledger_status
ledger_state_accept_foreseen(struct ledger_state *state, struct ledger_verdict *verdict, bool *fits,
                             struct ledger_entry *entry, struct ledger_hash *leaf,
                             const struct ledger_foreseen_entry *foreseen);

#endif
