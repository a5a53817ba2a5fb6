/*
 * document_verdict.h - the check on one document: what a ledger, or the proof of what became of a
 * matter, says of a file. One wording for all programs, so that "not found" never reads like
 * "forged".
 *
 * Use: start it; give it every entry that holds (all of the ledger, or of the matter), in order;
 * say of each matter what became of it; decide; print. What was decided counts only if all that it
 * was decided from turned out valid.
 */
#ifndef LEDGER_TOOLS_DOCUMENT_VERDICT_H
#define LEDGER_TOOLS_DOCUMENT_VERDICT_H

#include "ledger/format/entry.h"
#include "ledger/format/rule.h"
#include "tools/json.h"

/* The numbers are the exit statuses. */
enum document_answer {
    DOCUMENT_RECORDED = 0,      /* the very file, where it counts */
    DOCUMENT_DIFFERS = 1,       /* the matter has files, and this is none of those that count */
    DOCUMENT_UNJUDGED = 2,      /* cannot be judged: something is missing */
    DOCUMENT_NOT_IN_LEDGER = 3, /* the matter has no entry; or no entry speaks of the file */
};

/* What became of a matter. */
struct document_status {
    enum ledger_standing standing; /* AS_BEFORE: no rule says */
    uint64_t entry;                /* that made it so; LEDGER_NO_ENTRY for none */
    int64_t time_ms;
    uint64_t decided; /* the latest entry with files that decided the matter; LEDGER_NO_ENTRY */
};

/*
 * The status of a matter without entries, and that after `entry` of it, which made it `makes`.
 *
 * An entry *decides* the matter if it makes it effective, corrected, void or closed. Once one with
 * files did, only the files of such entries count: a draft, or what somebody else brought for
 * comparison, is in the matter, too.
 */
void document_status_start(struct document_status *status);
void document_status_take(struct document_status *status, const struct ledger_entry *entry,
                          enum ledger_standing makes);

/* A document line of an entry; the texts are copies, owned by the verdict. */
struct document_place {
    uint64_t entry;
    int64_t time_ms;
    struct ledger_hash digest;
    uint64_t size;
    char *name; /* of the file, as recorded */
    char *matter;
    char *event; /* "<kind>, <event>" */
    char *institution;
    char *signers;                 /* names, joined by ", " */
    enum ledger_standing makes;    /* of the matter */
    struct document_status status; /* of its matter: document_verdict_status */
};

struct document_places {
    struct document_place *list;
    size_t count;
    size_t capacity;
};

#define DOCUMENT_OTHERS_MAX 16 /* documents of the matter that are listed when the file differs */

struct document_verdict {
    const char *path; /* of the file, borrowed */
    struct ledger_document file;
    const char *matter; /* the number that was given, borrowed; NULL for none */
    enum document_answer answer;
    uint64_t entries;               /* given so far */
    uint64_t of_matter;             /* of those, of the matter that was given */
    struct document_places matches; /* that are the file */
    struct document_places others;  /* of that matter, that are not */
    uint64_t others_left_out;
    char missing[512]; /* what is missing, if it cannot be judged */
    uint64_t as_of;    /* set both before printing: "as of entry N, at time T" */
    int64_t as_of_ms;
};

/* `file` as document_file_read gave it; `path` and `matter` (or NULL) are borrowed. */
void document_verdict_start(struct document_verdict *verdict, const char *path,
                            const struct ledger_document *file, const char *matter);
void document_verdict_free(struct document_verdict *verdict);

/* Looks at the next entry, which holds, and made its matter `makes`. Ends the program if memory
 * runs out. */
void document_verdict_entry(struct document_verdict *verdict, const struct ledger_entry *entry,
                            enum ledger_standing makes);

/* Whether an entry of this matter speaks of the file: its status will be asked for. */
bool document_verdict_has(const struct document_verdict *verdict, struct ledger_span matter);

/* What became of `matter`. Call it again as often as it changes. */
void document_verdict_status(struct document_verdict *verdict, struct ledger_span matter,
                             const struct document_status *status);

/* Whether a place, one of verdict->matches, makes the file a recorded one: it is in the matter that
 * was given, if one was, and where that was decided with files, in an entry that decided it. */
bool document_verdict_counts(const struct document_verdict *verdict,
                             const struct document_place *place);

/* Whether the file is what stands in the matter of `place`: the matter is effective or corrected, and
 * the latest entry that decided it with files speaks of this one. */
bool document_verdict_stands(const struct document_verdict *verdict,
                             const struct document_place *place);

/* Decides from what was given: everything that there is of the ledger, or of the matter. */
void document_verdict_decide(struct document_verdict *verdict);

/* Decides that it cannot be judged, as this is missing ("...: ..."), a sentence without a full
 * stop. */
void document_verdict_unjudged(struct document_verdict *verdict, const char *format, ...)
    LEDGER_PRINTF(2, 3);

/* The first line: "RECORDED: ...", "DIFFERS: ...", "CANNOT BE JUDGED: ...", "NOT IN THIS LEDGER:
 * ...". Then a section with rows, and what it means. */
void document_verdict_print_line(const struct document_verdict *verdict);
void document_verdict_print(const struct document_verdict *verdict);

/* {"file", "sha256", "size", "answer": "recorded", "differs", "cannot-be-judged" or
 *  "not-in-this-ledger", "matter"?: given, "missing"?: what, or "as_of" and "as_of_time",
 *  "recorded": [place], "others": [place], "others_left_out": number}; a place: {"entry", "time",
 *  "matter", "event", "institution", "signers", "sha256", "size", "name", "makes": word, "stands": bool, "status": as below} */
struct json_value *document_verdict_json(const struct document_verdict *verdict);

/* {"standing": word or "none", "entry"?, "time"?} */
struct json_value *document_status_json(const struct document_status *status);

/* "effective since entry 4", "corrected by entry 5", "no rule says what became of it". */
void document_status_text(char *text, size_t size, const struct document_status *status);

/* --require LIST, joined by commas: effective, corrected, pending, void, closed, none. `required`
 * has a bit for each standing. False if `text` is no such list. */
#define DOCUMENT_REQUIRE_HELP                                                                      \
    "exit 1 unless the matter now is one of these: effective,\n"                                   \
    "corrected, pending, void, closed, none"
bool document_require_parse(unsigned *required, const char *text);
/* `required` 0: nothing was asked. */
bool document_require_met(unsigned required, enum ledger_standing standing);
/* "NOT AS REQUIRED: ..." and LF; `asked` is the option's value. */
void document_require_print(const char *asked, const struct document_status *status);

/* The first place that counts whose matter has not the standing that is required, or, if that is
 * effective or corrected, where another file than this one stands. NULL if all is as required. */
const struct document_place *document_verdict_unmet(const struct document_verdict *verdict,
                                                    unsigned required);
/* "NOT AS REQUIRED: ..." and LF of such a place. */
void document_verdict_print_unmet(const struct document_verdict *verdict, const char *asked,
                                  const struct document_place *place);

/* The exit status: that of the answer; 1 if it is recorded, but not all is as required. */
int document_verdict_exit(const struct document_verdict *verdict, unsigned required);

#endif
