/**
 * Tests of PostgreSQL as it is hosted (poolers, roles, schemas), and of whole databases being adopted, copied and migrated by many
 * processes. They take minutes, and run where a server is named by CQ_TEST_POSTGRES_URL, and in `npm run test:campaign`.
 */
const hostingTests = [
  'test/adoption/adopted-server.test.ts',
  'test/adoption/undo.test.ts',
  'test/cli/copy.test.ts',
  'test/postgres/rights.test.ts',
  'test/live/pooler.test.ts',
  'test/processes/pooler.test.ts',
  'test/processes/start.test.ts',
  'test/store/migration-url.test.ts',
  'test/store/pgvector-places.test.ts',
  'test/store/schemas.test.ts',
  'test/store/sessions.test.ts',
];

/** Those that wait for timeouts, or start many programs: in the campaign only. */
const campaignTests = [
  'test/faults/partition.test.ts',
  'test/faults/replicas.test.ts',
  'test/faults/second-primary.test.ts',
  'test/processes/clocks.test.ts',
  'test/processes/mikro-orm.test.ts',
  'test/processes/refused-servers.test.ts',
  'test/processes/rolling.test.ts',
  'test/store/postgres-tls.test.ts',
];

/** The files that do not run here. */
export function leftOutFiles(isCampaign: boolean): string[] {
  if (isCampaign) return [];
  return process.env.CQ_TEST_POSTGRES_URL ? campaignTests : [...hostingTests, ...campaignTests];
}
