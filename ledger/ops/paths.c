#include "ledger/ops/paths.h"

#include <stdio.h>
#include <string.h>

#include "ledger/ops/files.h"
#include "ledger/store/guard.h"

_Static_assert(LEDGER_PATH_MAX == PATH_MAX, "a path of the interface is one of the system");

enum ledger_status ledger_path_with(char out[PATH_MAX], const char *path, const char *suffix,
                                    struct ledger_error *error)
{
    size_t size = strlen(path);
    while (size > 1 && path[size - 1] == '/') {
        size--;
    }
    int written =
        size >= PATH_MAX ? -1 : snprintf(out, PATH_MAX, "%.*s%s", (int)size, path, suffix);
    if (written <= 0 || written >= PATH_MAX) {
        return ledger_error_set(error, LEDGER_INVALID, 0, "the path '%s' is too long or empty",
                                path);
    }
    return LEDGER_OK;
}

enum ledger_status ledger_path_of_guard(char guard[LEDGER_PATH_MAX], const char *path,
                                        const char *given, struct ledger_error *error)
{
    enum ledger_status status = given != NULL ? ledger_path_with(guard, given, "", error)
                                              : ledger_path_with(guard, path, ".guard", error);
    size_t size = status == LEDGER_OK ? strlen(guard) : 0;
    static const size_t suffix = sizeof LEDGER_GUARD_NEXT - 1;
    if (size >= suffix && strcmp(guard + size - suffix, LEDGER_GUARD_NEXT) == 0) {
        return ledger_error_set(error, LEDGER_INVALID, 0,
                                "the guard cannot be '%s': names that end in '" LEDGER_GUARD_NEXT
                                "' are those of files that a writer puts beside a guard and "
                                "removes",
                                guard);
    }
    return status;
}
