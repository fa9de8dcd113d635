import type { PostgresAddress, PostgresConfig } from '../../config/database.ts';
import type { Client } from '../sql/queries.ts';
import { openPool, queries } from './connection.ts';
import { namingIn } from './maintenance.ts';
import { closeAll } from './pool-connections.ts';

/** The same servers and database, with read-only transactions. */
export const readOnlyAddress = (address: PostgresAddress): PostgresAddress => ({
  ...address,
  // its sessions are read-only wherever they are
  targetSessionAttrs: address.targetSessionAttrs === 'read-write' ? 'primary' : address.targetSessionAttrs,
  options: `-c default_transaction_read_only=on ${address.options}`,
});

/** Runs `work` over one read-only connection. */
export async function withReadOnly<T>(config: PostgresConfig, work: (db: Client) => Promise<T>): Promise<T> {
  const pool = openPool(readOnlyAddress(config.primary), { ...config, poolSize: 1 });
  try {
    return await namingIn(config, () => work(queries(pool)));
  } finally {
    await closeAll([pool]);
  }
}
