#include "tools/lines_file.h"

#include <limits.h>
#include <stdlib.h>

#include "tools/authority_text.h"
#include "tools/refusal.h"

#define UNSET "unset "

static bool take_line(struct ledger_span *rest, struct ledger_span *line)
{
    if (ledger_span_take_line(rest, line)) {
        return true;
    }
    *line = *rest;
    rest->size = 0;
    return line->size > 0;
}

static size_t count_lines(struct ledger_span rest)
{
    size_t count = 0;
    struct ledger_span line;
    while (take_line(&rest, &line)) {
        count++;
    }
    return count;
}

static int refuse_line(const struct lines_file *file, struct ledger_verdict *verdict,
                       unsigned number)
{
    char subject[PATH_MAX + 64];
    (void)snprintf(subject, sizeof subject, "line %u of '%s'", number, file->path);
    verdict->line = 0;
    return cli_refuse_as(
        &(struct refusal){.subject = subject, .verdict = verdict, .json = file->json});
}

static int take_set(struct lines_file *file, struct ledger_hasher *hasher, struct ledger_span line,
                    unsigned number)
{
    struct ledger_authority_line parsed;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    if (!authority_text_parse(hasher, &parsed, &verdict, line)) {
        return refuse_line(file, &verdict, number);
    }
    file->sets[file->set_count++] = line;
    return CLI_DONE;
}

static int take_unset(struct lines_file *file, struct ledger_span line, unsigned number)
{
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    if (!authority_text_is_clean(&verdict, line)) {
        return refuse_line(file, &verdict, number);
    }
    size_t skip = sizeof UNSET - 1;
    file->unsets[file->unset_count++] = (struct ledger_span){line.data + skip, line.size - skip};
    return CLI_DONE;
}

static int take_lines(struct lines_file *file, struct ledger_hasher *hasher,
                      struct ledger_span rest, bool with_unsets)
{
    struct ledger_span line;
    unsigned number = 0;
    int status = CLI_DONE;
    while (status == CLI_DONE && take_line(&rest, &line)) {
        number++;
        if (line.size == 0 || line.data[0] == '#') {
            continue;
        }
        status = with_unsets && ledger_span_starts(line, UNSET)
                     ? take_unset(file, line, number)
                     : take_set(file, hasher, line, number);
    }
    return status;
}

int lines_file_read(struct lines_file *file, struct ledger_hasher *hasher, const char *path,
                    bool with_unsets, bool json)
{
    size_t size = 0;
    *file = (struct lines_file){.path = path, .json = json};
    if (!cli_read_file(&file->bytes, &size, path, LINES_FILE_MAX)) {
        return CLI_TROUBLE;
    }
    struct ledger_span rest = {file->bytes, size};
    size_t count = count_lines(rest) + 1;
    file->sets = calloc(count, sizeof file->sets[0]);
    file->unsets = calloc(count, sizeof file->unsets[0]);
    if (file->sets == NULL || file->unsets == NULL) {
        return cli_fail("out of memory");
    }
    return take_lines(file, hasher, rest, with_unsets);
}

void lines_file_free(struct lines_file *file)
{
    free(file->sets);
    free(file->unsets);
    free(file->bytes);
    *file = (struct lines_file){0};
}

bool lines_file_has(const struct lines_file *file, struct ledger_hasher *hasher,
                    enum ledger_line_type type)
{
    for (size_t i = 0; i < file->set_count; i++) {
        struct ledger_authority_line line;
        struct ledger_verdict verdict;
        ledger_verdict_clear(&verdict);
        bool parsed = ledger_authority_line_parse(hasher, &line, &verdict, file->sets[i]);
        LEDGER_ASSERT(parsed);
        if (line.type == type) {
            return true;
        }
    }
    return false;
}
