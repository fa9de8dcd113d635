import { describe } from 'vitest';
import { campaign } from '../campaign.ts';
import { lacks, unless } from '../left-out.ts';
import { postgres } from '../postgres/databases.ts';
import { startPgBouncer, withPgBouncer } from '../postgres/pgbouncer.ts';
import { createUnusual } from '../postgres/unusual.ts';
import { embeddingsConformance } from './conformance/embeddings.ts';
import { evidenceConformance } from './conformance/evidence.ts';
import type { StoreTest } from './conformance/fixture.ts';
import { idempotencyConformance } from './conformance/idempotency.ts';
import { storeConformance } from './conformance/index.ts';
import { logsConformance } from './conformance/logs.ts';
import { transactionsConformance } from './conformance/transactions.ts';
import { unitsConformance } from './conformance/units.ts';
import { oneStoreOf } from './postgres-fixture.ts';

const { url: server, vectorEngine } = await postgres();

const it = oneStoreOf(async () => {
  const database = await createUnusual();
  const pooler = await startPgBouncer(server, { mode: 'transaction' });
  return {
    ...database,
    url: pooler.through(database.url),
    async [Symbol.asyncDispose]() {
      await pooler[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}) as unknown as StoreTest;

// its sessions are others in each transaction, and it refuses `options`
describe('the PostgreSQL store behind PgBouncer with transaction pooling', withPgBouncer, () => {
  const [whole] = campaign([], [true]);
  if (whole) return storeConformance(it, vectorEngine, lacks.pgvector);
  unitsConformance(it);
  evidenceConformance(it);
  idempotencyConformance(it);
  transactionsConformance(it);
  logsConformance(it);
  describe('vectors', unless(vectorEngine === null, lacks.pgvector), () => embeddingsConformance(it));
});
