/** The key of the advisory lock under which a schema is brought up to date: `cq_m` in ASCII. */
export const migrationLock = 0x63715f6d;
