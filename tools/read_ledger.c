#include "tools/read_ledger.h"

int read_ledger_fail(const struct cli_args *args, const struct ledger_error *error)
{
    bool may_help = (error->status == LEDGER_PERMISSION || error->status == LEDGER_READ_ONLY) &&
                    cli_count(args, "no-lock") == 0;
    return cli_fail("%s%s", error->what,
                    may_help ? "; if this is a copy that nobody writes to, try '--no-lock'" : "");
}

bool read_ledger_open(struct ledger_reader **reader, const struct cli_args *args, const char *path)
{
    struct ledger_error error;
    bool unlocked = cli_count(args, "no-lock") > 0;
    if (ledger_reader_open(reader, path, unlocked, &error) == LEDGER_OK) {
        return true;
    }
    read_ledger_fail(args, &error);
    return false;
}

int read_ledger_name(struct ledger_span *name, const struct cli_args *args,
                     struct ledger_reader *reader)
{
    struct ledger_span bytes;
    struct ledger_entry genesis;
    struct ledger_error error;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    if (ledger_reader_entry(reader, &bytes, 0, &error) != LEDGER_OK) {
        return read_ledger_fail(args, &error);
    }
    if (!ledger_entry_parse(&genesis, &verdict, bytes)) {
        return cli_fail("the first entry is damaged: %s", verdict.detail);
    }
    *name = genesis.record.ledger;
    return CLI_DONE;
}
