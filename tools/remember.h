/*
 * remember.h - keeping the newest checkpoint that held in a file, which never moves backwards.
 */
#ifndef LEDGER_TOOLS_REMEMBER_H
#define LEDGER_TOOLS_REMEMBER_H

#include "tools/cli.h"

enum remember_outcome {
    REMEMBER_NOT,       /* not asked for, or not valid: the file is as it was */
    REMEMBER_FIRST,     /* the file is new */
    REMEMBER_REPLACED,  /* it has the new checkpoint */
    REMEMBER_UNSYNCED,  /* it has the new checkpoint, but a crash may bring the old one back */
    REMEMBER_OVERTAKEN, /* another program changed it, or is about to: it is as that leaves it */
    REMEMBER_FAILED,    /* it is as it was */
};

/* Makes the checkpoint `note` what the file `path` holds, if the file still holds `seen`, from
 * which the ledger was found to go on; `seen` is empty if there was no file. Of several verifiers
 * that compared with the same bytes one replaces them and the others are refused, so that an
 * earlier state never follows a later one. Returns CLI_DONE with REMEMBER_FIRST or
 * REMEMBER_REPLACED, else CLI_TROUBLE after a message. */
int remember_checkpoint(enum remember_outcome *outcome, const char *path, struct ledger_span seen,
                        struct ledger_span note);

#endif
