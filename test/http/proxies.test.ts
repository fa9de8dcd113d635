import { expect, it } from 'vitest';
import { startProcess } from '../process.ts';

const ask = (url: string, headers: Record<string, string>) =>
  fetch(`${url}/graphql?query=%7B__typename%7D`, { headers: { accept: 'application/json', ...headers } });

const warnings = (stdout: string) => stdout.split('\n').filter((line) => line.includes('CQ_TRUST_PROXY'));

it('that are not configured are logged once, without the values of their headers', async () => {
  const server = await startProcess({ CQ_DB_PATH: ':memory:' });
  await ask(server.url, {});
  for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'x-forwarded-prefix', 'x-forwarded-for'])
    await ask(server.url, { [header]: '203.0.113.99' });
  const { stdout } = await server.stop();
  expect(warnings(stdout).map((line) => JSON.parse(line))).toMatchObject([{ level: 40, header: 'x-forwarded-for' }]);
  expect(stdout).not.toContain('203.0.113.99');
});

it('that the server knows of are not', async () => {
  const server = await startProcess({ CQ_DB_PATH: ':memory:', CQ_TRUST_PROXY: '1' });
  await ask(server.url, { 'x-forwarded-for': '203.0.113.99' });
  expect(warnings((await server.stop()).stdout)).toEqual([]);
});
