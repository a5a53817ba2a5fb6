/*
 * flip.h - where a bit can be flipped, shared by the shim that flips it and by who asks it to.
 */
#ifndef TRUST_BIT_FLIPS_FLIP_H
#define TRUST_BIT_FLIPS_FLIP_H

/* X(SYMBOL, "name"): what is flipped at the k-th call. "copy": the function called sees another
 * byte than the caller has; "memory": the caller's own byte is another from then on. */
#define FLIP_CLASSES(X)                                                                            \
    X(DIGEST, "digest")                   /* the result of SHA256_Final */                         \
    X(HASHED, "hashed")                   /* a copy of what is hashed */                           \
    X(HASHED_MEMORY, "hashed-memory")     /* what is hashed, before it is */                       \
    X(PUT_KEY, "put-key")                 /* a copy of the key of mdb_put */                       \
    X(PUT, "put")                         /* a copy of the value of mdb_put */                     \
    X(GOT, "got")                         /* the value that mdb_get and mdb_cursor_get give */     \
    X(READ, "read")                       /* what read, pread and getline give */                  \
    X(VERIFIED, "verified")               /* a copy of what a signature is verified of */          \
    X(VERIFIED_MEMORY, "verified-memory") /* what it is verified of, before it is */               \
    X(SIGNED, "signed")                   /* a copy of what is signed */                           \
    X(SIGNED_MEMORY, "signed-memory")     /* what is signed, before it is */                       \
    X(SIGNATURE, "signature")             /* the signature that is made */                         \
    X(WRITTEN, "written")                 /* a copy of what is written to a file */

enum flip_class {
#define FLIP_SYMBOL(symbol, name) FLIP_##symbol,
    FLIP_CLASSES(FLIP_SYMBOL)
#undef FLIP_SYMBOL
        FLIP_CLASS_COUNT
};

/* The program's environment:
 *     FLIP_BIT     "CLASS CALL BIT", numbers from 0, the class by its number; the bit is taken
 *                  modulo the bits that there are. Without it nothing is flipped.
 *     FLIP_COUNTS  file that gets the number of calls of each class, a line each
 *     FLIP_STUCK   a digest that was flipped is flipped the same whenever it is made again, as if
 *                  nobody had looked a second time: for controls
 *     FLIP_TIME    seconds since 1970, at which time stands still
 * Nonces are the same in each run, and nothing is made durable: so that two runs make the same ledger,
 * and fast. */

#endif
