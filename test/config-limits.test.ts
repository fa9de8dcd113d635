import { describe, expect, it } from 'vitest';
import { variables } from '../src/config/variables.ts';

/** Every variable that is a number: the least and the most that it may be. */
const limits = {
  CQ_DATABASE_POOL_SIZE: [1, 1000],
  CQ_DATABASE_CONNECT_TIMEOUT_MS: [100, 600_000],
  CQ_DATABASE_STATEMENT_TIMEOUT_MS: [0, 3_600_000],
  CQ_DATABASE_LOCK_TIMEOUT_MS: [0, 3_600_000],
  CQ_DATABASE_IDLE_TRANSACTION_TIMEOUT_MS: [0, 3_600_000],
  CQ_PORT: [0, 65_535],
  CQ_METRICS_PORT: [0, 65_535],
  CQ_SHUTDOWN_DELAY_MS: [0, 600_000],
  CQ_RATE_LIMIT: [0, 1_000_000_000],
  CQ_MAX_QUERY_COST: [50, 1_000_000],
  CQ_MAX_BODY_BYTES: [1024, 16_777_216],
  CQ_MAX_ANSWER_BYTES: [65_536, 268_435_456],
  CQ_MAX_CONCURRENT_REQUESTS: [1, 10_000],
  CQ_MAX_QUEUED_REQUESTS: [0, 10_000],
  CQ_QUEUE_TIMEOUT_MS: [10, 600_000],
  CQ_MAX_LIVE_CONNECTIONS: [0, 1_000_000],
  CQ_MAX_LIVE_CONNECTIONS_PER_CALLER: [1, 1_000_000],
  CQ_TRUST_PROXY: [0, 10],
  CQ_SLOW_OPERATION_MS: [0, 3_600_000],
  CQ_EMBEDDING_DIMENSIONS: [1, 4000],
  CQ_EMBEDDING_BATCH: [1, 2048],
  CQ_EMBEDDING_TIMEOUT_MS: [100, 600_000],
  CQ_EMBEDDING_QUERY_TIMEOUT_MS: [10, 60_000],
  CQ_EMBEDDING_WEIGHT: [0, 1],
  CQ_DUPLICATE_THRESHOLD: [0.5, 1],
} as const;

const parse = (name: string, value: string) => variables[name as keyof typeof variables].safeParse(value);
const problem = (name: string, value: string) => parse(name, value).error?.issues[0]?.message ?? null;

describe('a variable that is a number', () => {
  it('is in the table of these tests', () => {
    const numbers = Object.keys(variables).filter((name) => /number/.test(problem(name, 'x') ?? ''));
    expect(numbers).toEqual(Object.keys(limits));
  });

  it.for(Object.entries(limits))('%s is from %j, these included', ([name, [least, most]]) => {
    const step = Number.isInteger(least) && most > 1 ? 1 : 0.000001;
    for (const value of [least, most]) expect(parse(name, String(value))).toEqual({ success: true, data: value });
    const above = step === 1 ? String(most + 1) : '1.000001';
    expect(problem(name, above)).toBe(`must be from ${least} to ${most}, got ${above}`);
    const below = least === 0 ? '-1' : step === 1 ? String(least - 1) : '0.499999';
    expect(problem(name, below)).not.toBeNull();
  });
});
