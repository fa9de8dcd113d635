import type pg from 'pg';
import type { PostgresAddress } from '../../config/database.ts';

type Attributes = PostgresAddress['targetSessionAttrs'];

/** What a server reports at the start of a session, from PostgreSQL 14 on. */
export type Reported = ReadonlyMap<string, string>;

/** Why a session is not of the kind that is asked for, as libpq decides; null if it is. */
export async function attributesProblem(
  wanted: Attributes,
  client: pg.ClientBase,
  reported: Reported,
): Promise<string | null> {
  switch (wanted) {
    case 'read-write':
      return (await isReadOnly(client, reported)) ? 'the session is read-only' : null;
    case 'read-only':
      return (await isReadOnly(client, reported)) ? null : 'the session is not read-only';
    case 'primary':
      return (await isStandby(client, reported)) ? 'the server is a standby' : null;
    case 'standby':
    case 'prefer-standby':
      return (await isStandby(client, reported)) ? null : 'the server is no standby';
    default:
      return null;
  }
}

async function isReadOnly(client: pg.ClientBase, reported: Reported): Promise<boolean> {
  const [byDefault, standby] = ['default_transaction_read_only', 'in_hot_standby'].map((name) => reported.get(name));
  if (byDefault !== undefined && standby !== undefined) return byDefault === 'on' || standby === 'on';
  const { rows } = await client.query('show transaction_read_only');
  return rows[0]?.transaction_read_only === 'on';
}

async function isStandby(client: pg.ClientBase, reported: Reported): Promise<boolean> {
  const standby = reported.get('in_hot_standby');
  if (standby !== undefined) return standby === 'on';
  const { rows } = await client.query('select pg_catalog.pg_is_in_recovery() as standby');
  return rows[0]?.standby === true;
}
