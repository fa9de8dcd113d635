import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import type { Log } from '../../src/log.ts';
import { begun, ended } from '../../src/observations/observed.ts';
import { type OperationObservation, operations } from '../../src/observations/operation.ts';
import { StatementObservation, statements } from '../../src/observations/statement.ts';
import { type Explain, logSlowOperations } from '../../src/slow-operations.ts';
import { startServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await server.unit({ domains: ['slow'] });
});
afterAll(() => server[Symbol.asyncDispose]());

// biome-ignore lint/suspicious/noExplicitAny: a line of the log
type Line = any;

function logging(slowMs: number, explain: Explain = (sql, values) => server.store.explain(sql, values)): Line[] {
  const lines: Line[] = [];
  const log = { warn: (line: object) => lines.push(line) } as unknown as Log;
  onTestFinished(logSlowOperations({ slowMs, explain, log }));
  return lines;
}

const secret = 'never-in-the-log';

describe('a slow operation', () => {
  it('is logged with its document, its cost and the plan of its slowest statement', async () => {
    const lines = logging(0.0001);
    const query =
      'query Slow($text: String!) { search(text: $text, filter: { domains: ["slow"] }) { edges { node { id } } } }';
    const { headers } = await server.send({ query, variables: { text: secret } }, server.people.member.token);
    await expect.poll(() => lines.length).toBe(1);
    expect(lines).toMatchObject([
      {
        ...{ operation: 'Slow', kind: 'query', door: 'graphql', requestId: headers.get('x-request-id') },
        ...{ hash: expect.stringMatching(/^[\da-f]{64}$/), ms: expect.any(Number), cost: expect.any(Number) },
        slowest: { name: expect.stringMatching(/^(select|words|begin|commit) ?[a-z_ ]*$/), ms: expect.any(Number) },
      },
    ]);
    expect(lines[0].statements.count).toBeGreaterThan(0);
    expect(JSON.stringify(lines)).not.toContain(secret);
  });

  it('has the plan that the database says, for statements of any kind and without their values', async () => {
    const plans: string[][] = [];
    const explained: string[] = [];
    const asked = async (statement: string, values: number) => {
      explained.push(statement);
      const plan = await server.store.explain(statement, values);
      plans.push([...plan]);
      return plan;
    };
    // one explanation in ten seconds: each is asked of a log of its own
    for (const query of [
      '{ knowledgeUnits(first: 3) { nodes { id } } }',
      'mutation { confirmKnowledgeUnit(input: { id: "ku_00000000000000000000000000000000" }) { userErrors { code } } }',
    ]) {
      const lines = logging(0.0001, asked);
      await server.send({ query }, server.people.member.token);
      await expect.poll(() => lines.length).toBe(1);
    }
    expect(explained.length).toBeGreaterThan(0);
    for (const [at, plan] of plans.entries()) {
      expect(plan.length, explained[at]).toBeGreaterThan(0);
      expect(plan.join('\n')).toMatch(inject('serversOn') === 'sqlite' ? /SCAN|SEARCH|SUBQUERY|CTE/ : /cost=/);
    }
  });

  it('explains without running', async () => {
    const unit = await server.unit();
    const placeholder = inject('serversOn') === 'sqlite' ? '?' : '$1';
    const plan = await server.store.explain(`delete from knowledge_units where id = ${placeholder}`, 1);
    expect(plan.length).toBeGreaterThan(0);
    await server.store.explain('delete from knowledge_units', 0);
    expect((await server.store.units.find(unit.id))?.id).toBe(unit.id);
  });
});

/** An operation of so many milliseconds, with one statement. */
function operation(ms: number, sql = 'select 1 from users'): void {
  const message: OperationObservation = {
    ...{ since: performance.now() - ms, ms, door: 'graphql', isEvent: false, requestId: 'r', traceparent: null },
    ...{ name: 'x'.repeat(1000), kind: 'query', hash: 'h', isKnown: false, cost: 3, codes: ['FORBIDDEN'] },
  };
  begun(operations, message, () => {
    const statement = new StatementObservation('sqlite', sql, 0);
    statement.ms = ms / 2;
    begun(statements, statement, () => {});
    ended(statements, statement);
    ended(operations, message);
  });
}

it('what is fast is not logged', () => {
  const lines = logging(1000);
  operation(999);
  expect(lines).toEqual([]);
});

it('a flood of slow operations is a few lines and one explanation', async () => {
  let explanations = 0;
  const lines = logging(10, async () => {
    explanations++;
    return Array.from({ length: 1000 }, () => 'x'.repeat(1000));
  });
  for (let n = 0; n < 5000; n++) operation(20, `select ${'1, '.repeat(10_000)} 1 from users`);
  await expect.poll(() => lines.length).toBe(10);
  expect(explanations).toBe(1);
  for (const line of lines) expect(JSON.stringify(line).length).toBeLessThan(20_000);
  expect(lines.filter(({ plan }) => plan)).toHaveLength(1);
});

it('a database that says no plan, or none in time, keeps no line', async () => {
  const lines = logging(10, () => Promise.reject(new Error('no')));
  operation(20);
  await expect.poll(() => lines.length).toBe(1);
  expect(lines[0]).toMatchObject({
    operation: 'x'.repeat(100),
    codes: ['FORBIDDEN'],
    slowest: { name: 'select users' },
  });
  expect(lines[0].plan).toBeUndefined();
});
