#include "tools/replace_file.h"

#include <string.h>

#include "ledger/ops/files.h"

int cli_replace_file(const char *path, struct ledger_span bytes)
{
    struct ledger_error error;
    if (strcmp(path, "-") == 0) {
        (void)fwrite(bytes.data, 1, bytes.size, stdout);
        return CLI_DONE;
    }
    return ledger_file_replace(path, bytes, &error) == LEDGER_OK ? CLI_DONE : cli_fail_with(&error);
}
