# decade.awk - the table of decade.sh, from lines "sort size name value".
# Variables: sort, sizes (ascending, with blanks between), cores, more.

$1 == sort { figure[$2, $3] = $4 }

function value(size, name) {
    if (!((size, name) in figure)) {
        print "no figure " name " at " size > "/dev/stderr"
        exit 1
    }
    return figure[size, name]
}

function short(x) {
    return sprintf(x < 1 ? "%.3f" : x < 10 ? "%.2f" : x < 100 ? "%.1f" : "%.0f", x)
}

# Prints a row: cells[] and what `of` was at the smallest and the largest size.
function row(what, first, last,    i, line) {
    line = "| " what " |"
    for (i = 1; i <= count; i++) {
        line = line " " cells[i] " |"
    }
    print line " " (count > 1 ? short(last / first) : "-") " |"
}

# Seconds and rate of something done to `items` entries of every size; it grows by the rate.
function speed(what, name, items,    i, seconds, rate) {
    for (i = 1; i <= count; i++) {
        seconds = value(size[i], name)
        rate[i] = value(size[i], items) / seconds
        cells[i] = short(seconds) " s, " short(rate[i]) " /s"
    }
    row(what, rate[1], rate[count])
}

# A figure that is printed as it is, times `factor`.
function plain(what, name, factor, unit,    i) {
    for (i = 1; i <= count; i++) {
        cells[i] = short(value(size[i], name) * factor) " " unit
    }
    row(what, value(size[1], name), value(size[count], name))
}

# Memory of its own, and with the files mapped.
function memory(what, name,    i) {
    for (i = 1; i <= count; i++) {
        cells[i] = short(value(size[i], name ".own") / 1024) " MiB; " \
            short(value(size[i], name ".resident") / 1024) " with files mapped"
    }
    row(what, value(size[1], name ".own"), value(size[count], name ".own"))
}

# Ratios that were put into ratio[] before.
function ratios(what,    i) {
    for (i = 1; i <= count; i++) {
        cells[i] = "**" short(ratio[i]) "**"
    }
    row(what, ratio[1], ratio[count])
}

# Time of one thing as a multiple of another's.
function times_of(what, name, base,    i) {
    for (i = 1; i <= count; i++) {
        ratio[i] = value(size[i], name) / value(size[i], base)
    }
    ratios(what)
}

# Signatures a second, as a part of libsodium's on as many cores.
function of_sodium(what, name, items, on,    i, signatures) {
    for (i = 1; i <= count; i++) {
        signatures = value(size[i], "signatures") * value(size[i], items) / (size[i] + more)
        ratio[i] = signatures / value(size[i], name) / value(size[i], "sodium-" on)
    }
    ratios(what)
}


function per_entry(what, name,    i, each) {
    for (i = 1; i <= count; i++) {
        each[i] = value(size[i], name) / value(size[i], "entries")
        cells[i] = short(each[i]) " bytes, " short(value(size[i], name) / value(size[i], "bytes")) \
            " of the entries' own"
    }
    row(what, each[1], each[count])
}

# The sums that rows are made of.
function prepare(    i) {
    for (i = 1; i <= count; i++) {
        figure[size[i], "size"] = size[i]
        figure[size[i], "made"] = size[i] + more
        figure[size[i], "each"] = value(size[i], "signatures") / (size[i] + more)
        figure[size[i], "floor-1"] = value(size[i], "sha256-1") + value(size[i], "nodes-1")
        figure[size[i], "floor-all"] = value(size[i], "sha256-all") + value(size[i], "nodes-all")
    }
}

function head(    i, line, rule) {
    line = "| " (sort == "alone" ? "a signature on each record" : "signatures over batches") " |"
    rule = "|---|"
    for (i = 1; i <= count; i++) {
        line = line " " size[i] " entries |"
        rule = rule "---|"
    }
    print line " growth |"
    print rule "---|"
}

END {
    count = split(sizes, size, " ")
    prepare()
    head()
    plain("signature lines a record", "each", 1, "")
    speed("making and signing the records, one core (the generator, not the ledger)", "generate", "made")
    plain("yardstick: libsodium verifies, one core", "sodium-1", 1, "/s")
    plain("yardstick: libsodium verifies, " cores " cores", "sodium-all", 1, "/s")
    speed("floor: SHA-256 of all entries by openssl, and all nodes; one core", "floor-1", "entries")
    speed("floor, " cores " cores", "floor-all", "entries")
    speed("bulk append, one core", "append-1", "size")
    of_sodium("... signatures a second, of libsodium", "append-1", "size", "1")
    speed("bulk append, " cores " cores", "append-all", "size")
    of_sodium("... signatures a second, of libsodium on as many", "append-all", "size", "all")
    times_of("... time on one core, of that", "append-1", "append-all")
    memory("... its memory", "append-all")
    plain("first index of matters, over all entries", "index-first", 1, "s")
    plain("next index of matters, after " more " entries", "index-next", 1000, "ms")
    speed("full verification, one core", "verify-1", "entries")
    of_sodium("... signatures a second, of libsodium", "verify-1", "entries", "1")
    times_of("... time, of the floor's", "verify-1", "floor-1")
    memory("... its memory", "verify-1")
    speed("full verification, " cores " cores", "verify-all", "entries")
    of_sodium("... signatures a second, of libsodium on as many", "verify-all", "entries", "all")
    times_of("... time, of the floor's on as many", "verify-all", "floor-all")
    times_of("... time on one core, of that", "verify-1", "verify-all")
    memory("... its memory", "verify-all")
    speed("ledger-publish", "publish", "entries")
    times_of("... time, of a full verification's on one core", "publish", "verify-1")
    memory("... its memory", "publish")
    speed("ledger-verify of the publication", "verify-files", "entries")
    times_of("... time, of the ledger's on one core", "verify-files", "verify-1")
    memory("... its memory", "verify-files")
    speed("ledger-import", "import", "entries")
    times_of("... time, of a full verification's on one core", "import", "verify-1")
    memory("... its memory", "import")
    plain("ledger-prove of one entry, start to exit", "prove", 1000, "ms")
    plain("ledger-verify of the proof, start to exit", "check-proof", 1000, "ms")
    plain("size of the proof", "proof-bytes", 1, "bytes")
    per_entry("store on disk, an entry", "store-on-disk")
    per_entry("publication on disk, an entry", "files-on-disk")
}
