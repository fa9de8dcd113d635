/** Keys of PostgreSQL advisory locks. */

/** Held while a schema is migrated or an adoption undone: `cq_m` in ASCII. */
export const migrationLock = 0x63715f6d;

/** Held while a vector index is built or dropped: `cq_v` in ASCII. */
export const indexLock = 0x63715f76;
