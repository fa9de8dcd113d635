import { writeFileSync } from 'node:fs';
import { Webhook as Verifier } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { run, temporaryFolder } from '../process.ts';
import { startReceiver } from '../webhooks/receiver.ts';

it('makes webhooks, tests them, and says what became of it', async () => {
  using folder = temporaryFolder();
  await using receiver = await startReceiver();
  const environment = {
    ...{ CQ_DB_PATH: folder.file('cq.db'), CQ_WEBHOOK_HTTP: 'on', CQ_WEBHOOK_NETWORKS: '127.0.0.0/8' },
  };
  const webhook = (...args: string[]) => run(['webhook', ...args], environment);
  for (const [name, role] of [
    ['ann', 'admin'],
    ['mia', 'member'],
  ] as const)
    await run(['user', 'add', name, '--role', role, '--password-stdin'], environment, 'a long password');
  const file = folder.file('flags.graphql');
  writeFileSync(file, 'subscription ($filter: KnowledgeEventFilter) { knowledgeEvents(filter: $filter) { cursor } }');
  const made = ['create', '--name', 'ours', '--url', receiver.url, '--document', file];
  const variables = ['--variables', '{"filter":{"types":["FLAGGED"]}}'];

  expect(await webhook(...made, '--owner', 'mia')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('administrator'),
  });
  expect(await webhook(...made, '--owner', 'ann', '--variables', '{"filter":{"types":["NO"]}}')).toMatchObject({
    stderr: expect.stringContaining('variables do not fit the document'),
  });
  const created = await webhook(...made, ...variables, '--owner', 'ann');
  const [id = ''] = created.stderr.match(/whk_[0-9a-f]{32}/) ?? [];
  expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^whsec_.{44}\n$/) });
  expect((await webhook('list')).stdout).toBe(`${id}\ton\tours\tann\tstandard\t${receiver.url}\t0\t\n`);

  expect(await webhook('test', id)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/\tdelivered\t1\t204\t\d+\t\ttest\t/),
  });
  const [{ body, headers } = { body: '', headers: {} }] = receiver.received;
  const secret = created.stdout.trim();
  expect(new Verifier(secret).verify(body, headers as Record<string, string>)).toMatchObject({ type: 'test' });
  receiver.answer = (_request, response) => void response.writeHead(503).end('not now');
  expect(await webhook('test', id)).toMatchObject({ code: 1, stdout: expect.stringContaining('not now') });
  const listed = (await webhook('deliveries', id, '--status', 'failed')).stdout.split('\t');
  expect(listed.slice(2, 5)).toEqual(['failed', '1', '503']);
  expect((await webhook('send-again', listed[0] ?? '')).code).toBe(0);

  expect((await webhook('rotate', id)).stdout).toMatch(/^whsec_/);
  expect((await webhook('change', id, '--name', 'theirs', '--url', 'http://10.0.0.1/')).stderr).toContain('10.0.0.1');
  expect((await webhook('change', id, '--name', 'theirs')).code).toBe(0);
  expect((await webhook('off', id)).code).toBe(0);
  expect((await webhook('list')).stdout).toMatch(/\toff: switched\ttheirs\t/);
  expect((await webhook('on', id)).code).toBe(0);
  expect((await webhook('delete', id)).code).toBe(0);
  expect((await webhook('list')).stdout).toBe('');
  expect((await webhook('delete', id)).stderr).toContain('There is no webhook with the id');
});
