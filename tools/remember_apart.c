#include "tools/remember_apart.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/format/note.h"

struct request {
    size_t seen_size;
    size_t note_size;
    enum remember_outcome outcome;
    uint8_t seen[LEDGER_NOTE_MAX];
    uint8_t note[LEDGER_NOTE_MAX];
};

/* The worker may go on writing to what it shares: only a copy is looked at. */
static int serve(const struct cli_args *args, void *shared)
{
    const char *path = cli_value(args, "remember");
    struct request *request = malloc(sizeof *request);
    int status = CLI_TROUBLE;
    if (request == NULL) {
        return cli_fail("cannot remember the checkpoint: out of memory");
    }
    memcpy(request, shared, sizeof *request);
    if (path == NULL || request->seen_size > sizeof request->seen ||
        request->note_size > sizeof request->note) {
        status = cli_fail("the process that reads asked for what it must not");
    } else {
        status = remember_checkpoint(&request->outcome, path,
                                     (struct ledger_span){request->seen, request->seen_size},
                                     (struct ledger_span){request->note, request->note_size});
    }
    ((struct request *)shared)->outcome = request->outcome;
    free(request);
    return status;
}

const struct worker_service remember_service = {sizeof(struct request), serve};

int remember_apart(enum remember_outcome *outcome, struct ledger_span seen, struct ledger_span note)
{
    struct request *request = worker_request();
    LEDGER_ASSERT(seen.size <= sizeof request->seen && note.size <= sizeof request->note);
    request->seen_size = seen.size;
    request->note_size = note.size;
    request->outcome = REMEMBER_FAILED;
    if (seen.size > 0) {
        memcpy(request->seen, seen.data, seen.size);
    }
    memcpy(request->note, note.data, note.size);
    int status = worker_ask();
    *outcome = request->outcome;
    return status;
}
