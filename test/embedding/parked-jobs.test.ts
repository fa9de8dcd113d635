import { afterEach, beforeEach, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';
import { run } from '../process.ts';
import { embedding, onBoth, type TestDatabase, until } from './both-databases.ts';
import { type EmbeddingServer, startEmbeddingServer } from './openai-server.ts';

const status = `{ embeddingStatus { models {
  state done waiting parked lastError parkedUnits(first: 5) { unit { id } attempts lastError }
} } }`;
const retry = `mutation ($unit: ID) { retryEmbeddings(input: { unitId: $unit }) {
  retried userErrors { __typename code message path }
} }`;

onBoth('parked units', ({ open }) => {
  let place: TestDatabase;
  let service: EmbeddingServer;
  let server: TestServer;
  let rude: string;

  beforeEach(async () => {
    place = await open();
    service = await startEmbeddingServer();
    service.dislikes = /rude/;
    server = await startServer({ ...place.environment, ...embedding(service) });
    await server.unit();
    rude = (await server.unit({ insight: { summary: 'A rude word' } })).id;
    await models(([model]) => model?.parked === 1 && model.done === 1 && model.state === 'ACTIVE');
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    await service[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
  });

  type Models = { state: string; done: number; waiting: number; parked: number; lastError: string | null }[];
  const models = (passes: (models: Models) => boolean): Promise<Models> =>
    until(async () => (await server.query(status, {}, server.people.admin.token)).embeddingStatus.models, passes);

  it('are shown to administrators, who can retry them', async () => {
    const [model] = await models(() => true);
    const lastError = expect.stringContaining('The text is not nice.');
    expect(model).toEqual({
      state: 'ACTIVE',
      done: 1,
      waiting: 0,
      parked: 1,
      lastError,
      parkedUnits: [{ unit: { id: rude }, attempts: 1, lastError }],
    });
    service.dislikes = null;
    const { admin } = server.people;
    const { id } = await server.unit();
    const none = (await server.query(retry, { unit: id }, admin.token)).retryEmbeddings;
    expect(none).toMatchObject({ retried: null, userErrors: [{ __typename: 'NotFoundError', path: ['unitId'] }] });
    const one = (await server.query(retry, { unit: rude }, admin.token)).retryEmbeddings;
    expect(one).toEqual({ retried: 1, userErrors: [] });
    await models(([now]) => now?.parked === 0 && now.done === 3);
    expect((await server.query(retry, {}, admin.token)).retryEmbeddings).toEqual({ retried: 0, userErrors: [] });
  });

  it('are listed and retried on the command line', async () => {
    const command = (...args: string[]) => run(['embeddings', ...args], place.environment);
    const shown = await command('status');
    expect(shown.stderr).toContain('Vectors are held by');
    expect(shown.stdout).toMatch(/^openai\ttiny-8\t8\tactive\t1\t0\t1\t.*The text is not nice\.\n$/);
    expect((await command('parked')).stdout).toMatch(new RegExp(`^${rude}\ttiny-8\t1\t.*The text is not nice\\.\n$`));
    expect(await command('retry', 'ku_none')).toMatchObject({ code: 3, stderr: expect.stringContaining('ku_none') });
    service.dislikes = null;
    expect((await command('retry')).stdout).toBe('1 unit is tried again.\n');
    await models(([now]) => now?.parked === 0 && now.done === 2);
    expect((await command('parked')).stdout).toBe('');
  });
});
