/**
 * Tests of PostgreSQL as it is hosted (poolers, TLS, roles, failover, networks that drop packets), which take minutes. They run where a
 * server is named by CQ_TEST_POSTGRES_URL, and in `npm run test:campaign`.
 */
export const hostingTests = [
  'test/faults/partition.test.ts',
  'test/faults/replicas.test.ts',
  'test/faults/second-primary.test.ts',
  'test/postgres/rights.test.ts',
  'test/processes/clocks.test.ts',
  'test/processes/pooler.test.ts',
  'test/processes/refused-servers.test.ts',
  'test/store/migration-url.test.ts',
  'test/store/pgvector-places.test.ts',
  'test/store/postgres-tls.test.ts',
  'test/store/schemas.test.ts',
  'test/store/sessions.test.ts',
];

/** Whether they run here. */
export const runsHostingTests = (isCampaign: boolean): boolean =>
  isCampaign || (process.env.CQ_TEST_POSTGRES_URL ?? '') !== '';
