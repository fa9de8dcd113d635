import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Queries } from '../queries.ts';
import type { LogName } from './log-source.ts';

/** What a log is called at the moment, and up to which number its rows are of before. */
export interface Epoch {
  readonly epoch: string;
  readonly firstId: number;
}

/** The epoch of a log, which is named when it is first asked for. */
export async function nameEpoch(tx: Queries, log: LogName): Promise<Epoch> {
  const found = await readEpoch(tx, log);
  if (found) return found;
  await sql`
    insert into log_epochs (log, epoch, first_id) values (${log}, ${newEpoch()}, 0) on conflict (log) do nothing`.execute(
    tx,
  );
  return (await readEpoch(tx, log)) as Epoch;
}

export async function readEpoch(db: Queries, log: LogName): Promise<Epoch | null> {
  const { rows } = await sql<Epoch>`
    select epoch, first_id as "firstId" from log_epochs where log = ${log}`.execute(db);
  return rows[0] ?? null;
}

export const newEpoch = (): string => randomBytes(4).toString('hex');
