import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administer } from '../postgres/administer.ts';
import { type EmbeddedServer, startEmbedded } from '../postgres/embedded.ts';
import { type Finished, freePort, run, startProcess } from '../process.ts';
import { environmentOf, operations, send, statusOf, unavailable } from './commons.ts';

const password = 'p@ss:/?#%';
const encoded = encodeURIComponent(password);

let postgres: EmbeddedServer;
beforeAll(async () => {
  postgres = await startEmbedded();
  await administer(postgres.url, `create role odd login password '${password}'`);
  await administer(postgres.url, 'create database odd owner odd');
});
afterAll(() => postgres?.[Symbol.asyncDispose]());

const portOf = () => new URL(postgres.url).port;
const urlOf = (secret: string, where = `127.0.0.1:${portOf()}/odd`) => `postgresql://odd:${secret}@${where}`;

function expectNoSecret({ stdout, stderr }: Finished, ...secrets: string[]) {
  for (const secret of secrets) {
    expect(stdout).not.toContain(secret);
    expect(stderr).not.toContain(secret);
  }
}

describe('a password of PostgreSQL', () => {
  it('may be of any characters, and is not in the log, not even when the database goes away', async () => {
    const server = await startProcess({ ...environmentOf(urlOf(encoded)), CQ_LOG_LEVEL: 'debug' });
    expect(await send(server.url, '{ stats { totalCount } }')).toMatchObject({ status: 200, codes: [] });
    await administer(postgres.url, `alter role odd password 'another'`);
    await administer(
      postgres.url,
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cq-server'",
    );
    while ((await statusOf(`${server.url}/readyz`)) !== 503);
    expect(await send(server.url, operations.read, { id: `ku_${'0'.repeat(32)}` })).toMatchObject(unavailable);
    await administer(postgres.url, `alter role odd password '${password}'`);
    const outcome = await server.stop();
    expect(outcome.stdout).toContain('database unavailable');
    expectNoSecret(outcome, password, encoded);
  });

  it('that is wrong is refused without being repeated', async () => {
    for (const command of ['serve', 'migrate']) {
      const outcome = await run([command], environmentOf(urlOf('wr0ng%40secret')));
      expect(outcome.code).toBe(78);
      expect(outcome.stderr).toMatch(/^cq-server: CQ_DATABASE_URL .*another one.*password authentication failed.*\n$/);
      expectNoSecret(outcome, 'wr0ng');
    }
  });

  const notNow = /^cq-server: The database cannot be reached or written right now.*\(CQ_DATABASE_URL .+\)\n$/;
  it.for([
    ['no-such-host.invalid/odd', 78, /^cq-server: CQ_DATABASE_URL .* host that no name server knows.*\n$/],
    ['nobody-listens', 69, notNow],
    ['no-such-database', 78, /^cq-server: CQ_DATABASE_URL .* database that is not there.*\n$/],
  ] as const)('is not repeated for %s', async ([where, code, sentence]) => {
    const places: Record<string, string> = {
      'nobody-listens': `127.0.0.1:${await freePort()}/odd`,
      'no-such-database': `127.0.0.1:${portOf()}/none`,
    };
    const outcome = await run(['serve'], environmentOf(urlOf(encoded, places[where] ?? where)));
    expect(outcome.code).toBe(code);
    expect(outcome.stderr).toMatch(sentence);
    expectNoSecret(outcome, password, encoded);
  });

  it.for([
    [`postgresql://odd:${password}@127.0.0.1/odd`, 'written as %2F, %3F, %23 and %40'],
    ['postgresql://odd:12/hush@127.0.0.1/odd', 'written as %2F, %3F, %23 and %40'],
    ['postgresql://odd:12/x?hush@127.0.0.1/odd', 'written as %2F, %3F, %23 and %40'],
    ['postgresql://odd:12/x?hush=1@127.0.0.1/odd', 'written as %2F, %3F, %23 and %40'],
    ['postgresql://odd:50%hush@127.0.0.1/odd', 'write it as %25'],
    ['postgresql://odd:hush@host:port/odd', 'names a host that cannot be read'],
    ['postgresql:odd:hush@127.0.0.1', 'is not a URL that can be read'],
  ])('is not repeated when the URL %s is wrong', async ([url = '', sentence = '']) => {
    const outcome = await run(['check-config'], environmentOf(url));
    expect(outcome.code).toBe(78);
    expect(outcome.stderr).toMatch(/^cq-server: CQ_DATABASE_URL.*\n$/);
    expect(outcome.stderr).toContain(sentence);
    expectNoSecret(outcome, password, 'hush', 'ss:/');
  });
});
