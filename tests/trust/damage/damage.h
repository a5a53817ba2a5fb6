/*
 * damage.h - a ledger that is damaged again and again, and what the audit says of it each time.
 */
#ifndef LEDGER_TRUST_DAMAGE_H
#define LEDGER_TRUST_DAMAGE_H

#include "ledger/ops/audit.h"

/* What is known of a byte before it is changed. */
enum byte_class {
    BYTE_UNUSED = 0, /* of no meaning: the answer must stay the same */
    BYTE_STRUCTURE,  /* how the file is built: refused, or the same answer */
    BYTE_RECORD,     /* of the ledger itself: refused */
    BYTE_CLASSES
};

/* Classes of the bytes of a data.mdb, from its structure alone. False if it has none. */
bool image_classes(uint8_t *classes, struct ledger_span image);

/* --- The ledger in files --- */

#define FILES_MAX 64

struct damage_file {
    char name[128]; /* below the directory */
    struct ledger_span bytes;
    uint8_t *classes;
    int fd; /* of the copy that is damaged */
};

struct subject {
    char path[64]; /* of the copy, in memory */
    bool published;
    struct damage_file files[FILES_MAX];
    size_t count;
    uint64_t total; /* bytes of all files */
};

/* Reads a ledger or a publication and makes a copy of it to be damaged. Dies if it cannot. */
void subject_load(struct subject *subject, const char *path);
void subject_remove(struct subject *subject);

/* Replaces the bytes of a file of the copy. */
void subject_write(const struct damage_file *file, struct ledger_span bytes);

/* --- What the audit says --- */

struct outcome {
    enum ledger_status status;
    enum ledger_finding finding;
    uint64_t said; /* a digest of everything that is reported */
};

void audit_subject(struct outcome *outcome, const struct subject *subject,
                   const struct ledger_policy *policy);

/* The same file read by liblmdb, with nothing before it. */
void read_unchecked(const struct subject *subject);

/* --- The damage --- */

/* One change, which it makes and undoes. */
struct damage {
    uint64_t count; /* how many there are to choose from */
    enum byte_class (*make)(const struct subject *subject, const struct subject *other,
                            uint64_t which);
    void (*undo)(const struct subject *subject, uint64_t which);
    void (*name)(char *text, size_t size, const struct subject *subject, uint64_t which);
};

bool damage_find(struct damage *damage, const char *kind, const struct subject *subject,
                 const struct subject *other);

#endif
