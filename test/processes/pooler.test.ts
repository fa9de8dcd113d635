import { expect, it } from 'vitest';
import { postgres } from '../postgres/databases.ts';
import { startPgBouncer, withPgBouncer } from '../postgres/pgbouncer.ts';
import { createUnusual } from '../postgres/unusual.ts';
import { post, run, startProcess } from '../process.ts';

const propose = `mutation ($domain: String!) {
  proposeKnowledgeUnit(input: { domains: [$domain], insight: { summary: $domain, detail: $domain, action: $domain } }) {
    knowledgeUnit { createdAt }
  }
}`;

it('a server and commands work through PgBouncer, with nothing configured for it', withPgBouncer, async () => {
  const { url } = await postgres();
  await using database = await createUnusual({ empty: true });
  await using pooler = await startPgBouncer(url, { mode: 'transaction' });
  const environment = {
    CQ_DATABASE_URL: pooler.through(database.url),
    CQ_DATABASE_SCHEMA: 'cq',
    CQ_JWT_SECRET: 'j'.repeat(32),
    CQ_API_KEY_PEPPER: 'p'.repeat(32),
  };
  const user = ['user', 'add', 'ada', '--role', 'admin', '--password-stdin'];
  expect((await run(user, environment, 'a long password')).code).toBe(0);
  const made = await run(['api-key', 'create', '--user', 'ada', '--name', 'l', '--ttl', '90d'], environment);
  const key = made.stdout.trim().split('\n').at(-1) as string;
  const server = await startProcess(environment);
  const domains = Array.from({ length: 30 }, (_, i) => `domain-${i}`);
  const answers = await Promise.all(domains.map((domain) => post(server.url, propose, { domain }, key)));
  const dates = answers.map(({ data }) => data.proposeKnowledgeUnit.knowledgeUnit.createdAt);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  const { code, stdout } = await run(['export'], environment);
  expect(code).toBe(0);
  const units = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(units.map(({ created_at }) => created_at).sort()).toEqual(dates.sort());
  // VACUUM, which PostgreSQL runs in no transaction
  const erased = await run(['unit', 'erase', units[0].id, '--reason', 'r'], environment);
  expect([erased.code, erased.stdout.split('\t')[2]]).toEqual([0, 'DONE']);
  const ended = await server.stop();
  expect(ended.code).toBe(0);
  // neither requests nor background work have met an error
  expect(ended.stdout).not.toMatch(/"level":[456]0/);
});
