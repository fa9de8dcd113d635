import { variables } from '../src/config.ts';

/** Every variable that a page or a file for operators may name. */
export const knownVariables: ReadonlySet<string> = new Set([
  ...Object.keys(variables),
  // for PostgreSQL
  'CQ_DATABASE_REPLICA_URLS',
  'CQ_DATABASE_POOL_SIZE',
  'CQ_DATABASE_CONNECT_TIMEOUT_MS',
  'CQ_DATABASE_STATEMENT_TIMEOUT_MS',
  'CQ_DATABASE_IDLE_TRANSACTION_TIMEOUT_MS',
  'CQ_MIGRATE',
]);
