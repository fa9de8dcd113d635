import { sql } from 'kysely';
import type { Database } from '../database.ts';

/** Removes what is kept of the answers of receivers, which may repeat what they were sent: after an erasure, of all of them. */
export async function forgetAnswers({ write, dialect }: Database): Promise<void> {
  await sql`
    update webhook_deliveries set answer = null where id in (
      select id from webhook_deliveries where answer is not null order by id ${dialect.rowLock})`.execute(write);
}
